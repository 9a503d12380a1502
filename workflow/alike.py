"""How alike two items are: what share of their word shingles they have in common.

Texts are folded (no marks, lower case) and cut into every run of four syllables. Two texts are
compared by these exactly; a sample of them, the prints, says which texts are worth comparing.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from regulation.content_types import ContentType, Kind
from regulation.items import Item
from regulation.vietnamese import fold

_RUN = 4
_SAMPLE = 8  # one shingle in eight is a print
_SMALLEST = 12  # and these always, so that a short text has some
CANDIDATES = 20
"""How many texts that share most prints with a text are compared with it."""

MIN_SHARED = 2
"""A text that shares fewer prints than this is not compared."""

_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"\]\([^)\s]*\)")
_UNTOLD = (Kind.CHOICE, Kind.AGENCY, Kind.FLAG, Kind.ITEM, Kind.SECTION)
_COMMON = frozenset(
    """id title summary status posted updated publish_at expires_at agency author source source_url
    keywords picture attachments corrections withdrawn moved_from sample backfilled order""".split()
)


@dataclass(frozen=True, slots=True)
class Alike:
    """How alike two texts are, each from 0 to 1.

    Attributes:
        share: Of all their shingles, how many both have (Jaccard).
        within: Of the shorter one's shingles, how many the longer one has.
    """

    share: float
    within: float


def shingles(item: Item, spec: ContentType) -> frozenset[int]:
    """The shingles of an item: title, summary, text, and what its own type's fields say."""
    words = _WORD.findall(fold(" ".join(_told(item, spec))))
    runs = {" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))}
    return frozenset(_number(run) for run in runs)


def prints(found: frozenset[int]) -> frozenset[int]:
    """The sample of shingles by which texts worth comparing are found."""
    smallest = sorted(found)[:_SMALLEST]
    return frozenset(number for number in found if number % _SAMPLE == 0).union(smallest)


def alike(one: frozenset[int], other: frozenset[int]) -> Alike:
    """How alike two texts are by their shingles."""
    both = len(one & other)
    return Alike(both / (len(one | other) or 1), both / (min(len(one), len(other)) or 1))


def nearest(counts: Mapping[str, int]) -> list[str]:
    """The paths to compare with, out of how many prints each shares; the same for any order."""
    wanted = [(-count, path) for path, count in counts.items() if count >= MIN_SHARED]
    return [path for _, path in sorted(wanted)[:CANDIDATES]]


def _number(run: str) -> int:
    # 63 bits, so that SQLite holds it; the same on every machine and in every process.
    digest = hashlib.blake2b(run.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _told(item: Item, spec: ContentType) -> Iterator[str]:
    yield item.title
    yield item.summary
    for name, field in spec.fields.items():
        if name not in _COMMON and field.kind not in _UNTOLD:
            yield from _words(item.values.get(name))
    yield _ADDRESS.sub("]", item.body)


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _words(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _words(part)
    elif value is not None:
        yield str(value)
