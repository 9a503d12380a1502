"""The list of cases (danh sách vụ việc): whose an officer sees, in order, and what rows say."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.cases.case import replay
from relay.cases.routing import living, route_of
from relay.cases.states import ENDED, OPEN, REPLIED, UNASSIGNED, State
from relay.cases.words import STATES
from relay.inbox.seeing import ROUTED, Viewer, sees
from relay.inbox.wording import agency_name, day, kind_name, left, shown_id
from relay.store.history import events_of, told_above
from relay.store.listing import Scope, listing, tally
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


def scopes(portal: Portal, who: Viewer, on: dt.date) -> tuple[Scope, ...]:
    """Which cases somebody sees: the same as ``seeing`` says of each, as questions to the store.

    Args:
        portal: The portal.
        who: Who looks.
        on: The day, for who receives what.
    """
    if who.operator:
        return (Scope(),)
    routes = portal.regulation.routes
    received = {r.id for r in routes if living(portal, r.receiver, on) in who.units}
    opened = {r.id for r in routes if r.sealed and living(portal, r.to, on) in who.units}
    units = set(who.units)
    found = [
        # Of what nobody has yet the store knows who is to have it: it is not theirs to read.
        Scope(units=units, states=frozenset(State) - UNASSIGNED - {State.QUARANTINED}),
        Scope(units=units, sealed=True),
        Scope(routes=received),
        # What was sealed to them is theirs, whoever has it.
        Scope(routes=opened, sealed=True),
    ]
    board = [Scope(states=REPLIED, sealed=False)] if who.board else []
    return (*(found if units else ()), *board)


def told_scopes(
    connection: Connection, portal: Portal, who: Viewer, on: dt.date
) -> tuple[Scope, ...]:
    """The sealed cases of which somebody was told because they are above: see ``seeing.sees``.

    Args:
        connection: For reading.
        portal: The portal.
        who: Who looks.
        on: The day, for who is above.
    """
    rules = [each for each in portal.regulation.routes if each.sealed]
    levels = {living(portal, level, on) for each in rules for level in each.escalation}
    if who.operator or levels.isdisjoint(who.units):
        return ()
    told = {each for unit in who.units for each in told_above(connection, portal.id, unit)}
    ids = {each for each in told if sees(replay(events_of(connection, each)), who, portal)}
    return (Scope(ids=ids),) if ids else ()


def found(
    connection: Connection,
    portal: Portal,
    seen: Sequence[Scope],
    chosen: Filter,
    now: dt.datetime,
    page: int,
) -> list[Row]:
    """A page of the list, and one row more if there is a further page.

    Args:
        connection: For reading.
        portal: The portal.
        seen: Which cases whoever looks sees.
        chosen: The filter.
        now: The moment, for what is late.
        page: From 1.
    """
    return listing(
        connection,
        portal.id,
        scopes=seen,
        states=chosen.states,
        due_before=now if chosen.late else None,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )


def counted(
    connection: Connection, portal: Portal, seen: Sequence[Scope], now: dt.datetime
) -> Mapping[str, int]:
    """How many cases each filter shows, by its slug."""
    tallied = tally(connection, portal.id, seen, now)
    return {
        slug: sum(
            many
            for (state, late), many in tallied.items()
            if state in each.states and (late or not each.late)
        )
        for slug, each in FILTERS.items()
    }


def _titled(portal: Portal, row: Row, who: Viewer, on: dt.date) -> bool:
    """Whether somebody reads by what words the sender calls it: see ``seeing.sees_matter``."""
    route = route_of(portal, row.route, on)
    receives = route is not None and living(portal, route.receiver, on) in who.units
    return row.unit in who.units or ((who.operator or receives) and row.state in ROUTED)


def row_view(portal: Portal, row: Row, who: Viewer, now: dt.datetime) -> Mapping[str, Any]:
    """A row as the page draws it for somebody."""
    title = row.title if _titled(portal, row, who, now.astimezone(VIETNAM).date()) else ""
    running = row.due is not None and row.state in OPEN | {State.ANSWERED}
    waits = row.state is State.SUSPENDED
    return {
        "id": row.case_id,
        "shown": shown_id(row.case_id),
        "title": title or ("Nội dung niêm phong" if row.sealed else kind_name(row.kind)),
        "kind": kind_name(row.kind),
        "unit": agency_name(portal, row.unit),
        "state": STATES[row.state],
        "due": day(row.due) if row.due and running and not waits else "",
        "left": left(portal.calendar, row.due, now) if row.due and running and not waits else "",
        "late": bool(row.due and running and not waits and row.due < now),
        "received": day(row.submitted_at),
        "sealed": row.sealed,
    }
