"""The relay as a running program: two sockets, one writer, and what is done again and again."""

import asyncio
import contextlib
import datetime as dt
import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

logger = logging.getLogger("relay")

HEADERS_WITHIN = 15.0
"""Seconds that a connection has until the headers of its request have come."""

KEEP_ALIVE = 10
"""Seconds that an idle connection is kept."""

GRACE = 20
"""Seconds that requests have to end when the program is stopped."""

MOST_AT_ONCE = 4_000
"""Connections at once; who comes after them is told 503 at once."""


class Patient(H11Protocol):
    """HTTP/1.1 that does not wait for ever for headers: slow sockets take nobody's place."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Takes what came; the first bytes of a further request begin to wait for the rest."""
        if self._waiting is None and not self._at_work():
            self._wait()
        super().data_received(data)

    def handle_events(self) -> None:
        """Reads what came; once a request's headers are there, its page has limits of its own."""
        super().handle_events()
        if self._at_work():
            self._wait_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _at_work(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn has none before the first
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEADERS_WITHIN, self._too_slow)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _too_slow(self) -> None:
        self._waiting = None
        if not self._at_work():
            self.transport.close()


class _Quiet(uvicorn.Server):
    """A server that leaves signals to the other one."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done again and again.

    Attributes:
        name: For the log.
        every: How long after the end of one the next begins.
        do: What; blocking, run in a thread.
    """

    name: str
    every: dt.timedelta
    do: Callable[[], object]


def run(
    public: ASGIApp,
    private: ASGIApp,
    sockets: tuple[socket.socket, socket.socket],
    chores: Sequence[Chore],
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serves until SIGTERM or Ctrl+C; requests that are under way are ended first.

    Args:
        public: What people meet.
        private: What the operator's own programs ask.
        sockets: Theirs, bound.
        chores: What is done besides.
        ready: Called when both are about to answer.
    """
    asyncio.run(_run(public, private, sockets, chores, ready))


async def _run(
    public: ASGIApp,
    private: ASGIApp,
    sockets: tuple[socket.socket, socket.socket],
    chores: Sequence[Chore],
    ready: Callable[[], None],
) -> None:
    main = uvicorn.Server(_config(public))
    beside = _Quiet(_config(private))
    tasks = [asyncio.create_task(_again(chore)) for chore in chores]
    tasks.append(asyncio.create_task(beside.serve(sockets=[sockets[1]])))
    tasks.append(asyncio.create_task(_when_started(main, ready)))
    try:
        await main.serve(sockets=[sockets[0]])
    finally:
        beside.should_exit = True
        for task in tasks[: len(chores)]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Patient,
        lifespan="off",
        log_config=None,
        access_log=False,
        # Who asks is worked out where the settings say which proxies are ours.
        proxy_headers=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=MOST_AT_ONCE,
        backlog=2048,
    )


async def _when_started(server: uvicorn.Server, ready: Callable[[], None]) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    ready()


async def _again(chore: Chore) -> None:
    while True:
        try:
            await asyncio.to_thread(chore.do)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # what fails now is tried again; nothing of it is lost
            # The error's words may hold what a citizen wrote: its kind alone is told.
            logger.warning(
                "chore failed", extra={"chore": chore.name, "error": type(error).__name__}
            )
        await asyncio.sleep(chore.every.total_seconds())
