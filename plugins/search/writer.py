"""Writes an index: takes items one by one, in any order, and yields files.

What it holds in memory does not grow with the texts: postings go to sorted runs (`gather`), what
results show to a file; per item there remain its lengths, its place and its values. Files come one
by one, the manifest last, so that whoever puts them somewhere never has one that names what is not
there yet. The same items make the same bytes, in whatever order they came.
"""

import datetime as dt
import math
import struct
from array import array
from collections.abc import Generator, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from plugins.search.codings import log_byte, put_gaps
from plugins.search.dictionary import piece_payload, pieces
from plugins.search.frames import (
    NO_FILE,
    Kind,
    file_name,
    framed,
    manifest_name,
    name_hash,
    text_hash,
)
from plugins.search.gather import (
    COUNTS,
    MOST,
    NUMBER_SHIFT,
    PAIR,
    RUN_BYTES,
    SHIFTS,
    TONED,
    WORD,
    Gathered,
    Tally,
    tally,
)
from plugins.search.items import BATCH, Item, Shown, batch_hash, items_payload, shown_json
from plugins.search.manifest import (
    INLINE,
    PAGE,
    Manifest,
    Piece,
    Table,
    TableName,
    Value,
    manifest_payload,
    page_number,
)
from plugins.search.postings import Block, Count, Entry, Layer, cut, put_block, put_entry
from plugins.search.shards import bucket, fingerprint, shard_payload
from plugins.search.weights import BOOSTS, FIELDS, coarse, norm, tf_norm

SHARD = 2600
"""Bytes of a shard, about: there are as many as bring the mean nearest to it."""
PER_FILE = 4
"""Items of one file of items."""
MOST_FORMS = 28
"""Forms with tones of one folded word that are told apart, the most frequent ones."""
LAYERS_SHIFT = 6
"""A tail's number in its name is its term's hash with six bits for the layer."""

_BUFFER = 1 << 20
_ONCE_IN_BODY = 1 << SHIFTS[FIELDS.index("body")]
_RECORD = struct.Struct("<IBHI")

File = tuple[str, bytes]


def file(kind: Kind, number: int, payload: bytes) -> tuple[File, int]:
    """A file with its name, and the hash in that."""
    data = framed(kind, payload)
    hash_ = name_hash(data)
    return (file_name(kind, number, hash_), data), hash_


class IndexWriter:
    """An index being made, with temporary files in a folder of the caller's."""

    def __init__(self, scratch: Path, run_bytes: int = RUN_BYTES) -> None:
        self.scratch = scratch
        self._gathered = Gathered(scratch, run_bytes)
        self._lengths = [array("I") for _ in FIELDS]
        self._order: list[tuple[int, int, str]] = []
        self._urls: set[str] = set()
        self._values: dict[tuple[str, str], array[int]] = {}
        self._shown = bytearray()
        self._offsets = array("Q", (0,))

    def add(self, item: Item) -> None:
        """Takes an item in. Raises `ValueError` if another one has its address."""
        self.add_counted(item.shown, tally(item.fields), item.minute)

    def add_counted(self, shown: Shown, counted: Tally, minute: int = 0) -> None:
        """Takes an item in whose terms were counted before. Raises `ValueError` likewise."""
        if shown.url in self._urls:
            raise ValueError(f"two items at {shown.url}")
        self._urls.add(shown.url)
        number = self._gathered.add(counted.keys)
        for length, lengths in zip(counted.lengths, self._lengths, strict=True):
            lengths.append(length)
        day = shown.date.toordinal() if shown.date else 0
        self._order.append((day, minute, shown.url))
        for pair in shown.filters():
            self._values.setdefault(pair, array("I")).append(number)
        data = shown_json(shown).encode()
        self._shown += data
        self._offsets.append(self._offsets[-1] + len(data))
        if len(self._shown) > _BUFFER:
            self._flush()

    def _flush(self) -> None:
        with (self.scratch / "shown").open("ab") as rows:
            rows.write(self._shown)
        self._shown.clear()

    def files(self, language: str) -> Iterator[File]:
        """The files of the index, each once; the manifest comes last."""
        self._flush()
        self._urls.clear()
        order = sorted(range(len(self._order)), key=self._order.__getitem__)
        rank = array("I", bytes(4 * len(order)))
        for place, number in enumerate(order):
            rank[number] = place
        items = yield from self._items(order)
        facets = yield from self._filters(rank)
        entries = _Entries(rank, self._lengths)
        words: list[tuple[str, int]] = []
        total = yield from self._entries(entries, words)
        bits = shard_bits(total)
        shards = yield from self._shards(bits)
        dictionary = yield from _dictionary(sorted(words))
        shard_table = yield from _table("shard", shards)
        item_table = yield from _table("items", items)
        manifest = Manifest(
            items=len(order),
            bits=bits,
            per_file=PER_FILE,
            shards=shard_table,
            files=item_table,
            pieces=dictionary,
            facets=facets,
            years=_years([self._order[number][0] for number in order]),
        )
        yield manifest_name(language), framed("manifest", manifest_payload(manifest))

    def _items(self, order: Sequence[int]) -> Generator[File, None, list[int]]:
        hashes = []
        with (self.scratch / "shown").open("rb") as rows:
            for first in range(0, len(order), PER_FILE * BATCH):
                batch = []
                for at in range(first, min(first + PER_FILE * BATCH, len(order)), PER_FILE):
                    texts = []
                    for number in order[at : at + PER_FILE]:
                        rows.seek(self._offsets[number])
                        texts.append(rows.read(self._offsets[number + 1] - self._offsets[number]))
                    batch.append(b"[" + b",\n".join(texts) + b"]")
                hash_ = batch_hash(batch)
                hashes.append(hash_)
                for number, told in enumerate(batch, first // PER_FILE):
                    payload = items_payload(hash_, number, told)
                    yield file_name("items", number, hash_), framed("items", payload)
        return hashes

    def _filters(
        self, rank: Sequence[int]
    ) -> Generator[File, None, tuple[tuple[str, tuple[Value, ...]], ...]]:
        facets: dict[str, list[Value]] = {}
        for (facet, text), numbers in sorted(self._values.items()):
            out = bytearray()
            put_gaps(out, sorted(rank[number] for number in numbers))
            made, hash_ = file("filter", text_hash(f"{facet}={text}"), bytes(out))
            yield made
            facets.setdefault(facet, []).append(Value(text, len(numbers), hash_))
        return tuple((facet, tuple(values)) for facet, values in facets.items())

    def _entries(
        self, entries: "_Entries", words: list[tuple[str, int]]
    ) -> Generator[File, None, int]:
        """Puts every entry into a file of its own order; how many bytes they are."""
        total = 0
        with (self.scratch / "entries").open("wb") as out:
            for hashed, key, numbers, forms in grouped(self._gathered.merged()):
                entry = entries.entry(numbers, forms)
                head, tail = cut(entry.head, len(entry.forms))
                layers = []
                for i, block in enumerate(tail):
                    payload = bytearray()
                    put_block(payload, block)
                    made, hash_ = file("tail", hashed << LAYERS_SHIFT | i, bytes(payload))
                    yield made
                    layers.append(Layer(len(block.items), max(block.weights), hash_))
                data = bytearray()
                whole = Entry(entry.count, entry.forms, tuple(layers), head)
                put_entry(data, whole, word=key[0] == WORD)
                name = key.encode()
                out.write(_RECORD.pack(hashed, key[0] == PAIR, len(name), len(data)))
                out.write(name)
                out.write(data)
                # A pair is a gap of about two bytes, another key what it does not share.
                total += len(data) + (2 if key[0] == PAIR else len(name))
                if key[0] == WORD:
                    words.append((key[1:], entry.count.items))
        return total

    def _shards(self, bits: int) -> Generator[File, None, list[int]]:
        hashes = [NO_FILE] * (1 << bits)
        with (self.scratch / "entries").open("rb") as rows:
            for number, terms, pairs in _buckets(rows, bits):
                made, hash_ = file("shard", number, shard_payload(terms, pairs))
                yield made
                hashes[number] = hash_
        return hashes


def shard_bits(size: int) -> int:
    """The bits of a bucket's number for entries of so many bytes."""
    return max(0, min(20, round(math.log2(size / SHARD)))) if size else 0


Gather = tuple[int, str, "array[int]", list[tuple[str, "array[int]"]]]


def grouped(merged: Iterator[tuple[int, str, "array[int]"]]) -> Iterator[Gather]:
    """Every term with its postings and, of a word, those of its forms with tones."""
    held: Gather | None = None
    for hashed, key, numbers in merged:
        if TONED in key:
            if held:
                held[3].append((key.partition(TONED)[2], numbers))
            continue
        if held:
            yield held
        held = (hashed, key, numbers, [])
    if held:
        yield held


class _Entries:
    """Makes entries of postings, when the place and the lengths of every item are known."""

    def __init__(self, rank: "array[int]", lengths: list["array[int]"]) -> None:
        self.rank = rank
        items = len(rank)
        self.norms: list[array[float]] = []
        for field_lengths in lengths:
            average = coarse(sum(field_lengths) / items) if items else 0.0
            norms = array("d", bytes(8 * items))
            for number, length in enumerate(field_lengths):
                norms[rank[number]] = norm(length, average)
            self.norms.append(norms)
        # Most postings are of a term that stands once, in the body.
        body = FIELDS.index("body")
        self.once = bytes(log_byte(BOOSTS[body] * tf_norm(1, n)) for n in self.norms[body])

    def entry(self, numbers: "array[int]", forms: list[tuple[str, "array[int]"]]) -> Entry:
        """An entry with all its postings in the head."""
        rank, once = self.rank, self.once
        if len(numbers) == 1:
            number = numbers[0]
            items = [rank[number >> NUMBER_SHIFT]]
            counts = [number & COUNTS]
        else:
            ranked = sorted([rank[n >> NUMBER_SHIFT] << NUMBER_SHIFT | n & COUNTS for n in numbers])
            items = [n >> NUMBER_SHIFT for n in ranked]
            counts = [n & COUNTS for n in ranked]
        weigh = self.weigh
        weights = bytes(
            [
                once[item] if count == _ONCE_IN_BODY else weigh(item, count)
                for item, count in zip(items, counts, strict=True)
            ]
        )
        count = Count(len(items), sum(map(_fields, counts)))
        if not forms:
            return Entry(count, (), (), Block(items, weights, []))
        told = sorted(forms, key=lambda form: (-len(form[1]), form[0]))[:MOST_FORMS]
        masks: list[int] = []
        if len(told) > 1:
            mask_of = dict.fromkeys(items, 0)
            for bit, (_, having) in enumerate(told):
                for number in having:
                    mask_of[rank[number >> NUMBER_SHIFT]] |= 1 << bit
            masks = [mask_of[item] for item in items]
        named = tuple(
            (text, Count(len(having), sum(_fields(n & COUNTS) for n in having)))
            for text, having in told
        )
        return Entry(count, named, (), Block(items, weights, masks))

    def weigh(self, item: int, counts: int) -> int:
        """The byte of the weight of a term that stands so often in an item's fields."""
        weight = 0.0
        for shift, most, boost, norms in zip(SHIFTS, MOST, BOOSTS, self.norms, strict=True):
            if count := counts >> shift & most:
                weight += boost * tf_norm(count, norms[item])
        return log_byte(weight)


@lru_cache(maxsize=1 << 16)
def _fields(counts: int) -> int:
    """In how many fields a term stands."""
    return sum(1 for shift, most in zip(SHIFTS, MOST, strict=True) if counts >> shift & most)


def _buckets(rows: BinaryIO, bits: int) -> Iterator[tuple[int, dict[str, bytes], dict[int, bytes]]]:
    at = -1
    terms: dict[str, bytes] = {}
    pairs: dict[int, bytes] = {}
    while head := rows.read(_RECORD.size):
        hashed, pair, key_size, size = _RECORD.unpack(head)
        key, data = rows.read(key_size).decode(), rows.read(size)
        if bucket(hashed, bits) != at:
            if terms or pairs:
                yield at, terms, pairs
            at, terms, pairs = bucket(hashed, bits), {}, {}
        if pair:
            # Two pairs with one fingerprint, one in 100,000: the one in more items stays.
            print_ = fingerprint(key)
            pairs[print_] = max(data, pairs.get(print_, b""), key=lambda one: (len(one), one))
        else:
            terms[key] = data
    if terms or pairs:
        yield at, terms, pairs


def _dictionary(words: list[tuple[str, int]]) -> Generator[File, None, tuple[Piece, ...]]:
    made = []
    for piece in pieces(words):
        first = piece[0][0]
        whole, hash_ = file("words", text_hash(first), piece_payload(piece))
        yield whole
        made.append(Piece(first, hash_))
    return tuple(made)


def _table(name: TableName, hashes: list[int]) -> Generator[File, None, Table]:
    if len(hashes) <= INLINE:
        return Table(len(hashes), _joined(hashes), False)
    pages = []
    for at in range(0, len(hashes), PAGE):
        made, hash_ = file("page", page_number(name, at // PAGE), _joined(hashes[at : at + PAGE]))
        yield made
        pages.append(hash_)
    return Table(len(hashes), _joined(pages), True)


def _joined(hashes: Sequence[int]) -> bytes:
    return b"".join(hash_.to_bytes(3, "little") for hash_ in hashes)


def _years(ordinals: Sequence[int]) -> tuple[tuple[int, int], ...]:
    years: dict[int, int] = {}
    for ordinal in ordinals:
        year = dt.date.fromordinal(ordinal).year if ordinal else 0
        years[year] = years.get(year, 0) + 1
    return tuple(years.items())
