"""A shard: the terms of one bucket.

A term's bucket is the highest bits of the CRC-32 of its key and depends on nothing else but how
many buckets there are, a power of two that grows with the index. First come the terms other than
pairs, sorted and front-coded; then the pairs, of which there are most, by a fingerprint of 24 bits
instead of their text, sorted, as gaps. A pair that is in no text is taken for another one about
once in 200,000 times, and then adds to the scores of a few items.
"""

import zlib
from dataclasses import dataclass

from plugins.search.codings import Cursor, Unreadable, decode, get_front, put_front, put_varint
from plugins.search.gather import PAIR, WORD
from plugins.search.postings import Entry, get_entry

FINGERPRINT_BITS = 24


def bucket(hashed: int, bits: int) -> int:
    """The bucket of a key's hash among 2**bits."""
    return hashed >> (32 - bits) if bits else 0


def fingerprint(key: str) -> int:
    """24 bits of a pair, independent of its bucket: the sum of its bytes from the last."""
    return zlib.crc32(key.encode()[::-1]) >> (32 - FINGERPRINT_BITS)


@dataclass(frozen=True, slots=True)
class Shard:
    """What a shard holds."""

    terms: dict[str, Entry]
    """By key; pairs are not among them."""
    pairs: dict[int, Entry]
    """By fingerprint."""

    def find(self, key: str) -> Entry | None:
        """What it says of a term."""
        return self.pairs.get(fingerprint(key)) if key[0] == PAIR else self.terms.get(key)


def shard_payload(terms: dict[str, bytes], pairs: dict[int, bytes]) -> bytes:
    """A shard from entries that are bytes already; empty if there are none."""
    if not terms and not pairs:
        return b""
    out = bytearray()
    put_varint(out, len(terms))
    before = b""
    for data, key in sorted((key.encode(), key) for key in terms):
        put_front(out, before, data)
        out += terms[key]
        before = data
    put_varint(out, len(pairs))
    last = -1
    for print_ in sorted(pairs):
        put_varint(out, print_ - last - 1)
        out += pairs[print_]
        last = print_
    return bytes(out)


def read_shard(payload: bytes) -> Shard:
    """What a shard holds; raises `Unreadable`."""
    if not payload:
        return Shard({}, {})
    cursor = Cursor(payload)
    terms: dict[str, Entry] = {}
    before = b""
    for _ in range(cursor.count()):
        before = get_front(cursor, before)
        key = decode(before)
        if not key:
            raise Unreadable("a term is empty")
        terms[key] = get_entry(cursor, word=key[0] == WORD)
    pairs: dict[int, Entry] = {}
    print_ = -1
    for _ in range(cursor.count()):
        print_ += cursor.varint() + 1
        pairs[print_] = get_entry(cursor, word=False)
    cursor.end()
    return Shard(terms, pairs)
