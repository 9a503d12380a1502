"""Rows that are written only if they are not there yet: the same on both databases."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(connection: Connection, table: Table, **values: Any) -> bool:
    """Writes a row unless one with any of its unique values is there; whether it was written.

    On PostgreSQL it waits for whoever is writing the same and has not committed yet.
    """
    statement = _statement(connection.dialect.name, table)
    return connection.execute(statement, values).one_or_none() is not None


@lru_cache
def _statement(dialect: str, table: Table) -> Any:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # Asked for what was written: the count of rows is not told by every driver.
    return insert(table).on_conflict_do_nothing().returning(next(iter(table.primary_key)))
