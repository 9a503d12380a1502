"""Mail to be sent, written in the same commit as what it tells of."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from relay.store.keys import Keys
from relay.store.schema import outbox
from relay.store.values import NewMail

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=6)

_WRITE = insert(outbox)


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
        tries: How often it was tried, this time counted.
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
    about: str,
    mail: Sequence[NewMail],
    keys: Keys,
    at: dt.datetime,
) -> None:
    """Writes mail of a case.

    Args:
        connection: The writer's.
        case_id: The case.
        about: What the mail tells of, such as "event 3": never the same twice for a case.
        mail: What is to be sent.
        keys: For the Message-IDs.
        at: Now.
    """
    for place, each in enumerate(mail):
        connection.execute(
            _WRITE,
            {
                "case": case_id,
                "to": each.to,
                "template": each.template,
                "values": json.dumps(dict(each.values), ensure_ascii=False),
                "message_id": keys.message_id(case_id, about, place),
                "at": at,
                "tries": 0,
                "next_at": at,
                "done_at": None,
                "outcome": "",
            },
        )


def due(connection: Connection, now: dt.datetime, count: int, claim: dt.timedelta) -> list[Mail]:
    """Takes mail whose time has come, the oldest first; for ``claim`` nobody else gets it.

    Whoever is killed in between leaves it to be taken again after that.
    """
    # First which, then taken: in one statement PostgreSQL may take more than was asked for.
    query = (
        select(outbox.c.id)
        .where(outbox.c.done_at.is_(None), outbox.c.next_at <= now)
        .order_by(outbox.c.next_at, outbox.c.id)
        .limit(count)
        .with_for_update(skip_locked=True)  # other workers take the next ones
    )
    found = connection.execute(query).scalars().all()
    if not found:
        return []
    rows = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(found))
        .values(next_at=now + claim, tries=outbox.c.tries + 1)
        .returning(outbox)
    )
    taken = [
        Mail(
            id=row.id,
            case_id=row.case,
            to=row.to,
            template=row.template,
            values=json.loads(row.values),
            message_id=row.message_id,
            tries=row.tries,
            at=row.at,
        )
        for row in rows
    ]
    return sorted(taken, key=lambda mail: mail.id)


def sent(connection: Connection, mail_id: int, now: dt.datetime) -> None:
    """It was handed over: never tried again."""
    _done(connection, mail_id, now, "sent")


def dropped(connection: Connection, mail_id: int, now: dt.datetime, why: str) -> None:
    """There is nobody to send it to: never tried again."""
    _done(connection, mail_id, now, why)


def failed(connection: Connection, mail: Mail, now: dt.datetime, why: str) -> None:
    """It was not handed over: tried again, each time after a longer while, never given up."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == mail.id, outbox.c.done_at.is_(None))
        .values(next_at=now + wait(mail.tries), outcome=why)
    )


def wait(tries: int) -> dt.timedelta:
    """How long to wait after so many tries: a minute, twice as long each time, six hours."""
    doubled: int = 2 ** min(max(tries - 1, 0), 16)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much mail waits, and since when the oldest; None when none waits."""

    count: int
    oldest: dt.datetime | None


def waiting(connection: Connection) -> Waiting:
    """How much mail was not sent yet: for whoever looks after the server."""
    row = connection.execute(
        select(func.count().label("count"), func.min(outbox.c.at, type_=outbox.c.at.type))
        .select_from(outbox)
        .where(outbox.c.done_at.is_(None))
    ).one()
    return Waiting(row[0], row[1])


def _done(connection: Connection, mail_id: int, now: dt.datetime, outcome: str) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.id == mail_id, outbox.c.done_at.is_(None))
        .values(done_at=now, outcome=outcome)
    )
