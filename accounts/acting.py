"""An act: it is checked, written and logged as one, or not at all.

``now`` is asked for after the lock is had, so that waiting for it does not make anything count
from before it could be known.
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from accounts.database import Database
from accounts.log import Action, Change, append
from accounts.schema import people
from regulation.findings import Finding, Refused


@dataclass(slots=True)
class Act:
    """Something being done: what it writes is collected for the log.

    Attributes:
        connection: One that alone may write.
        now: When it is done.
        changes: What it has written so far.
    """

    connection: Connection
    now: dt.datetime
    changes: list[Change] = field(default_factory=list)

    def add(self, table: Table, **values: Any) -> int:
        """Writes a new row and gives its number."""
        highest = self.connection.execute(select(func.max(table.c.id))).scalar()
        number = (highest or 0) + 1
        self._write(table, number, {"id": number, **values})
        return number

    def add_person(self, **values: Any) -> None:
        """Writes a new person, whose id is theirs."""
        self._write(people, values["id"], values)

    def _write(self, table: Table, row: str | int, values: Mapping[str, Any]) -> None:
        self.connection.execute(insert(table).values(**values))
        self.changes.append(Change(table.name, row, values))

    def change(self, table: Table, number: int, **values: Any) -> None:
        """Changes a row."""
        self.connection.execute(update(table).where(table.c.id == number).values(**values))
        self.changes.append(Change(table.name, number, values))

    def rows(self, table: Table, *conditions: Any) -> list[Mapping[str, Any]]:
        """Rows of a table, in the order in which they were written."""
        query = select(table).where(*conditions).order_by(table.c.id)
        return [dict(row) for row in self.connection.execute(query).mappings()]


@contextlib.contextmanager
def acting(
    database: Database,
    now: Callable[[], dt.datetime],
    who: tuple[str, str],
    action: Action,
    person: str,
    *,
    new: bool = False,
) -> Iterator[Act]:
    """Does something to somebody: all that is written within it counts and is logged, or nothing.

    Args:
        database: Where.
        now: Tells the time.
        who: The id of whoever does it, and the account on the machine.
        action: What is done.
        person: To whom.
        new: Whether they are registered only by this.

    Raises:
        Refused: The person is not known.
    """
    with database.writing() as connection:
        act = Act(connection, now().astimezone(dt.UTC))
        if not new:
            demand_person(connection, person)
        yield act
        append(connection, act.now, who, action, person, act.changes)


def demand_person(connection: Connection, person: str) -> None:
    """Refuses an id that is nobody's.

    Raises:
        Refused: It is; says whose ids come near.
    """
    if connection.execute(select(people.c.id).where(people.c.id == person)).first() is None:
        message = (
            "Không có người mang mã này; hãy xem cong accounts list --all, hoặc đăng ký bằng cong "
            "accounts add."
        )
        raise Refused([Finding(person, message)])
