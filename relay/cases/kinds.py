"""Which kind of message a case is, and which other it may be made by who triages it.

Another kind means another route: other terms, another who answers. So a case is only ever made a
kind that is answered as well: what is counted, and a comment on a draft, is closed or kept without
an answer, and nobody ends a question by calling it that.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from regulation.portal import Portal
from relay.cases.case import Case
from relay.cases.events import Event
from relay.cases.states import Did

COUNTED_KINDS: frozenset[str] = frozenset({"rating", "survey"})
"""Kinds of message that are counted and not answered."""
KEPT_KINDS: frozenset[str] = COUNTED_KINDS | {"comment"}
"""Kinds that no case is made, and that stay what they are: they come by a form of their own."""


def kinds_open(case: Case, portal: Portal, on: dt.date) -> Mapping[str, str]:
    """The kinds that a case may be, its own first, each with the route it then goes by.

    Args:
        case: The case.
        portal: Its portal.
        on: The day, for the routes in force.
    """
    found = {case.kind: case.route}
    if case.sealed or case.kind in KEPT_KINDS:
        return found
    for route in portal.in_force(portal.regulation.routes, on):
        for kind in route.kinds:
            if not route.sealed and kind not in KEPT_KINDS:
                found.setdefault(kind, route.id)
    return found


def why_not_kind(
    case: Case, portal: Portal, on: dt.date, kind: str = "", route: str = ""
) -> str | None:
    """Why a case may not be made a kind that goes by a route; None when it may, or stays.

    The arguments are those of ``kinds_open``, and what triage says; empty is the case's own.
    """
    wanted = (kind or case.kind, route or case.route)
    if wanted == (case.kind, case.route):
        return None
    if case.sealed:
        return "Tố cáo đã niêm phong không đổi loại được; hãy xử lý theo trình tự tố cáo."
    if case.kind in KEPT_KINDS:
        return "Loại thư này không đổi được: nó đến bằng mẫu riêng và được xử lý riêng."
    if wanted[0] in KEPT_KINDS:
        return (
            "Không đổi sang loại thư này được: nó không có câu trả lời, mà người gửi đang chờ trả "
            "lời. Hãy chọn loại khác; không trả lời được thì nêu căn cứ không thụ lý."
        )
    if kinds_open(case, portal, on).get(wanted[0]) == wanted[1]:
        return None
    rules = portal.in_force(portal.regulation.routes, on)
    if any(wanted[0] in each.kinds and each.sealed for each in rules):
        return (
            "Thư đã nhận không niêm phong nên không đổi sang tố cáo được; hãy hướng dẫn người gửi "
            "nơi nhận đơn tố cáo."
        )
    return "Quy chế của cổng không có tuyến này cho loại thư ấy; hãy chọn lại loại thư."


def kinds_changed(events: Iterable[Event]) -> Mapping[int, tuple[str, str]]:
    """Where a history made a case another kind: the event's number, the kind before and after."""
    found: dict[int, tuple[str, str]] = {}
    now = ""
    for event in events:
        data = event.happened.data
        if event.happened.did is Did.RECEIVED:
            now = data.get("kind", "")
        elif event.happened.did is Did.TRIAGED and (data.get("kind") or now) != now:
            found[event.number] = (now, data["kind"])
            now = data["kind"]
    return found
