"""Opening a database of the house: made when wanted, brought up to date, refused when newer.

The register of accounts and the relay each have one; what tells them apart is ``Tables``.
"""

import contextlib
import datetime as dt
import importlib
import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    NullPool,
    Pool,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from accounts.place import claim, close_to_others, demand_outside_git, make_folders
from regulation.findings import Finding, Refused

PATIENCE = dt.timedelta(seconds=30)
"""How long one who writes waits for another."""

_WRITES = "cong_writes"

_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps what it is doing in one place for the whole process."""


_UPGRADING = 0x636F6E67
"""The lock of PostgreSQL that whoever makes or changes tables has: "cong"."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What kind of database it is.

    Attributes:
        scripts: Where Alembic finds the versions: in the package, wherever it is installed.
        head: The version of the tables that the code works with.
        mark: A table that a database of this kind has.
        none_yet: What to say where there is none.
        strange: What to say of another kind of database.
        in_git: What to say of a file that Git could commit.
    """

    scripts: str
    head: str
    mark: str
    none_yet: str
    strange: str
    in_git: str


Connects = Callable[[URL, str], Engine]
"""Makes the engine for an address that is shown as the second argument says."""


def at_one_moment(engine: Engine) -> Engine:
    """The same, whose transactions see the database as it was when they began."""
    if engine.dialect.name == "postgresql":  # which else shows what was committed in between
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


def opened(
    url: URL,
    environment: Mapping[str, str],
    tables: Tables,
    connects: Connects,
    *,
    create: bool,
) -> tuple[Engine, str]:
    """Opens a database, and brings one that an older version made up to this one.

    Args:
        url: Where it lies.
        environment: For Git, which is asked whether a file could be committed.
        tables: What kind of database it is.
        connects: Makes the engine.
        create: Whether to make it when there is none.

    Returns:
        The engine, and where the database lies as it may be shown: without a password.

    Raises:
        Refused: There is none, it is another's, a newer version's, or Git would pick it up.
    """
    shown = (url.get_backend_name() == "sqlite" and url.database) or url.render_as_string()
    if url.get_backend_name() == "sqlite":
        path = Path(shown)
        demand_outside_git(path, environment, tables.in_git)
        if not path.exists():
            if not create:
                raise Refused([Finding(shown, tables.none_yet)])
            make_folders(path)
            _make_file(path, tables, connects)
        elif not path.is_file():
            message = "Đây không phải tệp; hãy ghi đường dẫn của một tệp, kể cả tên tệp."
            raise Refused([Finding(shown, message)])
    engine = connects(url, shown)
    try:
        with said_in_vietnamese(shown), engine.begin() as connection:
            version = _version(connection, shown, tables)
        if version is None and not create:
            raise Refused([Finding(shown, tables.none_yet)])
        if version != tables.head:
            with alone(engine, shown) as connection:
                _upgrade(connection, shown, tables)
        if engine.dialect.name == "sqlite":
            close_to_others(Path(shown))  # only now: before, it may have been another's file
            with said_in_vietnamese(shown):
                _read_while_written(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine, shown


def make_engine(
    url: URL,
    shown: str,
    *,
    patience: dt.timedelta = PATIENCE,
    pool: type[Pool] | None = NullPool,
) -> Engine:
    """The engine for an address.

    Args:
        url: The address.
        shown: The same as it may be shown.
        patience: How long one who writes waits for another (SQLite).
        pool: How connections are kept (SQLite). By default everybody has one of their own: none is
            shared by threads, none stays open unseen.

    Raises:
        Refused: What speaks with such a database is not installed.
    """
    if url.get_backend_name() != "sqlite":
        try:
            return create_engine(url, hide_parameters=True)
        except (NoSuchModuleError, ImportError):
            message = (
                f"Máy này chưa cài phần nối với {url.get_backend_name()}; hãy cài gói ấy vào .venv "
                "hoặc dùng tệp SQLite."
            )
            raise Refused([Finding(shown, message)]) from None
    engine = create_engine(
        url,
        hide_parameters=True,  # an error's words must not hold what people wrote
        module=sqlite_module(),
        poolclass=pool,
        connect_args={"timeout": patience.total_seconds()},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def sqlite_module() -> ModuleType:
    """The SQLite that comes with the packages where there is one: see pyproject.toml."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin says, nowhere else
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    # Whoever will write takes the lock first: two who read before writing would undo each other.
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _make_file(path: Path, tables: Tables, connects: Connects) -> None:
    """Makes the file with its tables beside its place and puts it there whole.

    Of two who make it at once the second finds it made.
    """
    with tempfile.TemporaryDirectory(prefix=f".{tables.mark}-", dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        claim(fresh)
        engine = connects(URL.create("sqlite", database=str(fresh)), str(path))
        try:
            _read_while_written(engine)
            with alone(engine, str(path)) as connection:
                _upgrade(connection, str(path), tables)
        finally:
            engine.dispose()
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)


def _read_while_written(engine: Engine) -> None:
    """Sets SQLite's way of writing: a copy made by VACUUM INTO comes without it."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone() != ("wal",):
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.close()
    finally:
        raw.close()


@contextlib.contextmanager
def alone(engine: Engine, shown: str) -> Iterator[Connection]:
    """A connection that alone may write, from its first moment on; all of it counts or none."""
    with said_in_vietnamese(shown), for_writing(engine).begin() as connection:
        yield connection


def for_writing(engine: Engine) -> Engine:
    """The same engine, whose transactions take SQLite's lock before anything else."""
    return engine.execution_options(**{_WRITES: True})


def _version(connection: Connection, shown: str, tables: Tables) -> str | None:
    """Which version made the tables; none when there are no tables."""
    there = inspect(connection).get_table_names()
    if not there:
        return None
    if "alembic_version" in there and tables.mark in there:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if version is not None:
            return str(version)
    raise Refused([Finding(shown, tables.strange)])


def _upgrade(connection: Connection, shown: str, tables: Tables) -> None:
    """Brings the tables up to this version, in the transaction that is begun."""
    # Loaded only here: a database of this version needs none of it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", tables.scripts)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":  # of several that start at once, one makes them
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADING})"))
    version = _version(connection, shown, tables)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        message = (
            "Cơ sở dữ liệu này do một bản Cổng mới hơn tạo ra; hãy cập nhật Cổng trên máy này rồi "
            "làm lại."
        )
        raise Refused([Finding(shown, message)])
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")


def migrate(metadata: MetaData) -> None:
    """What Alembic runs in ``env.py``: ``opened`` hands over a connection in its transaction."""
    from alembic import context

    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,  # SQLite changes a table by making it anew
    )
    with context.begin_transaction():
        context.run_migrations()


@contextlib.contextmanager
def said_in_vietnamese(shown: str) -> Iterator[None]:
    """Turns what a database complains of into what to do about it."""
    try:
        yield
    except SQLAlchemyError as error:
        message = saying(error)
        if message is not None:
            raise Refused([Finding(shown, message)]) from error
        raise


def saying(error: SQLAlchemyError) -> str | None:
    """What to do about what a database complains of; none if it is not known."""
    said = str(error.orig if isinstance(error, DBAPIError) else error).casefold()
    return next((message for words, message in _SAYINGS.items() if words in said), None)


_SAYINGS = {
    "locked": "Cơ sở dữ liệu đang bận quá lâu; hãy đóng chương trình đang dùng nó rồi làm lại.",
    "not a database": "Tệp này không phải cơ sở dữ liệu; hãy chọn tệp khác hoặc lấy bản sao lưu.",
    "malformed": "Tệp cơ sở dữ liệu đã hỏng; hãy giữ nguyên tệp và lấy bản sao lưu gần nhất.",
    "disk is full": "Ổ đĩa đã đầy; hãy xóa bớt tệp rồi làm lại.",
    "readonly": "Tệp chỉ cho đọc; hãy đổi quyền của tệp và thư mục rồi làm lại.",
    "unable to open": "Không mở được tệp; hãy xem lại đường dẫn và quyền của thư mục.",
    "could not connect": "Không nối được với máy chủ cơ sở dữ liệu; hãy xem lại địa chỉ.",
    "connection is bad": "Không nối được với máy chủ cơ sở dữ liệu; hãy xem lại địa chỉ.",
    "connection failed": "Không nối được với máy chủ cơ sở dữ liệu; hãy xem lại địa chỉ.",
    "connection refused": "Không nối được với máy chủ cơ sở dữ liệu; hãy xem lại địa chỉ.",
}
"""What databases complain of, by words in what they say."""
