"""What may be written down, and what is said of what may not."""

import datetime as dt
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.holders import DatabaseStaff
from accounts.keys import KINDS, read_key
from accounts.log import entries
from accounts.roster import State, all_delegations, roster, suspended_people
from regulation.findings import Refused
from regulation.model import Role
from tests.accounts.desk import DAY, HOUR, NOON, PORTALS, Desk

TIN, VAN_BAN = frozenset({"tin"}), frozenset({"van-ban"})
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE1hZGUgdXAgZm9yIGEgdGVzdCwgbm9ib2R5J3Mga2V5"


@pytest.fixture
def board(desk: Desk) -> Desk:
    """A register with a board: a head, a deputy, a secretary, two members, a program."""
    desk.known("truong", "pho", "ky", "mai", "lan")
    desk.register.add_person("may", "Máy", bot=True)
    for person, post in (("truong", "tb"), ("pho", "ptb"), ("ky", "tk"), ("mai", "tvt")):
        desk.grant(person, post)
    desk.clock.turn(HOUR)
    return desk


def refused(act: Callable[[], object]) -> str:
    """What an act is refused with."""
    with pytest.raises(Refused) as told:
        act()
    return str(told.value)


def delegate(desk: Desk, grantor: str = "truong", to: str = "pho", **rest: Any) -> int:
    """A delegation of the head to the deputy until tomorrow, unless said otherwise."""
    given = {
        "portal": "mau",
        "role": "head",
        "until": NOON + DAY,
        "document": "15/GUQ-SNV",
        "document_date": dt.date(2026, 11, 20),
    }
    return desk.register.delegate(PORTALS, grantor, to, **{**given, **rest})


# --- People and names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda r: r.add_person("Mai", "Mai"), "Mai: lỗi: Mã chỉ được gồm chữ thường không dấu"),
        (lambda r: r.add_person("mai", "Mai"), "mai: lỗi: Mã này đã có người dùng"),
        (lambda r: r.add_person("hoa", " \n"), "--name: lỗi: Họ tên đang để trống"),
        (
            lambda r: r.add_person("hoa", "Hoa", addresses=["hoa"]),
            "hoa: lỗi: Không phải địa chỉ thư điện tử",
        ),
        (
            lambda r: r.add_person("hoa", "Hoa", addresses=["hoa@x.vn", " HOA@X.VN "]),
            "HOA@X.VN: lỗi: Đã đăng ký cho người này (không kể chữ hoa, chữ thường)",
        ),
        (lambda r: r.add_email("lan", "Mai@Tỉnh.vn"), "Mai@Tỉnh.vn: lỗi: Đã đăng ký cho “mai”"),
        (lambda r: r.add_login("lan", "github", "@NTMAI"), "NTMAI: lỗi: Đã đăng ký cho “mai”"),
        (lambda r: r.add_login("lan", "github", "a b"), "a b: lỗi: Không phải tên tài khoản"),
        (lambda r: r.add_login("lan", "gitlab", "lan"), "gitlab: lỗi: Không có nơi này; hãy ghi"),
        (lambda r: r.end_email("lan", "mai@tỉnh.vn"), "mai@tỉnh.vn: lỗi: Không phải của “lan”"),
        (lambda r: r.end_login("lan", "github", "ntmai"), "ntmai: lỗi: Không phải của “lan”"),
        (lambda r: r.add_email("khong", "k@x.vn"), "khong: lỗi: Không có người mang mã này"),
    ],
)
def test_a_name_is_right_and_nobody_elses(desk: Desk, act: Any, told: str) -> None:
    desk.known("mai", "lan")
    desk.register.add_email("mai", "mai@TỈNH.vn")
    desk.register.add_login("mai", "github", "NTMai")
    with desk.database.reading() as connection:
        before = entries(connection)
    assert refused(lambda: act(desk.register)).startswith(told)
    with desk.database.reading() as connection:
        assert entries(connection) == before


def test_whoever_it_is_is_found_by_each_of_their_names_in_any_case(desk: Desk) -> None:
    names = [("github", "NTMai"), ("github", "mai-2")]
    desk.register.add_person("mai", "Mai", addresses=["Mai@Tinh.vn"], names=names)
    github = DatabaseStaff(desk.database, "github")
    found = desk.staff.person_of_login("mai")
    assert found is not None
    # The second stands in commits that are made here.
    addresses = {"Mai@Tinh.vn", "mai@cong.invalid"}
    assert (found.id, found.logins, found.emails) == ("mai", {"mai"}, addresses)
    assert desk.staff.person_of_email("Mai@cong.invalid") == found
    assert desk.staff.person_of_email("ai-do@cong.invalid") is None
    assert desk.staff.person_of_email("mai@tinh.vn") == found
    there = github.person_of_login("ntmai")
    assert there is not None
    assert there.logins == {"NTMai", "mai-2"}
    assert [github.person_of_login("mai"), desk.staff.person_of_login("ntmai")] == [None, None]


def test_a_name_that_was_given_up_is_nobodys_and_may_be_given_again(desk: Desk) -> None:
    desk.known("mai", "lan")
    for person in ("mai", "lan", "mai"):
        desk.register.add_email(person, "van-thu@tinh.vn")
        desk.register.add_login(person, "github", "van-thu")
        found = desk.staff.person_of_email("van-thu@tinh.vn")
        assert found is not None
        assert found.id == person
        desk.register.end_email(person, "VAN-THU@tinh.vn")
        desk.register.end_login(person, "github", "Van-Thu")
        assert desk.staff.person_of_email("van-thu@tinh.vn") is None
        assert DatabaseStaff(desk.database, "github").person_of_login("van-thu") is None


# --- Keys -----------------------------------------------------------------------------------------


def made_key(folder: Path, *words: str) -> Path:
    """A key as ssh-keygen makes it."""
    path = folder / "khoa"
    command = ["ssh-keygen", "-q", "-N", "", "-C", "mai@may-cua-mai", "-f", str(path), *words]
    subprocess.run(command, check=True)
    return path


@pytest.mark.parametrize(
    "words",
    [["-t", "ed25519"], ["-t", "ecdsa", "-b", "384"], ["-t", "rsa", "-b", "3072"]],
    ids=lambda words: words[1],
)
def test_a_key_is_named_as_ssh_names_it_and_kept_without_its_comment(
    tmp_path: Path, words: list[str]
) -> None:
    path = made_key(tmp_path, *words)
    public = path.with_suffix(".pub")
    key = read_key(public.read_text())
    said = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(public)], capture_output=True, text=True, check=True
    )
    assert key.fingerprint == said.stdout.split()[1]
    assert key.line.split() == public.read_text().split()[:2]


def test_a_key_that_is_too_short_or_private_is_refused(tmp_path: Path) -> None:
    path = made_key(tmp_path, "-t", "rsa", "-b", "2048")
    with pytest.raises(ValueError, match="Khóa RSA ngắn hơn 3072 bit"):
        read_key(path.with_suffix(".pub").read_text())
    with pytest.raises(ValueError, match="Đây là khóa riêng, không được đưa cho ai"):
        read_key(path.read_text())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "đúng một khóa"),
        (f"{ED25519}\n{ED25519}", "đúng một khóa"),
        ("ssh-dss AAAA", "Không nhận loại khóa này"),
        (f'command="rm" {ED25519}', "Không nhận loại khóa này"),
        ("ssh-ed25519", "bị cắt hoặc sai"),
        (ED25519[:-5], "bị cắt hoặc sai"),
        (ED25519.replace("ssh-ed25519 ", "ssh-rsa "), "bị cắt hoặc sai"),
        ("ssh-ed25519 không-phải", "bị cắt hoặc sai"),
    ],
)
def test_what_is_no_key_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_key(text)
    assert KINDS[0] == "ssh-ed25519"


def test_a_key_is_valid_from_when_it_was_added_until_it_is_revoked(desk: Desk) -> None:
    desk.known("mai", "lan")
    name = desk.register.add_key("mai", f"# của Mai\n{ED25519} mai@may\n")
    added = desk.clock.at
    ended = desk.clock.turn(HOUR)
    desk.register.revoke_key("mai", name)
    second = dt.timedelta(seconds=1)
    asked = [added - second, added, ended - second, ended, ended + DAY]
    assert [desk.staff.keys_of("MAI", at) for at in asked] == [[], [ED25519], [ED25519], [], []]
    assert [desk.staff.keys_of(who, added) for who in ("lan", "khong")] == [[], []]
    told = refused(lambda: desk.register.add_key("mai", ED25519))
    assert told == "khóa: lỗi: Khóa này đã bị thu hồi, không dùng lại được; hãy tạo khóa mới."
    told = refused(lambda: desk.register.revoke_key("mai", name))
    assert "Các khóa đang dùng: không có khóa nào." in told


def test_a_key_is_one_persons(desk: Desk) -> None:
    desk.known("mai", "lan")
    desk.register.add_key("mai", ED25519)
    told = refused(lambda: desk.register.add_key("lan", f"{ED25519} lan@may"))
    assert told == "khóa: lỗi: Khóa này là của “mai”; mỗi người một khóa riêng."


# --- Posts ----------------------------------------------------------------------------------------


@pytest.mark.duty("G4")
@pytest.mark.parametrize(
    ("person", "portal", "post", "rest", "told"),
    [
        ("lan", "mua", "tb", {}, "--portal: lỗi: Không có cổng này. .* có phải “mau” không?"),
        (
            "lan",
            "thu",
            "tbb",
            {},
            r"tbb: lỗi: Không có chức danh này trong quy chế của cổng thu\. Các chức danh có hiệu "
            r"lực vào ngày 22/11/2026: tb \(Trưởng ban Thử\), ptb \(.*\), tv \(.*\), vh \(.*\)\.",
        ),
        ("lan", "mau", "cu", {}, "cu: lỗi: Chức danh này không có hiệu lực vào ngày 22/11/2026"),
        (
            "lan",
            "mau",
            "cu",
            {"since": NOON - 400 * DAY},
            "cu: lỗi: Chức danh này không có hiệu lực vào ngày 22/11/2026",
        ),
        (
            "lan",
            "mau",
            "tvt",
            {"fields": ["tin", "the-thao", "y-te"]},
            r"the-thao: lỗi: .* không phụ trách lĩnh vực này\. Các lĩnh vực: tin \(Tin tức\), "
            r"van-ban \(Văn bản\)\.\ny-te: lỗi",
        ),
        ("lan", "mau", "tb", {"fields": ["tin"]}, "tin: lỗi: .* Các lĩnh vực: không có"),
        ("khong", "mau", "tb", {}, "khong: lỗi: Không có người mang mã này"),
        ("may", "mau", "tvt", {}, "may: lỗi: Chương trình chỉ được làm cộng tác viên"),
        ("lan", "mau", "tb", {"until": NOON}, "--until: lỗi: Phải sau lúc bắt đầu"),
        (
            "lan",
            "mau",
            "tb",
            {"since": NOON - DAY, "until": NOON},
            "--until: lỗi: Đã qua .12:00 ngày 22/11/2026.; hãy ghi một ngày sau",
        ),
        (
            "mai",
            "mau",
            "tvt",
            {"fields": ["tin"], "since": NOON + DAY},
            "mai: lỗi: Người này đã giữ chức danh “Thành viên tin tức” từ 12:00 ngày 22/11/2026 "
            "đến khi có thay đổi; hãy thu hồi trước",
        ),
    ],
)
def test_a_post_that_the_regulation_has_not_is_not_granted(
    board: Desk, person: str, portal: str, post: str, rest: Any, told: str
) -> None:
    assert re.match(told, refused(lambda: board.grant(person, post, portal, **rest)))


def test_one_post_for_different_fields_or_one_time_after_the_other_is_no_duplicate(
    desk: Desk,
) -> None:
    desk.known("mai")
    desk.grant("mai", "tvt", fields=["tin"], until=NOON + DAY)
    desk.grant("mai", "tvt", fields=["van-ban"])
    desk.grant("mai", "tvt", fields=["tin"], since=NOON + 2 * DAY)
    desk.grant("mai", "tvt", fields=["tin"], since=NOON + DAY, until=NOON + 2 * DAY)
    assert "đã giữ" in refused(lambda: desk.grant("mai", "tvt", since=NOON + 9 * DAY))
    assert desk.holds("mai", NOON) == {
        ("mau", Role.MEMBER, TIN),
        ("mau", Role.MEMBER, VAN_BAN),
    }


def test_a_post_is_for_all_of_its_fields_unless_some_are_named(desk: Desk) -> None:
    desk.known("mai", "lan")
    desk.grant("mai", "tvt")
    desk.grant("lan", "tvt", fields=["van-ban", "van-ban"])
    assert desk.holds("mai", NOON) == {("mau", Role.MEMBER, TIN | VAN_BAN)}
    assert desk.holds("lan", NOON) == {("mau", Role.MEMBER, VAN_BAN)}


@pytest.mark.duty("G4")
def test_what_is_revoked_ends_at_that_moment_and_was_held_before(board: Desk) -> None:
    held = {("mau", Role.MEMBER, TIN | VAN_BAN)}
    ended = board.clock.turn(HOUR)
    board.register.revoke("mai", "mau", "tvt")
    asked = (NOON - HOUR, NOON, ended - HOUR, ended, ended + DAY)
    assert [board.holds("mai", at) for at in asked] == [set(), held, held, set(), set()]
    told = refused(lambda: board.register.revoke("mai", "mau", "tvt"))
    assert told == ("tvt: lỗi: “mai” không giữ chức danh “tvt” ở cổng “mau”. Đang giữ: không có.")


@pytest.mark.duty("G4")
def test_whoever_leaves_loses_posts_delegations_and_keys_but_not_the_past(board: Desk) -> None:
    board.register.add_key("truong", ED25519)
    board.register.add_email("truong", "t@tinh.vn")
    board.grant("truong", "tk")
    number = delegate(board)
    before = board.clock.at
    ended = board.clock.turn(HOUR)
    board.register.leave("truong")
    assert len(board.holds("truong", before)) == 2
    assert board.holds("truong", ended) == set()
    assert board.staff.keys_of("truong", before) == [ED25519]
    assert board.staff.keys_of("truong", ended) == []
    with board.database.reading() as connection:
        [delegation] = all_delegations(connection, ended)
    assert (delegation.number, delegation.revoked, delegation.until) == (number, True, ended)
    # Still known, so that nobody approves what they themselves wrote.
    assert board.staff.person_of_email("t@tinh.vn") is not None


def test_leaving_that_is_recorded_late_ends_posts_from_its_date_and_keys_from_now(
    board: Desk,
) -> None:
    # What was signed in between would otherwise look forged.
    board.register.add_key("truong", ED25519)
    delegate(board, until=NOON + 9 * DAY)
    left = board.clock.turn(HOUR)
    now = board.clock.turn(DAY)
    board.register.leave("truong", at=left)
    assert board.holds("truong", left) == set()
    assert board.staff.keys_of("truong", left) == [ED25519]
    assert board.staff.keys_of("truong", now) == []
    [grant] = board.staff.delegations(now)
    assert grant.revoked_at == now


def test_leaving_that_is_to_come_can_be_brought_forward(board: Desk) -> None:
    name = board.register.add_key("truong", ED25519)
    delegate(board, until=NOON + 9 * DAY)
    now = board.clock.at
    board.register.leave("truong", at=now + 3 * DAY)
    assert board.holds("truong", now + 2 * DAY)
    assert board.staff.keys_of("truong", now + 2 * DAY) == [ED25519]
    board.register.revoke("truong", "mau", "tb", now + DAY)
    board.register.revoke_key("truong", name)
    board.register.revoke_delegation(1)
    assert board.holds("truong", now + DAY) == set()
    assert board.staff.keys_of("truong", now) == []
    [grant] = board.staff.delegations(now)
    assert grant.revoked_at == now


# --- Suspending -----------------------------------------------------------------------------------


@pytest.mark.duty("G4")
def test_access_is_suspended_at_once_resumed_and_both_can_be_reported(board: Desk) -> None:
    since = board.clock.turn(HOUR)
    board.register.suspend("mai", "  Mất   máy ")
    ended = board.clock.turn(HOUR)
    board.register.resume("mai")
    second = dt.timedelta(seconds=1)
    asked = (since - second, since, ended - second, ended)
    assert [bool(board.holds("mai", at)) for at in asked] == [True, False, False, True]
    with board.database.reading() as connection:
        [told] = suspended_people(connection, since)
    assert (told.person, told.name, told.reason) == ("mai", "Mai", "Mất máy")
    assert (told.since, told.until) == (since, ended)
    assert "không bị tạm ngừng" in refused(lambda: board.register.resume("mai"))


def test_a_suspension_may_begin_later_end_by_itself_and_be_taken_back_before(board: Desk) -> None:
    now = board.clock.at
    board.register.suspend("mai", "Nghỉ phép", since=now + DAY, until=now + 3 * DAY)
    asked = [now + number * DAY for number in range(4)]
    assert [bool(board.holds("mai", at)) for at in asked] == [True, False, False, True]
    board.register.resume("mai")
    assert all(board.holds("mai", at) for at in asked)


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda r: r.suspend("mai", " "), "--reason: lỗi: Lý do đang để trống"),
        (lambda r: r.suspend("mai", "x", until=NOON), "--until: lỗi: Phải sau lúc bắt đầu"),
        (lambda r: r.suspend("khong", "x"), "khong: lỗi: Không có người mang mã này"),
    ],
)
def test_a_suspension_has_a_reason_and_a_right_time(board: Desk, act: Any, told: str) -> None:
    assert refused(lambda: act(board.register)).startswith(told)


# --- Delegations ----------------------------------------------------------------------------------


@pytest.mark.duty("G3")
def test_a_delegation_is_recorded_with_its_document(board: Desk) -> None:
    assert delegate(board) == 1
    [grant] = board.staff.delegations(board.clock.at)
    assert (grant.grantor.id, grant.delegate.id, grant.role) == ("truong", "pho", Role.HEAD)
    assert (grant.since, grant.until) == (board.clock.at, NOON + DAY)
    assert (grant.recorded_at, grant.revoked_at) == (board.clock.at, None)
    with board.database.reading() as connection:
        [told] = all_delegations(connection, board.clock.at)
    assert (told.document, told.document_date) == ("15/GUQ-SNV", dt.date(2026, 11, 20))


@pytest.mark.duty("G3")
@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (
            {"role": "secretary"},
            r"--role: lỗi: Quy chế của cổng mau không cho ủy quyền vai trò Thư ký vào ngày "
            r"22/11/2026\. Cho ủy quyền: Trưởng ban cho Phó Trưởng ban \(Điều uq\); quản trị cho "
            r"Thư ký.*\.",
        ),
        ({"portal": "thu"}, "--role: lỗi: .*Cho ủy quyền: không có"),
        ({"to": "mai"}, "mai: lỗi: .* không giữ vai trò Phó Trưởng ban ở cổng mau"),
        (
            {"grantor": "pho", "to": "truong"},
            "pho: .* vai trò Trưởng ban .*\ntruong: .* vai trò Phó Trưởng ban ở",
        ),
        ({"to": "truong"}, "truong: lỗi: Không ai ủy quyền cho chính mình"),
        ({"to": "khong"}, "khong: lỗi: Không có người mang mã này"),
        ({"grantor": "khong"}, "khong: lỗi: Không có người mang mã này"),
        ({"document": " "}, "--document: lỗi: Số của giấy ủy quyền đang để trống"),
        (
            {"document_date": NOON.date() + DAY},
            r"--dated: lỗi: Ngày của giấy ủy quyền \(23/11/2026\) chưa đến; hãy ghi ngày giấy",
        ),
        ({"until": NOON}, "--until: lỗi: Phải sau lúc bắt đầu"),
        ({"since": NOON - DAY}, "--since: lỗi: Ngày bắt đầu đã qua .*, hoặc thêm --late"),
        ({"until": NOON - HOUR, "since": NOON - DAY, "late": True}, "--until: lỗi: Đã qua"),
    ],
)
def test_what_the_regulation_does_not_let_go_is_not_delegated(
    board: Desk, rest: Any, told: str
) -> None:
    message = refused(lambda: delegate(board, **rest))
    assert re.match(told, message), message
    assert list(board.staff.delegations(board.clock.at)) == []


def test_a_delegation_of_an_earlier_day_is_recorded_when_the_operator_insists(board: Desk) -> None:
    delegate(board, since=NOON - DAY, late=True)
    [grant] = board.staff.delegations(board.clock.at)
    assert (grant.since, grant.recorded_at) == (NOON - DAY, board.clock.at)


@pytest.mark.parametrize("who", ["truong", "pho"])
def test_nobody_suspended_delegates_or_is_delegated(board: Desk, who: str) -> None:
    board.register.suspend(who, "x")
    assert refused(lambda: delegate(board)).startswith(f"{who}: lỗi: Người này đang bị tạm ngừng")


def test_whoever_delegates_still_holds_the_post_when_it_begins(board: Desk) -> None:
    board.register.revoke("truong", "mau", "tb", NOON + 2 * DAY)
    told = refused(lambda: delegate(board, since=NOON + 3 * DAY, until=NOON + 4 * DAY))
    assert told.startswith("truong: lỗi: Lúc 12:00 ngày 25/11/2026, người này không giữ vai trò")
    delegate(board, since=NOON + DAY, until=NOON + 4 * DAY)


@pytest.mark.duty("G3")
def test_a_delegation_is_revoked_once(board: Desk) -> None:
    number = delegate(board)
    board.clock.turn(HOUR)
    board.register.revoke_delegation(number)
    [grant] = board.staff.delegations(board.clock.at)
    assert grant.revoked_at == board.clock.at
    assert "đã bị thu hồi lúc 14:00" in refused(lambda: board.register.revoke_delegation(number))
    assert "Không có ủy quyền mang số này" in refused(lambda: board.register.revoke_delegation(9))
    second = delegate(board)
    board.clock.turn(2 * DAY)
    assert "đã hết hiệu lực" in refused(lambda: board.register.revoke_delegation(second))


# --- The operator's list --------------------------------------------------------------------------


def test_the_operators_list_tells_what_stands_what_is_to_come_and_what_has_ended(
    board: Desk,
) -> None:
    now = board.clock.at
    board.grant("lan", "ctv", since=now + DAY)
    board.register.revoke("mai", "mau", "tvt")
    board.register.suspend("pho", "x")
    with board.database.reading() as connection:
        told = {line.person: (line.state, line.suspended) for line in roster(connection, now)}
        earlier = {line.person: line.state for line in roster(connection, NOON)}
    assert told == {
        "lan": (State.TO_COME, False),
        "mai": (State.ENDED, False),
        "pho": (State.IN_FORCE, True),
        "ky": (State.IN_FORCE, False),
        "truong": (State.IN_FORCE, False),
    }
    assert {*earlier} == {"mai", "pho", "ky", "truong"}
