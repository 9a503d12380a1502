"""kill -9 of the real program while citizens send: every receipt that was seen has its case."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import URL

from relay.cases.states import Did
from relay.settings import DATABASE, MAIL, SECRET, SITE
from relay.store.cases import find_by_token, load
from relay.store.contacts import contact_of
from relay.store.database import open_store
from relay.store.history import prove
from relay.store.keys import load_keys
from relay.store.schema import cases, outbox, submissions
from tests.bench_relay.client import Citizen, message, review
from tests.relay.citizens import write_frame

ROOT = Path(__file__).resolve().parents[3]
KILLS = 20 if os.environ.get("CONG_FAULTS") else 2
CITIZENS = 6
MESSAGES_EACH = 60
RECEIPT = "/y-kien/bien-nhan/"


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The program on a port; ends it if nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        DATABASE: str(folder / "relay.sqlite"),
        SECRET: str(folder / "relay.key"),
        SITE: str(folder / "site"),
        MAIL: str(folder / "letters"),
        "CONG_ACCOUNTS": str(folder / "accounts.sqlite"),
    }
    words = ["--portal", "quangnam-cchc", "--port", str(port), "--private", "0"]
    program = [sys.executable, "-m", "cong", "relay", "serve", *words]
    with (
        (folder / "log").open("ab") as log,
        subprocess.Popen(program, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            for _ in range(1200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.05)
            yield port, process
        finally:
            process.kill()


async def _send(port: int, number: int, tokens: list[str]) -> None:
    """Sends one message after another in two steps, until the connection breaks."""
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        for each in range(MESSAGES_EACH):
            citizen = Citizen(port)
            try:
                page = await citizen.post("/y-kien/gui/phan-anh/", message(number * 1000 + each))
                action, fields = review(page.body)
                answer = await citizen.post(action, fields)
            finally:
                await citizen.close()
            assert answer.status == 303
            assert answer.headers["location"].startswith(RECEIPT)
            tokens.append(answer.headers["location"].removeprefix(RECEIPT).strip("/"))


async def _status(port: int, path: str) -> int:
    citizen = Citizen(port)
    try:
        return (await citizen.get(path)).status
    finally:
        await citizen.close()


async def _until_killed(port: int, process: "subprocess.Popen[bytes]", after: float) -> list[str]:
    tokens: list[str] = []

    async def kill() -> None:
        while not tokens:
            await asyncio.sleep(0.005)
        await asyncio.sleep(after)
        process.send_signal(signal.SIGKILL)

    await asyncio.gather(kill(), *(_send(port, each, tokens) for each in range(CITIZENS)))
    return tokens


@pytest.mark.timeout(120 * KILLS)
def test_every_receipt_that_was_seen_has_its_case(tmp_path: Path) -> None:
    write_frame(tmp_path / "site")
    dice = random.Random("http")
    seen: list[str] = []
    for _ in range(KILLS):
        with _served(tmp_path) as (port, process):
            seen += asyncio.run(_until_killed(port, process, dice.uniform(0, 0.5)))
        _look(tmp_path, seen)
    with _served(tmp_path) as (port, _):  # it goes on, and shows the receipt again
        assert asyncio.run(_status(port, f"{RECEIPT}{seen[-1]}/")) == 200
    print(f"{KILLS} kills, {len(seen)} receipts")


def _look(folder: Path, seen: list[str]) -> None:
    keys = load_keys(folder / "relay.key", os.environ)
    url = URL.create("sqlite", database=str(folder / "relay.sqlite"))
    store = open_store(url, os.environ)
    with store.reading() as connection:
        assert list(prove(connection, keys.history)) == []
        counted = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (cases, submissions)
        ]
        assert counted[0] == counted[1] >= len(seen)
        told = set(connection.execute(select(outbox.c.case)).scalars())
        assert told == set(connection.execute(select(cases.c.id)).scalars())
        for token in seen:
            case_id = find_by_token(connection, token)
            assert case_id is not None
            stored = load(connection, case_id)
            assert stored.events[0].happened.did is Did.RECEIVED
            assert stored.fields["tieu-de"].startswith("Ổ gà trên đường")
            contact = contact_of(connection, case_id, keys)
            assert contact is not None and contact["ho-ten"] == "Người thử"
    store.close()
