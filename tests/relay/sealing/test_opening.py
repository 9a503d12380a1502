"""Keys are made and messages opened by the real command, offline."""

import stat
from pathlib import Path

import pytest

from regulation.findings import Mistyped, Refused
from regulation.portal import Portal
from relay.sealing.age import open_sealed, seal
from relay.sealing.keys import make_keys, read_keys
from relay.sealing.message import Sealed, SealedFile
from relay.sealing.opening import harmless, in_words, write
from relay.sealing.verbs import ciphertext_file, new_keys, open_case
from tests.regulation.conftest import House
from tests.relay.sealing.sealed_portal import AT, Keys, body, key_rule, the_route, with_keys

SLY = SealedFile("../../../etc/pass\u202efdp.EXE", "x", b"MZ")


@pytest.fixture
def message(portal: Portal, keys: Keys) -> bytes:
    """A sealed message with two files, one with a sly name."""
    files = (SealedFile("Ảnh.PNG", "image/png", b"picture"), SLY)
    return seal(portal, the_route(portal), "van-phong", body("Dòng một\nDòng hai", files))


@pytest.fixture
def key(tmp_path: Path, keys: Keys) -> Path:
    """The unit's private key in a file."""
    path = tmp_path / "khoa.txt"
    path.write_text(f"# a comment\n\n{keys.unit}\n")
    return path


@pytest.fixture
def checkout(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A checkout in which somebody stands."""
    (house.root / "pyproject.toml").touch()
    monkeypatch.chdir(house.root)
    return house


def test_keys_that_are_made_open_what_is_sealed_to_them(
    checkout: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = []
    for agency, recovery in (("van-phong", False), ("ubnd-tinh", True)):
        new_keys(tmp_path / agency, agency, recovery)
        told = capsys.readouterr().out
        lines.append(told.partition("đề xuất như sửa quy chế:\n\n")[2])
        assert "AGE-SECRET-KEY" not in told
        assert stat.S_IMODE((tmp_path / agency).stat().st_mode) == 0o600
    with_keys(checkout, *lines)
    portal = checkout.portal()
    ciphertext = seal(portal, the_route(portal), "van-phong", body())
    for agency in ("van-phong", "ubnd-tinh"):
        assert open_sealed(ciphertext, read_keys(tmp_path / agency)).moment == AT


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("van-phongg", "có phải “van-phong” không?"),
        ("ubnd", "có phải “ubnd-tinh” không?"),
        ("khong-giong-gi-ca-123", "không có cơ quan “khong-giong-gi-ca-123”. Mã cơ quan nằm"),
        ("", "không có cơ quan “”"),
        ("Văn phòng", "không có cơ quan “Văn phòng”"),
    ],
)
def test_no_key_is_made_for_whom_nothing_would_be_sealed(
    checkout: House, tmp_path: Path, typed: str, told: str
) -> None:
    with pytest.raises(Mistyped) as refused:
        new_keys(tmp_path / "k", typed)
    (finding,) = refused.value.findings
    assert told in finding.message
    assert not (tmp_path / "k").exists()


def test_the_portal_that_has_the_agency_may_be_named(checkout: House, tmp_path: Path) -> None:
    other = checkout.folder.parent / "khac"
    other.mkdir()
    (other / "portal.yml").touch()
    (other / "agencies.yml").write_text("agencies: [{id: so-khac}]\n", encoding="utf-8")
    new_keys(tmp_path / "a", "so-khac")
    new_keys(tmp_path / "b", "so-khac", portal="khac")
    with pytest.raises(Mistyped, match="Cổng portal-nho không có cơ quan"):
        new_keys(tmp_path / "c", "so-khac", portal="portal-nho")
    (other / "agencies.yml").write_text("[", encoding="utf-8")
    with pytest.raises(Refused, match="cong check"):
        new_keys(tmp_path / "c", "van-phong", portal="khac")


def test_a_key_is_never_written_over_nor_into_a_repository(tmp_path: Path) -> None:
    make_keys(tmp_path / "k")
    before = (tmp_path / "k").read_bytes()
    with pytest.raises(Refused, match="không ghi đè"):
        make_keys(tmp_path / "k")
    assert (tmp_path / "k").read_bytes() == before
    (tmp_path / "kho" / ".git").mkdir(parents=True)
    (tmp_path / "kho" / "sau").mkdir()
    with pytest.raises(Refused, match="kho Git"):
        make_keys(tmp_path / "kho" / "sau" / "k")
    assert list((tmp_path / "kho" / "sau").iterdir()) == []


def test_a_message_is_shown_and_nothing_is_written(
    tmp_path: Path, message: bytes, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "V-7K3M-9QXA.age"
    file.write_bytes(message)
    before = sorted(tmp_path.rglob("*"))
    open_case(str(file), key)
    told = capsys.readouterr().out
    assert "09:30 ngày 22/11/2026" in told
    assert "Họ và tên: Lê Thị Kín" in told
    assert "Nội dung:\nDòng một\nDòng hai\n" in told
    assert "tep-2.exe: “../../../etc/passfdp.EXE”, 1 KB" in told
    assert sorted(tmp_path.rglob("*")) == before


def test_a_message_is_written_where_asked_for_its_owner_only(
    tmp_path: Path, message: bytes, key: Path
) -> None:
    (tmp_path / "m.age").write_bytes(message)
    folder = tmp_path / "mo" / "ra"
    open_case(str(tmp_path / "m.age"), key, folder)
    names = ["noi-dung.json", "noi-dung.txt", "tep-1.png", "tep-2.exe"]
    assert sorted(p.name for p in folder.iterdir()) == names
    assert (folder / "tep-1.png").read_bytes() == b"picture"
    assert "Dòng hai" in (folder / "noi-dung.txt").read_text(encoding="utf-8")
    modes = {stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with pytest.raises(Refused, match="chưa có"):
        open_case(str(tmp_path / "m.age"), key, folder)


def test_clear_text_is_not_written_into_a_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with pytest.raises(Refused, match="kho Git"):
        write(Sealed("p", "r", "u", "k", AT, {}, {}, ()), tmp_path / "ra")
    assert not (tmp_path / "ra").exists()


@pytest.mark.parametrize("typed", ["V-7K3M-9QXA", "7k3m9qxa", "v-7k3m-9qxa", "7K3M-9QXA"])
def test_a_case_is_found_by_its_id(tmp_path: Path, typed: str) -> None:
    (tmp_path / "V-7K3M-9QXA.age").write_bytes(b"")
    assert ciphertext_file(typed, tmp_path).name == "V-7K3M-9QXA.age"


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Mistyped, match=r"không có tệp V-7K3M-9QXA\.age"):
        ciphertext_file("7K3M9QXA", tmp_path)
    with pytest.raises(Mistyped, match="Không có tệp này"):
        ciphertext_file("thu.age", tmp_path)


def test_a_file_without_a_private_key_is_told(tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "k"
    path.write_bytes(f"{keys.unit.to_public()}\n\xff".encode("latin-1"))
    with pytest.raises(Refused, match="không có khóa riêng nào"):
        read_keys(path)


def test_what_was_sent_moves_no_cursor_and_turns_no_line() -> None:
    assert harmless("a\x1b[2Jb\u202ec\r\nd\x9b\u2028e") == "a[2Jbc\nde"
    fields = {"noi-dung": "\x1b]0;x\x07 chữ", "\x1bten": "y"}
    said = in_words(Sealed("p", "r", "u", "k", AT, fields, {}, ()))
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "(không ghi)" in said


def test_the_rule_that_is_printed_is_one_of_portal_yml(house: House, keys: Keys) -> None:
    with_keys(house, key_rule("kp", "ubnd-tinh", keys.unit.to_public(), ", recovery: true"))
    assert house.faults() == ()
