"""The manifest: the one file of an index whose name stays, from which all other names follow.

Layout (numbers are varints unless said otherwise): items; bits of a bucket's number; items in one
file of items; the table of shards and the table of batches of items; pieces of the dictionary, each
its first word, front-coded, and its hash; facets, each its name and its values, each with its text,
how many items have it, and its hash; years, each with how many items are of it, from the earliest.

A table is how many hashes it has, then a byte: 0, and the hashes follow, three bytes each; or 1,
and the hashes of its pages follow, each page a file with `PAGE` hashes.
"""

from dataclasses import dataclass
from typing import Literal

from plugins.search.codings import (
    Cursor,
    Unreadable,
    decode,
    get_front,
    put_front,
    put_text,
    put_varint,
)
from plugins.search.frames import HASH_BYTES
from plugins.search.items import BATCH

INLINE = 4096
"""Hashes of a table that a manifest holds itself: 12 KB. Those of items always fit, up to half a
million, for their pages would be waited for after the ranking."""
PAGE = 64
"""Hashes of a page: a query fetches as many pages as shards."""

TableName = Literal["shard", "items"]


@dataclass(frozen=True, slots=True)
class Table:
    """The hashes of files, or of batches of files, that are numbered from 0."""

    size: int
    """How many there are."""
    hashes: bytes
    """Theirs, three bytes each, or those of the pages."""
    paged: bool

    def hash(self, number: int) -> int:
        """The hash of a file or, of a paged table, of a page."""
        at = number * HASH_BYTES
        if not 0 <= at < len(self.hashes):
            raise Unreadable("a file that the manifest does not name")
        return int.from_bytes(self.hashes[at : at + HASH_BYTES], "little")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the dictionary."""

    first: str
    """Its first word; what comes before the next one's first word is in it or nowhere."""
    hash: int


@dataclass(frozen=True, slots=True)
class Value:
    """A value to filter by."""

    text: str
    items: int
    hash: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of an index before anything is looked for."""

    items: int
    bits: int
    per_file: int
    shards: Table
    files: Table
    pieces: tuple[Piece, ...]
    facets: tuple[tuple[str, tuple[Value, ...]], ...]
    years: tuple[tuple[int, int], ...]
    """A year and how many items are of it; 0 for those without a date, which come first."""


def batches(items: int, per_file: int) -> int:
    """How many batches so many items have."""
    return -(-items // (per_file * BATCH))


def page_number(table: TableName, page: int) -> int:
    """The number in the name of a page."""
    return page * 2 + (table == "items")


def put_hash(out: bytearray, hash_: int) -> None:
    """Appends the hash of a name."""
    out += hash_.to_bytes(HASH_BYTES, "little")


def get_hash(cursor: Cursor) -> int:
    """The next hash of a name."""
    return int.from_bytes(cursor.take(HASH_BYTES), "little")


def manifest_payload(manifest: Manifest) -> bytes:
    """A manifest as bytes."""
    out = bytearray()
    for number in (manifest.items, manifest.bits, manifest.per_file):
        put_varint(out, number)
    for table in (manifest.shards, manifest.files):
        put_varint(out, table.size)
        out.append(table.paged)
        out += table.hashes
    put_varint(out, len(manifest.pieces))
    before = b""
    for piece in manifest.pieces:
        put_front(out, before, piece.first.encode())
        put_hash(out, piece.hash)
        before = piece.first.encode()
    put_varint(out, len(manifest.facets))
    for name, values in manifest.facets:
        put_text(out, name)
        put_varint(out, len(values))
        for value in values:
            put_text(out, value.text)
            put_varint(out, value.items)
            put_hash(out, value.hash)
    put_varint(out, len(manifest.years))
    for year, items in manifest.years:
        put_varint(out, year)
        put_varint(out, items)
    return bytes(out)


def read_manifest(payload: bytes) -> Manifest:
    """A manifest from bytes; raises `Unreadable`."""
    cursor = Cursor(payload)
    items, bits, per_file = cursor.varint(), cursor.varint(), cursor.varint()
    shards, files = _table(cursor), _table(cursor)
    agrees = bits <= 32 and shards.size == 1 << bits and per_file > 0
    if not agrees or batches(items, per_file) != files.size:
        raise Unreadable("a manifest that disagrees with itself")
    pieces = []
    before = b""
    for _ in range(cursor.count()):
        before = get_front(cursor, before)
        pieces.append(Piece(decode(before), get_hash(cursor)))
    facets = []
    for _ in range(cursor.count()):
        name = cursor.text()
        values = []
        for _ in range(cursor.count()):
            text = cursor.text()
            values.append(Value(text, cursor.varint(), get_hash(cursor)))
        facets.append((name, tuple(values)))
    years = tuple((cursor.varint(), cursor.varint()) for _ in range(cursor.count()))
    cursor.end()
    return Manifest(items, bits, per_file, shards, files, tuple(pieces), tuple(facets), years)


def _table(cursor: Cursor) -> Table:
    size = cursor.varint()
    paged = cursor.byte()
    if paged > 1:
        raise Unreadable("a table of an unknown kind")
    count = -(-size // PAGE) if paged else size
    return Table(size, cursor.take(count * HASH_BYTES), bool(paged))
