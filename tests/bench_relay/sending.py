"""Citizens who send: many over few connections, a crowd at one moment, some beside slow sockets."""

import asyncio
import contextlib
import sys
import time
from collections.abc import Sequence

from tests.bench_relay.client import Answer, Citizen, Timed, message, review

FORM = "/y-kien/gui/phan-anh/"
RECEIPT = "/y-kien/bien-nhan/"

LINES = 64
"""Connections that send many messages."""

CROWD = 1_000
"""Citizens who send at one moment, each both steps on a connection of their own."""

SLOW = 500
"""Sockets that never end their headers."""

BESIDE = 100
"""Citizens who send meanwhile."""


Reviewed = tuple[str, list[tuple[str, str]], Citizen]
"""Where a message is confirmed, with which fields, and by whom."""


async def prepared(ports: Sequence[int], count: int) -> list[Reviewed]:
    """Messages that have been reviewed and wait for the second step, each another citizen's.

    Args:
        ports: Of the processes among which they are dealt out.
        count: How many.
    """
    found: list[Reviewed] = []
    room = asyncio.Semaphore(16)

    async def one(number: int) -> None:
        async with room:
            citizen = Citizen(ports[number % len(ports)])
            answer = await citizen.post(FORM, message(number))
            found.append((*review(answer.body), citizen))
            await citizen.close()

    await asyncio.gather(*(one(number) for number in range(count)))
    return found


def received(answer: Answer) -> bool:
    """Whether a receipt was given."""
    return answer.status == 303 and answer.headers["location"].startswith(RECEIPT)


async def rate(ports: Sequence[int], waiting: list[Reviewed]) -> float:
    """Receipts a second, over a few connections that are kept."""
    lines = [Citizen(ports[number % len(ports)]) for number in range(LINES)]
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
    for number in range(BESIDE):
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
