"""What is found: an item as whoever has one hands it to the writer of the index.

Anything with an address, a title, text and metadata is an item: an article, a procedure, a row of a
register. Its texts come counted, so that this room's index knows nothing of how words are read.

A file of items begins with the hash of its batch, three bytes, and its own number, a varint; what
results show of each item follows as JSON. `BATCH` files share a hash, which their names hold in the
place of their own sums: so the manifest names three bytes a batch and not a file. New items come
last, and with one the files of the last batch alone get other names.
"""

import datetime as dt
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from plugins.search.codings import Cursor, Unreadable, decode, put_varint
from plugins.search.frames import HASH_BYTES, SUM_BITS

BATCH = 32
"""Files of items with one hash."""


class Counted(Protocol):
    """The terms of one text, as `plugins.search.terms.terms` counts them."""

    @property
    def words(self) -> Mapping[tuple[str, str], int]:
        """How often each word stands there, folded and with its tones."""

    @property
    def stop_words(self) -> Mapping[tuple[str, str], int]:
        """Words of grammar likewise."""

    @property
    def pairs(self) -> Mapping[str, int]:
        """Neighbours, folded, with a blank between."""

    @property
    def numbers(self) -> Mapping[str, int]:
        """Numbers."""

    @property
    def dates(self) -> Mapping[str, int]:
        """Days as 2022-01-07."""

    @property
    def documents(self) -> Mapping[str, int]:
        """Numbers of documents, whole and in part."""

    @property
    def length(self) -> int:
        """How many words and numbers."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a result shows of an item; plain text, never HTML."""

    url: str
    title: str
    date: dt.date | None
    section: str = ""
    kind: str = ""
    agency: str = ""
    summary: str = ""

    def filters(self) -> tuple[tuple[str, str], ...]:
        """Of which lists the item is: a facet and a value, none for an empty value."""
        pairs = (("section", self.section), ("kind", self.kind), ("agency", self.agency))
        return tuple((facet, value) for facet, value in pairs if value)


@dataclass(frozen=True, slots=True)
class Item:
    """What a result shows of an item, and the terms of its fields by their names in `FIELDS`."""

    shown: Shown
    fields: Mapping[str, Counted]
    minute: int = 0
    """Which came first on one day, so that a new item takes the last number and changes least."""


def shown_json(shown: Shown) -> str:
    """One item as a JSON list: url, title, date, section, kind, agency, summary."""
    date = shown.date.isoformat() if shown.date else ""
    row = (shown.url, shown.title, date, shown.section, shown.kind, shown.agency, shown.summary)
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def batch_hash(files: Sequence[bytes]) -> int:
    """The hash that files of items share; never `NO_FILE`."""
    sum_ = 0
    for rows in files:
        sum_ = zlib.crc32(len(rows).to_bytes(4, "little") + rows, sum_)
    return sum_ & SUM_BITS or 1


def items_payload(hash_: int, number: int, rows: bytes) -> bytes:
    """What a file of items holds."""
    out = bytearray(hash_.to_bytes(HASH_BYTES, "little"))
    put_varint(out, number)
    return bytes(out) + rows


def read_items(payload: bytes, hash_: int, number: int) -> list[Shown]:
    """The items of the file that was asked for; raises `Unreadable`."""
    cursor = Cursor(payload)
    told = int.from_bytes(cursor.take(HASH_BYTES), "little"), cursor.varint()
    if told != (hash_, number):
        raise Unreadable("whole items, but others than asked for")
    return read_shown(payload[cursor.at :])


def read_shown(payload: bytes) -> list[Shown]:
    """Items from JSON; raises `Unreadable`."""
    try:
        rows = json.loads(decode(payload))
        return [
            Shown(url, title, dt.date.fromisoformat(date) if date else None, *rest)
            for url, title, date, *rest in rows
        ]
    except (ValueError, TypeError):
        raise Unreadable("items that make no sense") from None
