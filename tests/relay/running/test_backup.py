"""Backups: whole, proven, and without what was to be forgotten."""

import os
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import URL

from regulation.findings import Refused
from relay.cases.states import Did, Party
from relay.running.backup import KEPT, KEYS_KEPT, Backup, Restored, back_up, let_go_of_old, restore
from relay.store.addresses import ask_address
from relay.store.cases import append, file_content, heads, keep, load
from relay.store.contacts import contact_of, erase_contact
from relay.store.database import Store, open_store
from relay.store.keys import Keys, keys_from
from relay.store.ratings import rate
from relay.store.schema import case_keys, spent
from relay.store.texts import texts_of, write_text
from relay.store.values import NewFile, TextKind
from relay.store.writer import Writer
from tests.relay.postgres import Server
from tests.relay.store.samples import AT, PICTURE, a_case, happened


@pytest.fixture
def filled(store: Store, keys: Keys) -> tuple[Store, list[str]]:
    """A store with three cases, and what they are called."""
    with Writer(store) as writer:
        ids = [
            writer.run_now(partial(keep, new=a_case(token), keys=keys, at=AT)).case_id
            for token in ("một", "hai", "ba")
        ]
        first = ids[0]
        more = [happened(Did.TRIAGED), happened(Did.NOTED, Party.UNIT)]
        writer.run_now(partial(append, case_id=first, happened=more, keys=keys))
        paper = NewFile("đơn.pdf", "application/pdf", b"%PDF-1.7")
        writer.run_now(lambda c: write_text(c, first, TextKind.ADDITION, "Thêm.", "", AT, (paper,)))
        writer.run_now(partial(rate, case_id=first, score=4, words="được", at=AT))
        writer.run_now(lambda c: ask_address(c, first, keys, AT))
    return store, ids


def made(store: Store, folder: Path, keys: Keys) -> Backup:
    """A backup."""
    return back_up(store, folder, keys, os.environ, AT)


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """An empty place."""
    if request.param == "sqlite":
        return URL.create("sqlite", database=str(tmp_path / "moi" / "y-kien.sqlite"))
    server: Server = request.getfixturevalue("postgres")
    return server.url(server.database())


def test_what_was_backed_up_is_put_back_and_goes_on(
    filled: tuple[Store, list[str]], target: URL, keys: Keys, tmp_path: Path
) -> None:
    store, ids = filled
    backup = made(store, tmp_path / "sao-luu", keys)
    assert backup.cases == 3
    assert sorted(path.name for path in backup.main.parent.iterdir()) == [
        "keys-20261123T023000Z.txt",
        "relay-20261123T023000Z.sqlite",
    ]
    assert backup.main.stat().st_mode & 0o077 == backup.keys.stat().st_mode & 0o077 == 0
    before = backup.main.read_bytes()
    assert restore(backup.main, backup.keys, target, keys, os.environ) == Restored(3, 0)
    assert backup.main.read_bytes() == before
    again = open_store(target, os.environ)
    with store.reading() as one, again.reading() as other:
        assert list(heads(one)) == list(heads(other))
        counted = [each.execute(select(func.count()).select_from(spent)) for each in (one, other)]
        assert [each.scalar_one() for each in counted] == [1, 0]  # by the print of an address
        for case_id in ids:
            assert load(one, case_id) == load(other, case_id)
            assert texts_of(one, case_id) == texts_of(other, case_id)
            assert contact_of(one, case_id, keys) == contact_of(other, case_id, keys)
        file = load(other, ids[0]).files[0]
        assert file_content(other, file.id) == (file, PICTURE.content)
    with Writer(again) as writer:  # numbers go on where they were
        noted = [happened(Did.NOTED)]
        writer.run_now(partial(append, case_id=ids[0], happened=noted, keys=keys))
        assert writer.run_now(partial(keep, new=a_case("bốn"), keys=keys, at=AT)).fresh
        assert not writer.run_now(partial(keep, new=a_case("một"), keys=keys, at=AT)).fresh
    again.close()


def test_without_the_file_of_keys_nobodys_contact_is_there(
    filled: tuple[Store, list[str]], keys: Keys, tmp_path: Path
) -> None:
    store, ids = filled
    backup = made(store, tmp_path / "sao-luu", keys)
    with store.reading() as connection:
        wrapped = connection.execute(select(case_keys.c.wrapped)).scalars().all()
    whole = backup.main.read_bytes()
    assert len(wrapped) == 3
    assert not any(bytes(each) in whole for each in wrapped)
    url = URL.create("sqlite", database=str(tmp_path / "moi.sqlite"))
    assert restore(backup.main, None, url, keys, os.environ) == Restored(3, 3)
    again = open_store(url, os.environ)
    with again.reading() as connection:
        assert [contact_of(connection, each, keys) for each in ids] == [None] * 3
    again.close()


def test_what_was_erased_is_gone_once_the_old_keys_are(
    filled: tuple[Store, list[str]], keys: Keys, tmp_path: Path
) -> None:
    store, ids = filled
    folder = tmp_path / "sao-luu"
    old = made(store, folder, keys)
    with Writer(store) as writer:
        writer.run_now(lambda c: erase_contact(c, ids[0]))
    new = back_up(store, folder, keys, os.environ, AT + timedelta(days=29))
    (folder / "ghi-chu.txt").write_text("của người quản trị")
    assert let_go_of_old(folder, AT + KEYS_KEPT - timedelta(minutes=1)) == []
    assert let_go_of_old(folder, AT + KEYS_KEPT + timedelta(days=1)) == [old.keys]
    for main, unread in ((old.main, 1), (new.main, 0)):
        url = URL.create("sqlite", database=str(tmp_path / f"lai-{main.stem}.sqlite"))
        assert restore(main, new.keys, url, keys, os.environ).unread == unread
        again = open_store(url, os.environ)
        with again.reading() as connection:
            assert contact_of(connection, ids[0], keys) is None
            assert contact_of(connection, ids[1], keys) is not None
        again.close()
    gone = let_go_of_old(folder, AT + KEPT + timedelta(days=1))
    assert gone == [new.keys, old.main]
    assert sorted(path.name for path in folder.iterdir()) == ["ghi-chu.txt", new.main.name]


def spoil(main: Path, statement: str) -> None:
    """Changes rows of a backup behind everybody's back."""
    store = open_store(URL.create("sqlite", database=str(main)), os.environ)
    with store.engine.begin() as connection:
        for table in ("events", "attachments", "submissions"):
            for what in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_no_{what}"))
        connection.execute(text(statement))
    store.close()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE events SET text = replace(text, 'trung-tam', 'so-y-te')", "dấu niêm không khớp"),
        ("DELETE FROM events WHERE number = 3", "không kết thúc ở sự kiện"),
        ("UPDATE attachments SET content = x'00' WHERE id = 2", "không còn như khi nhận"),
        ("DELETE FROM submissions WHERE token = 'hai'", "không có nội dung đã gửi"),
    ],
)
def test_a_backup_that_was_changed_is_not_put_in_place(
    filled: tuple[Store, list[str]],
    target: URL,
    keys: Keys,
    tmp_path: Path,
    statement: str,
    said: str,
) -> None:
    backup = made(filled[0], tmp_path / "sao-luu", keys)
    spoil(backup.main, statement)
    with pytest.raises(Refused, match=said):
        restore(backup.main, backup.keys, target, keys, os.environ)
    if target.get_backend_name() == "sqlite":
        assert list((tmp_path / "moi").iterdir()) == []
    else:
        left = open_store(target, os.environ)
        with left.reading() as connection:
            assert list(heads(connection)) == []
        left.close()


def test_another_servers_key_proves_nothing(
    filled: tuple[Store, list[str]], keys: Keys, tmp_path: Path
) -> None:
    backup = made(filled[0], tmp_path / "sao-luu", keys)
    url = URL.create("sqlite", database=str(tmp_path / "moi.sqlite"))
    with pytest.raises(Refused, match="dấu niêm không khớp"):
        restore(backup.main, backup.keys, url, keys_from(b"\x08" * 32), os.environ)
    assert not (tmp_path / "moi.sqlite").exists()


def test_a_history_that_does_not_hold_is_not_backed_up_in_silence(
    sqlite_store: Store, keys: Keys, tmp_path: Path
) -> None:
    with Writer(sqlite_store) as writer:
        writer.run_now(partial(keep, new=a_case(), keys=keys, at=AT))
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER events_no_update"))
        connection.execute(text("UPDATE events SET seal = 'x'"))
    with pytest.raises(Refused, match=r"không kết thúc ở .* \(và 1 chỗ nữa\)") as refused:
        made(sqlite_store, tmp_path / "sao-luu", keys)
    # No file of the backup is there that could be looked at.
    assert [str(each.path) for each in refused.value.findings] == [sqlite_store.shown]
    assert list((tmp_path / "sao-luu").iterdir()) == []


def test_what_is_there_is_not_overwritten(
    filled: tuple[Store, list[str]], store_url: URL, keys: Keys, tmp_path: Path
) -> None:
    backup = made(filled[0], tmp_path / "sao-luu", keys)
    with pytest.raises(Refused, match=r"đã có cơ sở dữ liệu|không trống"):
        restore(backup.main, backup.keys, store_url, keys, os.environ)
    with pytest.raises(Refused, match="Không có tệp sao lưu này"):
        restore(tmp_path / "khong-co.sqlite", None, store_url, keys, os.environ)


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_nothing_is_put_beside_a_log_of_changes_that_was_left(
    sqlite_store: Store, keys: Keys, tmp_path: Path, end: str
) -> None:
    backup = made(sqlite_store, tmp_path / "sao-luu", keys)
    left = tmp_path / f"moi.sqlite{end}"
    left.touch()
    url = URL.create("sqlite", database=str(tmp_path / "moi.sqlite"))
    with pytest.raises(Refused, match="chuyển tệp cũ đi"):
        restore(backup.main, backup.keys, url, keys, os.environ)
    assert not (tmp_path / "moi.sqlite").exists()


def test_a_backup_is_never_written_over(sqlite_store: Store, keys: Keys, tmp_path: Path) -> None:
    first = made(sqlite_store, tmp_path / "sao-luu", keys)
    before = first.main.read_bytes()
    with pytest.raises(Refused, match="mỗi cổng hãy dùng một thư mục riêng"):
        made(sqlite_store, tmp_path / "sao-luu", keys)
    assert first.main.read_bytes() == before


def test_what_is_no_backup_is_named_as_it_was_typed(
    sqlite_store: Store, keys: Keys, tmp_path: Path
) -> None:
    backup = made(sqlite_store, tmp_path / "sao-luu", keys)
    url = URL.create("sqlite", database=str(tmp_path / "moi.sqlite"))
    with pytest.raises(Refused) as refused:
        restore(backup.keys, backup.keys, url, keys, os.environ)
    assert {str(each.path) for each in refused.value.findings} == {str(backup.keys)}
    assert not (tmp_path / "moi.sqlite").exists()


@pytest.mark.parametrize("content", ["", "# 1\n", "AAAAAAAA ???\n# 1\n", "x\n# 1\n", "a b\n"])
def test_a_file_of_keys_that_is_cut_short(
    sqlite_store: Store, keys: Keys, tmp_path: Path, content: str
) -> None:
    backup = made(sqlite_store, tmp_path / "sao-luu", keys)
    backup.keys.write_text(content)
    url = URL.create("sqlite", database=str(tmp_path / "moi.sqlite"))
    with pytest.raises(Refused, match="Tệp khóa của bản sao lưu thiếu hoặc hỏng"):
        restore(backup.main, backup.keys, url, keys, os.environ)


def test_it_is_made_while_others_write(store: Store, keys: Keys, tmp_path: Path) -> None:
    with Writer(store) as writer:
        for place in range(10):
            writer.run_now(partial(keep, new=a_case(f"trước {place}"), keys=keys, at=AT))
        with store.reading() as reader:
            reader.execute(text("SELECT 1 FROM cases")).all()
            writer.run_now(partial(keep, new=a_case("trong khi"), keys=keys, at=AT))
        assert made(store, tmp_path / "sao-luu", keys).cases == 11
