"""The one writer: what waits is written together, and answered only when it is on disk."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from accounts.opening import for_writing
from relay.store.database import Store, Unavailable, sqlstate, unavailable

__all__ = ["Unavailable", "Writer"]

T = TypeVar("T")

MOST_TOGETHER = 4 * 1024 * 1024
"""Bytes of one commit, about; one work that writes more is alone in its commit."""

MOST_WAITING = 64 * 1024 * 1024
"""Bytes of works that wait, about."""

_TRY_AGAIN = ("40001", "40P01")
"""PostgreSQL: serialization failure, deadlock. The same work may well succeed the next time."""

FULL = "Quá nhiều việc đang chờ ghi."
STOPPED = "Máy chủ đang dừng."
UNSURE = "Không ghi được; chưa có gì được tiếp nhận."


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    weight: int
    future: "Future[Any]" = field(default_factory=Future)
    tried: bool = False


_Answer = tuple[_Job, Any, BaseException | None]


class Writer:
    """Owns the one writing connection, in a thread of its own. A context: started and stopped.

    On SQLite it is the only one that writes, besides commands. On PostgreSQL every process has its
    own; rows that are changed after they were read are locked by whoever reads them.
    """

    def __init__(
        self,
        store: Store,
        *,
        batch: int = 64,
        waiting: int = 512,
        committing: Callable[[], contextlib.AbstractContextManager[object]] = (
            contextlib.nullcontext
        ),
    ) -> None:
        """A writer that has yet to be started.

        Args:
            store: The database.
            batch: How many works one commit holds at most.
            waiting: How many may wait; the next one is told ``Unavailable`` at once.
            committing: A context that each transaction is within: for measuring it.
        """
        self._store = store
        self._batch = batch
        self._most = waiting
        self._committing = committing
        self._jobs: deque[_Job] = deque()
        self._weight = 0
        self._changed = threading.Condition()
        self._taking = False
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None
        self.refused = 0
        """How many works were told ``Unavailable``."""

    @property
    def waiting(self) -> int:
        """How many works wait."""
        return len(self._jobs)

    @property
    def running(self) -> bool:
        """Whether works are taken and somebody is there to do them."""
        return self._taking and self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Starts the thread."""
        with self._changed:
            if self._thread is not None:
                raise RuntimeError("the writer was started before")
            self._taking = True
            self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Takes nothing more, writes what waits, and ends the thread."""
        with self._changed:
            self._taking = False
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def run(self, work: Callable[[Connection], T], *, weight: int = 0) -> T:
        """Runs a work in a transaction; its result only once it is on disk.

        A visitor who leaves takes their work away if it was not begun.

        Args:
            work: Reads and writes; runs in the writer's thread, so it must not take long. What it
                raises undoes it alone and is raised here.
            weight: About how many bytes it writes.

        Raises:
            Unavailable: It was not written, or nobody knows: it may be tried with the same token.
        """
        result: T = await asyncio.wrap_future(self._put(work, weight))
        return result

    def run_now(self, work: Callable[[Connection], T], *, weight: int = 0) -> T:
        """The same for threads and commands: waits. Never from within a work."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a work cannot wait for another work")
        result: T = self._put(work, weight).result()
        return result

    def _put(self, work: Callable[[Connection], Any], weight: int) -> "Future[Any]":
        job = _Job(work, weight)
        with self._changed:
            if not self._taking:
                self.refused += 1
                raise Unavailable(STOPPED)
            full = len(self._jobs) >= self._most
            if full or (self._jobs and self._weight + weight > MOST_WAITING):
                self.refused += 1
                raise Unavailable(FULL)
            self._jobs.append(job)
            self._weight += weight
            self._changed.notify()
        return job.future

    # --- in the writer's own thread ---------------------------------------------------------------

    def _serve(self) -> None:
        again: list[_Job] = []
        while jobs := self._take(again):
            again = self._write(jobs)
        self._let_go()

    def _take(self, again: list[_Job]) -> list[_Job]:
        """What is to be written next; nothing when the writer was stopped and nothing waits."""
        jobs = again
        weight = sum(job.weight for job in jobs)
        with self._changed:
            while True:
                while self._jobs and len(jobs) < self._batch:
                    job = self._jobs[0]
                    if jobs and weight + job.weight > MOST_TOGETHER:
                        return jobs
                    self._jobs.popleft()
                    self._weight -= job.weight
                    # From here on nobody can take it back; one that was taken back is passed over.
                    if job.future.set_running_or_notify_cancel():
                        jobs.append(job)
                        weight += job.weight
                if jobs or not (self._taking or self._jobs):
                    return jobs
                self._changed.wait()

    def _write(self, jobs: list[_Job]) -> list[_Job]:
        """Writes jobs together and answers them; those to be tried once more are given back."""
        try:
            connection = self._begun()
        except SQLAlchemyError as error:
            # Nobody can write now: those who wait would only wait as long again, one by one.
            self._fail(jobs + self._all_waiting(), unavailable(error) or str(error), error)
            return []
        again: list[_Job] = []
        try:
            with self._committing():
                answers = self._together(connection, jobs)
                if answers is None:
                    answers = self._one_by_one(connection, jobs, again)
                connection.commit()
        except Exception as error:
            # What was answered "no" saw what others in this transaction had written: that is gone
            # as well, so nobody is told anything but that it was not written.
            fault = error.__cause__ if isinstance(error, _Lost) else error
            reason = unavailable(fault) if isinstance(fault, SQLAlchemyError) else None
            self._fail(jobs, reason or UNSURE, error)
            return []
        for job, result, fault in answers:
            if fault is None:
                job.future.set_result(result)
            else:
                job.future.set_exception(fault)
        return again

    def _together(self, connection: Connection, jobs: list[_Job]) -> list[_Answer] | None:
        """Runs works without a savepoint for each, which would take a fifth of the time.

        Returns:
            Their results; none if one of them failed: the transaction is begun anew then.
        """
        try:
            return [(job, job.work(connection), None) for job in jobs]
        except Exception:
            connection.rollback()
            connection.begin()
            return None

    def _one_by_one(
        self, connection: Connection, jobs: list[_Job], again: list[_Job]
    ) -> list[_Answer]:
        """Runs works so that one that fails undoes itself alone.

        Args:
            connection: With its transaction begun.
            jobs: What to run.
            again: Takes those to be tried once more.
        """
        answers: list[_Answer] = []
        for job in jobs:
            try:
                answers.append((job, self._run(connection, job), None))
            except SQLAlchemyError as error:
                if connection.closed or connection.invalidated:
                    raise
                if sqlstate(error) in _TRY_AGAIN and not job.tried:
                    job.tried = True
                    again.append(job)
                    continue
                reason = unavailable(error)
                told = error if reason is None else _because(reason, error)
                answers.append((job, None, told))
            except Exception as error:
                answers.append((job, None, error))
        return answers

    def _begun(self) -> Connection:
        """The connection with its transaction begun: on SQLite it alone may write from now on."""
        kept = self._connection is not None
        try:
            if self._connection is None:
                self._connection = for_writing(self._store.engine).connect()
            self._connection.begin()
            if self._connection.dialect.name == "postgresql":
                self._connection.exec_driver_sql("SELECT 1")  # whether the server is still there
        except BaseException as error:
            self._let_go()
            if kept and isinstance(error, DBAPIError) and error.connection_invalidated:
                return self._begun()  # the server was started again in between
            raise
        return self._connection

    def _run(self, connection: Connection, job: _Job) -> Any:
        """Runs one work; what it raises undoes what it did and nothing else.

        Raises:
            _Lost: The whole transaction is gone with it.
        """
        point = connection.begin_nested()
        try:
            result = job.work(connection)
            point.commit()
        except BaseException as error:
            try:
                point.rollback()
            except SQLAlchemyError:
                raise _Lost(str(error)) from error
            if _transaction_gone(connection):
                raise _Lost(str(error)) from error
            if not isinstance(error, Exception):
                raise _Lost(str(error)) from error
            raise
        return result

    def _fail(self, jobs: list[_Job], reason: str, error: BaseException) -> None:
        self._let_go()
        with self._changed:
            self.refused += len(jobs)
        for job in jobs:
            job.future.set_exception(_because(reason, error))

    def _all_waiting(self) -> list[_Job]:
        with self._changed:
            jobs = [job for job in self._jobs if job.future.set_running_or_notify_cancel()]
            self._jobs.clear()
            self._weight = 0
        return jobs

    def _let_go(self) -> None:
        """Gives the connection up: the next batch opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.invalidate()
            with contextlib.suppress(Exception):
                connection.close()


class _Lost(Exception):
    """The transaction is gone, and what others wrote in it."""


def _because(reason: str, error: BaseException) -> Unavailable:
    """What somebody is told, each an exception of their own."""
    told = Unavailable(reason)
    told.__cause__ = error
    return told


def _transaction_gone(connection: Connection) -> bool:
    """SQLite undoes all by itself when a disk is full or broken at the wrong moment."""
    if connection.dialect.name != "sqlite":
        return False
    return not getattr(connection.connection.dbapi_connection, "in_transaction", True)
