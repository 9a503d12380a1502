"""One term in a shard: how often it is found, its forms with tones, and who has it.

Layout of an entry (numbers are varints unless said otherwise):

- items that have the term, times 4, plus 2 if there is a tail, plus 1 if it is found more often
  when each field counts; then how much more often;
- of a word: how many forms with tones, and each as its text, and its counts as above;
- if there is a tail: how many items are in the head, how many layers the tail has, and for each
  layer how many items, a byte for its highest weight, and the hash in its name (three bytes);
- the head as a block.

A block: gaps between the items' numbers; one byte of weight each; and of a word with several forms
a mask each, whose lowest bit is the first form's. In columns, since like stands beside like there.

The idf is not in the weights: it follows at query time from the counts and the number of items, so
that a new item changes the shards of its own terms and no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from plugins.search.codings import Cursor, Unreadable, put_gaps, put_text, put_varint
from plugins.search.frames import HASH_BYTES

HEAD = 2000
"""Postings of a term in its shard: its best by weight; equal ones the newest first."""
FORM_HEAD = 250
"""Of each form with tones so many at least are there, for "cửa" drowns among "của"."""
LAYER = 8000
"""Postings of one file of a tail, the better ones in the first."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often a term is found."""

    items: int
    """Items that have it."""
    fields: int
    """The same with each field of an item counted, as lunr's idf wants it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Postings in the order of items."""

    items: list[int]
    weights: bytes
    """For each item the byte of its weight (`codings.log_byte`)."""
    masks: list[int]
    """For each item which forms it has; empty where there is no more than one."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A file of a tail."""

    items: int
    """Postings that it holds."""
    best: int
    """The byte of the highest weight among them."""
    hash: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What a shard says of a term."""

    count: Count
    forms: tuple[tuple[str, Count], ...]
    """A word's forms with tones, the most frequent first."""
    layers: tuple[Layer, ...]
    head: Block


def put_count(out: bytearray, count: Count, tail: bool = False) -> None:
    """Appends a count, and whether there is a tail."""
    more = count.fields - count.items
    put_varint(out, count.items << 2 | tail << 1 | (more > 0))
    if more:
        put_varint(out, more)


def get_count(cursor: Cursor) -> tuple[Count, bool]:
    """The next count, and whether there is a tail."""
    value = cursor.varint()
    items = value >> 2
    return Count(items, items + (cursor.varint() if value & 1 else 0)), bool(value & 2)


def put_block(out: bytearray, block: Block) -> None:
    """Appends a block; how many postings it has and whether there are masks is known before."""
    put_gaps(out, block.items)
    out += block.weights
    for mask in block.masks:
        put_varint(out, mask)


def get_block(cursor: Cursor, count: int, forms: int) -> Block:
    """The next block."""
    if count > len(cursor.data):
        raise Unreadable("a block is too large")
    items = cursor.gaps(count)
    weights = cursor.take(count)
    masks = [cursor.varint() for _ in range(count)] if forms > 1 else []
    return Block(items, weights, masks)


def put_entry(out: bytearray, entry: Entry, word: bool) -> None:
    """Appends an entry."""
    put_count(out, entry.count, tail=bool(entry.layers))
    if word:
        put_varint(out, len(entry.forms))
        for form, count in entry.forms:
            put_text(out, form)
            put_count(out, count)
    if entry.layers:
        put_varint(out, len(entry.head.items))
        put_varint(out, len(entry.layers))
        for layer in entry.layers:
            put_varint(out, layer.items)
            out.append(layer.best)
            out += layer.hash.to_bytes(HASH_BYTES, "little")
    put_block(out, entry.head)


def get_entry(cursor: Cursor, word: bool) -> Entry:
    """The next entry."""
    count, tail = get_count(cursor)
    forms: list[tuple[str, Count]] = []
    if word:
        for _ in range(cursor.count()):
            form = cursor.text()
            forms.append((form, get_count(cursor)[0]))
    size = count.items
    layers: list[Layer] = []
    if tail:
        size = cursor.varint()
        for _ in range(cursor.count()):
            items, best = cursor.varint(), cursor.byte()
            layers.append(Layer(items, best, int.from_bytes(cursor.take(HASH_BYTES), "little")))
        if size + sum(layer.items for layer in layers) != count.items:
            raise Unreadable("a term's counts disagree")
    return Entry(count, tuple(forms), tuple(layers), get_block(cursor, size, len(forms)))


def cut(block: Block, forms: int) -> tuple[Block, list[Block]]:
    """Parts a term's postings into its head and the layers of its tail."""
    size = len(block.items)
    if size <= HEAD:
        return block, []
    weights = block.weights
    best = sorted(range(size), key=lambda i: (-weights[i], -i))
    head = set(best[:HEAD])
    for form in range(forms if block.masks else 0):
        having = (i for i in best if block.masks[i] >> form & 1)
        head.update(i for i, _ in zip(having, range(FORM_HEAD), strict=False))
    rest = [i for i in best if i not in head]
    layers = [rest[at : at + LAYER] for at in range(0, len(rest), LAYER)]
    return _part(block, sorted(head)), [_part(block, sorted(layer)) for layer in layers]


def _part(block: Block, places: Sequence[int]) -> Block:
    return Block(
        [block.items[i] for i in places],
        bytes([block.weights[i] for i in places]),
        [block.masks[i] for i in places] if block.masks else [],
    )
