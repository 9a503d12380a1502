"""The folded words of an index, for spelling and for words still being typed.

Pieces of at most `PIECE` bytes, cut by first letters: all words on "th" are one piece, or those on
"tha", "the" and so on, if they are many. Each word has its frequency as one byte of half octaves,
so that a piece stays the same from night to night unless a word is new or much more frequent.
"""

from collections.abc import Iterator

from plugins.search.codings import Cursor, decode, get_front, put_front

PIECE = 3000
"""Bytes of a piece, at most, unless one word is longer."""


def frequency_byte(items: int) -> int:
    """How many items have a word, in steps of half an octave: 1, 1.4, 2, 2.8, 4 …"""
    return (items * items).bit_length() - 1


def frequency_of(byte: int) -> int:
    """About how many items that were, rounded down."""
    return int(2 ** (byte / 2))


def piece_payload(words: list[tuple[str, int]]) -> bytes:
    """Sorted words with the items that have them, as one piece."""
    out = bytearray()
    before = b""
    for word, items in words:
        data = word.encode()
        put_front(out, before, data)
        out.append(frequency_byte(items))
        before = data
    return bytes(out)


def read_piece(payload: bytes) -> dict[str, int]:
    """The words of a piece and about how many items have each; raises `Unreadable`."""
    cursor = Cursor(payload)
    words: dict[str, int] = {}
    before = b""
    while cursor.at < len(payload):
        before = get_front(cursor, before)
        words[decode(before)] = frequency_of(cursor.byte())
    return words


def pieces(words: list[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """Cuts sorted words where first letters change, so that a new word moves no far boundary."""
    yield from _cut(words, 0)


def _cut(words: list[tuple[str, int]], depth: int) -> Iterator[list[tuple[str, int]]]:
    if not words:
        return
    if len(words) == 1 or len(piece_payload(words)) <= PIECE:
        yield words
        return
    held: list[tuple[str, int]] = []
    at = 0
    while at < len(words):
        first = words[at][0][: depth + 1]
        end = at + 1
        while end < len(words) and words[end][0][: depth + 1] == first:
            end += 1
        group = words[at:end]
        at = end
        if len(piece_payload(held + group)) <= PIECE:
            held += group
            continue
        if held:
            yield held
        held = []
        if len(piece_payload(group)) <= PIECE:
            held = group
        else:
            yield from _cut(group, depth + 1)
    if held:
        yield held
