"""The relay's store for every test that wants one: on both databases, or on SQLite alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from relay.store.database import Store, open_store
from relay.store.keys import Keys, keys_from
from relay.store.writer import Writer
from tests.relay.postgres import TEMPLATE, Server, running_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for all tests of a process, with the tables made once as a template."""
    with running_server() as server:
        server.sql(f"CREATE DATABASE {TEMPLATE}")
        open_store(server.url(TEMPLATE), os.environ, create=True).close()
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """Where a fresh store lies: on SQLite, and once more on PostgreSQL."""
    if request.param == "sqlite":
        yield URL.create("sqlite", database=str(tmp_path / "y-kien.sqlite"))
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.database(TEMPLATE)
    yield server.url(name)
    server.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def store(store_url: URL) -> Iterator[Store]:
    """A fresh store, on both databases."""
    opened = open_store(store_url, os.environ, create=True)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A fresh store, on SQLite only."""
    url = URL.create("sqlite", database=str(tmp_path / "y-kien.sqlite"))
    opened = open_store(url, os.environ, create=True)
    yield opened
    opened.close()


@pytest.fixture
def postgres_store(postgres: Server) -> Iterator[Store]:
    """A fresh store, on PostgreSQL only."""
    name = postgres.database(TEMPLATE)
    opened = open_store(postgres.url(name), os.environ)
    yield opened
    opened.close()
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def writer(store: Store) -> Iterator[Writer]:
    """The writer of ``store``, started."""
    with Writer(store) as started:
        yield started


@pytest.fixture
def keys() -> Keys:
    """The server's keys, the same in every test."""
    return keys_from(b"\x07" * 32)
