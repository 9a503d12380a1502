"""Mail to be sent, written in the same commit as what it tells of."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from relay.store.keys import Keys
from relay.store.values import NewMail


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that waits.

    Attributes:
        id: Its number.
        case_id: The case.
        to: Whom; see ``NewMail``.
        template: Which template.
        values: What it is given.
        message_id: The left half of its Message-ID: the same however often it is tried.
        tries: How often it was tried.
        at: When it was written.
    """

    id: int
    case_id: str
    to: str
    template: str
    values: Mapping[str, str]
    message_id: str
    tries: int
    at: dt.datetime


def post(
    connection: Connection,
    case_id: str,
    event: int,
    mail: tuple[NewMail, ...],
    keys: Keys,
    at: dt.datetime,
) -> None:
    """Writes mail of a case; ``event`` is the number of the event that it tells of."""
    raise NotImplementedError


def due(connection: Connection, now: dt.datetime, count: int, claim: dt.timedelta) -> list[Mail]:
    """Takes mail whose time has come, the oldest first; for ``claim`` nobody else gets it."""
    raise NotImplementedError


def sent(connection: Connection, mail_id: int, now: dt.datetime) -> None:
    """It was handed over: never tried again."""
    raise NotImplementedError


def dropped(connection: Connection, mail_id: int, now: dt.datetime, why: str) -> None:
    """There is nobody to send it to: never tried again."""
    raise NotImplementedError


def failed(connection: Connection, mail_id: int, now: dt.datetime, why: str) -> None:
    """It was not handed over: tried again, each time after a longer while, never given up."""
    raise NotImplementedError
