"""Opening the store: its versions, and what would lose something is refused."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, make_url

from accounts.database import open_database
from regulation.findings import Refused
from relay.store import migrations
from relay.store.database import Store, demand_safe, open_store
from relay.store.schema import HEAD, metadata
from tests.relay.postgres import Server


def test_the_versions_make_just_the_tables_that_the_code_knows(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_code_works_with_the_newest_version() -> None:
    assert ScriptDirectory(str(Path(str(migrations.__file__)).parent)).get_current_head() == HEAD


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 0), True)],
)
def test_an_sqlite_that_loses_what_was_committed_is_refused(
    version: tuple[int, ...], safe: bool
) -> None:
    url = URL.create("sqlite", database="/x")
    if safe:
        demand_safe(url, version)
    else:
        shown = ".".join(map(str, version))
        with pytest.raises(Refused, match=f"SQLite {shown} của máy này có lỗi.*3.51.3 trở lên"):
            demand_safe(url, version)
    demand_safe(make_url("postgresql://x/y"), version)


def test_sqlite_waits_for_its_disk(sqlite_store: Store) -> None:
    with sqlite_store.reading() as connection:

        def asked(name: str) -> object:
            return connection.execute(text(f"PRAGMA {name}")).scalar()

        assert asked("journal_mode") == "wal"
        assert asked("synchronous") == 2
        assert asked("foreign_keys") == 1
        assert asked("secure_delete") == 1
        assert asked("busy_timeout") == 5000


def test_postgresql_waits_for_its_disk_whatever_its_default(postgres: Server) -> None:
    url = postgres.url(postgres.database("cong_template"))
    opened = open_store(url, os.environ)
    with opened.reading() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "5s"
        reset = text("SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'")
        assert connection.execute(reset).scalar() == "off"  # the server would not have
    opened.close()


def test_there_is_none_yet(tmp_path: Path, postgres: Server) -> None:
    urls = (
        URL.create("sqlite", database=str(tmp_path / "y-kien.sqlite")),
        postgres.url(postgres.database()),
    )
    for url in urls:
        with pytest.raises(Refused, match="Chưa có cơ sở dữ liệu tiếp nhận ý kiến ở đây"):
            open_store(url, os.environ)


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "tai-khoan.sqlite"))
    open_database(url, os.environ, create=True).close()
    with pytest.raises(Refused, match="không phải cơ sở dữ liệu tiếp nhận ý kiến của Cổng"):
        open_store(url, os.environ, create=True)
    with pytest.raises(Refused, match="bằng SQLite hoặc PostgreSQL"):
        open_store(make_url("mysql://x/y"), os.environ, create=True)


def test_a_newer_version_is_refused(store: Store, store_url: URL) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="do một bản Cổng mới hơn tạo ra"):
        open_store(store_url, os.environ)


def test_a_store_of_the_first_version_is_brought_up(store: Store, store_url: URL) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_events_merged"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    open_store(store_url, os.environ).close()
    with store.reading() as connection:
        indexes = inspect(connection).get_indexes("events")
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    assert "ix_events_merged" in {each["name"] for each in indexes}
    assert version == HEAD


def test_a_file_in_a_work_tree_is_refused(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    url = URL.create("sqlite", database=str(tmp_path / "y-kien.sqlite"))
    with pytest.raises(Refused, match="ý kiến của người dân có thể bị đưa vào kho"):
        open_store(url, os.environ, create=True)


def test_a_server_that_is_away_is_said_in_vietnamese(tmp_path: Path) -> None:
    url = URL.create("postgresql", database="x", query={"host": str(tmp_path)})
    with pytest.raises(Refused, match="Không nối được với máy chủ cơ sở dữ liệu"):
        open_store(url, os.environ)


def test_of_several_that_start_at_once_one_makes_the_tables(
    tmp_path: Path, postgres: Server
) -> None:
    urls = (
        URL.create("sqlite", database=str(tmp_path / "y-kien.sqlite")),
        postgres.url(postgres.database()),
    )
    for url in urls:
        with ThreadPoolExecutor(4) as pool:
            opening = [pool.submit(open_store, url, os.environ, create=True) for _ in range(4)]
            for each in opening:
                each.result().close()
