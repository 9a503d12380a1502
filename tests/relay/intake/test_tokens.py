"""Tokens: this server's, of one form, for a day."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay.intake.tokens import LIFE, Expired, Spliced, Token, digest, new_id, read, sign

CALM = settings(deadline=None)

KEY = b"k" * 32
NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
TOKEN = Token("AbCdEfGhIjKlMnOpQrStUv", "quangnam", "question", NOW, "0" * 64)


def back(signed: str, **other: str) -> Token:
    said = {"portal": "quangnam", "kind": "question", **other}
    return read(signed, KEY, portal=said["portal"], kind=said["kind"], now=NOW)


def test_a_token_comes_back_as_it_was() -> None:
    assert back(sign(TOKEN, KEY)) == TOKEN


def test_ids_are_of_22_url_safe_letters_and_differ() -> None:
    ids = {new_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert {len(each) for each in ids} == {22}


@pytest.mark.parametrize("other", [{"portal": "quangnam-cchc"}, {"kind": "complaint"}])
def test_a_token_of_another_form_is_spliced(other: dict[str, str]) -> None:
    with pytest.raises(Spliced):
        back(sign(TOKEN, KEY), **other)


def test_a_token_of_another_key_is_spliced() -> None:
    with pytest.raises(Spliced):
        back(sign(TOKEN, b"j" * 32))


def test_a_token_is_good_for_a_day_and_says_what_it_was() -> None:
    signed = sign(TOKEN, KEY)
    for age, good in ((LIFE, True), (LIFE + dt.timedelta(seconds=1), False)):
        at = NOW + age
        if good:
            assert read(signed, KEY, portal="quangnam", kind="question", now=at) == TOKEN
        else:
            with pytest.raises(Expired) as caught:
                read(signed, KEY, portal="quangnam", kind="question", now=at)
            assert caught.value.token == TOKEN
    with pytest.raises(Spliced):
        early = NOW - dt.timedelta(minutes=6)
        read(signed, KEY, portal="quangnam", kind="question", now=early)


@CALM
@given(st.integers(0, 400), st.characters(codec="ascii"))
def test_no_letter_can_be_changed(at: int, letter: str) -> None:
    signed = sign(TOKEN, KEY)
    at %= len(signed)
    changed = signed[:at] + letter + signed[at + 1 :]
    try:
        assert back(changed) == TOKEN  # another way of writing the same bits
    except Spliced:
        assert changed != signed


@CALM
@given(st.text())
def test_whatever_comes_is_a_token_or_spliced(text: str) -> None:
    with pytest.raises(Spliced):
        back(text)


def test_a_digest_is_of_fields_in_any_order_and_files_in_theirs() -> None:
    one = digest({"a": "1", "b": "2"}, [b"x", b"y"])
    assert one == digest({"b": "2", "a": "1"}, [b"x", b"y"])
    others = [
        digest({"a": "1", "b": "2"}, [b"y", b"x"]),
        digest({"a": "1", "b": "2"}, [b"x"]),
        digest({"a": "1"}, [b"x", b"y"]),
        digest({"a": "12", "b": ""}, [b"x", b"y"]),
        digest({"a": "1", "b": "2"}, [b"xy"]),
    ]
    assert len({one, *others}) == 6
