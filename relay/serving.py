"""The relay as a running program: two sockets, one writer, and what is done again and again."""

import asyncio
import contextlib
import datetime as dt
import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

logger = logging.getLogger("relay")

HEADERS_WITHIN = 15.0
"""Seconds that a connection has until the headers of its request have come."""

LINGER, LINGER_IN_ALL, LINGER_BYTES = 5.0, 30.0, 256_000_000
"""Seconds without a byte, seconds in all, and bytes for which what still comes is thrown away after
an answer."""

KEEP_ALIVE = 10
"""Seconds that an idle connection is kept."""

GRACE = 20
"""Seconds that requests have to end when the program is stopped."""

MOST_AT_ONCE = 4_000
"""Connections at once; who comes after them is told 503 at once."""


class Patient(H11Protocol):
    """HTTP/1.1 that does not wait for ever for headers, and lets people read why it refuses.

    Slow sockets take nobody's place. Whoever is answered before all of their body has come is
    listened to a little longer, and so is who sends more than they said they would: closed at
    once, their browser would show a broken connection in place of the answer.
    """

    _waiting: asyncio.TimerHandle | None = None
    _lingering: asyncio.TimerHandle | None = None
    _lingers_until = 0.0
    _dropped = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for the first request."""
        self._real = transport
        # Not all of asyncio's own, but all that uvicorn asks of one.
        super().connection_made(_Lingering(transport, self))  # type: ignore[arg-type]
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Takes what came; the first bytes of a further request begin to wait for the rest."""
        if self._lingering is not None:
            self._dropped += len(data)
            self._linger()
            return
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
        if self._lingering is not None:
            self._lingering.cancel()
        super().connection_lost(exc)

    def closes(self) -> None:
        """The answer is out and the connection is to end: when the other end has read it.

        What is not read by then would be answered with a reset, which takes the answer with it. A
        connection on which nothing is asked ends at once.
        """
        if self._lingering is not None or self._real.is_closing():
            return
        idle = self.conn.their_state in (h11.IDLE, h11.CLOSED)
        if idle or not self._real.can_write_eof():
            self._real.close()
            return
        self._real.write_eof()
        self._real.resume_reading()
        self._lingers_until = self.loop.time() + LINGER_IN_ALL
        self._linger()

    def eof_received(self) -> None:
        """Whoever has sent all they had may be let go."""
        if self._lingering is not None:
            self._real.close()
        super().eof_received()

    @property
    def lingers(self) -> bool:
        """Whether the answer is out and the rest of the body is thrown away."""
        return self._lingering is not None

    def _at_work(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn has none before the first
        return cycle is not None and not cycle.response_complete

    def _linger(self) -> None:
        if self._lingering is not None:
            self._lingering.cancel()
        left = min(LINGER, self._lingers_until - self.loop.time())
        if left <= 0 or self._dropped > LINGER_BYTES:
            self._real.close()
        else:
            self._lingering = self.loop.call_later(left, self._real.close)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEADERS_WITHIN, self._too_slow)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _too_slow(self) -> None:
        self._waiting = None
        if not self._at_work():
            self._real.close()


class _Lingering:
    """A transport whose closing is the protocol's to decide."""

    def __init__(self, real: asyncio.Transport, protocol: Patient) -> None:
        self._real, self._protocol = real, protocol

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def close(self) -> None:
        """Asks the protocol."""
        self._protocol.closes()

    def is_closing(self) -> bool:
        """Whether nothing more may be written."""
        return self._real.is_closing() or self._protocol.lingers


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
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Serves until SIGTERM or Ctrl+C; requests that are under way are ended first.

    Args:
        public: What people meet.
        private: What the operator's own programs ask.
        sockets: Theirs, bound.
        chores: What is done besides.
        ready: Called when both are about to answer.
        stopped: Whether somebody asked it to stop before it could hear them.
    """
    asyncio.run(_run(public, private, sockets, chores, ready, stopped))


async def _run(
    public: ASGIApp,
    private: ASGIApp,
    sockets: tuple[socket.socket, socket.socket],
    chores: Sequence[Chore],
    ready: Callable[[], None],
    stopped: Callable[[], bool],
) -> None:
    main = uvicorn.Server(_config(public))
    beside = _Quiet(_config(private))
    tasks = [asyncio.create_task(_again(chore)) for chore in chores]
    tasks.append(asyncio.create_task(beside.serve(sockets=[sockets[1]])))
    tasks.append(asyncio.create_task(_when_started(main, ready, stopped)))
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


async def _when_started(
    server: uvicorn.Server, ready: Callable[[], None], stopped: Callable[[], bool]
) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    if stopped():
        server.should_exit = True
    else:
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
