"""Who holds what at a moment, as the database has it on record. This is what the gate asks.

What gives a right counts from when it was recorded, at the earliest: a post entered today with
last week's date was not held last week. What takes a right away counts from its own date, also when
it was recorded later. So nobody's review comes to count by what is written down after it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from accounts.database import Database
from accounts.schema import delegations, emails, holdings, keys, logins, people, suspensions
from accounts.staff import OWN_HOST, Grant, Holding, Person, fold_name, own_address
from regulation.model import Role

LOCAL = "local"
"""The forge whose logins are the ids of people."""


@dataclass(frozen=True, slots=True)
class DatabaseStaff:
    """The staff (``accounts.staff.Staff``) as the database has it when it is asked.

    Attributes:
        database: Where.
        forge: Whose logins are meant: ``local`` or ``github``.
    """

    database: Database
    forge: str = LOCAL

    def person_of_login(self, login: str) -> Person | None:
        """Whose login it is; none when nobody's, or no longer anybody's."""
        with self.database.reading() as connection:
            found = id_of_login(connection, self.forge, login)
            return None if found is None else person_of(connection, found, self.forge)

    def person_of_email(self, email: str) -> Person | None:
        """Whose e-mail address it is; none when nobody's, or no longer anybody's."""
        with self.database.reading() as connection:
            found = id_of_email(connection, email)
            return None if found is None else person_of(connection, found, self.forge)

    def holdings(self, person: Person, at: dt.datetime) -> Iterable[Holding]:
        """What the person holds at a moment, what has ended or not begun and the suspended too."""
        with self.database.reading() as connection:
            return holdings_of(connection, person, at)

    def delegations(self, at: dt.datetime) -> Iterable[Grant]:
        """Every delegation: begun or not, ended, revoked, or written down only after the moment.

        Each says when it was written down, so that whoever asks can tell the reason.
        """
        with self.database.reading() as connection:
            known = {row: person_of(connection, row, self.forge) for row in _ids(connection)}
            return [
                Grant(
                    known[row["grantor"]],
                    known[row["delegate"]],
                    Role(row["role"]),
                    row["portal"],
                    row["since"],
                    row["until"],
                    row["recorded_at"],
                    row["revoked_at"],
                )
                for row in connection.execute(
                    select(delegations).order_by(delegations.c.id)
                ).mappings()
            ]

    def keys_of(self, login: str, at: dt.datetime) -> list[str]:
        """The SSH public keys with which somebody could sign at a moment, as one line each."""
        with self.database.reading() as connection:
            found = id_of_login(connection, self.forge, login)
            query = (
                select(keys.c.line)
                .where(keys.c.person == found, keys.c.added_at <= at)
                .where(or_(keys.c.revoked_at.is_(None), keys.c.revoked_at > at))
                .order_by(keys.c.id)
            )
            return [] if found is None else list(connection.execute(query).scalars())


def id_of_login(connection: Connection, forge: str, login: str) -> str | None:
    """The id of whose login it is now."""
    folded = fold_name(login)
    if forge == LOCAL:
        return connection.execute(select(people.c.id).where(people.c.id == folded)).scalar()
    return connection.execute(
        select(logins.c.person).where(
            logins.c.forge == forge, logins.c.folded == folded, logins.c.ended_at.is_(None)
        )
    ).scalar()


def id_of_email(connection: Connection, email: str) -> str | None:
    """The id of whose e-mail address it is now."""
    name, _, host = fold_name(email).rpartition("@")
    if host == OWN_HOST:
        return connection.execute(select(people.c.id).where(people.c.id == name)).scalar()
    return connection.execute(
        select(emails.c.person).where(
            emails.c.folded == fold_name(email), emails.c.ended_at.is_(None)
        )
    ).scalar()


def _ids(connection: Connection) -> list[str]:
    """Those who stand in any delegation."""
    both = select(delegations.c.grantor).union(select(delegations.c.delegate))
    return list(connection.execute(both).scalars())


def person_of(connection: Connection, person: str, forge: str) -> Person:
    """Somebody with the names by which a forge and commits know them now."""
    bot = connection.execute(select(people.c.bot).where(people.c.id == person)).scalar_one()
    addresses = select(emails.c.address).where(
        emails.c.person == person, emails.c.ended_at.is_(None)
    )
    names = {person}
    if forge != LOCAL:
        query = select(logins.c.login).where(
            logins.c.person == person, logins.c.forge == forge, logins.c.ended_at.is_(None)
        )
        names = set(connection.execute(query).scalars())
    known = frozenset(connection.execute(addresses).scalars()) | {own_address(person)}
    return Person(person, frozenset(names), known, bot)


def is_suspended(connection: Connection, person: str, at: dt.datetime) -> bool:
    """Whether somebody's access is suspended at a moment."""
    of = suspensions.c
    query = (
        select(of.id)
        .where(of.person == person, of.since <= at)
        .where(or_(of.until.is_(None), of.until > at))
        .where(or_(of.ended_at.is_(None), of.ended_at > at))
    )
    return connection.execute(query).first() is not None


def holdings_of(connection: Connection, person: Person, at: dt.datetime) -> list[Holding]:
    """What somebody ever held or is to hold, each from when it could count."""
    suspended = is_suspended(connection, person.id, at)
    query = select(holdings).where(holdings.c.person == person.id).order_by(holdings.c.id)
    return [
        Holding(
            person,
            Role(row["role"]),
            row["portal"],
            max(row["since"], row["recorded_at"]),
            row["until"],
            frozenset(row["fields"]),
            suspended,
        )
        for row in connection.execute(query).mappings()
    ]
