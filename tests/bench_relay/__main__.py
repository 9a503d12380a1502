"""``make bench-relay``: the relay as it runs, on loopback, beside a bare handler with its commit.

The program is started as in production (``cong relay serve``) over a fresh store; the citizens are
another process on the same machine and share its processors with it. With words it runs these parts
only: ``python -m tests.bench_relay sending bodies guesses workers``.
"""

import asyncio
import datetime as dt
import os
import platform
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import func, select

from plugins.build import build
from regulation.yamlfile import VIETNAM
from relay.settings import read_settings
from relay.store import schema
from relay.store.database import open_store
from tests.bench_relay import bodies, guesses, sending
from tests.bench_relay.client import Citizen, message
from tests.bench_relay.compare import Compared, compared
from tests.bench_relay.starting import PORTAL, Place, free_port, memory, relay, running
from tests.relay.postgres import running_server
from tests.small import ROOT

MANY = 2_000
"""Messages in the run that measures how many a second are durable."""

GUESSES = 100_000
"""Guessed codes, none of which may be one."""

KNOWN = 50
"""Cases whose codes the guesses of one kind lie next to."""

THROTTLED = 1_000
"""Guesses from one address, and from one neighbourhood, at the usual limits."""

EVERYWHERE = 2_000
"""Guesses each from another network, at the usual limits."""

FULL_AGAIN = 15
"""Seconds after which the budgets of forms are full again."""

WORKERS = (1, 2, 4)
"""Processes over one PostgreSQL."""


def main(parts: list[str]) -> None:
    """Runs the parts and prints what docs/figures.md has.

    Args:
        parts: Their names; all if empty.
    """
    known: Mapping[str, Callable[[Place], None]] = {
        "sending": _sending,
        "bodies": _bodies,
        "guesses": _guesses,
        "workers": _workers,
    }
    if unknown := set(parts) - set(known):
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    folder = Path(tempfile.mkdtemp(prefix="bench-relay-"))
    try:
        now = dt.datetime.now(VIETNAM)
        build(ROOT, PORTAL, folder / "site", now)
        machine = f"{os.cpu_count()} cores, {platform.machine()}"
        print(f"{now:%d/%m/%Y}, {machine}, Python {platform.python_version()}")
        for part in parts or known:
            print(f"\n{part}; load before: {os.getloadavg()[0]:.1f}", flush=True)
            known[part](Place(folder, folder / "site"))
    finally:
        shutil.rmtree(folder)


def _sending(place: Place) -> None:
    environment = place.environment()
    with relay(environment) as (port, _):
        asyncio.run(_sent(port))
    _demand_cases(environment, MANY + sending.CROWD + sending.BESIDE)
    port = free_port()
    bare = [sys.executable, "-m", "tests.bench_relay.bare", str(port)]
    with running([*bare, str(place.folder / "bare.sqlite")], environment, port):
        waiting = [("/", message(number), Citizen(0)) for number in range(MANY)]
        a_second = asyncio.run(sending.rate([port], waiting))
    print(f"a bare Starlette handler with the same commit: {a_second:.0f} a second")


async def _sent(port: int) -> None:
    waiting = await sending.prepared([port], MANY)
    await asyncio.sleep(FULL_AGAIN)
    a_second = await sending.rate([port], waiting)
    print(f"durable messages over HTTP, {sending.LINES} connections: {a_second:.0f} a second")
    await asyncio.sleep(FULL_AGAIN)
    timed, lost = await sending.crowd(port)
    print(
        f"{sending.CROWD} at once, both steps: {lost} without a receipt, "
        f"p50 {timed.percentile(0.5):.2f} s, p99 {timed.percentile(0.99):.2f} s a request"
    )
    await asyncio.sleep(FULL_AGAIN)
    timed = await sending.beside_slow_sockets(port)
    print(
        f"beside {sending.SLOW} slow sockets: p50 {timed.percentile(0.5) * 1000:.0f} ms, "
        f"p99 {timed.percentile(0.99) * 1000:.0f} ms a request"
    )


def _demand_cases(environment: Mapping[str, str], expected: int) -> None:
    """Every receipt has its case, and there is no other."""
    settings = read_settings(environment, Path.home(), ROOT, PORTAL)
    store = open_store(settings.database, environment)
    with store.reading() as connection:
        cases = connection.execute(select(func.count()).select_from(schema.cases)).scalar_one()
    store.close()
    print(f"cases in the database: {cases} of {expected} receipts")
    if cases != expected:
        sys.exit("receipts without a case, or cases without a receipt")


def _bodies(place: Place) -> None:
    with relay(place.environment()) as (port, pid):
        asyncio.run(sending.prepared([port], 50))  # what it loads at first is loaded
        for kind in bodies.KINDS:
            before = memory(pid)
            status, sent, peak = asyncio.run(bodies.huge(port, pid, kind))
            print(
                f"a body of {bodies.HUGE // 1_000_000} MB, {kind}: {status} after "
                f"{sent / 1e6:.1f} MB, memory {peak - before:+.1f} MB"
            )


def _guesses(place: Place) -> None:
    dice = random.Random("guesses")
    with relay(place.environment(), "tests.bench_relay.unthrottled") as (port, _):
        asyncio.run(_unthrottled(port, dice))
    with relay(place.environment()) as (port, _):
        asyncio.run(_throttled(port, dice))


async def _unthrottled(port: int, dice: random.Random) -> None:
    right = await guesses.codes(port, KNOWN)
    half = GUESSES // 2
    close = [guesses.near(dice.choice(right), dice) for _ in range(half)]
    far = [guesses.anything(dice) for _ in range(half)]
    guessed = await guesses.guess(port, guesses.shuffled(close, far, dice))
    found = guessed.statuses[200]
    print(f"{GUESSES} guesses without limits: {found} found, {len(guessed.pages)} kind of page")
    _tell("one letter beside a right code against any code", compared(guessed.answers[404]))
    if found or set(guessed.statuses) != {404} or len(guessed.pages) != 1:
        sys.exit(f"wrong codes were answered with {dict(guessed.statuses)}")


async def _throttled(port: int, dice: random.Random) -> None:
    (right,) = await guesses.codes(port, 1)

    def wrong(count: int) -> list[tuple[bool, str]]:
        return [(False, guesses.anything(dice)) for _ in range(count)]

    here = "2001:db9::1"
    one = await guesses.guess(port, wrong(THROTTLED), [here] * guesses.LINES)
    street = [f"2001:dba:0:{number}::1" for number in range(100)]
    near = await guesses.guess(port, wrong(THROTTLED), street)
    # What is throttled is told nothing: also not by how long it takes.
    mixed = guesses.shuffled([right] * THROTTLED, [each for _, each in wrong(THROTTLED)], dice)
    told = await guesses.guess(port, mixed, [here] * guesses.LINES)
    every = await guesses.from_everywhere(port, [each for _, each in wrong(EVERYWHERE)])
    opened = await guesses.from_everywhere(port, [right] * 20)
    for where, guessed in (("one address", one), ("one neighbourhood", near)):
        count, seen = guessed.statuses.total(), guessed.statuses[404]
        print(f"{count} guesses from {where}: {seen} looked at, the others 429")
    _tell("from a throttled address, a right code against wrong ones", compared(told.answers[429]))
    print(
        f"{EVERYWHERE} guesses, each from another network: {every.statuses[404]} answered 404, "
        f"{every.statuses[429]} 429; a right code then: opened {opened.statuses[200]} of 20 times"
    )
    if opened.statuses[200] != 20 or len(told.pages | one.pages) != 2:
        sys.exit("a right code is not opened, or pages differ")


def _tell(what: str, result: Compared) -> None:
    print(
        f"{what}: medians {result.difference * 1e6:+.0f} µs ± {result.within * 1e6:.0f} µs apart, "
        f"t = {result.t:+.1f}, {result.counts[0]} and {result.counts[1]} answers: "
        f"{'TOLD APART' if result.told_apart else 'no signal'}"
    )


def _workers(place: Place) -> None:
    with running_server() as server:
        first = 0.0
        for count in WORKERS:
            url = server.url(server.database()).render_as_string(hide_password=False)
            a_second = _with_workers(place.environment(url), count)
            first = first or a_second
            print(
                f"PostgreSQL, {count} processes: {a_second:.0f} a second, {a_second / first:.2f} "
                f"times one process",
                flush=True,
            )


def _with_workers(environment: Mapping[str, str], count: int) -> float:
    """Receipts a second of so many processes over one database, each with citizens of its own."""
    with ExitStack() as stack:
        ports = [stack.enter_context(relay(environment))[0] for _ in range(count)]

        async def measured() -> float:
            waiting = await sending.prepared(ports, MANY)
            await asyncio.sleep(FULL_AGAIN)
            return await sending.rate(ports, waiting)

        a_second = asyncio.run(measured())
    _demand_cases(environment, MANY)
    return a_second


if __name__ == "__main__":
    main(sys.argv[1:])
