"""Whoever is signed in adds and removes passkeys: just after signing in, and never the last one."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.acting import Act
from accounts.signing import own_keys, steps
from accounts.signing.credentials import Kind, of_person
from accounts.signing.ending import end_credentials
from accounts.signing.own_keys import FRESH, MOST, Changed
from accounts.signing.setting_up import add_credential
from accounts.signing.steps import Purpose
from accounts.signing.who import SignedIn, read
from tests.accounts.signing.door import Browser, Door, Officer, open_door

MOMENT = dt.timedelta(seconds=1)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """The pages over a fresh register."""
    made = open_door(tmp_path / "kho" / "accounts.sqlite")
    yield made
    made.desk.database.close()


def entered(door: Door, officer: Officer) -> tuple[Browser, SignedIn]:
    """A browser in which somebody has just signed in, and who that is."""
    browser = door.browser()
    assert browser.sign_in(officer).status_code == 303
    (secret,) = (value for name, value in browser.client.cookies.items() if "phien" in name)
    with door.desk.database.reading() as connection:
        who = read(connection, secret, door.desk.clock().astimezone(dt.UTC))
    assert who is not None
    return browser, who


def has_key(door: Door, person: str = "mai", handle: str = "a") -> int:
    """Gives somebody a passkey."""
    with door.desk.database.writing() as connection:
        act = Act(connection, door.desk.clock().astimezone(dt.UTC))
        return add_credential(act, person, Kind.PASSKEY, "x", handle=handle, label="Máy cũ")


def has_no_app(door: Door, person: str = "mai") -> None:
    """Takes somebody's app away."""
    with door.desk.database.writing() as connection:
        act = Act(connection, door.desk.clock().astimezone(dt.UTC))
        end_credentials(act, person, act.now, [Kind.TOTP.value])


def keys(door: Door, person: str = "mai") -> list[int]:
    """The passkeys that somebody has."""
    with door.desk.database.reading() as connection:
        rows = of_person(connection, person, Kind.PASSKEY, door.desk.clock())
    return [row["id"] for row in rows]


def test_one_of_several_is_removed_and_other_sessions_end(door: Door) -> None:
    officer = door.ready()
    elsewhere, _ = entered(door, officer)
    browser, _ = entered(door, officer)
    lost, kept = has_key(door), has_key(door, handle="b")
    has_no_app(door)
    shown = browser.get("/tai-khoan/").text
    assert shown.count("Bỏ khóa này") == 2
    assert "Thêm khóa truy cập</button>" in shown
    done = browser.send("/tai-khoan/khoa/bo/", "/tai-khoan/", khoa=str(lost))
    assert (done.status_code, done.headers["location"]) == (303, "/can-bo/tai-khoan/")
    assert keys(door) == [kept]
    assert (browser.person(), elsewhere.person()) == ("mai", None)
    assert door.log()[-1] == ("passkey-ended", "mai")


def test_the_last_way_in_stays(door: Door) -> None:
    browser, _ = entered(door, door.ready())
    number = has_key(door)
    assert "Bỏ khóa này" in browser.get("/tai-khoan/").text  # there is an app besides
    has_no_app(door)
    assert "Bỏ khóa này" not in browser.get("/tai-khoan/").text
    done = browser.send("/tai-khoan/khoa/bo/", "/tai-khoan/", khoa=str(number))
    assert (done.status_code, "Hãy thêm một khóa" in done.text) == (422, True)
    assert keys(door) == [number]


@pytest.mark.parametrize("typed", ["", "0", "x", "-1", "99999999999999999999", "²"])
def test_what_is_no_key_of_ones_own_is_not_removed(door: Door, typed: str) -> None:
    browser, _ = entered(door, door.ready())
    has_key(door)
    done = browser.send("/tai-khoan/khoa/bo/", "/tai-khoan/", khoa=typed)
    assert (done.status_code, "không còn" in done.text) == (422, True)
    assert len(keys(door)) == 1


def test_nobody_removes_anothers(door: Door) -> None:
    browser, _ = entered(door, door.ready())
    door.officer("lan")
    anothers = has_key(door, "lan")
    done = browser.send("/tai-khoan/khoa/bo/", "/tai-khoan/", khoa=str(anothers))
    assert done.status_code == 422
    assert keys(door, "lan") == [anothers]


def test_a_browser_that_was_left_open_changes_no_key(door: Door) -> None:
    browser, who = entered(door, door.ready())
    number = has_key(door)
    door.desk.clock.turn(FRESH - MOMENT)
    assert isinstance(own_keys.ask(door.signing, who), tuple)
    door.desk.clock.turn(2 * MOMENT)
    assert own_keys.ask(door.signing, who) is Changed.NOT_FRESH
    shown = browser.get("/tai-khoan/").text
    assert "Bỏ khóa này" not in shown
    assert "Thêm khóa truy cập</button>" not in shown
    done = browser.send("/tai-khoan/khoa/bo/", "/tai-khoan/", khoa=str(number))
    assert (done.status_code, "đăng nhập lại" in done.text) == (422, True)
    assert keys(door) == [number]


def test_who_may_be_given_a_challenge(door: Door) -> None:
    browser, who = entered(door, door.ready())
    secret, there = asked(door, who)
    assert there == []
    has_key(door, handle="da-co")
    assert asked(door, who)[1] == ["da-co"]
    for place in range(MOST - 1):
        has_key(door, handle=f"k{place}")
    assert own_keys.ask(door.signing, who) is Changed.TOO_MANY
    assert "Đã đủ 10 khóa truy cập" in browser.get("/tai-khoan/").text
    # The challenge is one's own, made for this, and taken once.
    assert own_keys.add(door.signing, who, "la", "{}", "") is Changed.WRONG
    assert own_keys.add(door.signing, who, secret, "{}", "") is Changed.WRONG
    with door.desk.database.writing() as connection:
        assert steps.find(connection, secret, Purpose.PASSKEY, door.desk.clock()) is None


def asked(door: Door, who: SignedIn) -> tuple[str, list[str]]:
    """A challenge."""
    found = own_keys.ask(door.signing, who)
    assert isinstance(found, tuple)
    return found


def test_whom_the_province_answers_for_makes_no_way_around_it(door: Door) -> None:
    _, who = entered(door, door.ready())
    with door.desk.database.writing() as connection:
        act = Act(connection, door.desk.clock().astimezone(dt.UTC))
        end_credentials(act, "mai", act.now)
    assert own_keys.ask(door.signing, who) is Changed.NOT_HERE


def test_a_form_of_another_site_changes_nothing(door: Door) -> None:
    browser, _ = entered(door, door.ready())
    number = has_key(door)
    for path in ("bo/", "", "lua-chon/"):
        sent = browser.client.post(f"/can-bo/tai-khoan/khoa/{path}", data={"khoa": str(number)})
        assert sent.status_code == 403
    assert keys(door) == [number]
