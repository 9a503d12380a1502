"""The inbox over a real store, on both databases."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from relay.store.database import Store, open_store
from relay.store.keys import Keys, keys_from
from relay.store.writer import Writer
from tests.relay.inbox.office import Office


@pytest.fixture(scope="session")
def hired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The accounts of an office, made once: each test takes a copy."""
    folder = tmp_path_factory.mktemp("hired")
    store = open_store(
        URL.create("sqlite", database=str(folder / "x.sqlite")), os.environ, create=True
    )
    with Writer(store) as writer:
        Office(store, writer, keys_from(b"\x07" * 32), folder).close()
    store.close()
    return folder / "kho"


@pytest.fixture
def office(
    store: Store, writer: Writer, keys: Keys, tmp_path: Path, hired: Path
) -> Iterator[Office]:
    """The inbox with its officers."""
    made = Office(store, writer, keys, tmp_path / "office", hired)
    yield made
    made.close()


@pytest.fixture
def one_office(sqlite_store: Store, keys: Keys, tmp_path: Path, hired: Path) -> Iterator[Office]:
    """The same on SQLite alone, for what no database decides."""
    with Writer(sqlite_store) as writer:
        made = Office(sqlite_store, writer, keys, tmp_path / "office", hired)
        yield made
        made.close()
