"""Cases: kept once and whole, added to in a chain that does not fork, proven."""

import dataclasses
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text

from relay.cases.case import BrokenHistory
from relay.cases.states import Did, Party, State
from relay.store.cases import (
    StoredCase,
    Unknown,
    append,
    file_content,
    find_by_code,
    find_by_token,
    heads,
    keep,
    listing,
    load,
    set_due,
)
from relay.store.contacts import contact_of, erase_contact
from relay.store.database import Store
from relay.store.history import prove
from relay.store.keys import Keys
from relay.store.outbox import due
from relay.store.ratings import rate
from relay.store.schema import metadata
from relay.store.texts import texts_of, write_text
from relay.store.values import FileRow, Kept, NewCase, NewFile, NewMail, TextKind
from relay.store.writer import Writer
from tests.relay.store.samples import AT, CONTACT, PICTURE, a_case, happened, received


def kept(writer: Writer, keys: Keys, new: NewCase) -> Kept:
    """Keeps a case."""
    return writer.run_now(lambda connection: keep(connection, new, keys, AT))


def loaded(store: Store, case_id: str) -> StoredCase:
    """A case."""
    with store.reading() as connection:
        return load(connection, case_id)


def counts(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with store.reading() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def test_all_of_it_is_kept(store: Store, writer: Writer, keys: Keys) -> None:
    new = a_case(due=AT + timedelta(days=3), about="2026-thong-bao", quarantine="quá nhanh")
    told = kept(writer, keys, new)
    assert told == Kept(told.case_id, fresh=True, same=True)
    stored = loaded(store, told.case_id)
    assert (stored.case.state, stored.unit, stored.due) == (State.RECEIVED, "so-gtvt", new.due)
    assert (stored.fields, stored.submitted_at, stored.token) == (new.fields, AT, new.token)
    assert (stored.about, stored.quarantine, stored.sealed) == ("2026-thong-bao", "quá nhanh", None)
    assert [event.happened for event in stored.events] == [received()]
    (file,) = stored.files
    assert isinstance(file, FileRow)
    assert (file.name, file.kind, file.size, file.text_id) == (PICTURE.name, PICTURE.kind, 264, 0)
    with store.reading() as connection:
        assert file_content(connection, file.id) == (file, PICTURE.content)
        assert file_content(connection, file.id + 1) is None
        said = {name: value for name, value in CONTACT.items() if value}
        assert contact_of(connection, told.case_id, keys) == said
        assert list(prove(connection, keys.history)) == []
    (mail,) = writer.run_now(lambda connection: due(connection, AT, 9, timedelta(minutes=1)))
    assert (mail.case_id, mail.to, mail.values) == (
        told.case_id,
        "unit:so-gtvt",
        {"due": "30/11/2026"},
    )


def test_a_second_time_nothing_is_written(store: Store, writer: Writer, keys: Keys) -> None:
    first = kept(writer, keys, a_case())
    before = counts(store)
    assert kept(writer, keys, a_case()) == Kept(first.case_id, fresh=False, same=True)
    other = a_case(fields={"tieu-de": "Khác", "noi-dung": ""})
    assert kept(writer, keys, other) == Kept(first.case_id, fresh=False, same=False)
    assert counts(store) == before
    assert loaded(store, first.case_id).fields == a_case().fields


def test_fifty_clicks_at_once_are_one_case(store: Store, keys: Keys) -> None:
    # On PostgreSQL two processes may have them; SQLite has one writer.
    many = 2 if store.engine.dialect.name == "postgresql" else 1
    writers = [Writer(store) for _ in range(many)]
    for writer in writers:
        writer.start()
    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(lambda place: kept(writers[place % many], keys, a_case()), range(50)))
    for writer in writers:
        writer.stop()
    assert len({each.case_id for each in told}) == 1
    assert [each.fresh for each in told].count(True) == 1
    assert all(each.same for each in told)
    rows = counts(store)
    assert (rows["cases"], rows["events"], rows["attachments"], rows["outbox"]) == (1, 1, 1, 1)


def test_two_submissions_with_the_same_letters_get_two_cases(
    store: Store, writer: Writer, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Keys, "case_id", lambda self, token, attempt=0: f"AAAAAAA{attempt}")
    told = [kept(writer, keys, a_case(token)) for token in ("một", "hai", "ba", "một")]
    assert [each.case_id for each in told] == ["AAAAAAA0", "AAAAAAA1", "AAAAAAA2", "AAAAAAA0"]


def test_what_is_sealed_is_kept_as_it_came(store: Store, writer: Writer, keys: Keys) -> None:
    sealed = a_case(sealed=b"age-encryption.org/v1\n\x00\xff", fields={}, contact={}, files=())
    told = kept(writer, keys, sealed)
    again = kept(writer, keys, dataclasses.replace(sealed, sealed=b"age, anew"))
    assert again == Kept(told.case_id, fresh=False, same=True)
    assert loaded(store, told.case_id).sealed == sealed.sealed
    with store.reading() as connection:
        assert contact_of(connection, told.case_id, keys) is None
    assert counts(store)["case_keys"] == 0


def test_a_beginning_that_cannot_be_leaves_nothing(
    store: Store, writer: Writer, keys: Keys
) -> None:
    with pytest.raises(BrokenHistory):
        kept(writer, keys, a_case(events=(happened(Did.ANSWERED),)))
    assert set(counts(store).values()) == {0}


def test_the_code_finds_the_case(store: Store, writer: Writer, keys: Keys) -> None:
    told = kept(writer, keys, a_case())
    code = keys.code("t" * 22)
    with store.reading() as connection:
        assert find_by_code(connection, keys.code_hash(code.lower())) == told.case_id
        assert find_by_code(connection, keys.code_hash(code[:-1] + "?")) is None
        assert find_by_token(connection, "t" * 22) == told.case_id
        assert find_by_token(connection, "u" * 22) is None


def test_what_happens_is_added_and_the_lists_know_it(
    store: Store, writer: Writer, keys: Keys
) -> None:
    case_id = kept(writer, keys, a_case(due=AT)).case_id
    later = AT + timedelta(hours=5)
    mail = (NewMail("unit:so-xd", "chuyen", {}), NewMail("citizen", "da-chuyen", {}))

    def work(connection: Connection) -> object:
        assert load(connection, case_id, lock=True).case.number == 1
        triaged = happened(Did.TRIAGED, kind="petition", route="petition")
        assigned = happened(Did.ASSIGNED, at=later, unit="so-xd")
        return append(connection, case_id, (triaged, assigned), keys, mail=mail)

    writer.run_now(work)
    stored = loaded(store, case_id)
    assert (stored.case.number, stored.case.state) == (3, State.ASSIGNED)
    assert (stored.kind, stored.route, stored.unit, stored.due) == (
        "petition",
        "petition",
        "so-xd",
        AT,
    )
    with store.reading() as connection:
        (row,) = listing(connection, "quangnam-cchc")
        assert (row.state, row.unit, row.kind) == (State.ASSIGNED, "so-xd", "petition")
        assert (row.changed_at, row.submitted_at, row.title) == (
            later,
            AT,
            "Ổ gà trên đường Hùng Vương",
        )
        (end,) = heads(connection, "quangnam-cchc")
        assert (end.number, end.seal) == (3, stored.events[-1].seal)
        assert list(heads(connection, "laocai-cchc")) == []
        assert list(prove(connection, keys.history)) == []
    taken = writer.run_now(lambda connection: due(connection, later, 9, timedelta(minutes=1)))
    assert [each.to for each in taken] == ["unit:so-gtvt", "unit:so-xd", "citizen"]
    assert len({each.message_id for each in taken}) == 3


def test_what_cannot_happen_changes_nothing(store: Store, writer: Writer, keys: Keys) -> None:
    case_id = kept(writer, keys, a_case()).case_id
    before = counts(store)
    for faulty in (Did.PUBLISHED, Did.RECEIVED):
        with pytest.raises(BrokenHistory):
            writer.run_now(
                partial(
                    append,
                    case_id=case_id,
                    happened=[happened(faulty)],
                    keys=keys,
                    mail=a_case().mail,
                )
            )
    assert counts(store) == before
    for work in (
        lambda connection: append(connection, "KHONGCO1", [happened(Did.NOTED)], keys),
        lambda connection: load(connection, "KHONGCO1"),
    ):
        with pytest.raises(Unknown):
            writer.run_now(work)


def test_chains_do_not_fork(store: Store, keys: Keys) -> None:
    many = 3 if store.engine.dialect.name == "postgresql" else 1
    writers = [Writer(store) for _ in range(many)]
    for writer in writers:
        writer.start()
    case_id = kept(writers[0], keys, a_case()).case_id

    def note(place: int) -> None:
        def work(connection: Connection) -> None:
            stored = load(connection, case_id, lock=True)
            noted = happened(Did.NOTED, Party.UNIT, seen=stored.case.number)
            append(connection, case_id, [noted], keys)

        writers[place % many].run_now(work)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(note, range(40)))
    for writer in writers:
        writer.stop()
    events = loaded(store, case_id).events
    assert [event.number for event in events] == list(range(1, 42))
    assert [event.happened.data["seen"] for event in events[1:]] == list(range(1, 41))
    with store.reading() as connection:
        assert list(prove(connection, keys.history)) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE events SET text = replace(text, 'so-xd', 'so-yt')", "dấu niêm không khớp"),
        ("UPDATE events SET text = replace(text, ',', ', ')", "không khớp nội dung đã niêm"),
        ("UPDATE events SET did = 'closed' WHERE number = 2", "không khớp nội dung đã niêm"),
        ("UPDATE events SET text = 'x' WHERE number = 2", "không đọc được"),
        ("DELETE FROM events WHERE number = 3", "không kết thúc ở sự kiện mà vụ việc ghi"),
        ("DELETE FROM events WHERE number = 2", "thiếu, thừa hoặc đảo sự kiện"),
        ("DELETE FROM events", "không có lịch sử"),
        ("DELETE FROM submissions", "không có nội dung đã gửi"),
    ],
)
def test_who_changes_rows_is_found_out(
    store: Store, writer: Writer, keys: Keys, statement: str, said: str
) -> None:
    case_id = kept(writer, keys, a_case()).case_id
    for each in (happened(Did.TRIAGED), happened(Did.ASSIGNED, unit="so-xd")):
        writer.run_now(partial(append, case_id=case_id, happened=[each], keys=keys))
    with store.engine.begin() as connection:
        if connection.dialect.name == "sqlite":  # which keeps a hand that slips from doing so
            for table in ("events", "submissions"):
                for what in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER {table}_no_{what}"))
        connection.execute(text(statement))
    with store.reading() as connection:
        assert said in "\n".join(prove(connection, keys.history))


def test_a_chain_cut_short_is_not_gone_on_with(store: Store, writer: Writer, keys: Keys) -> None:
    case_id = kept(writer, keys, a_case()).case_id
    note = partial(append, case_id=case_id, happened=[happened(Did.NOTED)], keys=keys)
    writer.run_now(note)
    with store.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER events_no_delete"))
        connection.execute(text("DELETE FROM events WHERE number = 2"))
    with pytest.raises(BrokenHistory, match="không kết thúc ở sự kiện"):
        writer.run_now(note)


def test_lists(store: Store, writer: Writer, keys: Keys) -> None:
    for place, (unit, days) in enumerate([("a", 3), ("b", 1), ("a", None), ("", 2)]):
        due_at = None if days is None else AT + timedelta(days=days)
        new = a_case(f"token {place}", unit=unit, due=due_at, fields={"tieu-de": str(place)})
        at = AT + timedelta(minutes=place)
        writer.run_now(partial(keep, new=new, keys=keys, at=at))
    other = a_case("nơi khác", portal="laocai-cchc", events=(received(portal="laocai-cchc"),))
    kept(writer, keys, other)
    with store.reading() as connection:

        def titles(**asked: object) -> str:
            rows = listing(connection, "quangnam-cchc", **asked)  # type: ignore[arg-type]
            return "".join(row.title for row in rows)

        assert titles() == "1302"
        assert titles(newest_first=True) == "3210"
        assert titles(units=["a"]) == "02"
        assert titles(units=["", "b"]) == "13"
        assert titles(units=[]) == ""
        assert titles(states=[State.RECEIVED], kinds=["feedback"], routes=["feedback"]) == "1302"
        assert titles(states=[State.CLOSED]) == ""
        assert titles(due_before=AT + timedelta(days=2, minutes=1)) == "13"
        assert titles(limit=2, offset=1) == "30"
        assert titles(limit=None) == "1302"
        (second,) = [r.case_id for r in listing(connection, "quangnam-cchc") if r.title == "2"]
    writer.run_now(lambda connection: set_due(connection, second, AT))
    with store.reading() as connection:
        assert listing(connection, "quangnam-cchc")[0].case_id == second


def test_a_contact_that_is_erased_is_gone(store: Store, writer: Writer, keys: Keys) -> None:
    case_id = kept(writer, keys, a_case()).case_id
    assert writer.run_now(lambda connection: erase_contact(connection, case_id))
    assert not writer.run_now(lambda connection: erase_contact(connection, case_id))
    rows = counts(store)
    assert (rows["contacts"], rows["case_keys"]) == (0, 0)
    with store.reading() as connection:
        assert contact_of(connection, case_id, keys) is None


def test_who_wrote_is_nowhere_in_the_clear(sqlite_store: Store, keys: Keys) -> None:
    with Writer(sqlite_store) as writer:
        kept(writer, keys, a_case())
    sqlite_store.close()
    whole = Path(sqlite_store.shown).read_bytes()
    for value in CONTACT.values():
        assert not value or value.encode() not in whole
    assert a_case().fields["tieu-de"].encode() in whole  # so that the search would have found it


def test_texts_and_their_files(store: Store, writer: Writer, keys: Keys) -> None:
    case_id = kept(writer, keys, a_case()).case_id
    paper = NewFile("đơn.pdf", "application/pdf", b"%PDF-1.7")
    added = writer.run_now(
        lambda connection: write_text(
            connection, case_id, TextKind.ADDITION, "Thêm ảnh ạ.", "", AT, (paper,)
        )
    )
    writer.run_now(
        lambda connection: write_text(connection, case_id, TextKind.DRAFT, "Kính gửi…", "an", AT)
    )
    with store.reading() as connection:
        assert texts_of(connection, case_id, TextKind.ADDITION) == [added]
        assert [each.kind for each in texts_of(connection, case_id)] == ["addition", "draft"]
        assert [each.text_id for each in load(connection, case_id).files] == [0, added.id]
    assert added.sha256 == hashlib.sha256("Thêm ảnh ạ.".encode()).hexdigest()


def test_a_later_rating_takes_the_place_of_the_first(
    store: Store, writer: Writer, keys: Keys
) -> None:
    case_id = kept(writer, keys, a_case()).case_id
    for score in (2, 5):
        writer.run_now(partial(rate, case_id=case_id, score=score, words="", at=AT))
    assert counts(store)["ratings"] == 1
    for score in (0, 6):
        with pytest.raises(ValueError, match="no score"):
            writer.run_now(partial(rate, case_id=case_id, score=score, words="", at=AT))
