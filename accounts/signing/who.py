"""Who is signed in: read afresh from the database for every request, so that revoking is at once.

A suspended person's session, or that of somebody who holds nothing any more, ends with the next
request at the latest, whoever wrote it down and wherever.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from accounts import schema
from accounts.holders import LOCAL, holdings_of, person_of
from accounts.schema import people, suspensions
from accounts.signing import cookies, csrf, sessions
from accounts.signing.places import Place as Place
from accounts.signing.service import Signing
from accounts.staff import Holding
from regulation.model import Role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in, with what they hold at this moment and nothing they held before.

    Attributes:
        person: Their id.
        name: Their full name.
        desks: By portal and agency, at which desks they answer citizens' cases, and as what.
        roles: By portal, which roles their posts give them; delegations are the gate's business.
        fields: By portal and role, the fields (lĩnh vực) for which they hold it.
        session: The session's number, as the log and the list of sessions have it.
        since: When the session began.
        how: How they signed in; see ``accounts.signing.sessions.How``.
        csrf: What every form of theirs must bear (``accounts.signing.csrf``).
    """

    person: str
    name: str
    desks: Mapping[tuple[str, str], Place]
    roles: frozenset[tuple[str, Role]]
    fields: Mapping[tuple[str, Role], frozenset[str]]
    session: int
    since: dt.datetime
    how: str
    csrf: str

    def units(self, portal: str) -> Mapping[str, Place]:
        """For which agencies of a portal they answer, and as what."""
        return {agency: place for (where, agency), place in self.desks.items() if where == portal}


async def signed_in(signing: Signing, request: Request) -> SignedIn | None:
    """Who sends this request; none when nobody is signed in, or may be any longer.

    Raises:
        Refused: The database does not answer.
    """
    secret = cookies.read(request, signing.settings, cookies.SESSION)
    return await run_in_threadpool(_ask, signing, secret) if secret else None


def _ask(signing: Signing, secret: str) -> SignedIn | None:
    with signing.database.reading() as connection:
        now = signing.now().astimezone(dt.UTC)
        row = sessions.find(connection, secret, now)
        found = read(connection, secret, now)
    if row and found and now - row["seen_at"] >= sessions.TOUCH:
        with signing.database.writing() as connection:
            sessions.touch(connection, found.session, signing.now().astimezone(dt.UTC))
    return found


def read(connection: Connection, secret: str, now: dt.datetime) -> SignedIn | None:
    """Who is signed in by a cookie's value at a moment.

    Args:
        connection: See ``Database.reading``.
        secret: The cookie's value.
        now: When.
    """
    row = sessions.find(connection, secret, now)
    if row is None or _was_suspended(connection, row["person"], row["begun_at"], now):
        return None
    held = holdings_now(connection, row["person"], now)
    desks = desks_now(connection, row["person"], now)
    if not held and not desks:
        return None
    fields: dict[tuple[str, Role], frozenset[str]] = {}
    for each in held:
        at = (each.portal, each.role)
        fields[at] = fields.get(at, frozenset()) | each.fields
    name = connection.execute(select(people.c.name).where(people.c.id == row["person"]))
    return SignedIn(
        row["person"],
        name.scalar_one(),
        desks,
        frozenset(fields),
        fields,
        row["id"],
        row["begun_at"],
        row["how"],
        csrf.token(secret),
    )


def holdings_now(connection: Connection, person: str, now: dt.datetime) -> list[Holding]:
    """The posts that somebody holds at a moment, suspended or not."""
    whole = person_of(connection, person, LOCAL)
    return [each for each in holdings_of(connection, whole, now) if each.in_force(now)]


def desks_now(
    connection: Connection, person: str, now: dt.datetime
) -> dict[tuple[str, str], Place]:
    """The desks that somebody holds at a moment, and as what; never from before it was recorded."""
    of = schema.desks.c
    query = select(of.portal, of.agency, of.place).where(
        of.person == person,
        of.since <= now,
        of.recorded_at <= now,
        or_(of.until.is_(None), of.until > now),
    )
    return {(row.portal, row.agency): row.place for row in connection.execute(query)}


def holds_anything(connection: Connection, person: str, now: dt.datetime) -> bool:
    """Whether somebody holds a post or a desk at a moment: without one nobody is let in."""
    return bool(portals_held(connection, person, now))


def portals_held(connection: Connection, person: str, now: dt.datetime) -> frozenset[str]:
    """The portals at which somebody holds a post or a desk at a moment."""
    desks = {portal for portal, _ in desks_now(connection, person, now)}
    return frozenset(desks | {each.portal for each in holdings_now(connection, person, now)})


def _was_suspended(
    connection: Connection, person: str, since: dt.datetime, now: dt.datetime
) -> bool:
    """Whether somebody was suspended at any moment between: a session does not outlive it."""
    of = suspensions.c
    query = select(of.id).where(
        of.person == person,
        of.since <= now,
        or_(of.until.is_(None), of.until > since),
        or_(of.ended_at.is_(None), of.ended_at > since),
    )
    return connection.execute(query).first() is not None
