"""Gathers who has which term, within bounds: sorted runs in temporary files, merged at the end.

What is kept of a posting is one number of 60 bits: the item's provisional number and how often the
term stands in each field. Weights come when all lengths are known. A term's place in the order is
the CRC-32 of its key and then the key, so that any power of two of buckets is cut from one stream.
"""

import heapq
import struct
import zlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from plugins.search.items import Counted, Item
from plugins.search.weights import FIELDS

WORD, NUMBER, DATE, DOCUMENT, PAIR = "w", "n", "d", "c", "p"
"""The first letter of a key, what kind of term it is."""
TONED = "\0"
"""Between a folded word and its form with tones, the key of who has that."""

SHIFTS = (30, 22, 11, 0)
"""Where the counts of the `FIELDS` lie in a posting …"""
MOST = (63, 255, 2047, 2047)
"""… and how far is counted: by then a weight has stopped to grow."""
COUNTS = (1 << 36) - 1
NUMBER_SHIFT = 36
MOST_ITEMS = 1 << 24

RUN_BYTES = 80_000_000
"""About how much memory a run takes before it is written to a file."""
_KEY_BYTES = 220
_POSTING_BYTES = 9
_RECORD = struct.Struct("<IHI")


def key_hash(key: str) -> int:
    """Where a key comes in the order of the index: its bucket is the highest bits."""
    return zlib.crc32(key.encode())


@dataclass(frozen=True, slots=True)
class Tally:
    """What the index keeps of an item's texts.

    Attributes:
        keys: The counts of its terms in its fields, by key, packed.
        lengths: How many words and numbers its `FIELDS` have.
    """

    keys: Mapping[str, int]
    lengths: tuple[int, ...]


def tally(fields: Mapping[str, Counted]) -> Tally:
    """Counts an item's fields, given by their names.

    Words of grammar count in titles and metadata alone.
    """
    found: dict[str, int] = {}
    for i, name in enumerate(FIELDS):
        if name in fields:
            _count(found, fields[name], SHIFTS[i], MOST[i], short=i < 2)
    return Tally(found, tuple(fields[n].length if n in fields else 0 for n in FIELDS))


def keys_of(item: Item) -> Mapping[str, int]:
    """The counts of an item's terms in its fields, by key, packed."""
    return tally(item.fields).keys


def _count(found: dict[str, int], text: Counted, shift: int, most: int, short: bool) -> None:
    folded: dict[str, int] = {}
    for words in (text.words, text.stop_words) if short else (text.words,):
        for (plain, toned), count in words.items():
            folded[plain] = folded.get(plain, 0) + count
            key = f"{WORD}{plain}{TONED}{toned}"
            # The same word of grammar and not: each stands in one of the two.
            before = found.get(key, 0)
            count = min(most, count + (before >> shift & most))
            found[key] = before & ~(most << shift) | count << shift
    kinds = (
        (WORD, folded),
        (PAIR, text.pairs),
        (NUMBER, text.numbers),
        (DATE, text.dates),
        (DOCUMENT, text.documents),
    )
    for letter, counts in kinds:
        for term, count in counts.items():
            key = letter + term
            found[key] = found.get(key, 0) | min(count, most) << shift


class Gathered:
    """The postings of all items, added one by one and read once in the order of keys."""

    def __init__(self, folder: Path, run_bytes: int = RUN_BYTES) -> None:
        self.folder = folder
        self.run_bytes = run_bytes
        self.items = 0
        self._postings: dict[str, int | array[int]] = {}
        self._held = 0
        self._runs: list[Path] = []

    def add(self, keys: Mapping[str, int]) -> int:
        """Takes an item's terms in and returns its provisional number, which counts from 0."""
        if self.items >= MOST_ITEMS:
            raise ValueError(f"more than {MOST_ITEMS} items")
        mark = self.items << NUMBER_SHIFT
        postings = self._postings
        for key, counts in keys.items():
            held = postings.get(key)
            if held is None:
                postings[key] = mark | counts
                self._held += _KEY_BYTES
            elif isinstance(held, int):
                postings[key] = array("Q", (held, mark | counts))
                self._held += 80
            else:
                held.append(mark | counts)
                self._held += _POSTING_BYTES
        self.items += 1
        if self._held > self.run_bytes:
            self._spill()
        return self.items - 1

    def _spill(self) -> None:
        path = self.folder / f"run-{len(self._runs)}"
        with path.open("wb") as file:
            for order, key, numbers in self._sorted():
                file.write(_RECORD.pack(order, len(key), len(numbers)))
                file.write(key)
                numbers.tofile(file)
        self._runs.append(path)
        self._postings = {}
        self._held = 0

    def _sorted(self) -> Iterator[tuple[int, bytes, "array[int]"]]:
        # A word's forms have its own place in the order, so that they follow it.
        order = []
        for key in self._postings:
            data = key.encode()
            order.append((zlib.crc32(data.partition(b"\0")[0]), data, key))
        order.sort()
        for hashed, data, key in order:
            held = self._postings[key]
            yield hashed, data, array("Q", (held,)) if isinstance(held, int) else held

    def merged(self) -> Iterator[tuple[int, str, "array[int]"]]:
        """Every key with its hash and all its postings; a word before its forms with tones."""
        if self._runs:
            self._spill()
            runs = [_read(path) for path in self._runs]
        else:
            runs = [self._sorted()]
        streams = [_numbered(run, i) for i, run in enumerate(runs)]
        before: tuple[int, bytes] | None = None
        numbers: array[int] = array("Q")
        for hashed, key, _, more in heapq.merge(*streams):
            if (hashed, key) == before:
                numbers.extend(more)
                continue
            if before:
                yield before[0], before[1].decode(), numbers
            before, numbers = (hashed, key), more
        if before:
            yield before[0], before[1].decode(), numbers


def _numbered(
    run: Iterator[tuple[int, bytes, "array[int]"]], number: int
) -> Iterator[tuple[int, bytes, int, "array[int]"]]:
    for hashed, key, numbers in run:
        yield hashed, key, number, numbers


def _read(path: Path) -> Iterator[tuple[int, bytes, "array[int]"]]:
    with path.open("rb") as file:
        while head := file.read(_RECORD.size):
            hashed, size, count = _RECORD.unpack(head)
            key = file.read(size)
            numbers: array[int] = array("Q")
            numbers.fromfile(file, count)
            yield hashed, key, numbers
