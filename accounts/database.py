"""Opening the register's database."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL

from accounts.opening import Tables, alone, at_one_moment, make_engine, opened, said_in_vietnamese
from accounts.place import IN_GIT
from accounts.schema import HEAD

SCRIPTS = "accounts:migrations"
"""Where Alembic finds the versions: in the package, wherever it is installed."""


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
        with said_in_vietnamese(self.shown), at_one_moment(self.engine).begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection that alone may write, from its first moment on; all of it counts or none.

        Raises:
            Refused: The database does not answer.
        """
        with alone(self.engine, self.shown) as connection:
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
    tables = Tables(
        scripts=SCRIPTS,
        head=HEAD,
        mark="log",
        none_yet=(
            "Chưa có cơ sở dữ liệu tài khoản ở đây; hãy đăng ký người đầu tiên bằng cong accounts "
            "add."
        ),
        strange=(
            "Đây không phải cơ sở dữ liệu tài khoản của Cổng; hãy chọn tệp hoặc địa chỉ khác."
        ),
        in_git=IN_GIT,
    )
    return Database(*opened(url, environment, tables, make_engine, create=create))
