"""Signing in through the pages: who gets in, who does not, and that nobody learns why."""

import datetime as dt
import re

import pytest
from starlette.testclient import TestClient

from accounts.log import verify
from accounts.signing.sessions import ABSOLUTE, IDLE
from accounts.signing.who import SignedIn, read
from regulation.model import Role
from tests.accounts.desk import DAY, HOUR
from tests.accounts.signing.door import (
    AGENCY,
    OTHER_PASSWORD,
    PASSWORD,
    PORTALS,
    Counting,
    Door,
    with_hasher,
)

MINUTE = dt.timedelta(minutes=1)


def test_from_the_code_to_the_desk(door: Door) -> None:
    officer = door.ready()
    assert len({*officer.spare}) == 10
    browser = door.browser()
    assert browser.person() is None
    done = browser.sign_in(officer)
    assert (done.status_code, done.headers["location"]) == (303, "/can-bo/")
    assert browser.person() == "mai"
    shown = browser.get("/tai-khoan/").text
    assert "Nguyễn Thị Mai" in shown
    assert "mật khẩu và mã xác thực" in shown
    assert "Mã dự phòng: còn 10" in shown
    assert door.log()[-3:] == [("invited", "mai"), ("set-up", "mai"), ("signed-in", "mai")]
    with door.desk.database.reading() as connection:
        assert list(verify(connection)) == []


def test_an_address_does_as_well_as_an_id(door: Door) -> None:
    door.ready()
    assert door.browser().password(" MAI@mau.vn ").status_code == 303


def test_a_password_alone_opens_nothing(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    assert browser.password("mai").status_code == 303
    assert browser.person() is None
    assert browser.send("/dang-nhap/buoc-hai/", ma="000000").status_code == 422
    assert browser.person() is None
    assert browser.send("/dang-nhap/buoc-hai/", ma=officer.code()).status_code == 303


def test_a_code_is_taken_once(door: Door) -> None:
    officer = door.ready()
    first, second = door.browser(), door.browser()
    for each in (first, second):
        each.password("mai")
    code = officer.code()
    assert first.send("/dang-nhap/buoc-hai/", ma=code).status_code == 303
    assert second.send("/dang-nhap/buoc-hai/", ma=code).status_code == 422


def test_a_recovery_code_is_taken_once_however_it_is_typed(door: Door) -> None:
    officer = door.ready()
    typed = officer.spare[3].replace("-", " ").lower()
    for status in (303, 422):
        browser = door.browser()
        browser.password("mai")
        assert browser.send("/dang-nhap/buoc-hai/", ma=typed).status_code == status
    browser = door.browser()
    browser.sign_in(officer)
    assert "Mã dự phòng: còn 9" in browser.get("/tai-khoan/").text


def test_nobody_uses_anothers_recovery_code(door: Door) -> None:
    door.ready("mai")
    lan = door.ready("lan")
    browser = door.browser()
    browser.password("mai")
    assert browser.send("/dang-nhap/buoc-hai/", ma=lan.spare[0]).status_code == 422


def test_whoever_is_not_let_in_is_answered_alike_after_the_same_work(door: Door) -> None:
    door.ready("mai")
    door.ready("lan")
    door.desk.register.suspend("lan", "Mất máy")
    door.officer("moi")  # invited, not set up
    told = {}
    for number, name in enumerate(("mai", "lan", "moi", "khong-co", "x@y.vn", "", "a\0b")):
        password = PASSWORD if name == "lan" else "sai " + PASSWORD
        before, entries = door.hasher.checks, len(door.log())
        answer = door.browser(f"198.51.{number}.1").password(name, password)
        name_typed = f'value="{name}" autocomplete="username"'.replace("\0", "")
        token = answer.text.partition('name="csrf" value="')[2].partition('"')[0]
        shown = answer.text.replace(name_typed, "").replace(token, "")
        told[name] = (
            answer.status_code,
            shown,
            sorted(set(answer.headers) - {"content-length"}),
            door.hasher.checks - before,
            len(door.log()) - entries,
        )
    assert len({str(each) for each in told.values()}) == 1, told
    assert told["mai"][3:] == (1, 1)
    assert told["mai"][0] == 422


def test_the_session_that_a_browser_had_ends_when_a_new_one_begins(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    browser.sign_in(officer)
    old = browser.client.cookies["__Host-phien"]
    browser.client.cookies.delete("__Host-phien")
    browser.get("/dang-nhap/")
    browser.client.cookies.set("__Host-phien", "do-ke-khac-dat", domain="cong.example")
    browser.client.cookies.delete("__Host-phien")
    browser.client.cookies.set("__Host-phien", old, domain="cong.example", path="/")
    browser.client.cookies.set("__Host-khach", "k", domain="cong.example", path="/")
    from accounts.signing.csrf import token

    sent = {"csrf": token("k"), "ten": "mai", "mat-khau": PASSWORD}
    assert browser.client.post("/can-bo/dang-nhap/", data=sent).status_code == 303
    door.desk.clock.turn(MINUTE)
    assert browser.send("/dang-nhap/buoc-hai/", ma=officer.code()).status_code == 303
    new = browser.client.cookies["__Host-phien"]
    assert new != old
    stranger = door.browser()
    stranger.client.cookies.set("__Host-phien", old, domain="cong.example")
    assert stranger.person() is None


def test_a_value_that_somebody_else_put_into_the_cookie_is_never_a_session(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    browser.client.cookies.set("__Host-phien", "do-ke-khac-dat", domain="cong.example", path="/")
    browser.sign_in(officer)
    values = [c.value for c in browser.client.cookies.jar if c.name == "__Host-phien"]
    assert "do-ke-khac-dat" not in values
    thief = door.browser()
    thief.client.cookies.set("__Host-phien", "do-ke-khac-dat", domain="cong.example")
    assert thief.person() is None


def test_cookies_are_kept_as_closely_as_can_be(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    first = browser.get("/dang-nhap/").headers["set-cookie"]
    inside = browser.sign_in(officer).headers.get_list("set-cookie")
    for cookie in (first, *inside):
        assert cookie.startswith("__Host-")
        said = {part.strip().casefold() for part in cookie.split(";")}
        assert {"httponly", "secure", "samesite=strict", "path=/"} <= said
        assert not any(part.startswith("domain") for part in said)


@pytest.mark.parametrize(("pause", "there"), [(IDLE - MINUTE, True), (IDLE, False)])
def test_a_session_ends_when_nothing_is_done(door: Door, pause: dt.timedelta, there: bool) -> None:
    browser = door.browser()
    browser.sign_in(door.ready())
    door.desk.clock.turn(pause)
    assert (browser.person() == "mai") is there


def test_a_session_ends_after_a_working_day_whatever_is_done(door: Door) -> None:
    browser = door.browser()
    browser.sign_in(door.ready())
    begun = door.desk.clock()
    while door.desk.clock() - begun + 25 * MINUTE < ABSOLUTE:
        door.desk.clock.turn(25 * MINUTE)
        assert browser.person() == "mai"
    door.desk.clock.turn(25 * MINUTE)
    assert browser.person() is None


ENDINGS = {
    "suspend": lambda door: door.desk.register.suspend("mai", "Mất máy"),
    "leave": lambda door: door.desk.register.leave("mai"),
    "reset": lambda door: door.doors.reset("mai"),
    "end-sessions": lambda door: door.doors.end_sessions("mai"),
    "take-desk": lambda door: door.doors.take_desk("mai", "mau", "so-noi-vu"),
}


@pytest.mark.duty("G4")
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_taken_away_is_gone_with_the_next_request(door: Door, ending: str) -> None:
    officer = door.ready()
    one, two = door.browser(), door.browser()
    for browser in (one, two):
        browser.sign_in(officer)
        assert browser.person() == "mai"
    ENDINGS[ending](door)
    assert (one.person(), two.person()) == (None, None)
    assert one.get("/tai-khoan/").status_code == 303
    with door.desk.database.reading() as connection:
        assert list(verify(connection)) == []


def test_a_suspension_that_was_written_down_before_ends_the_session_in_its_time(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    now = door.desk.clock()
    door.desk.register.suspend("mai", "Nghỉ phép", now + 5 * MINUTE, now + 10 * MINUTE)
    browser.sign_in(officer)
    assert browser.person() == "mai"
    door.desk.clock.turn(5 * MINUTE)
    assert browser.person() is None
    door.desk.clock.turn(10 * MINUTE)
    assert browser.person() is None, "a session does not outlive a suspension"
    again = door.browser()
    again.sign_in(officer)
    assert again.person() == "mai"


def test_a_way_half_gone_ends_with_what_led_to_it(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    browser.password("mai")
    door.desk.register.suspend("mai", "Mất máy")
    door.desk.clock.turn(MINUTE)
    assert browser.send("/dang-nhap/buoc-hai/", ma=officer.code()).status_code == 422
    assert browser.person() is None


def test_the_second_step_waits_ten_minutes(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    browser.password("mai")
    token = browser.token("/dang-nhap/buoc-hai/")
    door.desk.clock.turn(10 * MINUTE)
    sent = {"csrf": token, "ma": officer.code()}
    answer = browser.client.post("/can-bo/dang-nhap/buoc-hai/", data=sent)
    assert answer.status_code == 422
    assert "Bước trước đã quá lâu; hãy đăng nhập lại từ đầu." in answer.text


def test_whoever_holds_nothing_is_told_so_only_after_proving_who_they_are(door: Door) -> None:
    officer = door.ready()
    door.doors.take_desk("mai", "mau", "so-noi-vu")
    browser = door.browser()
    answer = browser.sign_in(officer)
    assert answer.status_code == 403
    assert "Chưa có công việc nào trên cổng được giao" in answer.text
    assert browser.person() is None


def test_a_form_of_another_site_is_refused(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    fields = {"ten": "mai", "mat-khau": PASSWORD}
    token = browser.token("/dang-nhap/")
    strange = [
        ({}, {}),
        ({"csrf": "abc"}, {}),
        ({"csrf": token}, {"origin": "https://ke-khac.example"}),
        ({"csrf": token}, {"origin": "null"}),
    ]
    for more, headers in strange:
        answer = browser.client.post("/can-bo/dang-nhap/", data=fields | more, headers=headers)
        assert answer.status_code == 403
    assert door.hasher.checks == 0
    own = {"origin": "https://cong.example"}
    answer = browser.client.post("/can-bo/dang-nhap/", data=fields | {"csrf": token}, headers=own)
    assert answer.status_code == 303
    browser.sign_in(officer)
    for path in ("/dang-xuat/", "/tai-khoan/phien/", "/tai-khoan/mat-khau/"):
        answer = browser.client.post(f"/can-bo{path}", data={"csrf": token, "phien": "khac"})
        assert answer.status_code == 403
    assert browser.person() == "mai"


def test_opening_pages_changes_nothing(door: Door) -> None:
    browser = door.browser()
    browser.sign_in(door.ready())
    before = len(door.log())
    for path in ("/dang-nhap/", "/dang-nhap/buoc-hai/", "/thiet-lap/", "/tai-khoan/"):
        browser.get(path)
    assert browser.get("/dang-xuat/").status_code == 405
    assert len(door.log()) == before
    assert browser.person() == "mai"


def test_signing_out_ends_the_session_for_whoever_copied_it(door: Door) -> None:
    browser = door.browser()
    browser.sign_in(door.ready())
    value = browser.client.cookies["__Host-phien"]
    answer = browser.send("/dang-xuat/", "/tai-khoan/")
    assert answer.status_code == 200
    thief = door.browser()
    thief.client.cookies.set("__Host-phien", value, domain="cong.example")
    assert thief.person() is None


def test_one_sees_and_ends_ones_own_sessions_and_nobody_elses(door: Door) -> None:
    mai, lan = door.ready("mai"), door.ready("lan")
    browsers = [door.browser() for _ in range(3)]
    for browser in browsers:
        browser.sign_in(mai)
    other = door.browser()
    other.sign_in(lan)
    shown = browsers[0].get("/tai-khoan/").text
    assert shown.count("Kết thúc<span") == 2
    browsers[0].send("/tai-khoan/phien/", "/tai-khoan/", phien="4")  # Lan's
    assert other.person() == "lan"
    browsers[0].send("/tai-khoan/phien/", "/tai-khoan/", phien="2")
    assert [browser.person() for browser in browsers] == ["mai", None, "mai"]
    browsers[0].send("/tai-khoan/phien/", "/tai-khoan/", phien="khac")
    assert [browser.person() for browser in browsers] == ["mai", None, None]


def test_a_new_password_ends_other_sessions_and_the_old_password(door: Door) -> None:
    officer = door.ready()
    here, there = door.browser(), door.browser()
    for browser in (here, there):
        browser.sign_in(officer)
    new = {"mat_khau": OTHER_PASSWORD, "lai": OTHER_PASSWORD}
    wrong = here.send("/tai-khoan/mat-khau/", cu="không phải mật khẩu", **new)
    assert "Mật khẩu đang dùng không đúng" in wrong.text
    assert here.send("/tai-khoan/mat-khau/", cu=PASSWORD, **new).status_code == 200
    assert (here.person(), there.person()) == ("mai", None)
    assert door.browser().password("mai", PASSWORD).status_code == 422
    assert door.browser().password("mai", OTHER_PASSWORD).status_code == 303
    with door.desk.database.reading() as connection:
        assert list(verify(connection)) == []


def test_a_hash_is_made_anew_when_its_parameters_have_changed(door: Door) -> None:
    officer = door.ready()
    stronger = with_hasher(door, Counting(passes=2))
    browser = stronger.browser()
    officer.door = stronger
    browser.sign_in(officer)
    assert browser.person() == "mai"
    assert ("password-changed", "mai") in door.log()
    count = len(door.log())
    stronger.browser().sign_in(officer)
    assert len(door.log()) == count + 1, "once is enough"
    with door.desk.database.reading() as connection:
        assert list(verify(connection)) == []


def test_whoever_came_from_a_page_is_led_back_to_it_and_never_elsewhere(door: Door) -> None:
    officer = door.ready()
    for typed, where in {
        "/can-bo/vu-viec/7K3M9QXA/": "/can-bo/vu-viec/7K3M9QXA/",
        "https://ke-khac.example/": "/can-bo/",
        "//ke-khac.example/can-bo/": "/can-bo/",
        "/can-bo/../gui-y-kien/": "/can-bo/",
        "/can-bo/\\ke-khac": "/can-bo/",
        "/can-bo.ke-khac.example/": "/can-bo/",
    }.items():
        browser = door.browser()
        browser.password("mai", tiep=typed)
        door.desk.clock.turn(MINUTE)
        answer = browser.send("/dang-nhap/buoc-hai/", ma=officer.code(), tiep=typed)
        assert answer.headers["location"] == where


def test_the_log_holds_no_secret(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    browser.sign_in(officer)
    from accounts.log import entries

    with door.desk.database.reading() as connection:
        whole = "".join(entry.changes for entry in entries(connection))
    for secret in (officer.secret, *officer.spare, "argon2", PASSWORD):
        assert secret not in whole
    assert browser.client.cookies["__Host-phien"] not in whole
    assert "203.0.113" not in whole


def test_days_later_everything_has_to_be_proven_again(door: Door) -> None:
    browser = door.browser()
    browser.sign_in(door.ready())
    door.desk.clock.turn(DAY + HOUR)
    assert (
        browser.get("/tai-khoan/").headers["location"]
        == "/can-bo/dang-nhap/?tiep=/can-bo/tai-khoan/"
    )


def test_who_is_signed_in_is_told_with_what_they_hold_now(door: Door) -> None:
    officer = door.ready()
    door.desk.register.grant(PORTALS, "mai", "mau", "tvt", ["tin"])
    browser = door.browser()
    browser.sign_in(officer)
    value = browser.client.cookies["__Host-phien"]

    def who() -> SignedIn | None:
        with door.desk.database.reading() as connection:
            return read(connection, value, door.desk.clock())

    found = who()
    assert found is not None
    assert (found.person, found.name, found.session) == ("mai", "Nguyễn Thị Mai", 1)
    assert found.units("mau") == {AGENCY: "officer"}
    assert found.units("thu") == {}
    assert found.roles == {("mau", Role.MEMBER)}
    assert found.fields == {("mau", Role.MEMBER): {"tin"}}
    assert (found.how, found.since) == ("password+totp", door.desk.clock())
    door.doors.take_desk("mai", "mau", AGENCY)
    assert who() is not None
    assert who().units("mau") == {}  # type: ignore[union-attr]
    door.desk.register.revoke("mai", "mau", "tvt")
    assert who() is None


def test_below_another_root_every_address_is_below_it_too(door: Door) -> None:
    officer = door.ready()
    app = door.app(base="/cong")
    client = TestClient(app, base_url="https://cong.example", follow_redirects=False)
    shown = client.get("/cong/can-bo/dang-nhap/").text
    assert 'action="/cong/can-bo/dang-nhap/"' in shown
    assert 'href="/cong/can-bo/thiet-lap/"' in shown
    led = client.get("/cong/can-bo/tai-khoan/").headers["location"]
    assert led == "/cong/can-bo/dang-nhap/?tiep=/cong/can-bo/tai-khoan/"
    token = re.findall(r'name="csrf" value="([^"]+)"', shown)[0]
    sent = {"csrf": token, "ten": "mai", "mat-khau": PASSWORD}
    led = client.post("/cong/can-bo/dang-nhap/", data=sent).headers["location"]
    assert led == "/cong/can-bo/dang-nhap/buoc-hai/"
    where = {"csrf": token, "ma": officer.code(), "tiep": "/cong/can-bo/vu-viec/A/"}
    led = client.post(led, data=where).headers["location"]
    assert led == "/cong/can-bo/vu-viec/A/"
