"""The hourly pass over a real store: what time alone brings to cases."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import Connection

from regulation.calendar import SwappedDay, WorkCalendar
from regulation.loading import load_portal
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.cases.acts import happen, open_events
from relay.cases.chain import verify
from relay.cases.clocks import next_due
from relay.cases.routing import living, routed
from relay.cases.states import Did, Party, State
from relay.passes import awake, pass_over
from relay.store.cases import append, contact_of, keep, load
from relay.store.database import Store
from relay.store.keys import Keys
from relay.store.outbox import due as due_mail
from relay.store.values import NewCase
from relay.store.writer import Writer
from tests.accounts.desk import Clock

ROOT = Path(__file__).resolve().parents[2]
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def portal() -> Portal:
    """A real portal: feedback is answered within 15 working days."""
    return load_portal(ROOT / "content" / "quangnam-cchc", ROOT, MONDAY.date())


class Office:
    """A store with a clock, and one case of feedback for a unit."""

    def __init__(self, portal: Portal, store: Store, writer: Writer, keys: Keys) -> None:
        self.portal, self.store, self.writer, self.keys = portal, store, writer, keys
        self.clock = Clock(MONDAY)
        place = routed(portal, "feedback", agency="so-noi-vu", on=MONDAY.date())
        self.unit = place.unit
        events = open_events(portal, "feedback", place, MONDAY)
        new = NewCase(
            token="t" * 22,
            portal=portal.id,
            kind="feedback",
            route="phan-anh",
            lang="vi",
            about="",
            unit=place.unit,
            fields={"tieu-de": "Việc thử", "noi-dung": "Nội dung thử."},
            contact={"ho-ten": "Người thử", "dien-thoai": "0900000000"},
            sealed=None,
            files=(),
            events=events,
            mail=(),
        )
        self.case_id = writer.run_now(lambda c: keep(c, new, keys, MONDAY)).case_id

    def pass_over(self, portal: Portal | None = None) -> int:
        """One hourly pass: how many cases it changed."""
        now = self.clock
        return pass_over(portal or self.portal, self.store, self.writer, self.keys, now).changed

    def do(self, did: Did, party: Party, **data: object) -> None:
        """Somebody does something."""

        def work(connection: Connection) -> None:
            stored = load(connection, self.case_id, lock=True)
            done = happen(stored.case, did, party, "mai", self.clock(), data, portal=self.portal)
            append(connection, self.case_id, [done], self.keys)

        self.writer.run_now(work)

    def did(self) -> list[Did]:
        """What happened until now."""
        with self.store.reading() as connection:
            stored = load(connection, self.case_id)
        assert list(verify(stored.events, self.keys.history)) == []
        return [event.happened.did for event in stored.events]

    def due(self) -> dt.datetime | None:
        """When the lists say it is due."""
        with self.store.reading() as connection:
            return load(connection, self.case_id).due

    def mail(self) -> list[tuple[str, str]]:
        """To whom something is to be sent, and what."""
        with self.store.reading() as connection:
            found = due_mail(connection, self.clock() + 400 * DAY, 100, DAY)
        return [(each.to, each.template) for each in found]


@pytest.fixture
def office(portal: Portal, store: Store, writer: Writer, keys: Keys) -> Office:
    """An office with one case, on both databases."""
    office = Office(portal, store, writer, keys)
    office.pass_over()
    return office


def test_a_pass_that_finds_nothing_writes_nothing(office: Office) -> None:
    before = office.did()
    assert office.pass_over() == 0
    assert office.did() == before


def test_a_swapped_working_day_announced_mid_case_moves_the_due_day_with_an_event(
    office: Office, portal: Portal
) -> None:
    before = office.due()
    assert before is not None
    # Wednesday 02/12 is not worked, Saturday 12/12 is instead: one day later, before the term ends.
    swap = SwappedDay(dt.date(2026, 12, 2), dt.date(2026, 12, 19), "Thông báo thử")
    swapped = dataclasses.replace(portal, calendar=WorkCalendar((*portal.calendar.swaps, swap)))
    office.clock.turn(DAY)
    assert office.pass_over(swapped) == 1
    assert office.did()[-1] is Did.DUE_MOVED
    moved = office.due()
    assert moved is not None and moved > before
    assert office.pass_over(swapped) == 0, "it is told once"
    # The swap is called off: back again, with an event again.
    assert office.pass_over(portal) == 1
    assert office.due() == before
    assert office.did().count(Did.DUE_MOVED) == 2


def test_reminders_come_once_then_the_case_goes_up_the_steps(
    office: Office, portal: Portal
) -> None:
    limit = office.due()
    assert limit is not None
    for _ in range(60):
        office.clock.turn(DAY)
        office.pass_over()
    did = office.did()
    assert did.count(Did.REMINDED) == 3
    assert did.index(Did.ESCALATED) > did.index(Did.REMINDED)
    with office.store.reading() as connection:
        case = load(connection, office.case_id).case
    assert case.state is State.ESCALATED
    assert case.unit == living(portal, "ubnd-tinh", office.clock().date())
    templates = {template for _, template in office.mail()}
    assert templates == {"reminder", "escalated"}


def test_after_a_pause_of_weeks_one_pass_does_what_was_missed(office: Office) -> None:
    office.clock.turn(60 * DAY)
    assert office.pass_over() == 1
    assert Did.ESCALATED in office.did()


def test_what_was_answered_closes_and_then_the_contact_is_erased(office: Office) -> None:
    office.do(Did.ACCEPTED, Party.UNIT)
    office.do(Did.STARTED, Party.UNIT)
    office.do(Did.ANSWERED, Party.HEAD, text="0" * 64)
    for _ in range(90):
        office.clock.turn(DAY)
        office.pass_over()
    did = office.did()
    assert did[-2:] == [Did.CLOSED, Did.CONTACT_ERASED]
    with office.store.reading() as connection:
        assert contact_of(connection, office.case_id, office.keys) is None
        assert awake(connection, office.portal.id) == []


def test_the_column_of_due_days_is_mended_when_it_is_not_what_the_rules_say(
    office: Office, portal: Portal
) -> None:
    from relay.store.cases import set_due

    office.writer.run_now(lambda c: set_due(c, office.case_id, None))
    assert office.pass_over() == 0, "nothing happened to the case"
    with office.store.reading() as connection:
        stored = load(connection, office.case_id)
    assert stored.due == next_due(stored.case, portal, office.clock())
