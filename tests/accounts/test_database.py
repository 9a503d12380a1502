"""The database: its versions, writing at once, copies of it."""

import datetime as dt
import multiprocessing
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from accounts import database as database_module
from accounts import migrations
from accounts.database import open_database
from accounts.log import entries, verify
from accounts.register import Register
from accounts.schema import HEAD, metadata, people
from regulation.findings import Refused
from tests.accounts.desk import NOON, Desk, file_url, open_desk

SCRIPTS = Path(str(migrations.__file__)).parent


def open_file(path: Path) -> Desk:
    """Opens a file that must be there."""
    database = open_database(file_url(path), os.environ)
    return Desk(database, lambda: NOON, Register(database, lambda: NOON), path)  # type: ignore[arg-type]


# --- Versions -------------------------------------------------------------------------------------


def test_the_versions_make_just_the_tables_that_the_code_knows(desk: Desk) -> None:
    with desk.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_code_works_with_the_newest_version() -> None:
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == HEAD


NEXT = f'''"""A version of the future."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{HEAD}"


def upgrade() -> None:
    op.add_column("people", sa.Column("note", sa.Text, server_default="mới"))
'''


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Turns the code into a later version of itself, which has one version more."""
    scripts = tmp_path / "migrations"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "v9999_note.py").write_text(NEXT)

    def turn() -> None:
        monkeypatch.setattr(database_module, "HEAD", "9999")
        monkeypatch.setattr(database_module, "SCRIPTS", str(scripts))

    return turn


def test_an_older_database_is_brought_up_and_keeps_what_it_holds(
    desk: Desk, later: Callable[[], None]
) -> None:
    desk.known("mai")
    later()
    with open_file(desk.path).database as opened, opened.reading() as connection:
        rows = connection.execute(text("SELECT id, note FROM people")).all()
        assert [tuple(row) for row in rows] == [("mai", "mới")]
        assert list(verify(connection)) == []


def test_a_newer_database_is_refused_and_left_alone(
    desk: Desk, later: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    later()
    open_file(desk.path).database.close()
    monkeypatch.undo()
    before = desk.path.read_bytes()
    with pytest.raises(Refused, match="do một bản Cổng mới hơn tạo ra; hãy cập nhật Cổng"):
        open_file(desk.path)
    assert desk.path.read_bytes() == before


def test_an_upgrade_that_fails_changes_nothing(desk: Desk, later: Callable[[], None]) -> None:
    later()
    scripts = Path(database_module.SCRIPTS) / "versions" / "v9999_note.py"
    scripts.write_text(NEXT + '    raise RuntimeError("giữa chừng")\n')
    with pytest.raises(RuntimeError, match="giữa chừng"):
        open_file(desk.path)
    with desk.database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
        assert [*connection.execute(text("SELECT * FROM people")).keys()] == [
            "id",
            "name",
            "bot",
            "added_at",
        ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Xin chao" * 100, "không phải cơ sở dữ liệu; hãy chọn tệp khác"),
        (b"", "Chưa có cơ sở dữ liệu tài khoản ở đây"),
    ],
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "tk.sqlite"
    path.write_bytes(content)
    path.chmod(0o644)
    with pytest.raises(Refused, match=message):
        open_file(path)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (content, 0o644)


def test_a_folder_is_no_database_and_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(Refused, match="Đây không phải tệp; hãy ghi đường dẫn của một tệp"):
        open_desk(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tk.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE log (a)")
    other.close()
    with pytest.raises(Refused, match="không phải cơ sở dữ liệu tài khoản của Cổng"):
        open_desk(path)


def test_reading_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="hãy đăng ký người đầu tiên bằng cong accounts add"):
        open_file(tmp_path / "a" / "tk.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(Refused, match="chưa cài phần nối với mysql"):
        open_database(make_url("mysql://may/cong"), os.environ)


# --- Keeping --------------------------------------------------------------------------------------


def test_sqlite_is_read_while_it_is_written_and_minds_its_references(desk: Desk) -> None:
    with desk.database.reading() as connection:
        asked = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert asked == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 2,
        "busy_timeout": 30_000,
    }


@pytest.mark.skipif(sys.platform != "linux", reason="the wheel is for Linux")
def test_sqlite_is_one_that_loses_nothing(desk: Desk) -> None:
    with desk.database.reading() as connection:
        version = connection.execute(text("SELECT sqlite_version()")).scalar()
    assert tuple(map(int, str(version).split("."))) >= (3, 51, 3)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM people",
        "DELETE FROM log",
        "UPDATE log SET actor = 'ai-do'",
        "INSERT INTO keys VALUES (9, 'khong-co', 'x', 'y', '2026-01-01', NULL)",
    ],
)
def test_nothing_is_deleted_by_a_slip(desk: Desk, statement: str) -> None:
    desk.known("mai")
    with pytest.raises(IntegrityError), desk.database.writing() as connection:
        connection.execute(text(statement))


def test_a_moment_without_its_zone_is_refused(desk: Desk) -> None:
    naive = dt.datetime(2026, 11, 22)  # noqa: DTZ001
    with pytest.raises(Exception, match="không ghi múi giờ"), desk.database.writing() as connection:
        connection.execute(people.insert().values(id="a", name="A", bot=False, added_at=naive))


def test_moments_are_in_utc_and_come_back_whole(desk: Desk) -> None:
    desk.clock.turn(dt.timedelta(microseconds=7))
    desk.known("mai")
    with desk.database.reading() as connection:
        kept = connection.execute(text("SELECT added_at FROM people")).scalar()
        back = connection.execute(select(people.c.added_at)).scalar_one()
    assert kept == "2026-11-22 05:00:00.000007"
    assert (back, back.tzinfo) == (desk.clock.at, dt.UTC)


# --- Writing at once ------------------------------------------------------------------------------

WRITERS, EACH = 4, 12


def write(path: Path, writer: int) -> None:
    """Registers people, one after the other; the first of all writers makes the database."""
    database = open_database(file_url(path), os.environ, create=True)
    register = Register(database, lambda: NOON, f"may-{writer}")
    for number in range(EACH):
        register.add_person(
            f"nguoi-{writer}-{number}", "Người", addresses=[f"{writer}@{number}.vn"]
        )
    database.close()


def test_threads_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "tk.sqlite"
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda writer: write(path, writer), range(WRITERS)))
    check_all_there(path)


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "tk.sqlite"
    start = multiprocessing.get_context("spawn")
    writers = [start.Process(target=write, args=(path, number)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(100)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    check_all_there(path)


def check_all_there(path: Path) -> None:
    """Every entry is there, the chain holds, nothing is left lying about."""
    with open_file(path).database as database, database.reading() as connection:
        assert list(verify(connection)) == []
        done = [(entry.actor, entry.person) for entry in entries(connection)]
    wanted = {(f"may-{w}", f"nguoi-{w}-{n}") for w in range(WRITERS) for n in range(EACH)}
    assert len(done) == len(wanted)
    assert set(done) == wanted
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_of_two_who_register_one_name_at_once_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tk.sqlite"
    open_desk(path).database.close()

    def register(person: str) -> str:
        with open_file(path).database as database:
            try:
                Register(database, lambda: NOON).add_person(person, "A", addresses=["a@x.vn"])
            except Refused as refused:
                return str(refused)
        return ""

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(register, ("mai", "lan")))
    assert told[0] == ""
    assert "a@x.vn: lỗi: Đã đăng ký cho" in told[1]


# --- Copies ---------------------------------------------------------------------------------------


def by_backup(path: Path, copy: Path) -> None:
    """As ``sqlite3 accounts.sqlite ".backup copy"`` does it."""
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()


def by_vacuum(path: Path, copy: Path) -> None:
    """As ``sqlite3 accounts.sqlite "VACUUM INTO 'copy'"`` does it."""
    source = sqlite3.connect(path)
    source.execute("VACUUM INTO ?", (str(copy),))
    source.close()


@pytest.mark.parametrize("make", [by_backup, by_vacuum])
def test_a_copy_made_while_somebody_writes_opens_and_verifies(
    desk: Desk, tmp_path: Path, make: Callable[[Path, Path], None]
) -> None:
    desk.known("mai", "lan")
    copy = tmp_path / "ban-sao.sqlite"
    with desk.database.writing() as connection:
        connection.execute(text("UPDATE people SET name = 'dở dang'"))
        make(desk.path, copy)
        connection.rollback()
    opened = open_file(copy)
    with opened.database.reading() as connection:
        assert list(verify(connection)) == []
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    opened.register.add_person("binh", "Bình")
    assert copy.stat().st_mode & 0o777 == 0o600
    opened.database.close()
