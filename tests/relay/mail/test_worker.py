"""Nothing is lost: a server that is away, refuses, or is killed with a letter in its hand."""

import datetime as dt
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from functools import partial
from pathlib import Path

import pytest

from regulation.findings import Refused
from relay.mail.ways import Folder, Server, way_of
from relay.mail.worker import CLAIM, GIVE_UP, Post, Sent, send_due
from relay.store.addresses import ask_address, confirm_address, question
from relay.store.cases import keep
from relay.store.contacts import erase_contact
from relay.store.database import Store
from relay.store.keys import Keys
from relay.store.outbox import LONGEST_WAIT, waiting
from relay.store.values import NewMail
from relay.store.writer import Writer
from tests.relay.mail.office import ROOT, mail_server, post_to
from tests.relay.store.samples import AT, a_case

TO_UNIT = NewMail("unit:so-gtvt", "new-case", {})
TO_CITIZEN = NewMail("citizen", "answered", {})


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> dt.datetime:
        """The moment."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that the test sets."""
    return Clock()


def kept(writer: Writer, keys: Keys, *mail: NewMail, token: str = "t" * 22) -> str:
    """A case with mail."""
    return writer.run_now(partial(keep, new=a_case(token, mail=mail), keys=keys, at=AT)).case_id


def left(store: Store) -> int:
    """How many letters wait."""
    with store.reading() as connection:
        return waiting(connection).count


def test_a_server_that_is_away_and_comes_back(
    store: Store, writer: Writer, keys: Keys, clock: Clock
) -> None:
    for place in range(25):
        kept(writer, keys, TO_UNIT, token=f"lần {place}")
    with mail_server() as (_, port):
        pass
    post = post_to(f"smtp://127.0.0.1:{port}", store, writer, keys, clock)
    for _ in range(5):
        assert send_due(post).sent == 0
        clock.now += LONGEST_WAIT
    assert left(store) == 25
    with mail_server(port) as (box, _):
        assert send_due(post) == Sent(sent=25)
        assert len({letter["Message-ID"] for letter in box.letters}) == 25
        assert send_due(post) == Sent()
    assert left(store) == 0


def test_a_server_that_is_not_ready_is_asked_again_the_longer_the_more(
    store: Store, writer: Writer, keys: Keys, clock: Clock
) -> None:
    kept(writer, keys, TO_UNIT, TO_UNIT)
    with mail_server() as (box, port):
        post = post_to(f"smtp://127.0.0.1:{port}", store, writer, keys, clock)
        box.answer = "451 later"
        assert send_due(post) == Sent(failed=2)
        assert send_due(post) == Sent()
        clock.now += dt.timedelta(minutes=1)
        box.answer = "554 never"  # a server may be set up wrongly for a day: still tried
        assert send_due(post) == Sent(failed=2)
        clock.now += dt.timedelta(minutes=2)
        box.answer = "250 OK"
        assert send_due(post) == Sent(sent=2)


def test_what_a_server_will_never_have_is_let_go_after_days(
    store: Store, writer: Writer, keys: Keys, clock: Clock
) -> None:
    kept(writer, keys, TO_UNIT)
    with mail_server() as (box, port):
        post = post_to(f"smtp://127.0.0.1:{port}", store, writer, keys, clock)
        box.answer = "550 no such user"
        while clock.now <= AT + GIVE_UP:
            assert send_due(post) == Sent(failed=1)
            clock.now += LONGEST_WAIT
        assert send_due(post) == Sent(dropped=1)
    assert left(store) == 0


def test_killed_with_the_letter_handed_over(
    store: Store, writer: Writer, keys: Keys, clock: Clock
) -> None:
    kept(writer, keys, TO_UNIT)
    writer.stop()
    url = store.engine.url.render_as_string(hide_password=False)

    def start(moment: dt.datetime) -> "subprocess.Popen[bytes]":
        words = [url, f"smtp://127.0.0.1:{port}", moment.isoformat()]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.relay.mail.sending", *words], cwd=ROOT
        )

    with mail_server() as (box, port):
        box.before = lambda: process.kill()
        process = start(AT)
        assert process.wait() == -9
        assert len(box.letters) == 1
        assert left(store) == 1
        box.before = lambda: None
        assert start(AT + CLAIM - dt.timedelta(seconds=1)).wait() == 0
        assert len(box.letters) == 1
        assert start(AT + CLAIM).wait() == 0
        assert start(AT + CLAIM).wait() == 0
    assert len(box.letters) == 2  # at most once more, and the reader's program sees one
    assert len({letter["Message-ID"] for letter in box.letters}) == 1
    assert left(store) == 0


def test_a_citizen_gets_mail_only_at_an_address_that_said_yes(
    store: Store, writer: Writer, keys: Keys, clock: Clock
) -> None:
    case_id = kept(writer, keys, TO_CITIZEN)
    writer.run_now(lambda c: ask_address(c, case_id, keys, AT))
    with store.reading() as connection:
        asked = question(connection, case_id, keys)
    assert asked is not None
    with mail_server() as (box, port):
        post = post_to(f"smtp://127.0.0.1:{port}", store, writer, keys, clock)
        assert send_due(post) == Sent(sent=1, dropped=1)
        (letter,) = box.letters
        assert (letter["To"], box.to) == ("buoi@example.vn", ["buoi@example.vn"])
        assert asked[1] in message_from_bytes(letter.as_bytes(), policy=default).get_content()
        writer.run_now(lambda c: confirm_address(c, asked[1], keys, AT))
        writer.run_now(partial(_more, case_id=case_id, keys=keys))
        assert send_due(post) == Sent(sent=1)
        writer.run_now(lambda c: erase_contact(c, case_id))
        writer.run_now(partial(_more, case_id=case_id, keys=keys, about="event 3"))
        assert send_due(post) == Sent(dropped=1)
    assert len(box.letters) == 2


def _more(connection: object, case_id: str, keys: Keys, about: str = "event 2") -> None:
    from relay.store.outbox import post

    post(connection, case_id, about, [TO_CITIZEN], keys, AT)  # type: ignore[arg-type]


def test_an_agency_with_no_address_keeps_nothing_back(
    store: Store, writer: Writer, keys: Keys, clock: Clock
) -> None:
    kept(writer, keys, NewMail("unit:khong-co", "new-case", {}), TO_UNIT)
    with mail_server() as (box, port):
        post = post_to(f"smtp://127.0.0.1:{port}", store, writer, keys, clock)
        assert send_due(post) == Sent(sent=1, dropped=1)
    assert len(box.letters) == 1


def test_one_that_cannot_be_written_keeps_nothing_back(
    store: Store, writer: Writer, keys: Keys, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = kept(writer, keys, TO_UNIT, token="hỏng")
    kept(writer, keys, TO_UNIT)

    class Stumbles:
        def letter(self, mail: object, *words: object) -> object:
            if getattr(mail, "case_id", "") == bad:
                raise KeyError("x")
            return whole.letters.letter(mail, *words)  # type: ignore[arg-type]

    with mail_server() as (box, port):
        whole = post_to(f"smtp://127.0.0.1:{port}", store, writer, keys, clock)
        values = {name: getattr(whole, name) for name in Post.__slots__}
        assert send_due(Post(**{**values, "letters": Stumbles()})) == Sent(sent=1, failed=1)
    assert (len(box.letters), left(store)) == (1, 1)


def test_a_folder_takes_letters_whole(
    sqlite_store: Store, keys: Keys, clock: Clock, tmp_path: Path
) -> None:
    folder = tmp_path / "thu" / "di"
    with Writer(sqlite_store) as writer:
        kept(writer, keys, TO_UNIT, NewMail("unit:khong-co", "new-case", {}))
        post = post_to(str(folder), sqlite_store, writer, keys, clock)
        assert send_due(post) == Sent(sent=2)
    letters = [message_from_bytes(path.read_bytes()) for path in sorted(folder.iterdir())]
    assert {letter["To"] for letter in letters} == {
        "van-thu@sogtvt.example",
        "khong-co@chua-co-dia-chi.invalid",
    }
    assert {path.suffix for path in folder.iterdir()} == {".eml"}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_folder_that_takes_nothing_is_tried_again(
    sqlite_store: Store, keys: Keys, clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "thu").write_text("")
    with Writer(sqlite_store) as writer:
        kept(writer, keys, TO_UNIT)
        post = post_to(str(tmp_path / "thu"), sqlite_store, writer, keys, clock)
        assert send_due(post) == Sent(failed=1)
        (tmp_path / "thu").unlink()
        clock.now += dt.timedelta(minutes=1)
        assert send_due(post) == Sent(sent=1)


def test_the_setting_names_the_way(tmp_path: Path) -> None:
    assert isinstance(way_of(str(tmp_path)), Folder)
    assert isinstance(way_of("smtps://a:b@127.0.0.1"), Server)
    assert isinstance(way_of("smtp://127.0.0.1:2525?starttls=always"), Server)
    for said in ("http://x", "smtp://x?starttls=maybe"):
        with pytest.raises(Refused, match="Không đọc được nơi gửi thư"):
            way_of(said)


def test_nothing_is_sent_in_the_clear_where_that_was_asked(
    sqlite_store: Store, keys: Keys, clock: Clock
) -> None:
    with mail_server() as (box, port), Writer(sqlite_store) as writer:
        kept(writer, keys, TO_UNIT)
        way = f"smtp://127.0.0.1:{port}?starttls=always"
        post = post_to(way, sqlite_store, writer, keys, clock)
        assert send_due(post) == Sent(failed=1)
    assert box.letters == []
