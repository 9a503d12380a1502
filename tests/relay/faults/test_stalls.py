"""A full disk, a lock that somebody holds: said at once, nothing half written, over by itself."""

import os
import resource
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from accounts.opening import for_writing
from relay.store.cases import keep
from relay.store.database import Store, open_store
from relay.store.history import prove
from relay.store.keys import Keys, keys_from
from relay.store.values import NewFile
from relay.store.writer import Unavailable, Writer
from tests.relay.store.samples import AT, a_case

ROOT = Path(__file__).resolve().parents[3]
LOCKED = 30 if os.environ.get("CONG_FAULTS") else 2
"""Seconds that somebody else holds the lock."""


def test_a_lock_that_is_held_for_long(sqlite_store: Store, keys: Keys) -> None:
    url = URL.create("sqlite", database=sqlite_store.shown)
    store = open_store(url, os.environ, patience=timedelta(seconds=0.5))
    over = threading.Event()
    answers: list[str] = []

    def visitor(place: int) -> None:
        number = 0
        while not over.wait(0.05):
            number += 1
            new = a_case(f"{place} {number}")
            try:
                answers.append(writer.run_now(partial(keep, new=new, keys=keys, at=AT)).case_id)
            except Unavailable:
                answers.append("503")

    with Writer(store) as writer, ThreadPoolExecutor(4) as pool:
        with for_writing(sqlite_store.engine).begin():
            for place in range(4):
                pool.submit(visitor, place)
            threading.Event().wait(LOCKED)
            assert set(answers) == {"503"}
            before = len(answers)
        while len(set(answers)) < 10:  # it goes on by itself
            threading.Event().wait(0.01)
        over.set()
    assert before >= 4  # nobody waited until the lock was gone
    with store.reading() as connection:
        assert list(prove(connection, keys.history)) == []
    store.close()


def full_disk(folder: str) -> None:
    """Keeps cases until files may grow no more, makes room, and goes on. Run in its own process."""
    keys = keys_from(b"\x07" * 32)
    store = open_store(URL.create("sqlite", database=f"{folder}/y.sqlite"), os.environ, create=True)

    def keeps(writer: Writer, token: str) -> bool:
        file = NewFile("a.pdf", "application/pdf", os.urandom(50_000))
        try:
            writer.run_now(partial(keep, new=a_case(token, files=(file,)), keys=keys, at=AT))
        except Unavailable:
            return False
        return True

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    with Writer(store) as writer:
        kept = [f"trước {place}" for place in range(5)]
        assert all(keeps(writer, token) for token in kept)
        most = 3_000_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))  # no file grows beyond
        results = {}
        with ThreadPoolExecutor(8) as pool:
            for token in (f"đầy {place}" for place in range(120)):
                results[token] = pool.submit(keeps, writer, token)
        told = {token: result.result() for token, result in results.items()}
        assert not all(told.values())
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        assert keeps(writer, "sau")  # by itself
        kept += ["sau", *(token for token, was in told.items() if was)]
    with store.reading() as connection:
        assert list(prove(connection, keys.history)) == []
        from sqlalchemy import select

        from relay.store.schema import attachments, submissions

        there = set(connection.execute(select(submissions.c.token)).scalars())
        files = connection.execute(select(attachments.c.case)).scalars().all()
    assert set(kept) == there
    assert len(files) == len({*files}) == len(there)
    store.close()


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    program = (
        "import sys; from tests.relay.faults.test_stalls import full_disk as f; f(sys.argv[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("place", ["kho", "kho/con"])
def test_a_folder_that_is_not_there_is_made(tmp_path: Path, place: str) -> None:
    url = URL.create("sqlite", database=str(tmp_path / place / "y.sqlite"))
    open_store(url, os.environ, create=True).close()
    assert (tmp_path / place).stat().st_mode & 0o777 == 0o700
