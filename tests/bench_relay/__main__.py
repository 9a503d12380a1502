"""``make bench-relay``: the relay as it runs, on loopback, beside a bare handler with its commit.

The program is started as in production (``cong relay serve``) over a fresh SQLite file; the
citizens are another process on the same machine and share its processors with it.
"""

import asyncio
import contextlib
import datetime as dt
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from plugins.build import build
from regulation.yamlfile import VIETNAM
from relay.settings import read_settings
from relay.store import schema
from relay.store.database import open_store
from tests.bench_relay.client import Answer, Citizen, Timed, message, review
from tests.small import ROOT

PORTAL = "quangnam-cchc"
FORM = "/y-kien/gui/phan-anh/"
RECEIPT = "/y-kien/bien-nhan/"

MANY = 2_000
"""Messages in the run that measures how many a second are durable."""

LINES = 64
"""Connections that send them."""

CROWD = 1_000
"""Citizens who send at one moment, each both steps on a connection of their own."""

SLOW = 500
"""Sockets that never end their headers."""

HUGE = 100_000_000
"""Bytes of a body that nobody should send."""


@contextlib.contextmanager
def running(words: list[str], environment: dict[str, str], port: int) -> Iterator[int]:
    """A server as a program of its own, until it answers; gives its process id."""
    child = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if child.poll() is not None or time.monotonic() > end:
                sys.exit(f"the server did not start: {' '.join(words)}")
            time.sleep(0.1)
        yield child.pid
    finally:
        child.terminate()
        child.wait()


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


def memory(pid: int) -> float:
    """Megabytes of a process that are in memory."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    return 0.0


async def prepared(port: int, count: int) -> list[tuple[str, list[tuple[str, str]], Citizen]]:
    """Messages that have been reviewed and wait for the second step, each another citizen's."""
    found = []
    room = asyncio.Semaphore(16)

    async def one(number: int) -> None:
        async with room:
            citizen = Citizen(port)
            answer = await citizen.post(FORM, message(number))
            found.append((*review(answer.body), citizen))
            await citizen.close()

    await asyncio.gather(*(one(number) for number in range(count)))
    return found


def received(answer: Answer) -> bool:
    """Whether a receipt was given."""
    return answer.status == 303 and answer.headers["location"].startswith(RECEIPT)


async def rate(port: int, waiting: list[tuple[str, list[tuple[str, str]], Citizen]]) -> float:
    """Receipts a second, over a few connections that are kept."""
    lines = [Citizen(port) for _ in range(LINES)]
    todo = iter(waiting)
    failed = 0

    async def work(line: Citizen) -> None:
        nonlocal failed
        for action, fields, citizen in todo:
            line.address = citizen.address
            failed += not received(await line.post(action, fields))

    begun = time.monotonic()
    await asyncio.gather(*(work(line) for line in lines))
    seconds = time.monotonic() - begun
    for line in lines:
        await line.close()
    if failed:
        sys.exit(f"{failed} of {len(waiting)} messages had no receipt")
    return len(waiting) / seconds


async def crowd(port: int) -> tuple[Timed, int]:
    """Everybody at once: how long each request took, and how many had no receipt."""
    timed = Timed()

    async def one(number: int) -> bool:
        citizen = Citizen(port)
        try:
            step = await timed.of(asyncio.ensure_future(citizen.post(FORM, message(number))))
            action, fields = review(step.body)
            return received(await timed.of(asyncio.ensure_future(citizen.post(action, fields))))
        except (OSError, ValueError, asyncio.IncompleteReadError):
            return False
        finally:
            await citizen.close()

    came = await asyncio.gather(*(one(number) for number in range(CROWD)))
    return timed, came.count(False)


async def beside_slow_sockets(port: int) -> Timed:
    """Some citizens send while hundreds of sockets dribble."""
    sockets = [await asyncio.open_connection("127.0.0.1", port) for _ in range(SLOW)]
    stop = asyncio.Event()

    async def dribble() -> None:
        while not stop.is_set():
            for _, writer in sockets:
                with contextlib.suppress(OSError):
                    writer.write(b"GET / HTTP/1.1\r\n"[:1] if stop.is_set() else b"x")
            await asyncio.sleep(0.5)

    for _, writer in sockets:
        writer.write(b"POST " + FORM.encode() + b" HTTP/1.1\r\nX-Slow: ")
    dribbling = asyncio.create_task(dribble())
    timed = Timed()
    for number in range(100):
        citizen = Citizen(port)
        step = await timed.of(asyncio.ensure_future(citizen.post(FORM, message(number))))
        action, fields = review(step.body)
        if not received(await timed.of(asyncio.ensure_future(citizen.post(action, fields)))):
            sys.exit("a message had no receipt beside slow sockets")
        await citizen.close()
    stop.set()
    await dribbling
    for _, writer in sockets:
        writer.close()
    return timed


async def huge(port: int, pid: int, length: str) -> tuple[int, int, float]:
    """A body far too big: its status, the bytes sent until then, the most memory meanwhile."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {FORM} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    part = b'--b\r\nContent-Disposition: form-data; name="tep"; filename="a.pdf"\r\n\r\n'
    chunk = b"x" * 65_536
    chunked = length == "chunked"
    said = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {length}"
    writer.write(f"{head}{said}\r\n\r\n".encode())
    sent, peak = 0, memory(pid)

    def wire(data: bytes) -> bytes:
        return b"%x\r\n%s\r\n" % (len(data), data) if chunked else data

    with contextlib.suppress(OSError):
        writer.write(wire(part))
        while sent < HUGE and not reader.at_eof() and not reader._buffer:  # type: ignore[attr-defined]
            writer.write(wire(chunk))
            await writer.drain()
            sent += len(chunk)
            await asyncio.sleep(0)
            peak = max(peak, memory(pid))
    with contextlib.suppress(OSError, asyncio.TimeoutError):
        line = await asyncio.wait_for(reader.readline(), 60)
        writer.close()
        return int(line.split(b" ")[1]), sent, peak
    return 0, sent, peak


def main() -> None:
    """Runs everything and prints the tables of docs/figures.md."""
    folder = Path(tempfile.mkdtemp(prefix="bench-relay-"))
    try:
        _main(folder)
    finally:
        shutil.rmtree(folder)


def _main(folder: Path) -> None:
    site = folder / "site"
    now = dt.datetime.now(VIETNAM)
    build(ROOT, PORTAL, site, now)
    port, private = free_port(), free_port()
    environment = {
        **os.environ,
        "XDG_DATA_HOME": str(folder),
        "CONG_ACCOUNTS": str(folder / "accounts.sqlite"),
        "CONG_RELAY_SITE": str(site),
        "CONG_RELAY_URL": f"http://127.0.0.1:{port}",
    }
    for name in [name for name in environment if name.startswith("CONG_RELAY_D")]:
        del environment[name]
    words = [sys.executable, "-m", "cong", "relay", "serve", "--portal", PORTAL]
    words += ["--port", str(port), "--private", str(private)]
    cores = os.cpu_count()
    print(
        f"{now:%d/%m/%Y}, {cores} cores, {platform.machine()}, Python {platform.python_version()}"
    )
    print(f"load before: {os.getloadavg()[0]:.1f}\n")
    with running(words, environment, port) as pid:
        asyncio.run(_measure(port, pid))
    settings = read_settings(environment, Path.home(), ROOT, PORTAL)
    store = open_store(settings.database, environment)
    with store.reading() as connection:
        cases = connection.execute(select(func.count()).select_from(schema.cases)).scalar_one()
    store.close()
    expected = MANY + CROWD + 100
    print(f"cases in the database: {cases} of {expected} receipts")
    if cases != expected:
        sys.exit("receipts without a case, or cases without a receipt")
    bare_port = free_port()
    bare = [
        sys.executable,
        "-m",
        "tests.bench_relay.bare",
        str(bare_port),
        str(folder / "b.sqlite"),
    ]
    with running(bare, environment, bare_port):
        a_second = asyncio.run(
            rate(bare_port, [("/", message(n), Citizen(0)) for n in range(MANY)])
        )
    print(f"a bare Starlette handler with the same commit: {a_second:.0f} a second")


async def _measure(port: int, pid: int) -> None:
    waiting = await prepared(port, MANY)
    await asyncio.sleep(15)  # the budgets of forms are full again
    a_second = await rate(port, waiting)
    print(f"durable messages over HTTP, {LINES} connections: {a_second:.0f} a second")
    await asyncio.sleep(15)
    timed, lost = await crowd(port)
    print(
        f"{CROWD} at once, both steps: {lost} without a receipt, "
        f"p50 {timed.percentile(0.5):.2f} s, p99 {timed.percentile(0.99):.2f} s a request"
    )
    await asyncio.sleep(10)
    timed = await beside_slow_sockets(port)
    print(
        f"beside {SLOW} slow sockets: p50 {timed.percentile(0.5) * 1000:.0f} ms, "
        f"p99 {timed.percentile(0.99) * 1000:.0f} ms a request"
    )
    for length in ("chunked", str(HUGE), "1000"):
        before = memory(pid)
        status, sent, peak = await huge(port, pid, length)
        grown = peak - before
        print(
            f"a body of {HUGE // 1_000_000} MB, {length}: {status} after {sent / 1e6:.1f} MB, "
            f"memory {grown:+.1f} MB"
        )


if __name__ == "__main__":
    main()
