"""The list of cases (danh sách vụ việc): whose an officer sees, in order, and what rows say."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from regulation.portal import Portal
from relay.cases.routing import living
from relay.cases.states import ENDED, OPEN, REPLIED, UNASSIGNED, State
from relay.cases.words import STATES
from relay.inbox.seeing import Viewer
from relay.inbox.wording import agency_name, day, kind_name, left, shown_id
from relay.store.cases import listing
from relay.store.values import Row

PAGE = 50
"""Rows of a page."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to look at the list.

    Attributes:
        slug: Its part of the address.
        title: What it is called.
        states: Where its cases stand.
        late: Only those past their due moment.
    """

    slug: str
    title: str
    states: frozenset[State]
    late: bool = False


FILTERS: Mapping[str, Filter] = {
    each.slug: each
    for each in (
        Filter("", "Cần xử lý", OPEN - {State.SUSPENDED}),
        Filter("qua-han", "Quá hạn", OPEN - {State.SUSPENDED}, late=True),
        Filter("cho-phan-loai", "Chờ phân loại", UNASSIGNED),
        Filter("cho-kiem-tra", "Chờ kiểm tra", frozenset({State.QUARANTINED})),
        Filter("cho-bo-sung", "Chờ người gửi", frozenset({State.SUSPENDED})),
        Filter("cho-dang", "Chờ duyệt đăng", frozenset({State.ANSWERED})),
        Filter("da-tra-loi", "Đã trả lời", REPLIED),
        Filter("da-xong", "Đã xong", (ENDED - REPLIED) | {State.CLOSED}),
    )
}
"""By slug; the first is what one sees first."""


def found(
    connection: Connection,
    portal: Portal,
    who: Viewer,
    chosen: Filter,
    now: dt.datetime,
    on: dt.date,
    page: int,
) -> list[Row]:
    """A page of the list, and one row more if there is a further page.

    Args:
        connection: For reading.
        portal: The portal.
        who: Who looks.
        chosen: The filter.
        now: The moment, for what is late.
        on: The day, for who receives what.
        page: From 1.
    """
    most = page * PAGE + 1
    before = now if chosen.late else None

    def ask(states: Collection[State], **among: Any) -> list[Row]:
        return listing(connection, portal.id, states=states, due_before=before, limit=most, **among)

    rows: list[Row] = []
    if who.operator:
        rows += ask(chosen.states)
    else:
        if who.units:
            rows += ask(chosen.states, units=set(who.units))
            received = {
                route.id
                for route in portal.regulation.routes
                if living(portal, route.receiver, on) in who.units
                # What was sealed to them is theirs, whoever has it.
                or (route.sealed and living(portal, route.to, on) in who.units)
            }
            rows += ask(chosen.states, routes=received)
        if who.board and chosen.states & REPLIED:
            rows += [row for row in ask(chosen.states & REPLIED) if not row.sealed]
    last = dt.datetime.max.replace(tzinfo=dt.UTC)
    unique = {row.case_id: row for row in rows}.values()
    ordered = sorted(unique, key=lambda row: (row.due or last, row.submitted_at, row.case_id))
    return ordered[(page - 1) * PAGE : most]


def row_view(portal: Portal, row: Row, now: dt.datetime) -> Mapping[str, Any]:
    """A row as the page draws it."""
    running = row.due is not None and row.state in OPEN | {State.ANSWERED}
    waits = row.state is State.SUSPENDED
    return {
        "id": row.case_id,
        "shown": shown_id(row.case_id),
        "title": row.title or ("Nội dung niêm phong" if row.sealed else kind_name(row.kind)),
        "kind": kind_name(row.kind),
        "unit": agency_name(portal, row.unit),
        "state": STATES[row.state],
        "due": day(row.due) if row.due and running and not waits else "",
        "left": left(portal.calendar, row.due, now) if row.due and running and not waits else "",
        "late": bool(row.due and running and not waits and row.due < now),
        "received": day(row.submitted_at),
        "sealed": row.sealed,
    }
