"""What only the portal's regulation can say about an act: units, extensions, escalation, routes."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from regulation.calendar import Unit
from regulation.case_rules import case_rules
from regulation.model import Deadline
from regulation.portal import Portal, UnknownError
from regulation.yamlfile import VIETNAM
from relay.cases.case import Case
from relay.cases.clocks import answer_rules, clocks
from relay.cases.kinds import why_not_kind
from relay.cases.routing import escalation_left, route_of
from relay.cases.sealed import why_not_given
from relay.cases.states import Did

UNIT_WORDS: Mapping[Unit, str] = {
    Unit.HOUR: "giờ",
    Unit.DAY: "ngày",
    Unit.WORKING_DAY: "ngày làm việc",
    Unit.MONTH: "tháng",
}
"""What a deadline that can be extended is counted in."""


def term_words(term: str) -> str:
    """A term of ``case_rules.yml`` in words: ``15 ngày làm việc``.

    Raises:
        KeyError: There is no such term, or it has no words.
    """
    found = case_rules().terms[term]
    return f"{found.amount} {UNIT_WORDS[found.unit]}"


def extensions_open(
    case: Case, portal: Portal, now: dt.datetime
) -> tuple[tuple[Deadline, dt.datetime], ...]:
    """The deadlines that can still be extended, with the moment each is due.

    A deadline is extended once, before it has run out, by at most as much as it counts itself:
    the law gives complaints 30 days and 45 for difficult ones, denunciations 30 and 30 more, and
    no regulation says more of questions.
    """
    if case.extensions:
        return ()
    known = {rule.id for rule in answer_rules(case, portal)}
    return tuple(
        (clock.deadline, clock.due)
        for clock in clocks(case, portal, now)
        if clock.rule in known and clock.running and clock.due and not clock.late(now)
    )


def next_level(case: Case, portal: Portal, now: dt.datetime) -> str:
    """The agency that a case escalates to; empty when nobody is left above.

    What is sealed escalates to nobody: those above cannot open it. See ``next_reminded``.
    """
    return "" if case.sealed else next_reminded(case, portal, now)


def next_reminded(case: Case, portal: Portal, now: dt.datetime) -> str:
    """The next agency above that has neither had a case nor been reminded of it; or empty."""
    on = _day(now)
    route = route_of(portal, case.route, on)
    had = (*case.units, *case.escalated, *case.above)
    return next(escalation_left(portal, route, had, case.unit, on), "")


def why_not_here(
    case: Case, did: Did, portal: Portal, at: dt.datetime, data: Mapping[str, Any]
) -> str | None:
    """Why the portal's regulation does not let something happen; None when it does."""
    check = _CHECKS.get(did)
    return check(case, portal, at, data) if check else None


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(VIETNAM).date()


def _unit(case: Case, portal: Portal, at: dt.datetime, data: Mapping[str, Any]) -> str | None:
    if why := why_not_given(case, portal, data["unit"], _day(at)):
        return why
    try:
        agency = portal.agency(data["unit"])
        now = portal.current(agency.id, _day(at))
    except UnknownError as error:
        return f"{error.args[0]} Hãy chọn đơn vị khác."
    if now.id != agency.id:
        return f"“{agency.name}” nay là “{now.name}”; hãy chọn “{now.name}”."
    return None


def _extension(case: Case, portal: Portal, at: dt.datetime, data: Mapping[str, Any]) -> str | None:
    found = {rule.id: rule for rule, _ in extensions_open(case, portal, at)}
    rule = found.get(data["rule"])
    if rule is None:
        return (
            "Thời hạn này không gia hạn được: không phải thời hạn trả lời của vụ việc, hoặc đã quá "
            "hạn. Hãy trả lời ngay, hoặc chuyển cấp trên."
        )
    if data["amount"] > rule.amount:
        return f"Chỉ gia hạn thêm nhiều nhất {rule.amount} {UNIT_WORDS[rule.unit]}, một lần."
    return None


def _level(case: Case, portal: Portal, at: dt.datetime, data: Mapping[str, Any]) -> str | None:
    right = next_level(case, portal, at)
    if not right:
        return "Không còn cấp trên nào để chuyển; hãy trả lời ở cấp này."
    if data["unit"] != right:
        return f"Cấp trên tiếp theo là “{portal.agency(right).name}”; hãy chuyển đến đó."
    return None


def _route(case: Case, portal: Portal, at: dt.datetime, data: Mapping[str, Any]) -> str | None:
    kind, route = data.get("kind") or "", data.get("route") or ""
    return why_not_kind(case, portal, _day(at), kind, route)


_CHECKS: Mapping[Did, Callable[[Case, Portal, dt.datetime, Mapping[str, Any]], str | None]] = {
    Did.TRIAGED: _route,
    Did.ASSIGNED: _unit,
    Did.FORWARDED: _unit,
    Did.EXTENDED: _extension,
    Did.ESCALATED: _level,
}
