"""Ways half gone: what has been proven so far, kept by the server, for some minutes and once."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from accounts.schema import steps
from accounts.signing.credentials import digest


class Purpose(StrEnum):
    """What somebody is on the way to."""

    SECOND = "second"  # the password was right, the code is awaited
    SET_UP = "set-up"  # the set-up code was right
    PASSKEY = "passkey"  # a challenge was given to a browser


LASTS: Mapping[Purpose, dt.timedelta] = {
    Purpose.SECOND: dt.timedelta(minutes=10),
    Purpose.SET_UP: dt.timedelta(minutes=30),
    Purpose.PASSKEY: dt.timedelta(minutes=5),
}
"""How long each may take."""


@dataclass(frozen=True, slots=True)
class Step:
    """A way half gone.

    Attributes:
        person: Whose; none when nobody has said who they are.
        data: What has to be known further on; plain JSON.
        expires_at: When it is too late.
    """

    person: str | None
    data: Mapping[str, Any]
    expires_at: dt.datetime


def put(
    connection: Connection,
    secret: str,
    purpose: Purpose,
    person: str | None,
    data: Mapping[str, Any],
    now: dt.datetime,
) -> None:
    """Writes a step down under a cookie's value; takes out all that are too late."""
    connection.execute(delete(steps).where(steps.c.expires_at <= now))
    values = {"person": person, "data": dict(data), "expires_at": now + LASTS[purpose]}
    row = {"hash": digest(secret), "purpose": purpose.value, **values}
    connection.execute(insert(steps).values(row))


def find(connection: Connection, secret: str, purpose: Purpose, now: dt.datetime) -> Step | None:
    """The step that goes with a cookie's value, if it is not too late."""
    of = steps.c
    query = select(of.person, of.data, of.expires_at).where(
        of.hash == digest(secret), of.purpose == purpose.value, of.expires_at > now
    )
    row = connection.execute(query).first() if secret else None
    return Step(*row) if row else None


def change(connection: Connection, secret: str, data: Mapping[str, Any]) -> None:
    """Writes down what has been proven since."""
    connection.execute(update(steps).where(steps.c.hash == digest(secret)).values(data=dict(data)))


def drop(connection: Connection, secret: str) -> None:
    """Takes a step out: it has been gone, or must begin anew."""
    connection.execute(delete(steps).where(steps.c.hash == digest(secret)))


def drop_of(connection: Connection, person: str) -> None:
    """Takes out all steps of somebody, whose ways in have changed."""
    connection.execute(delete(steps).where(steps.c.person == person))
