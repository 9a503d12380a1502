"""How an index is written as bytes: everything comes back, and nothing spoilt is believed."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.search.codings import (
    Cursor,
    Unreadable,
    front_coded,
    front_decoded,
    log_byte,
    put_gaps,
    put_varint,
    weight_of,
)
from plugins.search.dictionary import (
    PIECE,
    frequency_byte,
    frequency_of,
    piece_payload,
    pieces,
    read_piece,
)
from plugins.search.frames import EDITION, framed, name_hash, payload_of
from plugins.search.items import items_payload, read_items, read_shown
from plugins.search.manifest import read_manifest
from plugins.search.postings import Block, Count, Entry, Layer, put_entry
from plugins.search.shards import Shard, read_shard, shard_payload
from plugins.search.weights import coarse, idf, round_half_up

unhurried = settings(deadline=None, max_examples=150)
NUMBERS = st.integers(0, 2**32 - 1)
WORDS = st.lists(st.text("abcdđeghi", min_size=1, max_size=9), unique=True).map(
    lambda words: sorted(words, key=str.encode)
)
WEIGHTS = st.floats(2**-15, 2**15)


@unhurried
@given(st.lists(NUMBERS))
def test_numbers_come_back(numbers: list[int]) -> None:
    out = bytearray()
    for number in numbers:
        put_varint(out, number)
    cursor = Cursor(bytes(out))
    assert [cursor.varint() for _ in numbers] == numbers
    cursor.end()


@unhurried
@given(st.sets(st.integers(0, 2**24)).map(sorted))
def test_rising_numbers_come_back(numbers: list[int]) -> None:
    out = bytearray()
    put_gaps(out, numbers)
    assert Cursor(bytes(out)).gaps(len(numbers)) == numbers
    assert len(out) <= 4 * len(numbers)


@unhurried
@given(WORDS)
def test_words_come_back(words: list[str]) -> None:
    assert list(front_decoded(front_coded(words))) == words


@unhurried
@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (
        lambda: list(front_decoded(data)),
        lambda: read_piece(data),
        lambda: Cursor(data).gaps(5),
        lambda: Cursor(data).text(),
    ):
        with suppress(Unreadable):
            read()


def test_a_number_that_never_ends_is_refused() -> None:
    for data in (b"\x80" * 9, b"\xff\xff\xff\xff\x7f", b"\x80"):
        with pytest.raises(Unreadable):
            Cursor(data).varint()


@unhurried
@given(WEIGHTS, WEIGHTS)
def test_a_larger_weight_has_no_smaller_byte(one: float, other: float) -> None:
    one, other = sorted((one, other))
    assert log_byte(one) <= log_byte(other)


@unhurried
@given(WEIGHTS)
def test_a_weight_is_right_within_a_sixteenth_of_an_octave(weight: float) -> None:
    assert weight_of(log_byte(weight)) == pytest.approx(weight, rel=2 ** (1 / 16) - 1 + 1e-9)


def test_every_byte_stays_as_it_is() -> None:
    assert [log_byte(weight_of(byte)) for byte in range(256)] == list(range(256))


@unhurried
@given(st.integers(1, 2**24), st.integers(1, 2**24))
def test_how_frequent_a_word_is_is_right_within_half_an_octave(one: int, other: int) -> None:
    one, other = sorted((one, other))
    assert frequency_byte(one) <= frequency_byte(other)
    assert one / 1.5 <= frequency_of(frequency_byte(one)) + 1
    assert frequency_of(frequency_byte(one)) <= one


@unhurried
@given(WORDS)
def test_pieces_hold_every_word_once_in_order(words: list[str]) -> None:
    counted = [(word, 1) for word in words]
    assert [pair for piece in pieces(counted) for pair in piece] == counted


def test_pieces_are_small_and_a_new_word_changes_one_or_two() -> None:
    letters = "abcdeghiklmnopqrstuvxy"
    words = sorted(a + b + c + "ng" for a in letters for b in letters for c in letters)
    before = [piece_payload(piece) for piece in pieces([(word, 3) for word in words])]
    words = sorted([*words, "thuongx"])
    after = [piece_payload(piece) for piece in pieces([(word, 3) for word in words])]
    assert all(len(data) <= PIECE for data in before)
    assert len(before) > 10
    assert len(set(after) - set(before)) <= 2


@unhurried
@given(st.binary(max_size=60), st.data())
def test_a_file_with_one_wrong_byte_is_refused(payload: bytes, data: st.DataObject) -> None:
    whole = framed("shard", payload)
    assert payload_of("shard", whole, name_hash(whole)) == payload
    at = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.integers(1, 255))
    spoilt = bytearray(whole)
    spoilt[at] ^= wrong
    with pytest.raises(Unreadable):
        payload_of("shard", bytes(spoilt))
    with pytest.raises(Unreadable):
        payload_of("shard", whole[:at])


def test_a_whole_file_in_the_place_of_another_is_refused() -> None:
    one, other = framed("shard", b"one"), framed("shard", b"other")
    with pytest.raises(Unreadable, match="another one"):
        payload_of("shard", one, name_hash(other))
    with pytest.raises(Unreadable, match="another kind"):
        payload_of("tail", one)
    with pytest.raises(Unreadable, match="another edition"):
        payload_of("shard", one[:4] + bytes([EDITION + 1]) + one[5:])
    with pytest.raises(Unreadable, match="no file of the index"):
        payload_of("shard", b"<!doctype html><title>404</title>")


def test_weights_as_lunr_counts_them() -> None:
    assert idf(1, 10) == pytest.approx(1.99243, abs=1e-5)
    assert idf(12, 10) > 0, "found more often than there are documents, as lunr counts fields"
    assert [round_half_up(x) for x in (0.5, 1.5, 2.4999, 0.49999999999999994)] == [1, 2, 2, 0]


@unhurried
@given(st.floats(1, 1e6))
def test_an_average_length_moves_in_steps(average: float) -> None:
    assert coarse(average) == pytest.approx(average, rel=0.19)
    assert coarse(0) == 0
    assert len({coarse(400 + more / 100) for more in range(1000)}) == 1


def test_steps_rise() -> None:
    assert all(a <= b for a, b in pairwise(coarse(x / 7) for x in range(5000)))


COUNTS = st.builds(
    lambda items, more: Count(items, items + more), st.integers(1, 2**20), st.integers(0, 9)
)


@st.composite
def entries(draw: st.DrawFn, word: bool) -> Entry:
    items = sorted(draw(st.sets(st.integers(0, 2**20), min_size=1, max_size=20)))
    weights = draw(st.binary(min_size=len(items), max_size=len(items)))
    names = draw(st.sets(st.text("aàáđ", max_size=5), min_size=1, max_size=4)) if word else ()
    forms = tuple((form, draw(COUNTS)) for form in sorted(names))
    most = (1 << len(forms)) - 1
    masks = [draw(st.integers(0, most)) for _ in items] if len(forms) > 1 else []
    layer = st.builds(Layer, st.integers(1, 99), st.integers(0, 255), st.integers(0, 2**24 - 1))
    layers = tuple(draw(st.lists(layer, max_size=3)))
    size = len(items) + sum(one.items for one in layers)
    count = Count(size, size + draw(st.integers(0, 9)))
    return Entry(count, forms, layers, Block(items, weights, masks))


@unhurried
@given(
    st.dictionaries(st.text("ab1đ", max_size=4).map(lambda t: "n" + t), entries(word=False)),
    st.dictionaries(st.text("abđ", max_size=4).map(lambda t: "w" + t), entries(word=True)),
    st.dictionaries(st.integers(0, 2**24 - 1), entries(word=False)),
)
def test_a_shard_comes_back(
    numbers: dict[str, Entry], words: dict[str, Entry], pairs: dict[int, Entry]
) -> None:
    def data(entry: Entry, word: bool) -> bytes:
        out = bytearray()
        put_entry(out, entry, word)
        return bytes(out)

    terms = {name: data(one, name[0] == "w") for name, one in (numbers | words).items()}
    payload = shard_payload(terms, {n: data(one, False) for n, one in pairs.items()})
    assert read_shard(payload) == Shard(numbers | words, pairs)


@unhurried
@given(st.binary(max_size=80))
def test_any_payload_is_read_or_refused(data: bytes) -> None:
    for read in (read_shard, read_manifest, read_shown, lambda data: read_items(data, 1, 2)):
        with suppress(Unreadable):
            read(data)


def test_items_are_those_of_the_file_that_was_asked_for() -> None:
    payload = items_payload(0xABCDEF, 300, b"[]")
    assert read_items(payload, 0xABCDEF, 300) == []
    for hash_, number in ((0xABCDEE, 300), (0xABCDEF, 301), (0xABCDEF, 0)):
        with pytest.raises(Unreadable, match="others than asked for"):
            read_items(payload, hash_, number)
