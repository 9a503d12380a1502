"""Opening the relay's database."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL


@dataclass(frozen=True, slots=True)
class Store:
    """An open database; ``shown`` is where it lies, without a password."""

    engine: Engine
    shown: str

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the database as at one moment.

        Raises:
            Unavailable: The database does not answer.
        """
        raise NotImplementedError
        yield

    def close(self) -> None:
        """Lets go of every connection."""
        self.engine.dispose()


def open_store(url: URL, environment: Mapping[str, str], *, create: bool = False) -> Store:
    """Opens the relay's database, and brings one that an older version made up to this one.

    Raises:
        Refused: There is none, it is another's or a newer version's, Git would pick it up, or
            this SQLite may lose what was written (the WAL-reset bug, before 3.51.3).
    """
    raise NotImplementedError
