"""Opening the relay's database: SQLite or PostgreSQL, from one URL, set to lose nothing."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from accounts.opening import Tables, at_one_moment, make_engine, opened, saying, sqlite_module
from regulation.findings import Finding, Refused
from relay.store.schema import HEAD

SCRIPTS = "relay.store:migrations"
"""Where Alembic finds the versions."""

PATIENCE = dt.timedelta(seconds=5)
"""How long one who writes waits for another; after that the visitor is told to try again."""

SAFE_SQLITE = (3, 51, 3)
"""The first SQLite without the WAL-reset bug, by which what was committed may be lost."""

WAL_LIMIT = 64 * 1024 * 1024
"""Bytes that SQLite's log of changes is cut to after it grew."""


class Unavailable(Exception):
    """Nothing can be written or read now: the visitor is told 503 and keeps what they typed."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open database.

    Attributes:
        engine: For connections.
        shown: Where it lies, without a password.
        patience: How long one who writes waits for another.
    """

    engine: Engine
    shown: str
    patience: dt.timedelta = PATIENCE

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the database as at one moment.

        Raises:
            Unavailable: The database does not answer.
        """
        try:
            with at_one_moment(self.engine).begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = unavailable(error)
            if reason is None:
                raise
            raise Unavailable(reason) from error

    def close(self) -> None:
        """Lets go of every connection."""
        self.engine.dispose()


def open_store(
    url: URL,
    environment: Mapping[str, str],
    *,
    create: bool = False,
    patience: dt.timedelta = PATIENCE,
) -> Store:
    """Opens the relay's database, and brings one that an older version made up to this one.

    Args:
        url: Where it lies.
        environment: For Git, which is asked whether a file could be committed.
        create: Whether to make it when there is none.
        patience: How long one who writes waits for another.

    Raises:
        Refused: There is none, it is another's or a newer version's, Git would pick it up, or it
            may lose what was committed: SQLite with the WAL-reset bug, PostgreSQL without fsync.
    """

    def connects(url: URL, shown: str) -> Engine:
        return _engine(url, shown, patience)

    demand_safe(url, sqlite_module().sqlite_version_info)
    engine, shown = opened(url, environment, _TABLES, connects, create=create)
    store = Store(engine, shown, patience)
    try:
        _demand_durable(store)
    except BaseException:
        store.close()
        raise
    return store


_TABLES = Tables(
    scripts=SCRIPTS,
    head=HEAD,
    mark="submissions",
    none_yet=(
        "Chưa có cơ sở dữ liệu tiếp nhận ý kiến ở đây. Cơ sở dữ liệu nằm chỗ khác thì hãy đặt "
        "CONG_RELAY_DATABASE như khi chạy cong relay serve; mất rồi thì trả bản sao lưu về đúng "
        "chỗ; chưa có bao giờ thì cong relay serve tạo khi chạy lần đầu."
    ),
    strange=(
        "Đây không phải cơ sở dữ liệu tiếp nhận ý kiến của Cổng; hãy chọn tệp hoặc địa chỉ khác."
    ),
    in_git=(
        "Tệp này nằm trong kho Git nên ý kiến của người dân có thể bị đưa vào kho; hãy đặt cơ sở "
        "dữ liệu ra ngoài kho rồi làm lại."
    ),
)


def demand_safe(url: URL, version: tuple[int, ...]) -> None:
    """Refuses an SQLite that may lose what was committed; see https://sqlite.org/wal.html.

    Args:
        url: Where the database lies; PostgreSQL is not asked here.
        version: The SQLite that this Python has.

    Raises:
        Refused: It is older than 3.51.3.
    """
    if url.get_backend_name() == "sqlite" and version < SAFE_SQLITE:
        has, wants = (".".join(map(str, numbers)) for numbers in (version, SAFE_SQLITE))
        message = (
            f"SQLite {has} của máy này có lỗi có thể làm mất dữ liệu đã ghi; hãy cài SQLite từ "
            f"{wants} trở lên (trên máy Linux x86-64: chạy lại make để có gói pysqlite3), hoặc "
            "dùng PostgreSQL."
        )
        raise Refused([Finding("SQLite", message)])


def _engine(url: URL, shown: str, patience: dt.timedelta) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = make_engine(url, shown, patience=patience, pool=QueuePool)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    if url.get_backend_name() != "postgresql":
        message = "Cổng lưu ý kiến bằng SQLite hoặc PostgreSQL; hãy ghi lại địa chỉ cơ sở dữ liệu."
        raise Refused([Finding(shown, message)])
    seconds = max(1, round(patience.total_seconds()))
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,  # an error's words must not hold a citizen's
        pool_pre_ping=True,  # one that the server let go of is replaced before it is used
        connect_args={"connect_timeout": max(2, seconds)},  # libpq takes no less than 2
    )

    def prepare(connection: Any, _record: object) -> None:
        connection.autocommit = True
        for setting, value in (
            ("synchronous_commit", "on"),  # whatever the server's default
            ("default_transaction_isolation", "read committed"),
            ("lock_timeout", f"{seconds}s"),
            # One that stops in the middle does not keep the others from writing for ever.
            ("idle_in_transaction_session_timeout", f"{max(30, 6 * seconds)}s"),
            ("timezone", "UTC"),
        ):
            connection.execute(f"SET {setting} = '{value}'")
        connection.autocommit = False

    event.listen(engine, "connect", prepare)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA secure_delete = ON")  # a contact that is erased leaves no trace
    connection.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT}")


def _demand_durable(store: Store) -> None:
    """Refuses a PostgreSQL that was told not to wait for its disk."""
    if store.engine.dialect.name != "postgresql":
        return
    with store.reading() as connection:
        off = [
            name
            for name in ("fsync", "full_page_writes")
            if connection.execute(text(f"SHOW {name}")).scalar() != "on"
        ]
    if off:
        message = (
            f"Máy chủ PostgreSQL này đặt {' = off, '.join(off)} = off nên có thể mất dữ liệu khi "
            "mất điện; hãy đặt lại là on rồi khởi động lại máy chủ ấy."
        )
        raise Refused([Finding(store.shown, message)])


def unavailable(error: SQLAlchemyError) -> str | None:
    """Why the database could not do what it was asked, if it may at another time; in Vietnamese.

    None for what will fail again: a broken constraint, a fault in a statement.
    """
    state = sqlstate(error)
    if state is not None:
        return next((say for start, say in _STATES.items() if state.startswith(start)), None)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return _GONE
    said = saying(error)
    if said is not None:
        return said
    text_ = str(error).casefold()
    return _GONE if any(words in text_ for words in _FAULTS) else None


def sqlstate(error: SQLAlchemyError) -> str | None:
    """PostgreSQL's code for a fault; none if it did not come from a server of its kind."""
    original = error.orig if isinstance(error, DBAPIError) else None
    state = getattr(original, "sqlstate", None)
    return state if isinstance(state, str) else None


_GONE = "Cơ sở dữ liệu không trả lời; hãy xem máy chủ và ổ đĩa."
_BUSY = "Cơ sở dữ liệu đang bận quá lâu; hãy thử lại."
_STATES = {
    "08": _GONE,  # connection lost
    "40": _BUSY,  # deadlock, serialization
    "53": "Máy chủ cơ sở dữ liệu hết chỗ hoặc hết kết nối.",
    "55P03": _BUSY,  # a lock was not had in time
    "57": _GONE,  # shut down, cancelled
    "58": _GONE,  # the server's disk
    "25006": _GONE,  # read-only: a standby
    "25P03": _GONE,  # it was idle too long in a transaction
    "XX": _GONE,
}
"""Faults of PostgreSQL that pass, by how their codes begin."""
_FAULTS = (
    "disk i/o error",
    "out of memory",
    "interrupted",
    "connection timeout",
    "queuepool limit",
    "server closed the connection",
    "is closed",
    "no such savepoint",
)
