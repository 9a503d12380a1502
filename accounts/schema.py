"""The tables, as this version of the code knows them. ``migrations`` makes and changes them.

Nothing in them is ever deleted: what ends is given the moment at which it ends.
"""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    column,
)

HEAD = "0002"
"""The version of the tables that this code works with: the newest of ``migrations``."""


class Moment(TypeDecorator[dt.datetime]):
    """A moment, kept in UTC. One that does not say its time zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """The moment as the database keeps it."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"Thời điểm {value} không ghi múi giờ.")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """The moment as the code knows it: SQLite keeps no time zone, and all is in UTC."""
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _number() -> Column[int]:
    """Counted by the code, not by the database: the log has to say it."""
    return Column("id", Integer, primary_key=True, autoincrement=False)


def _person(name: str = "person") -> Column[str]:
    return Column(name, Text, ForeignKey("people.id"), nullable=False, index=True)


def _moment(name: str, *, maybe: bool = False) -> Column[dt.datetime]:
    return Column(name, Moment, nullable=maybe)


people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("bot", Boolean, nullable=False),
    _moment("added_at"),
)
"""Who is known. The id is the login of the local forge; the name is for the operator's eyes."""

logins = Table(
    "logins",
    metadata,
    _number(),
    _person(),
    Column("forge", Text, nullable=False),
    Column("login", Text, nullable=False),
    Column("folded", Text, nullable=False),
    _moment("added_at"),
    _moment("ended_at", maybe=True),
    Index(
        "uq_logins_current",
        "forge",
        "folded",
        unique=True,
        sqlite_where=column("ended_at").is_(None),
        postgresql_where=column("ended_at").is_(None),
    ),
)
"""By which names people are known to forges other than the local one."""

emails = Table(
    "emails",
    metadata,
    _number(),
    _person(),
    Column("address", Text, nullable=False),
    Column("folded", Text, nullable=False),
    _moment("added_at"),
    _moment("ended_at", maybe=True),
    Index(
        "uq_emails_current",
        "folded",
        unique=True,
        sqlite_where=column("ended_at").is_(None),
        postgresql_where=column("ended_at").is_(None),
    ),
)
"""By which addresses people are known in commits."""

keys = Table(
    "keys",
    metadata,
    _number(),
    _person(),
    Column("line", Text, nullable=False),
    Column("fingerprint", Text, nullable=False, unique=True),
    _moment("added_at"),
    _moment("revoked_at", maybe=True),
)
"""SSH public keys. A key is one person's for ever: one revoked never comes back."""

contacts = Table(
    "contacts",
    metadata,
    _number(),
    _person(),
    Column("organisation", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", Text, nullable=False),
    _moment("added_at"),
    _moment("ended_at", maybe=True),
)
"""What people state of themselves, so that they can be reached; of each the last one counts."""

holdings = Table(
    "holdings",
    metadata,
    _number(),
    _person(),
    Column("portal", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("fields", JSON, nullable=False),
    _moment("since"),
    _moment("until", maybe=True),
    _moment("recorded_at"),
)
"""Who holds which post: from ``since`` until before ``until``, and never before it was recorded."""

suspensions = Table(
    "suspensions",
    metadata,
    _number(),
    _person(),
    _moment("since"),
    _moment("until", maybe=True),
    _moment("ended_at", maybe=True),
    Column("reason", Text, nullable=False),
    _moment("recorded_at"),
)
"""Whose access is suspended: until before ``until``, or before ``ended_at`` when taken back."""

delegations = Table(
    "delegations",
    metadata,
    _number(),
    _person("grantor"),
    _person("delegate"),
    Column("role", Text, nullable=False),
    Column("portal", Text, nullable=False),
    _moment("since"),
    _moment("until"),
    Column("document", Text, nullable=False),
    Column("document_date", Date, nullable=False),
    _moment("recorded_at"),
    _moment("revoked_at", maybe=True),
)
"""Who lets whom act in a role, by which written document."""

log = Table(
    "log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _moment("at"),
    Column("actor", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
"""Who did what to whom, each entry with the hash of the one before. ``changes`` is JSON as text,
so that what is hashed is what is stored, byte for byte."""

LOGGED = (people, logins, emails, keys, contacts, holdings, suspensions, delegations)
"""The tables whose every change stands in the log."""
