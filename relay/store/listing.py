"""Lists of cases and how many there are, by the columns that repeat what events say."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from relay.cases.states import State
from relay.store.schema import cases, submissions
from relay.store.values import Row

TITLE = "tieu-de"
"""The field that a case is called by in lists."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Some of a portal's cases: those of which all of this is so.

    Attributes:
        units: Agencies that have them; any if None.
        routes: Routes; any if None.
        states: Where they stand; anywhere if None.
        sealed: Whether they are sealed; either if None.
        ids: The cases themselves; any if None.
    """

    units: Collection[str] | None = None
    routes: Collection[str] | None = None
    states: Collection[State] | None = None
    sealed: bool | None = None
    ids: Collection[str] | None = None


def _within(scope: Scope) -> ColumnElement[bool]:
    wanted = None if scope.states is None else [state.value for state in scope.states]
    columns = (
        (cases.c.unit, scope.units),
        (cases.c.route, scope.routes),
        (cases.c.state, wanted),
        (cases.c.id, scope.ids),
    )
    found = [column.in_(list(among)) for column, among in columns if among is not None]
    if scope.sealed is not None:
        found.append(cases.c.sealed.is_not(None) if scope.sealed else cases.c.sealed.is_(None))
    return and_(true(), *found)


def _any_of(scopes: Sequence[Scope] | None) -> ColumnElement[bool]:
    return true() if scopes is None else or_(~true(), *(_within(scope) for scope in scopes))


def tally(
    connection: Connection, portal: str, scopes: Sequence[Scope], now: dt.datetime
) -> Counter[tuple[State, bool]]:
    """How many cases there are in any of the scopes, by where they stand and whether they are late.

    Args:
        connection: Of ``Store.reading``.
        portal: The portal's name.
        scopes: A case in two of them counts once.
        now: What is due before it is late.
    """
    late = and_(cases.c.due.is_not(None), cases.c.due < now)
    query = (
        select(cases.c.state, late.label("late"), func.count())
        .where(cases.c.portal == portal, _any_of(scopes))
        .group_by(cases.c.state, late)
    )
    found: Counter[tuple[State, bool]] = Counter()
    for state, is_late, many in connection.execute(query):
        found[State(state), bool(is_late)] += many
    return found


def listing(
    connection: Connection,
    portal: str,
    *,
    units: Collection[str] | None = None,
    states: Collection[State] | None = None,
    kinds: Collection[str] | None = None,
    routes: Collection[str] | None = None,
    scopes: Sequence[Scope] | None = None,
    due_before: dt.datetime | None = None,
    newest_first: bool = False,
    limit: int | None = 50,
    offset: int = 0,
) -> list[Row]:
    """Cases of a portal, those due first before the others, those with no clock last.

    Args:
        connection: Of ``Store.reading``, or the writer's.
        portal: The portal's name.
        units: Agencies that have them; all if None. "" stands for cases that nobody has yet.
        states: Where they stand; anywhere if None.
        kinds: Kinds of message; all if None.
        routes: Routes; all if None.
        scopes: Only those in one of these; all if None.
        due_before: Only those due before.
        newest_first: Those received last before the others.
        limit: How many at most; all if None.
        offset: How many are passed over.
    """
    query = (
        select(
            cases.c.id,
            cases.c.portal,
            cases.c.kind,
            cases.c.route,
            cases.c.about,
            cases.c.state,
            cases.c.unit,
            cases.c.due,
            cases.c.submitted_at,
            cases.c.changed_at,
            cases.c.sealed.is_not(None).label("sealed"),
            submissions.c.fields,
            submissions.c.quarantine,
        )
        .join(submissions, submissions.c.case == cases.c.id)
        .where(cases.c.portal == portal)
    )
    query = query.where(_within(Scope(units, routes, states)), _any_of(scopes))
    if kinds is not None:
        query = query.where(cases.c.kind.in_(list(kinds)))
    if due_before is not None:
        query = query.where(cases.c.due < due_before)
    if newest_first:
        query = query.order_by(cases.c.submitted_at.desc(), cases.c.id)
    else:
        query = query.order_by(cases.c.due.is_(None), cases.c.due, cases.c.submitted_at, cases.c.id)
    return [
        Row(
            case_id=row.id,
            portal=row.portal,
            kind=row.kind,
            route=row.route,
            about=row.about,
            title=json.loads(row.fields).get(TITLE, ""),
            state=State(row.state),
            unit=row.unit,
            due=row.due,
            submitted_at=row.submitted_at,
            changed_at=row.changed_at,
            sealed=bool(row.sealed),
            quarantine=row.quarantine,
        )
        for row in connection.execute(query.limit(limit).offset(offset))
    ]
