"""What comes of time alone: reminders, escalation, due moments that moved, closing, erasing.

An hourly pass asks ``due_acts`` of every case. It is asked of the history, so asking twice, or not
for a week, does no harm: what was done is not due again, and what was missed is done at once.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from regulation.calendar import Duration, Unit, WorkCalendar, due
from regulation.model import Until
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.cases.acts import term_ends
from relay.cases.case import Case, after
from relay.cases.clocks import Clock, clocks
from relay.cases.events import Happened
from relay.cases.placing import next_level, next_reminded
from relay.cases.states import REPLIED, Did, Party, State, moves
from relay.cases.telling import with_due

LEVELS = (50, 80, 100)
"""The shares of a term, in per cent, at which somebody is reminded."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that time brings.

    Attributes:
        happened: What the system does; may happen after what stands before it.
        to: Who is told: "unit:<agency>", "head:<agency>", "operator", "citizen"; nobody when empty.
        template: What they are told: "reminder", "escalated", "resumed", "answered", "refused";
            "sealed-late"; empty where the general words are enough.
    """

    happened: Happened
    to: tuple[str, ...] = ()
    template: str = ""


def due_acts(
    case: Case,
    portal: Portal,
    now: dt.datetime,
    *,
    into: Case | None = None,
    calendar: WorkCalendar | None = None,
) -> tuple[Due, ...]:
    """What the hourly pass does to a case, in order.

    - A due moment that is not the one last told becomes an event with both, and says whether the
      calendar moved it or the history did.
    - 50, 80 and 100 %: once for each clock; the unit is reminded, at 100 % its head and the
      operator too. Levels passed since the last look are one reminder.
    - One working day after a clock ran out the case goes to the next level above, and from there
      after five working days more, as long as there is a level.
    - A citizen who was asked and says nothing for 15 working days: the case goes on without.
    - What was answered or refused closes after 30 days, when the citizen can no longer ask again;
      not while an approved answer waits to be published.
    - A merged case closes when the other is answered or refused, and its sender is told; when the
      other is withdrawn by its own sender, it is opened again.
    - 30 days after closing the contact is erased; a portal's shorter term wins.

    Args:
        case: The case.
        portal: Its portal.
        now: The moment.
        into: The case it was merged into, if it was.
        calendar: Working days; the portal's if not given.
    """
    days = calendar or portal.calendar
    found: list[Due] = []
    for step in (_moved, _goes_on, _reminded, _escalated):
        for each in step(case, portal, now, days):
            found.append(each)
            case = after(case, each.happened)
    found += _ended(case, portal, now, days, into)
    return tuple(found)


def _system(did: Did, now: dt.datetime, case: Case, **data: Any) -> Happened:
    return Happened(did, Party.SYSTEM, max(now, case.changed_at), "", data)


def _may(did: Did, case: Case) -> bool:
    return any(Party.SYSTEM in move.parties for move in moves(did, case.state, case.sealed))


def _moved(case: Case, portal: Portal, now: dt.datetime, calendar: WorkCalendar) -> Iterator[Due]:
    if case.suspended or not _may(Did.DUE_MOVED, case):
        return
    for clock in clocks(case, portal, now, calendar):
        told = case.told.get(clock.rule)
        if not clock.running or clock.due is None or told == clock.due:
            continue
        # What the history itself moved since people were told is not the calendar's doing.
        own = told is None or case.told_by[clock.rule] < case.moved_by
        data = {
            "clock": clock.rule,
            "before": told.isoformat() if told else "",
            "because": "history" if own else "calendar",
            "due": {clock.rule: clock.due.isoformat()},
        }
        yield Due(_system(Did.DUE_MOVED, now, case, **data))


def _goes_on(case: Case, portal: Portal, now: dt.datetime, calendar: WorkCalendar) -> Iterator[Due]:
    if case.state is not State.SUSPENDED:
        return
    asked = case.suspensions[-1].start
    if now > term_ends("cho-bo-sung", asked, calendar):
        happened = _system(Did.RESUMED, now, case)
        happened = with_due(after(case, happened), happened, portal, calendar)
        yield Due(happened, (f"unit:{case.unit}",), "resumed")


def _reminded(
    case: Case, portal: Portal, now: dt.datetime, calendar: WorkCalendar
) -> Iterator[Due]:
    if case.suspended or not _may(Did.REMINDED, case):
        return
    for clock in clocks(case, portal, now, calendar):
        levels = [
            level
            for level in _levels(clock)
            if clock.running and clock.share * 100 >= level
            if (clock.rule, level) not in case.reminded
        ]
        if not levels:
            continue
        whom = _whom(clock, levels[-1])
        happened = _system(Did.REMINDED, now, case, clock=clock.rule, levels=levels, to=whom)
        yield Due(happened, tuple(_address(case, each) for each in whom), "reminder")


def _levels(clock: Clock) -> tuple[int, ...]:
    # What is due today needs no half-way mark.
    return LEVELS[-1:] if clock.deadline.unit is Unit.IMMEDIATE else LEVELS


def _whom(clock: Clock, level: int) -> list[str]:
    if clock.deadline.until is Until.PUBLISHED:
        return ["operator"]
    return ["unit", "head", "operator"] if level >= 100 else ["unit"]


def _address(case: Case, whom: str) -> str:
    return whom if whom == "operator" else f"{whom}:{case.unit or case.receiver}"


def _escalated(
    case: Case, portal: Portal, now: dt.datetime, calendar: WorkCalendar
) -> Iterator[Due]:
    if case.suspended or not _may(Did.ESCALATED, case):
        return
    late = [
        clock
        for clock in clocks(case, portal, now, calendar)
        if clock.running and clock.late(now) and clock.deadline.until is not Until.PUBLISHED
    ]
    if not late or late[0].due is None:
        return
    if now <= term_ends("chuyen-cap-tren", late[0].due, calendar):
        return
    last = case.above_at if case.sealed else case.escalated_at
    if last and now <= term_ends("chuyen-cap-tren-tiep", last, calendar):
        return
    if case.sealed:
        yield from _told_above(case, portal, now, late[0].rule)
    elif unit := next_level(case, portal, now):
        happened = _system(Did.ESCALATED, now, case, unit=unit, clock=late[0].rule)
        yield Due(happened, (f"unit:{unit}", f"head:{unit}", "operator"), "escalated")


def _told_above(case: Case, portal: Portal, now: dt.datetime, clock: str) -> Iterator[Due]:
    above = next_reminded(case, portal, now)
    if not above:
        return
    more = {"clock": clock, "levels": [*LEVELS[-1:]], "to": ["above"], "above": above}
    to = (f"unit:{above}", f"head:{above}", "operator")
    yield Due(_system(Did.REMINDED, now, case, **more), to, "sealed-late")


def _ended(
    case: Case, portal: Portal, now: dt.datetime, calendar: WorkCalendar, into: Case | None
) -> Iterator[Due]:
    if case.state is State.MERGED:
        yield from _with_the_other(case, portal, now, calendar, into)
    elif _closes(case, now, calendar):
        yield Due(_system(Did.CLOSED, now, case))
    elif case.closed_at and not case.contact_erased and now > erased_after(case, portal, calendar):
        yield Due(_system(Did.CONTACT_ERASED, now, case))


def _with_the_other(
    case: Case, portal: Portal, now: dt.datetime, calendar: WorkCalendar, into: Case | None
) -> Iterator[Due]:
    if into is None or into.ended_at is None or into.state is State.MERGED:
        return
    if into.answered_at or into.ground:
        told = "answered" if into.answered_at else "refused"
        yield Due(_system(Did.CLOSED, now, case), ("citizen",), told)
        return
    reason = "Vụ việc đã gộp vào được người gửi của nó rút lại; vụ việc này được giải quyết tiếp."
    happened = _system(Did.REOPENED, now, case, reason=reason)
    happened = with_due(after(case, happened), happened, portal, calendar)
    yield Due(happened, (f"unit:{case.unit or case.receiver}", "citizen"), "")


def _closes(case: Case, now: dt.datetime, calendar: WorkCalendar) -> bool:
    if case.ended_at is None or case.closed_at:
        return False
    if case.state is State.WITHDRAWN:
        return True
    if case.state is State.ANSWERED and case.cleared:
        return False
    if case.state in REPLIED or case.state is State.REFUSED:
        return now > term_ends("khep-lai", case.ended_at, calendar)
    return False


def erased_after(case: Case, portal: Portal, calendar: WorkCalendar | None = None) -> dt.datetime:
    """After which moment a closed case's contact is erased.

    Raises:
        ValueError: The case is not closed.
    """
    if case.closed_at is None:
        raise ValueError("Vụ việc chưa kết thúc.")
    days = calendar or portal.calendar
    on = case.closed_at.astimezone(VIETNAM).date()
    ends = [term_ends("xoa-lien-he", case.closed_at, days)]
    for rule in portal.in_force(portal.regulation.keeping, on):
        if rule.what == "contacts" and rule.amount and rule.unit:
            end = due(days, case.closed_at, Duration(rule.amount, rule.unit))
            ends += [end] if end else []
    return min(ends)
