"""``cong relay backup``, ``restore`` and ``prove`` as an operator types them."""

import datetime as dt
import os
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlalchemy.engine import URL

import cong
from regulation.findings import Mistyped, Refused
from relay.cases.states import Did
from relay.figures.writing import chains
from relay.running.verbs import MAX_DAYS, backup_command, prove_command, restore_command
from relay.settings import DATABASE, SECRET
from relay.store.cases import append, heads, keep, load
from relay.store.contacts import contact_of
from relay.store.database import open_store
from relay.store.keys import load_keys
from relay.store.schema import cases, metadata
from relay.store.writer import Writer
from tests.relay.store.samples import AT, a_case, happened

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


def test_what_was_taken_out_whole_is_told_by_a_list_of_the_night(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = load_keys(machine / "relay.key", os.environ, create=True)
    store = open_store(file(machine), os.environ, create=True)
    night = machine / "2026-11-22.txt"
    with Writer(store) as writer:
        kept = [
            writer.run_now(partial(keep, new=a_case(token), keys=keys, at=AT)).case_id
            for token in ("một", "hai")
        ]
        with store.reading() as connection:
            digest, listed = chains(heads(connection))
        night.write_text(listed)
        noted = [happened(Did.NOTED)]
        writer.run_now(partial(append, case_id=kept[0], happened=noted, keys=keys))
    prove_command(PORTAL, night)
    told = capsys.readouterr().out
    assert told.startswith("✓ 2 vụ việc, lịch sử đều khớp.\n  2 vụ việc của đêm ấy đều còn.")
    assert digest in told
    with store.engine.begin() as connection:  # as somebody who has the file may
        for (name,) in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        for table in reversed(metadata.sorted_tables):
            of = table.c.get("case", table.c.id if table is cases else None)
            if of is not None:
                connection.execute(delete(table).where(of == kept[1]))
    store.close()
    prove_command(PORTAL)  # nobody misses what has left no trace
    with pytest.raises(Refused) as refused:
        prove_command(PORTAL, night)
    (finding,) = refused.value.findings
    assert finding.message.startswith(f"Vụ việc {kept[1]}: đêm ấy có 1 sự kiện, nay không còn")


@pytest.mark.parametrize("seal", ["0" * 64, "f" * 64])
def test_a_history_that_was_begun_anew_is_told(
    machine: Path, seal: str, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = load_keys(machine / "relay.key", os.environ, create=True)
    store = open_store(file(machine), os.environ, create=True)
    with Writer(store) as writer:
        kept = writer.run_now(partial(keep, new=a_case(), keys=keys, at=AT))
    store.close()
    (machine / "dem.txt").write_text(f"{kept.case_id} 1 {seal}\n")
    with pytest.raises(Refused, match="sự kiện số 1 không còn là sự kiện đêm ấy"):
        prove_command(PORTAL, machine / "dem.txt")
    for other in ("", "x\n", f"{kept.case_id} 0 {seal}\n", "ệ"):
        (machine / "dem.txt").write_text(other, encoding="utf-8")
        if other:
            with pytest.raises(Refused, match="không phải danh sách của một đêm"):
                prove_command(PORTAL, machine / "dem.txt")
        else:
            prove_command(PORTAL, machine / "dem.txt")
            told = capsys.readouterr().out
            assert "trống nên không chứng minh được gì" in told
            assert "đều còn" not in told


def test_there_is_nothing_to_back_up(machine: Path) -> None:
    with pytest.raises(Refused, match=r"Chưa có cơ sở dữ liệu .* cong relay serve") as refused:
        backup_command(PORTAL, machine / "sao-luu", 90)
    assert str(refused.value.findings[0].path) == str(machine / "relay.sqlite")
    assert not (machine / "relay.sqlite").exists()
    open_store(file(machine), os.environ, create=True).close()
    with pytest.raises(Refused, match="tệp khóa"):
        backup_command(PORTAL, machine / "sao-luu", 90)


@pytest.mark.parametrize("days", ["0", str(MAX_DAYS + 1), "99999999999"])
def test_days_that_no_calendar_has_are_refused(
    machine: Path, days: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["relay", "backup", "--portal", PORTAL, "--to", str(machine / "sao-luu")]
    monkeypatch.setattr(sys, "argv", ["cong", *words, "--days", days])
    with pytest.raises(SystemExit) as left:
        cong.main()
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("--days: ")
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    assert now - dt.timedelta(days=MAX_DAYS) < now  # the longest that is taken can be counted


def test_a_case_that_does_not_hold_is_one_line(machine: Path) -> None:
    keys = load_keys(machine / "relay.key", os.environ, create=True)
    store = open_store(file(machine), os.environ, create=True)
    with Writer(store) as writer:
        kept = [
            writer.run_now(partial(keep, new=a_case(token), keys=keys, at=AT)).case_id
            for token in ("một", "hai")
        ]
        noted = [happened(Did.NOTED)] * 3
        writer.run_now(partial(append, case_id=kept[0], happened=noted, keys=keys))
    store.close()
    (machine / "relay.key").write_bytes(b"\x08" * 32)
    with pytest.raises(Refused) as refused:
        prove_command(PORTAL)
    lines = {each.message for each in refused.value.findings}
    fault = "sự kiện số 1: dấu niêm không khớp nội dung; nội dung đã bị sửa"
    assert lines == {
        f"Vụ việc {kept[0]}, {fault} (và 3 chỗ nữa).",
        f"Vụ việc {kept[1]}, {fault}.",
    }
