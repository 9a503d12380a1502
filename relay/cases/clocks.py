"""The clocks (thời hạn) of a case: worked out from rules, history and calendar, never stored.

How a suspension (hỏi lại người gửi) is left out of a term, in the spirit of Điều 147 Bộ luật Dân sự
2015, by which the day of an event is not counted:

- **working days**: each working day after the day of asking, up to and with the day on which the
  case goes on, is added to the term. Asked on Monday and answered on Wednesday: two days. Answered
  on the same day: none.
- **calendar days and months**: the same with calendar days, added to the end of the term; then, as
  ever, a term that ends on a day off ends on the next working day.
- **hours**: the time between the two moments, to the second.
- **at once** (ngay): as calendar days.

A suspension that begins after the term has run out saves nothing. While one lasts, the due moment
moves on with every day. An extension (gia hạn) lengthens the term itself, as if the rule had said
more from the beginning. A reopened case begins anew: what was suspended or extended before is past.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from regulation.calendar import Duration, Unit, WorkCalendar, due
from regulation.model import Deadline, Event, Route, Until
from regulation.portal import Portal, UnknownError
from regulation.yamlfile import VIETNAM
from relay.cases.case import Case, Suspension
from relay.cases.routing import route_of
from relay.cases.states import State

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock of a case.

    Attributes:
        rule: The deadline's id.
        deadline: The rule itself.
        started: When it began.
        due: By when; None where the rule sets no end (kept up all the time).
        ended: When what it asks for was done; None while it was not.
        suspended: It stands still, because the citizen was asked.
        share: How much of the term is gone: 0 at the start, 1 and more when it has run out.
    """

    rule: str
    deadline: Deadline
    started: dt.datetime
    due: dt.datetime | None
    ended: dt.datetime | None
    suspended: bool
    share: float

    @property
    def running(self) -> bool:
        """Whether something is still owed by it, at a moment that can be missed."""
        return self.ended is None and self.due is not None

    def late(self, now: dt.datetime) -> bool:
        """Whether it was missed: done after it was due, or not done and past it."""
        # The last second of a day belongs to the day.
        return self.due is not None and (self.ended or now) >= self.due + dt.timedelta(seconds=1)


def clocks(
    case: Case, portal: Portal, now: dt.datetime, calendar: WorkCalendar | None = None
) -> tuple[Clock, ...]:
    """The case's clocks in this round, those that have not begun left out.

    Args:
        case: The case.
        portal: Its portal: its deadlines, those in force when the round began.
        now: The moment: shares and lasting suspensions are of it.
        calendar: Working days; the portal's if not given.

    Returns:
        In the order in which they are due, those with no end last.
    """
    days = calendar or portal.calendar
    found = [
        clock
        for deadline in _rules(case, portal)
        if (clock := _clock(case, deadline, now, days)) is not None
    ]
    latest = dt.datetime.max.replace(tzinfo=dt.UTC)
    return tuple(sorted(found, key=lambda clock: (clock.due or latest, clock.rule)))


def next_due(case: Case, portal: Portal, now: dt.datetime) -> dt.datetime | None:
    """By when the next thing is owed; None when nothing is, or nothing has an end."""
    return next((c.due for c in clocks(case, portal, now) if c.running), None)


def answer_rules(case: Case, portal: Portal) -> tuple[Deadline, ...]:
    """The deadlines by which the case must be answered, which alone can be extended."""
    return tuple(
        rule
        for rule in _rules(case, portal)
        if rule.until is Until.ANSWERED and rule.unit in _EXTENDED_UNITS
    )


_EXTENDED_UNITS = {Unit.HOUR, Unit.DAY, Unit.WORKING_DAY, Unit.MONTH}


def _rules(case: Case, portal: Portal) -> Iterator[Deadline]:
    on = case.opened_at.astimezone(VIETNAM).date()
    route = route_of(portal, case.route, on)
    for rule in portal.in_force(_named(portal, route), on):
        if not rule.before and rule.until is not Until.NEVER and rule.event in _STARTING:
            yield rule


def _named(portal: Portal, route: Route | None) -> Iterator[Deadline]:
    for rule_id in route.deadlines if route else ():
        try:
            yield portal.deadline(rule_id)
        except UnknownError:
            continue


_STARTING = {Event.RECEIVED, Event.CREATED, Event.HAPPENED, Event.ACCEPTED}
"""Events that a case has. A message is created, happens and is received at one moment."""


def _clock(case: Case, rule: Deadline, now: dt.datetime, calendar: WorkCalendar) -> Clock | None:
    if rule.until is Until.PUBLISHED:
        # "Đăng ngay sau khi nhận được": what is received then is the answer.
        started = None if case.sealed else case.answered_at
        if started and started < case.opened_at:
            started = None
    elif rule.event is Event.ACCEPTED:
        started = case.accepted_at
    else:
        started = case.opened_at
    if started is None:
        return None
    more = sum(e.amount for e in case.extensions if e.rule == rule.id)
    duration = Duration(rule.amount + more, rule.unit)
    until = _done(case, rule)
    moment = until or now
    stretches = tuple(s for s in case.suspensions if s.start >= started)
    ends = _due(calendar, started, duration, stretches, moment)
    suspended = until is None and case.suspended
    share = _share(calendar, started, duration, stretches, moment, ends)
    return Clock(rule.id, rule, started, ends, until, suspended, share)


def _done(case: Case, rule: Deadline) -> dt.datetime | None:
    """When what the rule asks for was done in this round."""
    answered = case.answered_at if case.answered_at and case.answered_at >= case.opened_at else None
    match rule.until:
        case Until.PUBLISHED:
            if case.state is State.ANSWERED:
                return None
            # Whatever else became of it, nothing waits to be published any more.
            return case.published_at or case.changed_at
        case Until.ACCEPTED:
            return case.accepted_at or case.ended_at
        case Until.TOLD:
            return case.first_moved_at or case.ended_at
        case _:
            return answered or case.ended_at


def _due(
    calendar: WorkCalendar,
    started: dt.datetime,
    duration: Duration,
    stretches: tuple[Suspension, ...],
    now: dt.datetime,
) -> dt.datetime | None:
    ends = due(calendar, started, duration)
    more = 0
    hours = dt.timedelta()
    for stretch in stretches:
        if ends is None or stretch.start > ends:
            break
        end = max(stretch.end or now, stretch.start)
        more += _days(calendar, duration.unit, stretch.start, end)
        hours += end - stretch.start
        ends = _lengthened(calendar, started, duration, more, hours)
    return ends


def _lengthened(
    calendar: WorkCalendar,
    started: dt.datetime,
    duration: Duration,
    days: int,
    hours: dt.timedelta,
) -> dt.datetime | None:
    if duration.unit is Unit.WORKING_DAY:
        return due(calendar, started, Duration(duration.amount + days, Unit.WORKING_DAY))
    if duration.unit is Unit.HOUR:
        ends = due(calendar, started, duration)
        return ends and (ends + hours)
    if duration.unit is Unit.DAY:
        return due(calendar, started, Duration(duration.amount + days, Unit.DAY))
    ends = due(calendar, started, duration)
    if ends is None or not days:
        return ends
    last = ends.astimezone(VIETNAM).date() + days * _DAY
    return calendar.end_of(calendar.add_working_days(last, 0))


def _days(calendar: WorkCalendar, unit: Unit, start: dt.datetime, end: dt.datetime) -> int:
    """The days between two moments, as the unit counts them; the first day is not counted."""
    first, last = (moment.astimezone(VIETNAM).date() for moment in (start, end))
    if unit is Unit.WORKING_DAY:
        return calendar.working_days_between(first, last)
    return (last - first).days


def _share(
    calendar: WorkCalendar,
    started: dt.datetime,
    duration: Duration,
    stretches: tuple[Suspension, ...],
    now: dt.datetime,
    ends: dt.datetime | None,
) -> float:
    """How much of the term is gone, in the unit of the term: nights and holidays do not count.

    It is 1 or more exactly when the term has run out.
    """
    if ends is None:
        return 0.0
    if now > ends:
        return max(1.0, _gone(calendar, started, duration, stretches, now, ends))
    return min(_gone(calendar, started, duration, stretches, now, ends), 0.999)


def _gone(
    calendar: WorkCalendar,
    started: dt.datetime,
    duration: Duration,
    stretches: tuple[Suspension, ...],
    now: dt.datetime,
    ends: dt.datetime,
) -> float:
    kept = [(s.start, min(s.end or now, now)) for s in stretches if s.start <= min(now, ends)]
    if duration.unit in (Unit.HOUR, Unit.IMMEDIATE):
        still = sum((end - start for start, end in kept if end > start), dt.timedelta())
        whole = ends - started - still
        return (now - started - still) / whole if whole > dt.timedelta() else 0.0
    unit = duration.unit
    still_days = sum(_days(calendar, unit, start, end) for start, end in kept)
    gone = _days(calendar, unit, started, now) - still_days
    whole_days = _days(calendar, unit, started, ends) - still_days
    return gone / whole_days if whole_days > 0 else 0.0
