"""By what people prove who they are, as the database has it at a moment."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from accounts.schema import counts, credentials

SECOND = ("totp", "passkey")
"""What may stand beside a password."""


class Kind(StrEnum):
    """What a credential is, and what its ``secret`` holds."""

    PASSWORD = "password"  # noqa: S105 - a word; argon2id, as argon2 writes it
    TOTP = "totp"  # the shared secret in base 32: it has to be known to be checked
    PASSKEY = "passkey"  # the public key, base64url
    RECOVERY = "recovery"  # mã dự phòng; SHA-256 of one that works once
    SET_UP = "set-up"  # mã thiết lập; SHA-256 of one that works once, for 72 hours


def digest(secret: str) -> str:
    """SHA-256 of something random, as it is kept; enough where nothing can be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def lasting(now: dt.datetime) -> Any:
    """The condition that a credential counts at a moment."""
    of = credentials.c
    return (
        (of.added_at <= now)
        & or_(of.expires_at.is_(None), of.expires_at > now)
        & or_(of.ended_at.is_(None), of.ended_at > now)
    )


def of_person(
    connection: Connection, person: str | None, kind: Kind, now: dt.datetime
) -> list[Mapping[str, Any]]:
    """Somebody's credentials of a kind that count at a moment, the oldest first."""
    of = credentials.c
    query = select(credentials).where(of.person == person, of.kind == kind.value, lasting(now))
    return [dict(row) for row in connection.execute(query.order_by(of.id)).mappings()]


def kinds_of(connection: Connection, person: str, now: dt.datetime) -> frozenset[Kind]:
    """By what somebody can prove who they are at a moment."""
    of = credentials.c
    query = select(of.kind).where(of.person == person, lasting(now)).distinct()
    return frozenset(map(Kind, connection.execute(query).scalars()))


def of_handle(connection: Connection, handle: str, now: dt.datetime) -> Mapping[str, Any] | None:
    """The passkey with this id, if it counts."""
    query = select(credentials).where(
        credentials.c.handle == handle, credentials.c.kind == Kind.PASSKEY.value, lasting(now)
    )
    row = connection.execute(query).mappings().first() if handle else None
    return dict(row) if row else None


def of_secret(
    connection: Connection, kind: Kind, secret: str, now: dt.datetime
) -> Mapping[str, Any] | None:
    """The one-time code that somebody typed, if it is one that counts."""
    query = select(credentials).where(
        credentials.c.secret == digest(secret), credentials.c.kind == kind.value, lasting(now)
    )
    row = connection.execute(query).mappings().first()
    return dict(row) if row else None


def count_of(connection: Connection, number: int) -> int:
    """How far a credential has been used; -1 when never."""
    query = select(counts.c.count).where(counts.c.credential == number)
    found = connection.execute(query).scalar()
    return -1 if found is None else found


def set_count(connection: Connection, number: int, count: int) -> None:
    """Writes down how far a credential has been used."""
    connection.execute(delete(counts).where(counts.c.credential == number))
    connection.execute(insert(counts).values(credential=number, count=count))
