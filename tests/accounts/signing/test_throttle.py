"""Guessing is slowed down through the pages, and nobody is locked out for good."""

import datetime as dt

from tests.accounts.desk import HOUR
from tests.accounts.signing.door import PASSWORD, Door

MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)


def guess(door: Door, name: str, address: str, times: int) -> list[int]:
    """Guesses at somebody so many times, and gives the answers' numbers."""
    return [
        door.browser(address).password(name, "sai hết cả rồi").status_code for _ in range(times)
    ]


def test_after_some_slips_everybody_waits_whether_they_exist_or_not(door: Door) -> None:
    door.ready()
    for name in ("mai", "khong-co"):
        assert guess(door, name, "203.0.113.7", 7) == [422] * 5 + [429] * 2
        answer = door.browser("203.0.113.9").password(name)
        assert answer.status_code == 429
        assert "hãy đợi 2 giây rồi thử lại. Tài khoản không bị khóa." in answer.text
    assert door.hasher.checks == 10


def test_a_wait_that_is_over_lets_try_again_and_a_success_forgives(door: Door) -> None:
    door.ready()
    guess(door, "mai", "203.0.113.7", 6)
    door.desk.clock.turn(2 * SECOND)
    assert door.browser().password("mai").status_code == 303
    assert guess(door, "mai", "203.0.113.7", 6) == [422] * 5 + [429]


def test_who_guesses_from_elsewhere_does_not_keep_out_whoever_was_here_before(door: Door) -> None:
    officer = door.ready()
    door.browser().sign_in(officer)
    for number in range(60):
        guess(door, "mai", f"198.51.{number}.1", 1)
    assert guess(door, "mai", "198.51.200.1", 1) == [429], "many machines guess at one person"
    assert door.browser().password("mai").status_code == 303
    door.desk.clock.turn(MINUTE)
    assert door.browser("192.0.2.1").password("mai").status_code == 303, "a minute at most"


def test_one_place_that_tries_many_names_is_slowed(door: Door) -> None:
    officer = door.ready()
    door.browser().sign_in(officer)
    door.ready("lan")
    for number in range(30):
        assert guess(door, f"ten-{number}", "203.0.113.7", 1) == [422]
    assert guess(door, "ten-khac", "203.0.113.99", 1) == [429]
    assert door.browser("203.0.114.1").password("lan").status_code == 303
    assert door.browser().password("mai").status_code == 303, "was here before"
    door.desk.clock.turn(HOUR)
    assert guess(door, "ten-khac", "203.0.113.99", 1) == [422]


def test_the_second_step_is_slowed_too(door: Door) -> None:
    officer = door.ready()
    door.desk.clock.turn(25 * HOUR)
    browser = door.browser()
    browser.password("mai")
    answers = [browser.send("/dang-nhap/buoc-hai/", ma="000000").status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2
    door.desk.clock.turn(30 * SECOND)
    assert browser.send("/dang-nhap/buoc-hai/", ma=officer.code()).status_code == 303


def test_set_up_codes_are_not_guessed(door: Door) -> None:
    code = door.officer()
    browser = door.browser()
    answers = [browser.send("/thiet-lap/", ma="0" * 16).status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2
    assert door.browser("192.0.2.1").send("/thiet-lap/", ma=code).status_code == 303


def test_challenges_are_not_made_without_end_and_keep_nobody_from_a_password(door: Door) -> None:
    officer = door.ready()
    browser = door.browser()
    headers = {"X-Csrf": browser.token("/dang-nhap/")}
    path = "/can-bo/dang-nhap/khoa/lua-chon/?mot-minh"
    assert browser.client.post(path).status_code == 403
    answers = [browser.client.post(path, headers=headers).status_code for _ in range(62)]
    assert answers == [200] * 60 + [429] * 2
    assert browser.sign_in(officer).status_code == 303


def test_many_at_once_do_not_pass_by_the_count(door: Door) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from accounts.signing.entering import Visitor, Waits, with_password

    door.ready()
    before = door.hasher.checks
    with ThreadPoolExecutor(8) as pool:
        done = list(
            pool.map(
                lambda n: with_password(door.signing, "mai", f"sai {n}", Visitor("203.0.113.0/24")),
                range(24),
            )
        )
    assert door.hasher.checks - before == 5
    assert sum(isinstance(each, Waits) for each in done) == 19


def test_nothing_that_was_typed_is_kept(door: Door) -> None:
    from sqlalchemy import text

    door.ready()
    door.browser().password(PASSWORD, "mai")  # into the wrong field
    with door.desk.database.reading() as connection:
        rows = connection.execute(text("SELECT * FROM attempts")).all()
        kept = "".join(str(row) for row in rows)
    assert PASSWORD not in kept
    assert "203.0.113.7" not in kept
