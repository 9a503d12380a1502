"""What the operator does: desks, codes, resetting; and that an older database is brought up."""

import datetime as dt
import os
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from accounts.database import open_database
from accounts.log import entries, verify
from accounts.signing.credentials import Kind, kinds_of
from accounts.signing.roster import all_desks, all_sessions
from accounts.signing.who import desks_now
from regulation.findings import Refused
from regulation.yamlfile import VIETNAM
from tests.accounts.desk import DAY, HOUR, NOON, file_url
from tests.accounts.signing.door import AGENCY, PASSWORD, PORTALS, Door
from tests.accounts.test_log import tamper, wrong


def desks(door: Door, person: str, at: dt.datetime) -> dict[tuple[str, str], str]:
    """For which agencies somebody answers at a moment."""
    with door.desk.database.reading() as connection:
        return {**desks_now(connection, person, at)}


def give(door: Door, person: str = "mai", agency: str = AGENCY, **rest: object) -> None:
    """Gives a desk of the made-up portal."""
    door.doors.give_desk(PORTALS, person, "mau", agency, **rest)  # type: ignore[arg-type]


# --- Desks ----------------------------------------------------------------------------------------


def test_a_desk_counts_from_when_it_was_recorded_until_before_its_end(door: Door) -> None:
    door.desk.known("mai")
    give(door, place="head", since=NOON - DAY, until=NOON + DAY)
    where = {("mau", AGENCY): "head"}
    moments = (NOON - HOUR, NOON, NOON + DAY - HOUR, NOON + DAY)
    assert [desks(door, "mai", at) for at in moments] == [{}, where, where, {}]


def test_a_desk_that_is_taken_ends_then_and_may_be_given_again(door: Door) -> None:
    door.desk.known("mai")
    give(door)
    door.desk.clock.turn(HOUR)
    door.doors.take_desk("mai", "mau", AGENCY)
    assert desks(door, "mai", NOON + HOUR) == {}
    give(door, place="head")
    assert desks(door, "mai", NOON + HOUR) == {("mau", AGENCY): "head"}
    with door.desk.database.reading() as connection:
        lines = [(each.place, each.state) for each in all_desks(connection, NOON + HOUR)]
    assert lines == [("head", "in-force"), ("officer", "ended")]


def test_desks_that_are_refused(door: Door) -> None:
    door.desk.known("mai")
    door.desk.register.add_person("may", "Máy", bot=True)
    give(door)
    cases = [
        ({"person": "khong"}, "Không có người mang mã này"),
        ({"person": "may"}, "Chương trình không đăng nhập"),
        ({"agency": "so-la"}, "không có cơ quan này"),
        ({"agency": "so-cu"}, r"không còn vào ngày ấy; hãy ghi cơ quan kế thừa \(so-noi-vu\)"),
        ({"place": "giam-doc"}, "officer"),
        ({}, "Người này đã là cán bộ đầu mối của “Sở Nội vụ”"),
        ({"agency": "so-tai-chinh", "until": NOON - DAY}, "Phải sau lúc bắt đầu"),
    ]
    before = door.log()
    for values, message in cases:
        with pytest.raises(Refused, match=message):
            give(door, **values)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="Đang trả lời cho: so-noi-vu"):
        door.doors.take_desk("mai", "mau", "so-tai-chinh")
    assert door.log() == before


@pytest.mark.duty("G4")
def test_who_leaves_leaves_desks_ways_in_and_sessions_behind(door: Door) -> None:
    browser = door.browser()
    browser.sign_in(door.ready())
    door.desk.register.leave("mai")
    now = door.desk.clock()
    with door.desk.database.reading() as connection:
        assert kinds_of(connection, "mai", now) == set()
        assert all_sessions(connection, now) == []
        assert list(verify(connection)) == []
    assert desks(door, "mai", now) == {}


def test_who_leaves_later_works_until_then(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    browser.sign_in(officer)
    now = door.desk.clock()
    door.desk.register.leave("mai", now + HOUR)
    assert browser.person() == "mai"
    for _ in range(3):
        door.desk.clock.turn(HOUR / 3)
        there = browser.person()
    assert there is None
    assert door.browser().password("mai").status_code == 422


# --- Set-up codes ---------------------------------------------------------------------------------


def test_a_code_works_once_and_for_72_hours(door: Door) -> None:
    code = door.officer()
    door.desk.clock.turn(72 * HOUR - dt.timedelta(minutes=1))
    door.browser().set_up(code, "mai")
    answer = door.browser().send("/thiet-lap/", ma=code)
    assert answer.status_code == 422
    assert "đã dùng rồi hoặc quá 72 giờ" in answer.text
    late = door.officer("lan")
    door.desk.clock.turn(72 * HOUR)
    assert door.browser().send("/thiet-lap/", ma=late).status_code == 422


def test_a_new_code_takes_the_place_of_the_one_before(door: Door) -> None:
    old = door.officer()
    new = door.doors.invite("mai")[0]
    assert door.browser().send("/thiet-lap/", ma=old).status_code == 422
    assert door.browser().send("/thiet-lap/", ma=new.lower()).status_code == 303


def test_a_set_up_that_was_begun_ends_when_its_code_does(door: Door) -> None:
    browser = door.browser()
    browser.send("/thiet-lap/", ma=door.officer())
    token = browser.token("/thiet-lap/mat-khau/")
    door.doors.reset("mai")
    sent = {"csrf": token, "mat-khau": PASSWORD, "lai": PASSWORD}
    answer = browser.client.post("/can-bo/thiet-lap/mat-khau/", data=sent)
    assert "Bước trước đã quá lâu" in answer.text
    assert door.log()[-1] == ("reset", "mai")


def test_nothing_counts_before_the_set_up_is_done(door: Door) -> None:
    code = door.officer()
    browser = door.browser()
    browser.send("/thiet-lap/", ma=code)
    assert browser.get("/thiet-lap/xac-thuc/").headers["location"] == "/can-bo/thiet-lap/mat-khau/"
    assert browser.send("/thiet-lap/mat-khau/", mat_khau="ngắn", lai="ngắn").status_code == 422
    two = browser.send("/thiet-lap/mat-khau/", mat_khau=PASSWORD, lai=PASSWORD + "x")
    assert "Hai lần gõ mật khẩu không giống nhau" in two.text
    assert browser.send("/thiet-lap/mat-khau/", mat_khau=PASSWORD, lai=PASSWORD).status_code == 303
    assert door.browser().password("mai").status_code == 422
    assert browser.send("/thiet-lap/xac-thuc/", ma="000000").status_code == 422
    with door.desk.database.reading() as connection:
        assert kinds_of(connection, "mai", door.desk.clock()) == {Kind.SET_UP}
    door.browser("192.0.2.1").set_up(code, "mai")


def test_codes_that_are_refused(door: Door) -> None:
    door.ready()
    with pytest.raises(Refused, match=r"đã thiết lập đăng nhập rồi.*cong accounts reset mai"):
        door.doors.invite("mai")
    door.doors.reset("mai")
    door.desk.register.suspend("mai", "Mất máy")
    with pytest.raises(Refused, match="đang bị tạm ngừng"):
        door.doors.invite("mai")
    with pytest.raises(Refused, match="chưa thiết lập đăng nhập"):
        door.doors.reset("mai")


def test_resetting_leaves_nothing_by_which_to_come_in(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    browser.sign_in(officer)
    assert door.doors.reset("mai") == 1
    assert browser.person() is None
    assert door.browser().password("mai").status_code == 422
    door.browser().set_up(door.doors.invite("mai")[0], "mai")
    again = door.browser()
    again.password("mai")
    assert again.send("/dang-nhap/buoc-hai/", ma=officer.spare[0]).status_code == 422


# --- The log and the tables -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE credentials SET secret = 'x' WHERE kind = 'password'", "secret khác với nhật ký"),
        ("UPDATE credentials SET ended_at = NULL", "ended_at khác với nhật ký"),
        ("UPDATE desks SET place = 'head'", "place khác với nhật ký"),
        ("DELETE FROM desks", "mất dòng 1"),
    ],
)
def test_what_was_changed_behind_the_logs_back_is_found(
    door: Door, statement: str, told: str
) -> None:
    door.ready()
    assert wrong(door.desk) == []
    tamper(door.desk, statement)
    assert told in " ".join(wrong(door.desk))


def test_a_session_that_ends_is_told_by_the_log_and_not_compared(door: Door) -> None:
    browser = door.browser()
    browser.sign_in(door.ready())
    door.desk.clock.turn(dt.timedelta(minutes=5))
    browser.person()  # seen again: written down, and not in the log
    with door.desk.database.reading() as connection:
        last = entries(connection)[-1]
    assert (last.action, last.actor, last.account) == ("signed-in", "mai", "cong-relay@may")
    assert '"how":"password+totp"' in last.changes
    assert wrong(door.desk) == []


def test_a_database_of_the_version_before_is_brought_up_with_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "cu.sqlite"
    engine = create_engine(file_url(path))
    config = Config()
    config.set_main_option("script_location", "accounts:migrations")
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        row = "('mai', 'Mai', 0, '2026-01-01 00:00:00.000000')"
        connection.execute(text(f"INSERT INTO people VALUES {row}"))
    engine.dispose()
    with open_database(file_url(path), os.environ) as database, database.reading() as connection:
        assert desks_now(connection, "mai", NOON.astimezone(VIETNAM)) == {}
        assert connection.execute(text("SELECT id FROM people")).scalars().all() == ["mai"]
