"""Files of a form's first step, kept for its second: a browser does not send them twice."""

import datetime as dt

from sqlalchemy import Connection

from relay.store.values import NewFile

HELD = dt.timedelta(hours=2)
"""How long they wait."""


def hold(connection: Connection, token: str, files: tuple[NewFile, ...], now: dt.datetime) -> None:
    """Keeps the files of a token in place of those kept before."""
    raise NotImplementedError


def held(connection: Connection, token: str, now: dt.datetime) -> tuple[NewFile, ...]:
    """The files of a token in their order; none if there were none or they waited too long."""
    raise NotImplementedError


def let_go(connection: Connection, token: str) -> None:
    """Forgets the files of a token: they were kept with its case."""
    raise NotImplementedError


def sweep_held(connection: Connection, now: dt.datetime) -> int:
    """Forgets files that waited too long. How many."""
    raise NotImplementedError
