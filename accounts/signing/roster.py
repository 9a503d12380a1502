"""Who answers for which agency, and who is signed in, for the operator's eyes."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, select

from accounts.holders import is_suspended
from accounts.roster import State, state
from accounts.schema import desks, people
from accounts.signing.sessions import open_sessions


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A desk that somebody has, had or is to have.

    Attributes:
        person, name: Who.
        portal, agency: For which agency of which portal.
        place: ``officer`` or ``head``.
        since, until: From when until before when it counts.
        state: How it stands.
        suspended: Whether the person's access is suspended.
    """

    person: str
    name: str
    portal: str
    agency: str
    place: str
    since: dt.datetime
    until: dt.datetime | None
    state: State
    suspended: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A session that lasts: whose, how it was begun and on what, when they were last seen."""

    number: int
    person: str
    how: str
    agent: str
    begun_at: dt.datetime
    seen_at: dt.datetime


def all_desks(connection: Connection, at: dt.datetime) -> list[DeskLine]:
    """Every desk on record at a moment."""
    query = (
        select(desks, people.c.name)
        .join(people, people.c.id == desks.c.person)
        .where(desks.c.recorded_at <= at)
        .order_by(desks.c.portal, desks.c.agency, desks.c.place, desks.c.person, desks.c.id)
    )
    found = []
    for row in connection.execute(query).mappings():
        since = max(row["since"], row["recorded_at"])
        found.append(
            DeskLine(
                row["person"],
                row["name"],
                row["portal"],
                row["agency"],
                row["place"],
                since,
                row["until"],
                state(since, row["until"], at),
                is_suspended(connection, row["person"], at),
            )
        )
    return found


def all_sessions(
    connection: Connection, at: dt.datetime, person: str | None = None
) -> list[Session]:
    """Sessions that last at a moment, the newest first; of one person or of all."""
    return [
        Session(row["id"], row["person"], row["how"], row["agent"], row["begun_at"], row["seen_at"])
        for row in open_sessions(connection, at, person)
    ]
