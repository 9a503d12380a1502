"""The one writer: together, all or nothing, told only when it is on disk."""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from accounts.opening import for_writing
from relay.store.database import Store, open_store
from relay.store.schema import spent
from relay.store.writer import Unavailable, Writer
from tests.relay.postgres import Server
from tests.relay.store.samples import AT


def put(name: str) -> Callable[[Connection], str]:
    """A work that writes a row and gives its name back."""

    def work(connection: Connection) -> str:
        connection.execute(insert(spent), {"challenge": name, "expires": AT})
        return name

    return work


def until(done: Callable[[], bool]) -> None:
    """Waits for another thread."""
    while not done():
        time.sleep(0.001)


def there(store: Store) -> set[str]:
    """Which rows are in the database, as anybody else sees it."""
    with store.reading() as connection:
        return set(connection.execute(select(spent.c.challenge)).scalars())


@contextlib.contextmanager
def held_up(writer: Writer) -> Iterator[None]:
    """Keeps the writer busy with a work, so that what comes meanwhile waits."""
    begun, go_on = threading.Event(), threading.Event()

    def work(_connection: Connection) -> None:
        begun.set()
        go_on.wait(60)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(writer.run_now, work)
        begun.wait(60)
        try:
            yield
        finally:
            go_on.set()


def test_what_is_told_is_there(store: Store, writer: Writer) -> None:
    assert writer.run_now(put("một")) == "một"
    assert there(store) == {"một"}


def test_many_at_once_share_commits_and_each_has_its_own_answer(store: Store) -> None:
    commits = []

    @contextlib.contextmanager
    def counted() -> Iterator[None]:
        commits.append(1)
        yield

    async def all_of_them(writer: Writer) -> list[str]:
        return await asyncio.gather(*(writer.run(put(str(each))) for each in range(200)))

    with Writer(store, committing=counted) as writer:
        with held_up(writer):
            waiting = threading.Thread(target=lambda: told.extend(asyncio.run(all_of_them(writer))))
            told: list[str] = []
            waiting.start()
            until(lambda: writer.waiting == 200)
        waiting.join()
    assert told == [str(each) for each in range(200)]
    assert there(store) == set(told)
    assert len(commits) == 1 + 4  # 200 in heaps of 64


def test_heavy_works_are_not_heaped_up(store: Store) -> None:
    commits = []

    @contextlib.contextmanager
    def counted() -> Iterator[None]:
        commits.append(1)
        yield

    with Writer(store, committing=counted) as writer, ThreadPoolExecutor(4) as pool:
        with held_up(writer):
            heavy = [pool.submit(writer.run_now, put(each), weight=3_000_000) for each in "abcd"]
            until(lambda: writer.waiting == 4)
        assert {each.result() for each in heavy} == set("abcd")
    assert len(commits) == 1 + 4


def test_one_that_fails_undoes_itself_alone(store: Store, writer: Writer) -> None:
    def fails(connection: Connection) -> None:
        put("nửa chừng")(connection)
        raise KeyError("hỏng")

    with ThreadPoolExecutor(4) as pool:
        with held_up(writer):
            works: list[Callable[[Connection], object]] = [put("trước"), fails, put("sau")]
            told = [pool.submit(writer.run_now, work) for work in works]
            until(lambda: writer.waiting == 3)
        assert told[0].result() == "trước"
        assert told[2].result() == "sau"
        with pytest.raises(KeyError, match="hỏng"):
            told[1].result()
    assert there(store) == {"trước", "sau"}


def test_a_broken_constraint_is_the_works_own(store: Store, writer: Writer) -> None:
    writer.run_now(put("một"))
    with pytest.raises(IntegrityError):
        writer.run_now(put("một"))
    assert writer.run_now(put("hai")) == "hai"
    assert there(store) == {"một", "hai"}


def test_a_commit_that_fails_fails_all(store: Store, writer: Writer) -> None:
    # A submission without its case: asked for at the commit.
    lone = text(
        "INSERT INTO submissions VALUES ('t', 'KHONGCO1', '2026-11-22 00:00:00+00:00', '', '', '')"
    )
    with ThreadPoolExecutor(4) as pool:
        with held_up(writer):
            told = [
                pool.submit(writer.run_now, put("một")),
                pool.submit(writer.run_now, lambda connection: connection.execute(lone)),
                pool.submit(writer.run_now, put("hai")),
            ]
            until(lambda: writer.waiting == 3)
        for each in told:
            with pytest.raises(Unavailable, match="chưa có gì được tiếp nhận"):
                each.result()
    assert there(store) == set()
    assert writer.run_now(put("ba")) == "ba"


def test_a_full_queue_says_so_at_once(store: Store) -> None:
    with Writer(store, waiting=2) as writer, ThreadPoolExecutor(4) as pool:
        with held_up(writer):
            told = [pool.submit(writer.run_now, put(each)) for each in "ab"]
            until(lambda: writer.waiting == 2)
            with pytest.raises(Unavailable, match="Quá nhiều việc đang chờ ghi"):
                writer.run_now(put("c"))
        assert {each.result() for each in told} == {"a", "b"}
    assert there(store) == {"a", "b"}


def test_works_that_wait_do_not_fill_the_memory(store: Store) -> None:
    with Writer(store) as writer, ThreadPoolExecutor(4) as pool:
        with held_up(writer):
            told = pool.submit(writer.run_now, put("một"), weight=60 * 2**20)
            until(lambda: writer.waiting == 1)
            with pytest.raises(Unavailable, match="Quá nhiều"):
                writer.run_now(put("hai"), weight=5 * 2**20)
        assert told.result() == "một"


def test_stopping_writes_what_waits(store: Store) -> None:
    writer = Writer(store, batch=2)
    writer.start()
    with ThreadPoolExecutor(10) as pool:
        with held_up(writer):
            told = [pool.submit(writer.run_now, put(str(each))) for each in range(7)]
            until(lambda: writer.waiting == 7)
            stopping = threading.Thread(target=writer.stop)
            stopping.start()
            until(lambda: not writer.running)
            with pytest.raises(Unavailable, match="đang dừng"):
                writer.run_now(put("muộn"))
        stopping.join()
        assert {each.result() for each in told} == {str(each) for each in range(7)}
    assert len(there(store)) == 7


def test_a_visitor_who_leaves_takes_the_work_away(store: Store, writer: Writer) -> None:
    async def leaves() -> None:
        task = asyncio.create_task(writer.run(put("bỏ đi")))
        while writer.waiting < 1:
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    with held_up(writer):
        asyncio.run(leaves())
    writer.run_now(put("ở lại"))
    assert there(store) == {"ở lại"}


def test_a_work_that_waits_for_a_work_is_a_fault(writer: Writer) -> None:
    with pytest.raises(RuntimeError, match="cannot wait for another work"):
        writer.run_now(lambda _connection: writer.run_now(put("một")))


def test_a_locked_database_is_said_and_forgotten(sqlite_store: Store) -> None:
    url = URL.create("sqlite", database=sqlite_store.shown)
    hasty = open_store(url, os.environ, patience=timedelta(milliseconds=200))
    with Writer(hasty) as writer, ThreadPoolExecutor(4) as pool:
        writer.run_now(put("trước"))
        with for_writing(sqlite_store.engine).begin() as connection:
            put("người khác")(connection)
            told = [pool.submit(writer.run_now, put(each)) for each in "abc"]
            for each in told:
                with pytest.raises(Unavailable, match="đang bận quá lâu"):
                    each.result()
            assert there(hasty) == {"trước"}  # reading goes on
        assert writer.run_now(put("sau")) == "sau"
    hasty.close()
    assert there(sqlite_store) == {"trước", "người khác", "sau"}


def test_a_lost_connection_is_made_again(postgres_store: Store, postgres: Server) -> None:
    name = postgres_store.engine.url.database
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"

    def in_the_middle(connection: Connection) -> None:
        put("giữa")(connection)
        postgres.sql(cut)
        connection.execute(select(func.count()).select_from(spent))

    with Writer(postgres_store) as writer:
        writer.run_now(put("trước"))
        postgres.sql(cut)
        assert writer.run_now(put("sau")) == "sau"
        with pytest.raises(Unavailable, match="không trả lời"):
            writer.run_now(in_the_middle)
        assert writer.run_now(put("nữa")) == "nữa"
    assert there(postgres_store) == {"trước", "sau", "nữa"}


def test_of_two_who_wait_for_each_other_one_tries_again(postgres_store: Store) -> None:
    both = threading.Barrier(2, timeout=60)

    def crosswise(first: str, second: str) -> Callable[[Connection], str]:
        tries: list[int] = []

        def work(connection: Connection) -> str:
            for place, name in enumerate((first, second)):
                later = AT + timedelta(seconds=1)
                connection.execute(
                    update(spent).where(spent.c.challenge == name).values(expires=later)
                )
                if place == 0 and not tries:
                    tries.append(1)
                    both.wait()
            return first

        return work

    with (
        Writer(postgres_store) as one,
        Writer(postgres_store) as other,
        ThreadPoolExecutor(2) as pool,
    ):
        for each in "ab":
            one.run_now(put(each))
        told = [
            pool.submit(one.run_now, crosswise("a", "b")),
            pool.submit(other.run_now, crosswise("b", "a")),
        ]
        assert [each.result() for each in told] == ["a", "b"]
