"""What is sealed opens with the unit's key and with the recovery key, and with no other."""

import datetime as dt
import json

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyrage import x25519

from regulation.findings import Refused
from regulation.portal import Portal
from relay.sealing.age import can_seal, open_sealed, seal
from relay.sealing.message import Sealed, SealedFile, packed, unpacked
from relay.sealing.sizes import CLASSES, MOST, size_class
from relay.sealing.taking import is_sealed, sealed_size
from tests.regulation.conftest import House
from tests.relay.sealing.sealed_portal import AT, Keys, body, key_rule, the_route, with_keys

PICTURE = SealedFile("Ảnh chụp.JPG", "image/jpeg", bytes(range(256)) * 9)


def test_either_key_opens_it_alone(portal: Portal, keys: Keys) -> None:
    ciphertext = seal(portal, the_route(portal), "van-phong", body(files=(PICTURE,)))
    for key in (keys.unit, keys.recovery):
        opened = open_sealed(ciphertext, [str(keys.other), str(key)])
        assert opened == Sealed(
            "portal-nho",
            "to-cao",
            "van-phong",
            "denunciation",
            AT,
            body()["fields"],
            body()["contact"],
            (PICTURE,),
        )


def test_the_clear_text_is_nowhere_in_what_is_kept_or_shown(portal: Portal, keys: Keys) -> None:
    ciphertext = seal(portal, the_route(portal), "van-phong", body("Tên lạ 7f3e"))
    opened = open_sealed(ciphertext, [str(keys.unit)])
    for trace in (b"7f3e", "Kín".encode(), b"kin@example.vn", b"to-cao", b"van-phong"):
        assert trace not in ciphertext
    assert "7f3e" not in repr(opened)
    assert "Kín" not in repr(opened)


def test_another_key_opens_nothing_and_is_told_so(portal: Portal, keys: Keys) -> None:
    ciphertext = seal(portal, the_route(portal), "van-phong", body())
    with pytest.raises(Refused, match="niêm phong cho khóa khác"):
        open_sealed(ciphertext, [str(keys.other)])
    with pytest.raises(Refused, match="không có dòng khóa riêng"):
        open_sealed(ciphertext, [str(keys.unit.to_public())])


@pytest.mark.parametrize("letter", [b"A", b"c"], ids=["no-point", "a-point"])
def test_junk_in_the_shape_of_a_sealed_message_is_told_to_be_perhaps_that(
    keys: Keys, letter: bytes
) -> None:
    share = letter * 42 + b"A\n"
    junk = b"age-encryption.org/v1\n-> X25519 " + share + share + b"--- " + share
    junk += bytes(sealed_size(CLASSES[0]))
    assert is_sealed(junk, keys=1, files=0)
    with pytest.raises(Refused, match="có thể đó là dữ liệu rác"):
        open_sealed(junk, [str(keys.unit)])


@pytest.mark.parametrize("spoil", ["cut", "changed", "text", "empty"])
def test_what_was_changed_is_not_opened(portal: Portal, keys: Keys, spoil: str) -> None:
    whole = seal(portal, the_route(portal), "van-phong", body())
    spoilt = {
        "cut": whole[:-40],
        "changed": whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
        "text": "Kính gửi".encode(),
        "empty": b"",
    }[spoil]
    with pytest.raises(Refused, match="không còn nguyên vẹn"):
        open_sealed(spoilt, [str(keys.unit)])


def test_any_program_that_knows_age_opens_it_and_sees_json(portal: Portal, keys: Keys) -> None:
    ciphertext = seal(portal, the_route(portal), "van-phong", body(files=(PICTURE,)))
    assert ciphertext.startswith(b"age-encryption.org/v1\n-> X25519 ")
    inside = json.loads(pyrage.decrypt(ciphertext, [keys.recovery]))
    assert inside["fields"]["noi-dung"] == "Nội dung kín"
    assert inside["files"][0]["name"] == "Ảnh chụp.JPG"
    assert inside["moment"] == "2026-11-22T02:30:00+00:00"


def test_an_armored_file_opens_too(keys: Keys) -> None:
    message = Sealed("p", "r", "u", "denunciation", AT, {}, {}, ())
    armored = pyrage.encrypt(packed(message), [keys.unit.to_public()], armored=True)
    assert open_sealed(armored, [str(keys.unit)]) == message


def test_length_tells_only_a_class(portal: Portal) -> None:
    def length(text: str, files: tuple[SealedFile, ...] = ()) -> int:
        return len(seal(portal, the_route(portal), "van-phong", body(text, files)))

    # age adds a line of random length, so that programs bear lines they do not know.
    assert abs(length("x") - length("ạ" * 9000)) < 1500
    assert length("x", (PICTURE,)) < CLASSES[0] + 2000
    assert length("x", (SealedFile("a.pdf", "application/pdf", bytes(90_000)),)) > CLASSES[1]


@given(st.integers(0, MOST + 5))
def test_a_class_holds_what_is_put_into_it(length: int) -> None:
    size = size_class(length)
    assert (size is None) is (length > MOST)
    assert size is None or (size in CLASSES and size >= length)


def test_three_of_the_largest_files_fit(portal: Portal, keys: Keys) -> None:
    files = tuple(SealedFile(f"{n}.pdf", "application/pdf", bytes(7 * 10**6)) for n in range(3))
    assert len(packed(Sealed("p", "r", "u", "k", AT, {"noi-dung": "ạ" * 20_000}, {}, files))) == (
        MOST
    )
    too_many = (*files, *files)
    with pytest.raises(Refused, match="hãy bớt tệp"):
        seal(portal, the_route(portal), "van-phong", body(files=too_many))


def test_what_others_sealed_to_our_keys_is_no_fault_of_the_program(keys: Keys) -> None:
    strange = [b"", b"[]", b'{"version":2}', b"\xff", b'{"version":1}', b"[" * 100_000]
    strange.append(packed(Sealed("p", "r", "u", "k", AT, {}, {}, ())).replace(b'"p"', b"[1]"))
    for content in strange:
        ciphertext = pyrage.encrypt(content, [keys.unit.to_public()])
        with pytest.raises(Refused, match="không phải nội dung do Cổng đóng gói"):
            open_sealed(ciphertext, [str(keys.unit)])


_TEXTS = st.dictionaries(st.text(max_size=9), st.text(st.characters(codec="utf-8")), max_size=4)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    fields=_TEXTS,
    contact=_TEXTS,
    files=st.lists(st.builds(SealedFile, st.text(), st.text(), st.binary()), max_size=3),
    at=st.datetimes(timezones=st.just(dt.UTC)),
)
def test_what_is_packed_is_unpacked(
    fields: dict[str, str], contact: dict[str, str], files: list[SealedFile], at: dt.datetime
) -> None:
    message = Sealed("p", "r", "u", "denunciation", at, fields, contact, tuple(files))
    content = packed(message)
    assert len(content) in CLASSES
    assert unpacked(content) == message


def test_nothing_is_taken_where_there_is_no_key(house: House, keys: Keys) -> None:
    with_keys(house)
    portal = house.portal()
    assert not can_seal(portal, "van-phong", AT.date())
    with pytest.raises(Refused, match="Hãy gửi đơn trực tiếp"):
        seal(portal, the_route(portal), "van-phong", body())


def test_a_unit_without_a_key_is_not_sealed_to(portal: Portal) -> None:
    assert can_seal(portal, "van-phong", AT.date())
    assert not can_seal(portal, "so-noi-vu", AT.date())
    assert not can_seal(portal, "so-giai-the", AT.date())
    assert not can_seal(portal, "khong-co", AT.date())


def test_the_keys_are_those_of_the_day(house: House, keys: Keys) -> None:
    new = x25519.Identity.generate()
    with_keys(
        house,
        key_rule("cu", "van-phong", keys.unit.to_public(), ", valid_to: 2026-11-30"),
        key_rule("moi", "van-phong", new.to_public(), ", valid_from: 2026-12-01"),
        key_rule("kp", "ubnd-tinh", keys.recovery.to_public(), ", recovery: true"),
    )
    portal = house.portal()
    midnight = dt.datetime(2026, 11, 30, 17, 0, tzinfo=dt.UTC)  # 00:00 of 01/12 in Viet Nam
    for at, opens, not_opens in (
        (midnight - dt.timedelta(seconds=1), keys.unit, new),
        (midnight, new, keys.unit),
    ):
        ciphertext = seal(portal, the_route(portal), "van-phong", body(at=at))
        assert open_sealed(ciphertext, [str(opens)]).moment == at
        with pytest.raises(Refused):
            open_sealed(ciphertext, [str(not_opens)])


def test_whoever_took_the_work_over_has_the_keys_too(house: House, keys: Keys) -> None:
    with_keys(
        house,
        key_rule("cu", "so-ke-hoach", keys.unit.to_public()),
        key_rule("kp", "ubnd-tinh", keys.recovery.to_public(), ", recovery: true"),
    )
    portal = house.portal()
    assert portal.sealed_to("so-tai-chinh-moi", AT.date()) == portal.sealed_to(
        "so-ke-hoach", AT.date()
    )
    assert len(portal.sealed_to("so-tai-chinh-moi", AT.date())) == 2
    assert portal.sealed_to("so-noi-vu", AT.date()) == ()
