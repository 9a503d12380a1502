"""Who holds what, for the operator's eyes: the only place where names of people are told."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Table, select

from accounts.contacts import Contact, contact_of
from accounts.holders import is_suspended
from accounts.schema import delegations, emails, holdings, keys, logins, people, suspensions


class State(StrEnum):
    """How something with a beginning and an end stands at a moment."""

    TO_COME = "to-come"  # chưa đến
    IN_FORCE = "in-force"  # đang có hiệu lực
    ENDED = "ended"  # đã hết


@dataclass(frozen=True, slots=True)
class Line:
    """One post that somebody holds, held or is to hold.

    Attributes:
        person, name: Who.
        portal, post, fields: What; ids of the regulation.
        since, until: From when until before when it counts.
        state: How it stands.
        suspended: Whether the person's access is suspended.
    """

    person: str
    name: str
    portal: str
    post: str
    fields: tuple[str, ...]
    since: dt.datetime
    until: dt.datetime | None
    state: State
    suspended: bool


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension, as it is reported: ``until`` is when it ends or ended."""

    person: str
    name: str
    since: dt.datetime
    until: dt.datetime | None
    reason: str
    state: State


@dataclass(frozen=True, slots=True)
class Delegation:
    """A delegation as it stands: ``until`` is when it ends or ended, revoked or not."""

    number: int
    grantor: str
    delegate: str
    role: str
    portal: str
    since: dt.datetime
    until: dt.datetime
    revoked: bool
    document: str
    document_date: dt.date
    state: State


@dataclass(frozen=True, slots=True)
class Someone:
    """All that is on record of one person."""

    id: str
    name: str
    bot: bool
    suspended: bool
    added_at: dt.datetime
    logins: tuple[tuple[str, str], ...]
    emails: tuple[str, ...]
    keys: tuple[tuple[str, dt.datetime, dt.datetime | None], ...]
    contact: Contact
    lines: tuple[Line, ...]
    suspensions: tuple[Suspension, ...]
    delegations: tuple[Delegation, ...]


def state(since: dt.datetime, until: dt.datetime | None, at: dt.datetime) -> State:
    """How what lasts from one moment until before another stands."""
    if until is not None and (until <= at or until <= since):
        return State.ENDED
    return State.TO_COME if at < since else State.IN_FORCE


def roster(connection: Connection, at: dt.datetime) -> list[Line]:
    """Every post that anybody held, holds or is to hold, as it was on record at a moment."""
    query = (
        select(holdings, people.c.name)
        .join(people, people.c.id == holdings.c.person)
        .where(holdings.c.recorded_at <= at)
        .order_by(holdings.c.portal, holdings.c.post, holdings.c.person, holdings.c.id)
    )
    found = []
    suspended: dict[str, bool] = {}
    for row in connection.execute(query).mappings():
        who = row["person"]
        if who not in suspended:
            suspended[who] = is_suspended(connection, who, at)
        since = max(row["since"], row["recorded_at"])
        found.append(
            Line(
                who,
                row["name"],
                row["portal"],
                row["post"],
                tuple(row["fields"]),
                since,
                row["until"],
                state(since, row["until"], at),
                suspended[who],
            )
        )
    return found


def suspended_people(connection: Connection, at: dt.datetime) -> list[Suspension]:
    """Every suspension, the oldest first."""
    query = (
        select(suspensions, people.c.name)
        .join(people, people.c.id == suspensions.c.person)
        .order_by(suspensions.c.id)
    )
    found = []
    for row in connection.execute(query).mappings():
        until = _first(row["until"], row["ended_at"])
        stands = state(row["since"], until, at)
        found.append(
            Suspension(row["person"], row["name"], row["since"], until, row["reason"], stands)
        )
    return found


def all_delegations(connection: Connection, at: dt.datetime) -> list[Delegation]:
    """Every delegation, the oldest first."""
    found = []
    for row in connection.execute(select(delegations).order_by(delegations.c.id)).mappings():
        until = _first(row["until"], row["revoked_at"])
        assert until is not None  # noqa: S101 - a delegation always ends
        since = max(row["since"], row["recorded_at"])
        found.append(
            Delegation(
                row["id"],
                row["grantor"],
                row["delegate"],
                row["role"],
                row["portal"],
                since,
                until,
                row["revoked_at"] is not None and row["revoked_at"] < row["until"],
                row["document"],
                row["document_date"],
                state(since, until, at),
            )
        )
    return found


def everybody(connection: Connection) -> Mapping[str, str]:
    """Everybody's name by their id."""
    rows = connection.execute(select(people.c.id, people.c.name).order_by(people.c.id))
    return {row.id: row.name for row in rows}


def someone(connection: Connection, person: str, at: dt.datetime) -> Someone:
    """All that is on record of somebody who is known."""
    row = connection.execute(select(people).where(people.c.id == person)).mappings().one()
    names = _current(connection, logins, person)
    addresses = _current(connection, emails, person)
    mine = connection.execute(select(keys).where(keys.c.person == person).order_by(keys.c.id))
    return Someone(
        person,
        row["name"],
        row["bot"],
        is_suspended(connection, person, at),
        row["added_at"],
        tuple((name["forge"], name["login"]) for name in names),
        tuple(address["address"] for address in addresses),
        tuple((key["fingerprint"], key["added_at"], key["revoked_at"]) for key in mine.mappings()),
        contact_of(connection, person),
        tuple(line for line in roster(connection, at) if line.person == person),
        tuple(each for each in suspended_people(connection, at) if each.person == person),
        tuple(
            each
            for each in all_delegations(connection, at)
            if person in (each.grantor, each.delegate)
        ),
    )


def _current(connection: Connection, table: Table, person: str) -> Sequence[Mapping[Any, Any]]:
    query = select(table).where(table.c.person == person, table.c.ended_at.is_(None))
    return connection.execute(query.order_by(table.c.id)).mappings().all()


def _first(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    there = [moment for moment in (one, other) if moment is not None]
    return min(there, default=None)
