"""The one writer: what waits is written together, and answered only when it is on disk."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from relay.store.database import Store

T = TypeVar("T")


class Unavailable(Exception):
    """Nothing can be written or read now: the visitor is told 503 and keeps what they typed."""


class Writer:
    """Owns the one writing connection, in a thread of its own."""

    def __init__(self, store: Store, *, batch: int = 64, waiting: int = 512) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Starts the thread."""

    def stop(self) -> None:
        """Takes nothing more, writes what waits, and ends the thread."""

    async def run(self, work: Callable[[Connection], T], *, weight: int = 0) -> T:
        """Runs a work in a transaction of its own; its result only once it is on disk.

        Args:
            work: Reads and writes; run in the writer's thread; what it raises undoes it alone.
            weight: About how many bytes it writes.

        Raises:
            Unavailable: It was not written, or nobody knows: the same token may be tried again.
        """
        raise NotImplementedError

    def run_now(self, work: Callable[[Connection], T], *, weight: int = 0) -> T:
        """The same for threads and commands: waits."""
        raise NotImplementedError
