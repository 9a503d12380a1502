"""By when people are told that something will be done: the due moments that a happening sets."""

from dataclasses import replace

from regulation.calendar import WorkCalendar
from regulation.portal import Portal
from relay.cases.case import Case
from relay.cases.clocks import clocks
from relay.cases.events import Happened


def with_due(
    case: Case, happened: Happened, portal: Portal, calendar: WorkCalendar | None = None
) -> Happened:
    """What happened, with the due moments that people are told by it: those it sets or moves.

    Args:
        case: The case after it.
        happened: What happened.
        portal: The case's portal.
        calendar: Working days; the portal's if not given.
    """
    if case.suspended:
        return happened
    told = {
        clock.rule: clock.due.isoformat()
        for clock in clocks(case, portal, happened.at, calendar)
        if clock.running and clock.due and case.told.get(clock.rule) != clock.due
    }
    return replace(happened, data={**happened.data, "due": told}) if told else happened
