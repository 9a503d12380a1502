"""A relay starts with the key of its database, and with no other."""

import os
import secrets
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from regulation.findings import Refused
from relay.cases.states import Did
from relay.running.own_key import keys_of
from relay.store.cases import append, keep
from relay.store.database import Store
from relay.store.keys import keys_from
from relay.store.writer import Writer
from tests.relay.store.samples import AT, a_case, happened

RIGHT = b"\x07" * 32


def put(path: Path, secret: bytes) -> Path:
    """A file of secrets, open to its owner only."""
    path.write_bytes(secret)
    path.chmod(0o600)
    return path


@pytest.fixture
def full(store: Store) -> Store:
    """A database with cases of the right key."""
    keys = keys_from(RIGHT)
    with Writer(store) as writer:
        for token in ("một", "hai", "ba"):
            kept = writer.run_now(partial(keep, new=a_case(token), keys=keys, at=AT))
        noted = [happened(Did.NOTED)]
        writer.run_now(partial(append, case_id=kept.case_id, happened=noted, keys=keys))
    return store


def test_a_key_is_made_where_there_is_no_case_and_then_is_the_one(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "khoa" / "relay.key"
    made = keys_of(store, path, os.environ)
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys_of(store, path, os.environ).history == made.history
    another = put(tmp_path / "khac.key", RIGHT)
    assert keys_of(store, another, os.environ).history == keys_from(RIGHT).history


def test_with_cases_no_key_is_made(full: Store, tmp_path: Path) -> None:
    path = tmp_path / "relay.key"
    with pytest.raises(Refused, match="Không tạo khóa mới khi đã có hồ sơ") as refused:
        keys_of(full, path, os.environ)
    assert [str(each.path) for each in refused.value.findings] == [str(path)]
    assert not path.exists()


def test_the_right_key_opens_and_another_is_named(full: Store, tmp_path: Path) -> None:
    path = put(tmp_path / "relay.key", RIGHT)
    assert keys_of(full, path, os.environ).history == keys_from(RIGHT).history
    put(path, secrets.token_bytes(32))
    with pytest.raises(Refused, match="không phải khóa của cơ sở dữ liệu") as refused:
        keys_of(full, path, os.environ)
    (finding,) = refused.value.findings
    assert str(finding.path) == str(path)
    assert full.shown in finding.message
    assert "hãy trả đúng tệp khóa" in finding.message.casefold()


@pytest.mark.parametrize("told", ["{}", "x"])
def test_a_case_that_somebody_changed_does_not_keep_the_right_key_out(
    sqlite_store: Store, tmp_path: Path, told: str
) -> None:
    keys = keys_from(RIGHT)
    with Writer(sqlite_store) as writer:
        ids = sorted(
            writer.run_now(partial(keep, new=a_case(token), keys=keys, at=AT)).case_id
            for token in ("một", "hai")
        )
    with sqlite_store.engine.begin() as connection:  # as somebody who has the file may
        for (name,) in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        change = text('UPDATE events SET text = :told WHERE "case" = :id')
        connection.execute(change, {"told": told, "id": ids[0]})
    path = put(tmp_path / "relay.key", RIGHT)
    assert keys_of(sqlite_store, path, os.environ).history == keys.history
