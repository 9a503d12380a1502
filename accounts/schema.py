"""The tables, as this version of the code knows them. ``migrations`` makes and changes them.

Nothing is ever deleted: what ends is given the moment at which it ends. Only what is of use for
minutes (``steps``) or days (``attempts``) is taken out.
"""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
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

HEAD = "0003"
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

desks = Table(
    "desks",
    metadata,
    _number(),
    _person(),
    Column("portal", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("place", Text, nullable=False),
    _moment("since"),
    _moment("until", maybe=True),
    _moment("recorded_at"),
)
"""Who answers citizens' cases for which agency: ``officer`` (cán bộ đầu mối) or ``head`` (thủ
trưởng đơn vị)."""

credentials = Table(
    "credentials",
    metadata,
    _number(),
    _person(),
    Column("kind", Text, nullable=False),
    Column("secret", Text, nullable=False, info={"secret": True}, index=True),
    Column("handle", Text, nullable=False),
    Column("label", Text, nullable=False),
    _moment("added_at"),
    _moment("expires_at", maybe=True),
    _moment("ended_at", maybe=True),
    Index(
        "uq_credentials_handle",
        "handle",
        unique=True,
        sqlite_where=column("handle") != "",
        postgresql_where=column("handle") != "",
    ),
)
"""By what people prove who they are; ``accounts.signing.credentials.Kind`` says what ``secret``
holds. ``handle`` is a passkey's id, which nobody else's ever is, and ``label`` what it is called.
The log has a fingerprint in the place of the secret."""

counts = Table(
    "counts",
    metadata,
    Column("credential", Integer, ForeignKey("credentials.id"), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
"""How far a credential has been used: a TOTP's last step, a passkey's sign count. Only grows."""

sessions = Table(
    "sessions",
    metadata,
    _number(),
    _person(),
    Column("hash", Text, nullable=False, unique=True),
    _moment("begun_at"),
    _moment("seen_at"),
    _moment("ended_at", maybe=True),
    Column("how", Text, nullable=False),
    Column("agent", Text, nullable=False),
)
"""Who is or was signed in. ``hash`` is SHA-256 of the cookie's value, ``agent`` the browser's kind
in words; from which address it was is not kept."""

steps = Table(
    "steps",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("person", Text, ForeignKey("people.id"), nullable=True),
    Column("data", JSON, nullable=False),
    _moment("expires_at"),
)
"""Ways half gone: a password that was right and waits for the code, a passkey's challenge, a
set-up. Taken out when they end."""

attempts = Table(
    "attempts",
    metadata,
    _number(),
    _moment("at"),
    Column("name", Text, nullable=False, index=True),
    Column("prefix", Text, nullable=False, index=True),
    Column("passed", Boolean, nullable=False),
)
"""Attempts to sign in, for throttling: ``name`` is a hash of what was typed, ``prefix`` the first
part of the address. Taken out after ``accounts.signing.throttle.KEPT``."""

LOGGED = (
    people,
    logins,
    emails,
    keys,
    contacts,
    holdings,
    suspensions,
    delegations,
    desks,
    credentials,
)
"""The tables whose every change stands in the log."""

SECRET = {
    table.name: frozenset(each.name for each in table.columns if each.info.get("secret"))
    for table in LOGGED
}
"""Which columns the log tells by a fingerprint only."""
