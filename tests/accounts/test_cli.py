"""``cong accounts`` as it is typed, rightly and wrongly: what is printed, and the exit code."""

import contextlib
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import cong
from tests.small import PORTAL, Small, clean_environment, small

NAME = "Nguyễn Thị Mai"


class Office(Small):
    """The small portal with a deputy to whom the head may delegate, and its operator's machine."""

    @property
    def file(self) -> Path:
        """The database, which is nowhere near the checkout."""
        return self.root.parent / "du-lieu" / "cong" / "accounts.sqlite"

    def accounts(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Types ``cong accounts …``; in this process, which takes a tenth of the time."""
        data = {"XDG_DATA_HOME": str(self.root.parent / "du-lieu"), "CONG_ACCOUNTS": ""}
        out, err = io.StringIO(), io.StringIO()
        whole = clean_environment(**{**data, **environment})
        with (
            contextlib.chdir(self.root),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            mock.patch.dict(os.environ, whole, clear=True),
            mock.patch.object(sys, "argv", ["cong", "accounts", *words]),
            pytest.raises(SystemExit) as left,
        ):
            cong.main()
        code = left.value.code
        assert isinstance(code, int)
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    def done(self, *words: str, **environment: str) -> str:
        """What it prints when it is taken."""
        done = self.accounts(*words, **environment)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    def refused(self, *words: str, code: int = 1, **environment: str) -> str:
        """What it complains of when it is not."""
        done = self.accounts(*words, **environment)
        assert (done.returncode, done.stdout) == (code, ""), done
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A fresh checkout; nobody is registered yet."""
    made = small(tmp_path / "kho")
    made.change(
        "portal.yml",
        "\nsteps:\n",
        """
  - {id: pho, basis: Điều 3 Quy chế, role: deputy, title: Phó Trưởng ban, held_by: Công chức}
delegations:
  - {id: uy-quyen, basis: Điều 3 Quy chế, role: head, to: deputy, text: Phó thay Trưởng ban.}
steps:
""",
    )
    return Office(made.root, made.folder)


def test_a_day_at_the_office(office: Office, tmp_path: Path) -> None:
    """From the first person to the last."""
    subprocess.run(["git", "init", "--quiet", str(office.root)], check=True)
    me = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "cong.login",
        "GIT_CONFIG_VALUE_0": "Truong",
    }
    told = office.done("add", "truong", "--name", "Trần Văn Trưởng", "--email", "t@tinh.vn")
    assert told.startswith("✓ Đã đăng ký “truong”.")
    office.done("add", "pho", "--name", "Lê Phó", "--github", "le-pho")
    at = ("--portal", PORTAL)
    told = office.done("grant", "truong", "truong-ban", *at)
    assert re.match(r"✓ “truong” giữ chức danh “Trưởng ban” ở cổng portal-nho, từ \d\d:\d\d", told)
    told = office.done("grant", "pho", "pho", *at, "--since", "2020-01-01", "--until", "31/12/2099")
    assert "đến hết ngày 31/12/2099." in told
    assert "chức danh chỉ được tính từ lúc vừa ghi" in told
    told = office.done(
        *("delegate", "Truong", "PHO", *at, "--role", "head", "--until", "2099-01-31"),
        *("--document", "15/GUQ-SNV", "--dated", "20/11/2026"),
        **me,
    )
    assert re.fullmatch(
        r"✓ Ủy quyền số 1: “pho” thay “truong” từ \d\d:\d\d ngày [\d/]+ đến hết ngày "
        r"31/01/2099\.\n",
        told,
    )
    told = office.done("suspend", "pho", "--reason", "Mất máy", "--until", "2099-12-31 08:00", **me)
    assert "Để báo cáo: cong accounts list --suspended" in told

    lines = [line.split("\t") for line in office.done("list").splitlines()]
    assert [[line[0], line[1], line[3], line[4], line[6], line[7]] for line in lines] == [
        [PORTAL, "pho", "pho", "Lê Phó", "hết ngày 31/12/2099", "TẠM NGỪNG"],
        [
            PORTAL,
            "truong-ban",
            "truong",
            "Trần Văn Trưởng",
            "khi có thay đổi",
            "đang có hiệu lực",
        ],
    ]
    [report] = office.done("list", "--suspended").splitlines()
    assert report.split("\t")[0::3] == ["pho", "trước 08:00 ngày 31/12/2099"]
    assert office.done("delegations").startswith(
        "số 1: “truong” ủy quyền vai trò Trưởng ban ở cổng portal-nho cho “pho”, từ "
    )
    told = office.done("resume", "pho", **me)
    assert told == "✓ “pho” được dùng lại từ bây giờ.\n"
    assert "15/GUQ-SNV ngày 20/11/2026: đang có hiệu lực" in office.done("show", "pho")
    office.done("delegations", "--revoke", "1", **me)
    office.done("revoke", "pho", "pho", *at, **me)
    office.done("revoke", "truong", "--all", **me)
    assert office.done("list").startswith("Chưa ai giữ chức danh nào. Ai trả lời cho")

    log = office.done("log").splitlines()
    assert len(log) == 10
    assert re.match(r"5\. .*, truong \(.+@.+\): ủy quyền “pho”: .*giấy số 15/GUQ-SNV", log[4])
    assert re.match(r"1\. \d\d:\d\d ngày [\d/]+, [^(]+@.+: đăng ký “truong”: địa chỉ t@", log[0])
    checked = office.done("verify")
    assert checked.startswith("✓ Nhật ký có 10 mục, khớp với các bảng.\n")
    seal = checked.split()[-1]
    assert office.done("verify", "--seal", seal) == checked
    assert office.refused("verify", "--seal", f"1{seal}").startswith(
        f"{office.file}: lỗi: Nhật ký không còn mục mang mã 1{seal}"
    )


@pytest.mark.duty("G5")
def test_nothing_of_it_goes_near_the_checkout_or_to_others(office: Office) -> None:
    before = sorted(str(path) for path in office.root.rglob("*"))
    office.done("add", "mai", "--name", NAME, "--email", "mai@tinh.vn")
    office.done("grant", "mai", "tv-tin", "--portal", PORTAL)
    data = {"XDG_DATA_HOME": str(office.root.parent / "du-lieu"), "CONG_ACCOUNTS": ""}
    assert NAME in office.cong("accounts", "list", **data).stdout  # the real command
    after = [path for path in office.root.rglob("*") if "__pycache__" not in path.parts]
    assert sorted(map(str, after)) == before
    assert office.file.stat().st_mode & 0o777 == 0o600
    assert office.file.parent.stat().st_mode & 0o777 == 0o700
    for path in office.build().rglob("*"):
        assert not path.is_file() or NAME.encode() not in path.read_bytes(), path


@pytest.mark.duty("G5")
def test_a_place_in_the_checkout_is_refused(office: Office) -> None:
    subprocess.run(["git", "init", "--quiet", str(office.root)], check=True)
    told = office.refused("add", "mai", "--name", NAME, CONG_ACCOUNTS="tk.sqlite")
    assert told.startswith(f"{office.root}/tk.sqlite: lỗi: Tệp này nằm trong kho Git")


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        ("grant mai tv-tin --portal sai", 2, "--portal: lỗi: Không có cổng “sai”. Các cổng: "),
        ("grant mai tv-tn --portal portal-nho", 1, "tv-tn: lỗi: Không có chức danh này trong"),
        ("grant mai tv-tin --portal portal-nho --field the-thao", 1, "the-thao: lỗi: Chức danh"),
        ("grant lan tv-tin --portal portal-nho", 1, "lan: lỗi: Không có người mang mã này; hãy"),
        ("grant mai tv-tin", 2, "Thiếu --portal; hãy thêm vào."),
        ("grant", 2, "Thiếu NGƯỜI; hãy thêm vào."),
        ("grant mai tv-tin --portal portal-nho --until 30/2/2027", 2, "--until: lỗi: Không đọc"),
        ("grant mai tv-tin --portal portal-nho --since mai", 2, "--since: lỗi: Không đọc được “m"),
        ("grant mai tv-tin --portal portal-nho --until 2020-01-01", 1, "--until: lỗi: Phải sau"),
        ("add lan --name Trần Thị Lan", 2, "Thừa “Thị Lan”: lệnh này chỉ nhận NGƯỜI; hãy đặt"),
        ("add mai --name Mai", 1, "mai: lỗi: Mã này đã có người dùng"),
        ("revoke mai", 2, "cong accounts revoke: lỗi: Hãy ghi chức danh cùng --portal, hoặc"),
        ("revoke mai tv-tin", 2, "cong accounts revoke: lỗi: Hãy ghi chức danh cùng --portal"),
        ("revoke mai tv-tin --all", 2, "cong accounts revoke: lỗi: Hãy ghi chức danh cùng"),
        ("revoke mai tv-tin --portal portal-nho", 1, "tv-tin: lỗi: “mai” không giữ chức danh"),
        ("suspend mai", 2, "Thiếu --reason; hãy thêm vào."),
        ("resume mai", 1, "mai: lỗi: Người này không bị tạm ngừng"),
        ("show lan", 1, "lan: lỗi: Không có người mang mã này"),
        ("key mai --add khong-co.pub", 1, "khong-co.pub: lỗi: Không có tệp"),
        ("key mai --add content/portal-nho/media/cau.jpg", 1, "content/portal-nho/media/cau.jpg"),
        ("key mai --add a --revoke b", 2, "--add và --revoke: lỗi: Mỗi lần chỉ làm một việc"),
        ("delegations --revoke 7", 1, "7: lỗi: Không có ủy quyền mang số này"),
        (
            "delegate mai mai --portal portal-nho --role sep --until 1/1/2099 --document 1 "
            "--dated 1/1/2026",
            2,
            "--role: lỗi: Giá trị “sep” không có trong danh sách; hãy chọn một trong: head,",
        ),
        ("lsit", 2, "Không có lệnh “lsit”; có phải “list” không?"),
        ("list --potral x", 2, "Không có tùy chọn “--potral”; có phải “--portal” không?"),
    ],
)
def test_what_was_typed_wrong_is_told_and_changes_nothing(
    mai: Office, typed: str, code: int, told: str
) -> None:
    before = mai.file.read_bytes()
    complaint = mai.refused(*typed.split(), code=code)
    assert complaint.startswith(told), complaint
    assert mai.file.read_bytes() == before


@pytest.fixture(scope="module")
def mai(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A checkout where only Mai is registered, which no test may change."""
    made = small(tmp_path_factory.mktemp("nha") / "kho")
    office = Office(made.root, made.folder)
    office.done("add", "mai", "--name", NAME)
    return office


VERBS = "add grant revoke suspend resume list show key email login delegate delegations log verify"


@pytest.mark.parametrize("verb", ["", *VERBS.split()])
def test_help_is_vietnamese_and_names_what_is_to_be_typed(mai: Office, verb: str) -> None:
    told = mai.done(*([verb] if verb else []), "--help")
    assert f"Cách dùng: cong accounts {verb}".strip() in told
    assert re.search(r"[<{]|Options|Usage|Arguments|required|\[\[", told) is None


def test_before_anybody_is_registered_there_is_nothing_to_read(office: Office) -> None:
    for typed in ("list", "log", "verify", "show mai", "resume mai"):
        assert "hãy đăng ký người đầu tiên bằng cong accounts add" in office.refused(*typed.split())
    assert not office.file.exists()


def test_the_list_for_programs(mai: Office) -> None:
    told: dict[str, Any] = json.loads(mai.done("list", "--all", "--json"))
    assert (told["holdings"], told["others"]) == ([], {"mai": NAME})
    [entry] = json.loads(mai.done("log", "--json"))
    assert (entry["number"], entry["action"], entry["person"]) == (1, "added", "mai")
    assert entry["changes"][0][2]["name"] == NAME
    assert json.loads(mai.done("show", "mai", "--json"))["name"] == NAME


class Screen(io.StringIO):
    """A terminal of eighty columns."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_ids_are_whole(office: Office) -> None:
    who = "nguyen-thi-hong-nhung-2"
    office.done("add", who, "--name", "Nguyễn Thị Hồng Nhung")
    office.done("grant", who, "tv-van-ban", "--portal", PORTAL, "--until", "31/12/2099")
    data = {"XDG_DATA_HOME": str(office.root.parent / "du-lieu"), "COLUMNS": "80"}
    shown = Screen()
    with (
        contextlib.redirect_stdout(shown),
        mock.patch.dict(os.environ, clean_environment(**data), clear=True),
        mock.patch.object(sys, "argv", ["cong", "accounts", "list"]),
        pytest.raises(SystemExit),
    ):
        cong.main()
    told = re.sub(r"\x1b\[[0-9;]*m", "", shown.getvalue())
    for words in (PORTAL, "tv-van-ban", "· van-ban-so-lieu", who, "Hồng Nhung", "ngày 31/12/2099"):
        assert words in told, told
    assert max(map(len, told.splitlines())) <= 80


def test_keys_addresses_and_logins_are_shown_added_and_ended(
    office: Office, tmp_path: Path
) -> None:
    office.done("add", "mai", "--name", NAME)
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "khoa")]
    subprocess.run(command, check=True)
    public = str(tmp_path / "khoa.pub")
    assert office.done("key", "mai") == "“mai” chưa có khóa nào.\n"
    told = office.done("key", "mai", "--add", public)
    fingerprint = re.findall(r"SHA256:\S+", told)[0]
    assert office.done("key", "mai").startswith(f"{fingerprint}: từ ")
    office.done("key", "mai", "--revoke", fingerprint)
    assert "đã thu hồi lúc" in office.done("key", "mai")
    assert "Đây là khóa riêng" in office.refused("key", "mai", "--add", public.removesuffix(".pub"))
    office.done("email", "mai", "--add", "mai@tinh.vn")
    assert office.done("email", "mai") == "mai@tinh.vn\n"
    office.done("email", "mai", "--end", "MAI@tinh.vn")
    assert office.done("email", "mai") == "“mai” chưa có địa chỉ nào.\n"
    office.done("login", "mai", "--add", "ntmai")
    assert office.done("login", "mai") == "local: mai\ngithub: ntmai\n"
    office.done("login", "mai", "--end", "ntmai")
    assert office.done("login", "mai") == "local: mai\n"


def test_whoever_asks_is_known_by_the_address_that_git_has(office: Office) -> None:
    office.done("add", "mai", "--name", NAME, "--email", "mai@tinh.vn")
    git = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "user.email",
        "GIT_CONFIG_VALUE_0": "Mai@Tinh.vn",
    }
    office.done("add", "lan", "--name", "Lan", **git)
    assert [e["actor"] for e in json.loads(office.done("log", "--json"))] == ["", "mai"]


def test_a_database_that_was_changed_behind_its_back_is_told(office: Office) -> None:
    office.done("add", "mai", "--name", NAME)
    other = sqlite3.connect(office.file)
    other.execute("UPDATE people SET name = 'Ai đó'")
    other.commit()
    other.close()
    assert office.refused("verify") == (
        f"{office.file}: lỗi: Bảng people, dòng mai: name khác với nhật ký.\n"
    )


def test_what_people_state_of_themselves_is_written_down_and_shown(office: Office) -> None:
    office.done("add", "mai-nt", "--name", NAME, "--phone", "0258 3 000 000")
    said = office.done("contact", "mai-nt", "--organisation", "Sở Nội vụ", "--title", "Văn thư")
    assert said.splitlines() == [
        "✓ Đã ghi thông tin liên hệ của “mai-nt”.",
        "  tổ chức: Sở Nội vụ",
        "  chức danh: Văn thư",
        "  điện thoại: 0258 3 000 000",
    ]
    assert "  điện thoại: 0258 3 000 000" in office.done("show", "mai-nt")
    assert "ghi thông tin liên hệ" in office.done("log")
    office.done("contact", "mai-nt", "--title", "")
    assert "chức danh" not in office.done("contact", "mai-nt")
    assert "không phải số điện thoại" in office.refused("contact", "mai-nt", "--phone", "gọi sau")
    office.done("add", "an-lv", "--name", "Lê Văn An")
    assert office.done("contact", "an-lv") == "“an-lv” chưa ghi thông tin liên hệ nào.\n"
