"""``cong relay backup`` and ``restore`` as an operator types them."""

import os
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from regulation.findings import Mistyped, Refused
from relay.running.verbs import backup_command, restore_command
from relay.settings import DATABASE, SECRET
from relay.store.cases import keep, load
from relay.store.contacts import contact_of
from relay.store.database import open_store
from relay.store.keys import load_keys
from relay.store.writer import Writer
from tests.relay.store.samples import AT, a_case

ROOT = Path(__file__).resolve().parents[3]
PORTAL = "quangnam-cchc"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which a relay ran: its folder of data."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv(DATABASE, str(tmp_path / "relay.sqlite"))
    monkeypatch.setenv(SECRET, str(tmp_path / "relay.key"))
    return tmp_path


def file(machine: Path) -> URL:
    """Where the database lies."""
    return URL.create("sqlite", database=str(machine / "relay.sqlite"))


def test_backed_up_lost_and_put_back(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = load_keys(machine / "relay.key", os.environ, create=True)
    store = open_store(file(machine), os.environ, create=True)
    with Writer(store) as writer:
        kept = writer.run_now(partial(keep, new=a_case(), keys=keys, at=AT))
    store.close()
    backup_command(PORTAL, machine / "sao-luu", 90)
    (apart, main) = sorted((machine / "sao-luu").iterdir())
    assert capsys.readouterr().out == f"✓ 1 vụ việc, lịch sử đều khớp: {main} và {apart}\n"
    with pytest.raises(Refused, match="đã có cơ sở dữ liệu"):
        restore_command(PORTAL, main, apart)
    for left in machine.glob("relay.sqlite*"):
        left.unlink()
    for wrong in ((None, False), (apart, True)):
        with pytest.raises(Mistyped, match="--without-keys"):
            restore_command(PORTAL, main, *wrong)
    restore_command(PORTAL, main, apart)
    assert "1 vụ việc, lịch sử đều khớp; có thể chạy lại" in capsys.readouterr().out
    store = open_store(file(machine), os.environ)
    with store.reading() as connection:
        assert load(connection, kept.case_id).token == "t" * 22
        assert contact_of(connection, kept.case_id, keys) is not None
    store.close()


def test_there_is_nothing_to_back_up(machine: Path) -> None:
    with pytest.raises(Refused, match=r"Chưa có cơ sở dữ liệu .* cong relay serve") as refused:
        backup_command(PORTAL, machine / "sao-luu", 90)
    assert str(refused.value.findings[0].path) == str(machine / "relay.sqlite")
    assert not (machine / "relay.sqlite").exists()
    open_store(file(machine), os.environ, create=True).close()
    with pytest.raises(Refused, match="tệp khóa"):
        backup_command(PORTAL, machine / "sao-luu", 90)
