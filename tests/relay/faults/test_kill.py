"""kill -9 at random moments under load: no receipt without its whole case, and no half case.

Some kills belong to the normal tests; CONG_FAULTS=1 makes it 200 on each database.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import URL

from relay.store.cases import file_content, find_by_code, load
from relay.store.contacts import contact_of
from relay.store.database import Store, open_store
from relay.store.history import prove
from relay.store.keys import Keys
from relay.store.schema import attachments, case_keys, cases, contacts, events, outbox, submissions
from tests.relay.postgres import TEMPLATE, Server, running_server
from tests.relay.store.samples import a_case

ROOT = Path(__file__).resolve().parents[3]
KILLS = 200 if os.environ.get("CONG_FAULTS") else 4
SENDERS = 8
RECEIPTS_EACH = 400
"""At the most, between two kills: a bound, whatever the machine can do."""


async def _send(port: int, sender: int, receipts: dict[str, dict[str, str]], dice: str) -> None:
    """Sends one after another until the process is gone, and keeps every receipt."""
    with contextlib.suppress(OSError):
        reader, out = await asyncio.open_connection("127.0.0.1", port)
        try:
            for number in range(RECEIPTS_EACH):
                token = f"{dice}-{sender}-{number}"
                size = 40_000 if number % 5 == 0 else 300
                out.write(json.dumps({"token": token, "size": size}).encode() + b"\n")
                line = await reader.readline()
                if not line.endswith(b"\n"):
                    return
                receipts[token] = json.loads(line)
        finally:
            out.close()
            await out.wait_closed()


async def _until_killed(
    process: "subprocess.Popen[bytes]", after: float, dice: str
) -> dict[str, dict[str, str]]:
    assert process.stdout is not None
    port = int(process.stdout.readline())
    receipts: dict[str, dict[str, str]] = {}
    senders = [_send(port, each, receipts, dice) for each in range(SENDERS)]

    async def kill() -> None:
        await asyncio.sleep(after)
        process.send_signal(signal.SIGKILL)

    await asyncio.gather(kill(), *senders)
    return receipts


def killed(url: URL, after: float, dice: str) -> dict[str, dict[str, str]]:
    """Starts the process, loads it, kills it after some seconds; every receipt it gave."""
    words = [sys.executable, "-m", "tests.relay.faults.serving"]
    shown = url.render_as_string(hide_password=False)
    with subprocess.Popen([*words, shown], cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            return asyncio.run(_until_killed(process, after, dice))
        finally:
            process.kill()


def look(store: Store, keys: Keys, receipts: dict[str, dict[str, str]]) -> None:
    """Opens the database and looks whether every receipt has its case, and every case is whole."""
    with store.reading() as connection:
        assert list(prove(connection, keys.history)) == []
        whole = connection.execute(select(func.count()).select_from(cases)).scalar_one()
        for table, each in (
            (submissions, 1),
            (events, 1),
            (attachments, 2),
            (outbox, 1),
            (contacts, 1),
            (case_keys, 1),
        ):
            found = connection.execute(select(table.c.case, func.count()).group_by(table.c.case))
            assert {count for _, count in found} <= {each}, table.name
            count = connection.execute(select(func.count()).select_from(table)).scalar_one()
            assert count == whole * each, table.name
        assert whole >= len(receipts)
        for said in receipts.values():
            case_id = find_by_code(connection, keys.code_hash(said["code"]))
            assert case_id == said["case"]
            stored = load(connection, case_id)
            assert stored.fields == a_case().fields
            contact = contact_of(connection, case_id, keys)
            assert contact is not None and contact["thu"] == "buoi@example.vn"
            kept = [file_content(connection, file.id) for file in stored.files]
            assert [len(row[1]) == row[0].size for row in kept if row] == [True, True]


@pytest.mark.timeout(60 * KILLS)
def test_every_receipt_has_its_whole_case(store_url: URL, keys: Keys) -> None:
    dice = random.Random(f"{store_url.get_backend_name()} {KILLS}")
    total = 0
    for turn in range(KILLS):
        receipts = killed(store_url, dice.uniform(0.02, 0.5), str(turn))
        total += len(receipts)
        store = open_store(store_url, os.environ)
        look(store, keys, receipts)
        store.close()
    print(f"{KILLS} kills, {total} receipts")  # pytest -rP shows it
    assert total > KILLS  # it was under load


def test_a_database_server_that_is_killed_forgets_nothing(keys: Keys) -> None:
    with running_server() as server:
        server.sql(f"CREATE DATABASE {TEMPLATE}")
        url = server.url(TEMPLATE)
        open_store(url, os.environ, create=True).close()
        receipts = _power_cut(server, url)
        server.start()
        store = open_store(url, os.environ)
        look(store, keys, {token: said for token, said in receipts.items() if "case" in said})
        store.close()
    assert any("case" in said for said in receipts.values())
    assert any("unavailable" in said for said in receipts.values())


def _power_cut(server: Server, url: URL) -> dict[str, dict[str, str]]:
    """Stops the database, not the relay, under load; every answer that the relay gave."""
    words = [sys.executable, "-m", "tests.relay.faults.serving"]
    shown = url.render_as_string(hide_password=False)
    with subprocess.Popen([*words, shown], cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            return asyncio.run(_until_stopped(process, server))
        finally:
            process.kill()


async def _until_stopped(
    process: "subprocess.Popen[bytes]", server: Server
) -> dict[str, dict[str, str]]:
    assert process.stdout is not None
    port = int(process.stdout.readline())
    receipts: dict[str, dict[str, str]] = {}

    async def cut() -> None:
        await asyncio.sleep(0.3)
        await asyncio.to_thread(server.stop)

    await asyncio.gather(cut(), *(_send(port, each, receipts, "x") for each in range(SENDERS)))
    return receipts
