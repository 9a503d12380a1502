"""What waits or is asked once: mail, spent challenges, held files, addresses."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from relay.store.addresses import (
    BOX,
    MOST,
    MOST_A_DAY,
    OPEN,
    PAUSE,
    ask_address,
    confirm_address,
    confirmed_address,
    open_question,
    question,
)
from relay.store.cases import keep
from relay.store.contacts import contact_of, erase_contact
from relay.store.database import Store
from relay.store.held import HELD, held, hold, let_go, sweep_held
from relay.store.keys import Keys
from relay.store.outbox import LONGEST_WAIT, dropped, due, failed, sent, wait, waiting
from relay.store.schema import spent
from relay.store.spent import spend, spend_one_of, sweep_spent
from relay.store.writer import Writer
from tests.relay.store.samples import AT, PICTURE, a_case

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def case_id(writer: Writer, keys: Keys) -> str:
    """A case with an address and a mail that waits."""
    return writer.run_now(lambda connection: keep(connection, a_case(), keys, AT)).case_id


# --- Mail -----------------------------------------------------------------------------------------


def test_mail_is_taken_once_until_the_claim_ends(writer: Writer, case_id: str) -> None:
    def take(at: timedelta) -> list[int]:
        work: Callable[[Connection], list[int]] = lambda connection: [  # noqa: E731
            mail.tries for mail in due(connection, AT + at, 10, 5 * MINUTE)
        ]
        return writer.run_now(work)

    assert take(-MINUTE) == []
    assert take(timedelta(0)) == [1]
    assert take(4 * MINUTE) == []
    assert take(5 * MINUTE) == [2]  # whoever had it was killed


def test_mail_is_tried_until_it_is_sent(store: Store, writer: Writer, case_id: str) -> None:
    ids = set()
    now = AT
    for tries in range(1, 30):
        (mail,) = writer.run_now(partial(due, now=now, count=1, claim=MINUTE))
        assert mail.tries == tries
        ids.add(mail.message_id)
        writer.run_now(partial(failed, mail=mail, now=now, why="không nối được"))
        with store.reading() as connection:
            assert (waiting(connection).count, waiting(connection).oldest) == (1, AT)
        now += wait(tries)
    (mail,) = writer.run_now(lambda connection: due(connection, now, 1, MINUTE))
    writer.run_now(lambda connection: sent(connection, mail.id, now))
    assert len({*ids, mail.message_id}) == 1
    with store.reading() as connection:
        assert (waiting(connection).count, waiting(connection).oldest) == (0, None)
    # One who was slow does not bring it back.
    writer.run_now(lambda connection: failed(connection, mail, now, "muộn"))
    assert writer.run_now(lambda c: due(c, now + timedelta(days=9), 1, MINUTE)) == []


def test_mail_to_nobody_is_let_go(writer: Writer, case_id: str) -> None:
    (mail,) = writer.run_now(lambda connection: due(connection, AT, 1, MINUTE))
    writer.run_now(lambda connection: dropped(connection, mail.id, AT, "không có địa chỉ"))
    assert writer.run_now(lambda c: due(c, AT + timedelta(days=9), 1, MINUTE)) == []


@given(st.integers(1, 10**6))
def test_waits_grow_to_an_end(tries: int) -> None:
    assert MINUTE <= wait(tries) <= wait(tries + 1) <= LONGEST_WAIT


def test_two_workers_share_the_mail(postgres_store: Store, keys: Keys) -> None:
    with Writer(postgres_store) as writer:
        for token in "abcd":
            writer.run_now(partial(keep, new=a_case(token), keys=keys, at=AT))
    engine = postgres_store.engine
    with engine.begin() as one, engine.begin() as other:
        first = {mail.id for mail in due(one, AT, 2, MINUTE)}
        second = {mail.id for mail in due(other, AT, 9, MINUTE)}  # does not wait for the first
    assert (len(first), len(second), first & second) == (2, 2, set())


# --- Spent challenges -----------------------------------------------------------------------------


def test_a_challenge_is_spent_once(writer: Writer) -> None:
    def spend_at(challenge: str, now: timedelta) -> bool:
        return writer.run_now(lambda c: spend(c, challenge, AT + 10 * MINUTE, AT + now))

    assert spend_at("một", timedelta(0))
    assert not spend_at("một", MINUTE)
    assert spend_at("hai", 9 * MINUTE)
    assert not spend_at("ba", 10 * MINUTE)  # it is past
    assert writer.run_now(lambda c: sweep_spent(c, AT + 9 * MINUTE)) == 0
    assert writer.run_now(lambda c: sweep_spent(c, AT + 10 * MINUTE)) == 2
    assert not spend_at("một", 10 * MINUTE)  # forgotten, and not taken


def test_what_was_undone_was_not_spent(writer: Writer) -> None:
    def fails(connection: Connection) -> None:
        assert spend(connection, "một", AT + MINUTE, AT)
        raise KeyError

    with pytest.raises(KeyError):
        writer.run_now(fails)
    assert writer.run_now(lambda c: spend(c, "một", AT + MINUTE, AT))


# --- Files of a first step ------------------------------------------------------------------------


def test_files_wait_for_the_second_step(store: Store, writer: Writer) -> None:
    other = PICTURE.__class__("b.pdf", "application/pdf", b"%PDF")
    writer.run_now(lambda c: hold(c, "t", (other,), AT))
    writer.run_now(lambda c: hold(c, "t", (PICTURE, other), AT))
    writer.run_now(lambda c: hold(c, "u", (other,), AT + MINUTE))

    def there(token: str, at: timedelta = MINUTE) -> tuple[object, ...]:
        with store.reading() as connection:
            return held(connection, token, AT + at)

    assert there("t") == (PICTURE, other)
    assert there("t", HELD) == ()
    assert there("v") == ()
    assert writer.run_now(lambda c: sweep_held(c, AT + HELD)) == 2
    assert there("u") == (other,)
    writer.run_now(lambda c: let_go(c, "u"))
    assert there("u") == ()


# --- Addresses ------------------------------------------------------------------------------------


def test_an_address_is_used_only_once_it_said_yes(
    store: Store, writer: Writer, keys: Keys, case_id: str
) -> None:
    assert writer.run_now(lambda c: ask_address(c, case_id, keys, AT))
    with store.reading() as connection:
        assert confirmed_address(connection, case_id, keys) is None
        asked = question(connection, case_id, keys)
        assert asked is not None
        address, token = asked
        assert address == "buoi@example.vn"
        assert open_question(connection, token, keys, AT + MINUTE)
        assert not open_question(connection, token, keys, AT + OPEN)
    assert writer.run_now(lambda c: confirm_address(c, token[:-1] + "!", keys, AT)) is None
    assert writer.run_now(lambda c: confirm_address(c, token, keys, AT + OPEN)) is None
    assert writer.run_now(lambda c: confirm_address(c, token, keys, AT + MINUTE)) == case_id
    assert writer.run_now(lambda c: confirm_address(c, token, keys, AT + MINUTE)) is None
    with store.reading() as connection:
        assert confirmed_address(connection, case_id, keys) == "buoi@example.vn"
        assert question(connection, case_id, keys) is None
    # One that said yes is not asked again; another one takes its place and has to say so itself.
    assert not writer.run_now(lambda c: ask_address(c, case_id, keys, AT + 2 * PAUSE))
    new = "khac@example.vn"
    assert writer.run_now(lambda c: ask_address(c, case_id, keys, AT + 2 * PAUSE, new))
    with store.reading() as connection:
        assert confirmed_address(connection, case_id, keys) is None
        contact = contact_of(connection, case_id, keys)
        assert contact == {"ho-ten": "Nguyễn Thị Bưởi", "thu": new}
        assert question(connection, case_id, keys) != asked


def test_nobodys_box_is_flooded(writer: Writer, keys: Keys, case_id: str) -> None:
    def ask(at: timedelta, address: str | None = None) -> bool:
        return writer.run_now(lambda c: ask_address(c, case_id, keys, AT + at, address))

    assert ask(timedelta(0))
    assert not ask(PAUSE - MINUTE)
    assert ask(PAUSE)
    asked = [ask(place * 2 * PAUSE, f"{place}@example.vn") for place in range(2, 9)]
    assert asked.count(True) == MOST - 2
    taken = writer.run_now(lambda c: due(c, AT + timedelta(days=9), 99, MINUTE))
    assert [mail.to for mail in taken].count("address-confirm") == MOST
    assert all("@" not in str(mail.values) for mail in taken)


SAME_BOX = ("nan.nhan@example.vn", "NanNhan@Example.VN", "nannhan+2@example.vn")


def test_nobodys_box_is_flooded_by_many_cases(store: Store, writer: Writer, keys: Keys) -> None:
    """Ten letters a day whoever asks; the eleventh case looks as if it had, and asks later."""

    def ask(case: str, address: str, at: timedelta) -> bool:
        return writer.run_now(lambda c: ask_address(c, case, keys, AT + at, address))

    made = [a_case(f"ngập {place}", contact={}) for place in range(MOST_A_DAY + 3)]
    cases = [writer.run_now(partial(keep, new=each, keys=keys, at=AT)).case_id for each in made]
    told = [ask(each, SAME_BOX[n % 3], n * MINUTE) for n, each in enumerate(cases)]
    assert told == [True] * MOST_A_DAY + [False] * 3
    assert ask(cases[-1], "nguoi.khac@example.vn", HOUR)
    late = cases[MOST_A_DAY]
    with store.reading() as connection:
        assert contact_of(connection, late, keys) == {"thu": SAME_BOX[MOST_A_DAY % 3]}
        assert question(connection, late, keys) is not None
        assert confirmed_address(connection, late, keys) is None
        rows = connection.execute(select(spent.c.challenge)).scalars().all()
    assert not any("@" in row or "nhan" in row.casefold() for row in rows)
    assert not ask(late, SAME_BOX[0], timedelta(hours=23))
    assert ask(late, SAME_BOX[0], timedelta(hours=24))
    assert not ask(cases[-2], SAME_BOX[0], timedelta(hours=24))  # one alone was free again
    assert writer.run_now(lambda c: sweep_spent(c, AT + timedelta(hours=49))) == MOST_A_DAY + 1


def test_an_address_that_takes_the_place_of_a_confirmed_one_is_not_taken_as_confirmed(
    store: Store, writer: Writer, keys: Keys, case_id: str
) -> None:
    """Also where no letter goes to it any more that day."""
    writer.run_now(lambda c: ask_address(c, case_id, keys, AT))
    with store.reading() as connection:
        asked = question(connection, case_id, keys)
    assert asked is not None
    assert writer.run_now(lambda c: confirm_address(c, asked[1], keys, AT)) == case_id
    box = f"{BOX}{keys.address_print('khac@example.vn')}"
    until = AT + timedelta(hours=24)
    while writer.run_now(lambda c: spend_one_of(c, box, MOST_A_DAY, until, AT)):
        pass
    assert not writer.run_now(lambda c: ask_address(c, case_id, keys, AT, "khac@example.vn"))
    with store.reading() as connection:
        assert confirmed_address(connection, case_id, keys) is None


def test_who_gave_no_address_or_was_forgotten_is_not_asked(
    store: Store, writer: Writer, keys: Keys, case_id: str
) -> None:
    nobody = writer.run_now(lambda c: keep(c, a_case("khác", contact={}), keys, AT)).case_id
    assert not writer.run_now(lambda c: ask_address(c, nobody, keys, AT))
    assert writer.run_now(lambda c: ask_address(c, case_id, keys, AT))
    with store.reading() as connection:
        asked = question(connection, case_id, keys)
    assert asked is not None
    writer.run_now(lambda c: erase_contact(c, case_id))
    assert writer.run_now(lambda c: confirm_address(c, asked[1], keys, AT)) is None
    with store.reading() as connection:
        assert confirmed_address(connection, case_id, keys) is None
        assert question(connection, case_id, keys) is None
