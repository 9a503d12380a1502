"""Files of a form's first step, kept for its second: a browser does not send them twice."""

import datetime as dt

from sqlalchemy import Connection, delete, insert, select

from relay.store.schema import held as table
from relay.store.values import NewFile

HELD = dt.timedelta(hours=2)
"""How long they wait."""


def hold(connection: Connection, token: str, files: tuple[NewFile, ...], now: dt.datetime) -> None:
    """Keeps the files of a token in place of those kept before."""
    let_go(connection, token)
    for place, file in enumerate(files):
        connection.execute(
            insert(table),
            {
                "token": token,
                "place": place,
                "name": file.name,
                "kind": file.kind,
                "expires": now + HELD,
                "content": file.content,
            },
        )


def held(connection: Connection, token: str, now: dt.datetime) -> tuple[NewFile, ...]:
    """The files of a token in their order; none if there were none or they waited too long."""
    rows = connection.execute(
        select(table.c.name, table.c.kind, table.c.content)
        .where(table.c.token == token, table.c.expires > now)
        .order_by(table.c.place)
    )
    return tuple(NewFile(row.name, row.kind, bytes(row.content)) for row in rows)


def let_go(connection: Connection, token: str) -> None:
    """Forgets the files of a token: they were kept with its case."""
    connection.execute(delete(table).where(table.c.token == token))


def sweep_held(connection: Connection, now: dt.datetime) -> int:
    """Forgets files that waited too long. How many."""
    return connection.execute(delete(table).where(table.c.expires <= now)).rowcount
