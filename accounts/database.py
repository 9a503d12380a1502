"""Opening the database: made when wanted, brought up to this version, refused when newer."""

import contextlib
import datetime as dt
import importlib
import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from accounts.place import claim, close_to_others, demand_outside_git, make_folders
from accounts.schema import HEAD
from regulation.findings import Finding, Refused

SCRIPTS = "accounts:migrations"
"""Where Alembic finds the versions: in the package, wherever it is installed."""

PATIENCE = dt.timedelta(seconds=30)
"""How long one who writes waits for another."""

_WRITES = "cong_writes"

_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps what it is doing in one place for the whole process."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. Also a context: leaving it lets go of every connection."""

    engine: Engine
    shown: str

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the database as at one moment.

        Raises:
            Refused: The database does not answer.
        """
        engine = self.engine
        if engine.dialect.name == "postgresql":  # which else shows what was committed in between
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with _said_in_vietnamese(self.shown), engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection that alone may write, from its first moment on; all of it counts or none.

        Raises:
            Refused: The database does not answer.
        """
        with _alone(self) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE log IN EXCLUSIVE MODE"))
            yield connection

    def close(self) -> None:
        """Lets go of every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_database(url: URL, environment: Mapping[str, str], *, create: bool = False) -> Database:
    """Opens the database, and brings one that an older version made up to this one.

    Args:
        url: Where it lies; see ``accounts.place.find_place``.
        environment: For Git, which is asked whether a file could be committed.
        create: Whether to make it when there is none.

    Raises:
        Refused: There is none, it is another's, a newer version's, or Git would pick it up.
    """
    # A URL is shown without its password.
    shown = (url.get_backend_name() == "sqlite" and url.database) or url.render_as_string()
    if url.get_backend_name() == "sqlite":
        path = Path(shown)
        demand_outside_git(path, environment)
        if not path.exists():
            if not create:
                raise Refused([Finding(shown, _NONE_YET)])
            make_folders(path)
            _make_file(path)
        elif not path.is_file():
            message = "Đây không phải tệp; hãy ghi đường dẫn của một tệp, kể cả tên tệp."
            raise Refused([Finding(shown, message)])
    database = _database(url, shown)
    try:
        with database.reading() as connection:
            version = _version(connection, shown)
        if version is None and not create:
            raise Refused([Finding(shown, _NONE_YET)])
        if version != HEAD:
            with _alone(database) as connection:
                _upgrade(connection, shown)
        if database.engine.dialect.name == "sqlite":
            close_to_others(Path(shown))  # only now: before, it may have been another's file
            with _said_in_vietnamese(shown):
                _read_while_written(database)
    except BaseException:
        database.close()
        raise
    return database


_NONE_YET = (
    "Chưa có cơ sở dữ liệu tài khoản ở đây; hãy đăng ký người đầu tiên bằng cong accounts add."
)


def _database(url: URL, shown: str) -> Database:
    if url.get_backend_name() != "sqlite":
        try:
            return Database(create_engine(url), shown)
        except (NoSuchModuleError, ImportError):
            message = (
                f"Máy này chưa cài phần nối với {url.get_backend_name()}; hãy cài gói ấy vào .venv "
                "hoặc dùng tệp SQLite."
            )
            raise Refused([Finding(shown, message)]) from None
    # A connection of its own for everybody: none is shared by threads, none stays open unseen.
    engine = create_engine(
        url,
        module=_sqlite(),
        poolclass=NullPool,
        connect_args={"timeout": PATIENCE.total_seconds()},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(engine, shown)


def _sqlite() -> ModuleType:
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


def _make_file(path: Path) -> None:
    """Makes the file with its tables beside its place and puts it there whole.

    Of two who make it at once the second finds it made.
    """
    with tempfile.TemporaryDirectory(prefix=".accounts-", dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        claim(fresh)
        with _database(URL.create("sqlite", database=str(fresh)), str(path)) as database:
            _read_while_written(database)
            with _alone(database) as connection:
                _upgrade(connection, str(path))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)


def _read_while_written(database: Database) -> None:
    """Sets SQLite's way of writing: a copy made by VACUUM INTO comes without it."""
    raw = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone() != ("wal",):
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.close()
    finally:
        raw.close()


@contextlib.contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    alone = database.engine.execution_options(**{_WRITES: True})
    with _said_in_vietnamese(database.shown), alone.begin() as connection:
        yield connection


def _version(connection: Connection, shown: str) -> str | None:
    """Which version made the tables; none when there are no tables."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" in tables and "log" in tables:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if version is not None:
            return str(version)
    message = "Đây không phải cơ sở dữ liệu tài khoản của Cổng; hãy chọn tệp hoặc địa chỉ khác."
    raise Refused([Finding(shown, message)])


def _upgrade(connection: Connection, shown: str) -> None:
    """Brings the tables up to this version, in the transaction that is begun."""
    # Loaded only here: a database of this version needs none of it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    version = _version(connection, shown)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        message = (
            "Cơ sở dữ liệu này do một bản Cổng mới hơn tạo ra; hãy cập nhật Cổng trên máy này rồi "
            "làm lại."
        )
        raise Refused([Finding(shown, message)])
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")


@contextlib.contextmanager
def _said_in_vietnamese(shown: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error).casefold()
        for words, message in _SAYINGS.items():
            if words in said:
                raise Refused([Finding(shown, message)]) from error
        raise


_SAYINGS = {
    "locked": "Cơ sở dữ liệu đang bận quá lâu; hãy đóng chương trình đang dùng nó rồi làm lại.",
    "not a database": "Tệp này không phải cơ sở dữ liệu; hãy chọn tệp khác hoặc lấy bản sao lưu.",
    "malformed": "Tệp cơ sở dữ liệu đã hỏng; hãy giữ nguyên tệp và lấy bản sao lưu gần nhất.",
    "disk is full": "Ổ đĩa đã đầy; hãy xóa bớt tệp rồi làm lại.",
    "readonly": "Tệp chỉ cho đọc; hãy đổi quyền của tệp và thư mục rồi làm lại.",
    "unable to open": "Không mở được tệp; hãy xem lại đường dẫn và quyền của thư mục.",
    "could not connect": "Không nối được với máy chủ cơ sở dữ liệu; hãy xem lại địa chỉ.",
    "connection refused": "Không nối được với máy chủ cơ sở dữ liệu; hãy xem lại địa chỉ.",
}
"""What databases complain of, by words in what they say."""
