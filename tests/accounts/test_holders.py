"""Who held what at a moment: what the register answers, and a naive reading of what was done."""

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.log import entries, replay, verify
from regulation.findings import Refused
from regulation.model import Role
from tests.accounts.desk import DAY, HOUR, NOON, PORTALS, Desk, lay_empty, open_desk

SECOND = dt.timedelta(seconds=1)
HEAD = {("mau", Role.HEAD, frozenset[str]())}


# --- What is written down late --------------------------------------------------------------------


def test_a_post_counts_from_its_beginning_until_before_its_end(desk: Desk) -> None:
    desk.known("truong")
    since, until = NOON + HOUR, NOON + 3 * HOUR
    desk.grant("truong", "tb", since=since, until=until)
    asked = (NOON, since - SECOND, since, until - SECOND, until)
    assert [desk.holds("truong", at) for at in asked] == [set(), set(), HEAD, HEAD, set()]


@pytest.mark.duty("G4")
def test_a_post_entered_with_an_earlier_date_was_not_held_before_it_was_entered(
    desk: Desk,
) -> None:
    desk.known("truong")
    desk.grant("truong", "tb", since=NOON - 7 * DAY)
    asked = (NOON - 7 * DAY, NOON - SECOND, NOON, NOON + DAY)
    assert [desk.holds("truong", at) for at in asked] == [set(), set(), HEAD, HEAD]


@pytest.mark.duty("G4")
def test_an_end_entered_late_counts_from_its_own_date(desk: Desk) -> None:
    desk.known("truong")
    desk.grant("truong", "tb")
    desk.clock.turn(7 * DAY)
    desk.register.leave("truong", at=NOON + 2 * DAY)
    asked = (NOON, NOON + 2 * DAY - SECOND, NOON + 2 * DAY, NOON + 7 * DAY)
    assert [desk.holds("truong", at) for at in asked] == [HEAD, HEAD, set(), set()]


@pytest.mark.duty("G4")
def test_a_suspension_entered_late_counts_from_its_own_date(desk: Desk) -> None:
    desk.known("truong")
    desk.grant("truong", "tb")
    desk.clock.turn(7 * DAY)
    desk.register.suspend("truong", "Lộ mật khẩu", since=NOON + DAY)
    asked = (NOON, NOON + DAY - SECOND, NOON + DAY, NOON + 9 * DAY)
    assert [desk.holds("truong", at) for at in asked] == [HEAD, HEAD, set(), set()]


# --- A naive reading ------------------------------------------------------------------------------

PEOPLE = ("an", "binh")
POSTS = {"tb": Role.HEAD, "ptb": Role.DEPUTY, "tvt": Role.MEMBER}
HOURS = st.integers(-30, 30)


@dataclass(frozen=True)
class Done:
    """Something typed: hours are counted from the moment of typing."""

    verb: str
    who: str
    post: str
    first: int | None
    last: int | None
    wait: int


@dataclass
class Held:
    """A post as the naive reading remembers it."""

    who: str
    post: str
    since: dt.datetime
    until: dt.datetime | None
    entered: dt.datetime


deeds = st.lists(
    st.builds(
        Done,
        st.sampled_from(("grant", "grant", "revoke", "leave", "suspend", "resume")),
        st.sampled_from(PEOPLE),
        st.sampled_from(sorted(POSTS)),
        st.none() | HOURS,
        st.none() | HOURS,
        st.integers(0, 12),
    ),
    max_size=12,
)


def later(now: dt.datetime, hours: int | None) -> dt.datetime | None:
    return None if hours is None else now + hours * HOUR


def do(desk: Desk, deed: Done) -> bool:
    """Does it; whether it was taken."""
    now = desk.clock.at
    first, last = later(now, deed.first), later(now, deed.last)
    try:
        if deed.verb == "grant":
            desk.register.grant(PORTALS, deed.who, "mau", deed.post, (), first, last)
        elif deed.verb == "revoke":
            desk.register.revoke(deed.who, "mau", deed.post, first)
        elif deed.verb == "leave":
            desk.register.leave(deed.who, first)
        elif deed.verb == "suspend":
            desk.register.suspend(deed.who, "x", first, last)
        else:
            desk.register.resume(deed.who)
    except Refused:
        return False
    return True


@dataclass
class Naive:
    """All that was taken, remembered in the simplest way there is."""

    held: list[Held]
    stopped: list[list[dt.datetime | str | None]]

    def take(self, deed: Done, now: dt.datetime) -> None:
        first, last = later(now, deed.first) or now, later(now, deed.last)
        if deed.verb == "grant":
            self.held.append(Held(deed.who, deed.post, first, last, now))
        elif deed.verb in ("revoke", "leave"):
            for each in self.held:
                meant = (each.who == deed.who and deed.verb == "leave") or (
                    (each.who, each.post) == (deed.who, deed.post)
                )
                if meant and (each.until is None or each.until > first):
                    each.until = first
        elif deed.verb == "suspend":
            self.stopped.append([deed.who, first, last])
        else:
            for stop in self.stopped:
                if stop[0] == deed.who and (stop[2] is None or _time(stop[2]) > now):
                    stop[2] = now

    def holds(self, who: str, at: dt.datetime) -> set[Role]:
        for name, first, last in self.stopped:
            if name == who and _time(first) <= at and (last is None or at < _time(last)):
                return set()
        return {
            POSTS[each.post]
            for each in self.held
            if each.who == who
            and each.since <= at
            and each.entered <= at
            and (each.until is None or at < each.until)
        }


def _time(value: object) -> dt.datetime:
    assert isinstance(value, dt.datetime)
    return value


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deeds, st.lists(st.integers(-40, 90), min_size=1, max_size=8))
def test_who_holds_what_is_what_a_naive_reading_of_the_deeds_says(
    typed: list[Done], asked: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(lay_empty(Path(folder) / "tk.sqlite"))
        desk.known(*PEOPLE)
        naive = Naive([], [])
        moments = {NOON + hours * HOUR for hours in asked}
        for deed in typed:
            now = desk.clock.turn(deed.wait * HOUR + SECOND)
            if do(desk, deed):
                naive.take(deed, now)
            moments |= {now, now - SECOND}
        for at in sorted(moments):
            for who in PEOPLE:
                roles = {role for _portal, role, _fields in desk.holds(who, at)}
                assert roles == naive.holds(who, at), (who, at)
        with desk.database.reading() as connection:
            assert list(verify(connection)) == []
            told = replay(entries(connection))
            ids = sorted(row["id"] for (table, _), row in told.items() if table == "people")
            assert ids == sorted(PEOPLE)
        desk.database.close()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(HOURS, st.none() | HOURS), min_size=1, max_size=5))
def test_no_two_holdings_of_one_post_by_one_person_overlap(
    spans: list[tuple[int, int | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(lay_empty(Path(folder) / "tk.sqlite"))
        desk.known("an")
        for first, last in spans:
            do(desk, Done("grant", "an", "tb", first, last, 0))
        who = desk.staff.person_of_login("an")
        assert who is not None
        found = list(desk.staff.holdings(who, NOON + 99 * DAY))
        for hours in range(-30, 31):
            at = NOON + hours * HOUR
            assert sum(each.in_force(at) for each in found) <= 1
        desk.database.close()
