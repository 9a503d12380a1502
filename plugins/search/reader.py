"""Reads an index and answers queries; the browser does the same.

A query costs the shards of its terms, tails only if too little is found without them, and the files
of the items that are shown. How it ranks:

- A group matches an item by the best of its alternatives, whose `must` all have the item. What an
  alternative brings is the sum over its terms of the query's weight, the term's idf and its weight
  in the item; pairs of neighbours bring theirs beside. The sum over groups is divided by the
  length of the query, as lunr does.
- That sum is multiplied by the square of the share of the query that the item has: of the idf of
  each group's rarest word, of which groups that may be grammar have none. So who has all that was
  asked for comes before who has a part of it often.
- Who has a pair has both its words: so an item is known to have a word whose tail was not fetched.
- An item must match at least so many groups (`enough`), those not counted that may be grammar.
- A term with a tail is common. An item that is not in its head may be in its tail, where weights
  are small: it counts as matched by such a group, and gets the tail's highest weight times the
  chance, if another group, of which everything is known, has it for certain. Where every group is
  common only heads count: they hold the best. If less is found than a page takes, and items
  without a rare word could be more, tails are fetched, and to sort such by date, as many files as
  one search may. Then the result says that it is not whole.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from plugins.search.codings import Cursor, Unreadable, weight_of
from plugins.search.dictionary import read_piece
from plugins.search.frames import NO_FILE, Kind, file_name, manifest_name, payload_of, text_hash
from plugins.search.gather import DATE, DOCUMENT, NUMBER, PAIR, WORD, key_hash
from plugins.search.items import BATCH, Shown, read_items
from plugins.search.manifest import PAGE, Manifest, Table, TableName, page_number, read_manifest
from plugins.search.postings import Count, Entry, get_block
from plugins.search.queries import Alternative, Group, Query, Wanted, read_query
from plugins.search.shards import Shard, bucket, read_shard
from plugins.search.terms import analyse
from plugins.search.weights import idf
from plugins.search.words import key as word_key
from plugins.search.writer import LAYERS_SHIFT

Fetch = Callable[[str], bytes]
"""Gives a file of the index by its name below the index's folder; may raise what it likes."""

PER_PAGE = 10
MOST_TAILS = 8
"""Files of tails that one search may fetch: about 100 KB of compressed bytes."""
_LETTERS = {
    "folded": WORD,
    "toned": WORD,
    "pair": PAIR,
    "number": NUMBER,
    "date": DATE,
    "document": DOCUMENT,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What results are kept."""

    values: tuple[tuple[str, str], ...] = ()
    """Facets and values; of one facet any may be, of each facet one must."""
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results."""

    items: tuple[tuple[int, float], ...]
    """Numbers of items with their scores, the best, or the newest, first."""
    total: int
    """How many there are, on all pages …"""
    whole: bool
    """… and whether that is all, or common words may have more in their tails."""


@dataclass(slots=True)
class _Term:
    """What was read of a term that a query wants."""

    weights: dict[int, float]
    """By item, as far as was fetched."""
    idf: float
    count: Count
    missing: int
    """Items that have it but are in the part that was not fetched …"""
    least: float
    """… where no weight is above this."""


_NOTHING = _Term({}, 0.0, Count(0, 0), 0, 0.0)


def enough(groups: int) -> int:
    """How many of so many words must match: all of two, then three quarters."""
    return groups if groups <= 2 else max(2, math.floor(groups * 0.75))


@dataclass(slots=True)
class Index:
    """An index, read through `fetch`. Raises `Unreadable` for what is spoilt: read it again."""

    fetch: Fetch
    language: str = "vi"
    fetched: dict[str, int] = field(default_factory=dict)
    """What was fetched, by name, in bytes; nothing is fetched twice."""
    _manifest: Manifest | None = None
    _shards: dict[int, Shard] = field(default_factory=dict)
    _pages: dict[int, bytes] = field(default_factory=dict)
    _files: dict[int, list[Shown]] = field(default_factory=dict)
    _lists: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    _words: dict[int, dict[str, int]] = field(default_factory=dict)
    _tails: dict[str, tuple[list[int], bytes, list[int]]] = field(default_factory=dict)

    # What lies where

    @property
    def manifest(self) -> Manifest:
        """The manifest, fetched once."""
        if self._manifest is None:
            data = self._get(manifest_name(self.language))
            self._manifest = read_manifest(payload_of("manifest", data))
        return self._manifest

    def _get(self, name: str) -> bytes:
        data = self.fetch(name)
        self.fetched[name] = len(data)
        return data

    def _read(self, kind: Kind, number: int, hash_: int) -> bytes:
        return payload_of(kind, self._get(file_name(kind, number, hash_)), hash_)

    def _hash(self, name: TableName, table: Table, number: int) -> int:
        if not table.paged:
            return table.hash(number)
        if not 0 <= number < table.size:
            raise Unreadable("a file that the manifest does not name")
        page = page_number(name, number // PAGE)
        if page not in self._pages:
            self._pages[page] = self._read("page", page, table.hash(number // PAGE))
        at = number % PAGE * 3
        data = self._pages[page][at : at + 3]
        if len(data) < 3:
            raise Unreadable("a page is too short")
        return int.from_bytes(data, "little")

    def shard(self, number: int) -> Shard:
        """A shard."""
        if number not in self._shards:
            hash_ = self._hash("shard", self.manifest.shards, number)
            payload = b"" if hash_ == NO_FILE else self._read("shard", number, hash_)
            self._shards[number] = read_shard(payload)
        return self._shards[number]

    def entry(self, key: str) -> Entry | None:
        """What the index says of a key."""
        return self.shard(bucket(key_hash(key), self.manifest.bits)).find(key)

    def shown(self, number: int) -> Shown:
        """What a result shows of an item."""
        manifest = self.manifest
        if not 0 <= number < manifest.items:
            raise Unreadable("an item that is not there")
        at, place = divmod(number, manifest.per_file)
        if at not in self._files:
            hash_ = self._hash("items", manifest.files, at // BATCH)
            data = self._get(file_name("items", at, hash_))
            rows = read_items(payload_of("items", data), hash_, at)
            if len(rows) != min(manifest.per_file, manifest.items - at * manifest.per_file):
                raise Unreadable("a file of items that is too short")
            self._files[at] = rows
        return self._files[at][place]

    def words(self, prefix: str) -> dict[str, int]:
        """Folded words with these first letters, and about how many items have each."""
        pieces = self.manifest.pieces
        found: dict[str, int] = {}
        for i, piece in enumerate(pieces):
            # Words before the next piece's first, from this one's on, in the order of bytes.
            after = pieces[i + 1].first if i + 1 < len(pieces) else None
            if piece.first > prefix and not piece.first.startswith(prefix):
                break
            if after is not None and after <= prefix:
                continue
            found |= {w: n for w, n in self._piece(i).items() if w.startswith(prefix)}
        return found

    def frequency(self, word: str) -> int:
        """About how many items have a folded word: one piece of the dictionary says it."""
        pieces = self.manifest.pieces
        at = bisect_right(pieces, word, key=lambda piece: piece.first) - 1
        return self._piece(at).get(word, 0) if at >= 0 else 0

    def _piece(self, at: int) -> dict[str, int]:
        if at not in self._words:
            piece = self.manifest.pieces[at]
            payload = self._read("words", text_hash(piece.first), piece.hash)
            self._words[at] = read_piece(payload)
        return self._words[at]

    def read(self, text: str) -> Query:
        """What somebody typed, read with what this index knows.

        How many items have a word of theirs the word's shard says, which is needed in any case; of
        parts of words run together the dictionary does, for they may be many.
        """
        typed = {token.term for token in analyse(text)}

        def known(word: str) -> int:
            if word in typed:
                entry = self.entry(WORD + word)
                return entry.count.items if entry else 0
            return self.frequency(word)

        return read_query(text, known)

    def listed(self, facet: str, text: str) -> frozenset[int]:
        """The items of a value; none if no item has it."""
        if (facet, text) not in self._lists:
            values = dict(self.manifest.facets).get(facet, ())
            value = next((value for value in values if value.text == text), None)
            items: list[int] = []
            if value:
                number = text_hash(f"{facet}={text}")
                cursor = Cursor(self._read("filter", number, value.hash))
                items = cursor.gaps(value.items)
                cursor.end()
                if items and items[-1] >= self.manifest.items:
                    raise Unreadable("an item that is not there")
            self._lists[facet, text] = frozenset(items)
        return self._lists[facet, text]

    # Searching

    def search(
        self,
        query: Query,
        filters: Filters = Filters(),
        sort: Literal["score", "date"] = "score",
        page: int = 1,
        per_page: int = PER_PAGE,
        least: int | None = None,
        most: int = MOST_TAILS,
    ) -> Found:
        """A page of what a query finds, at least `least` of its groups matching.

        No more than `most` files of tails are fetched.
        """
        kept = self._kept(filters)
        wanted = page * per_page
        layers = 0
        while True:
            ranking = _Ranking(self, query, layers, least)
            scores = ranking.scores()
            if kept is not None:
                scores = {item: score for item, score in scores.items() if kept(item)}
            more = ranking.more
            if not more or (sort == "score" and len(scores) >= wanted):
                break
            before, layers = layers, self._deeper(ranking, layers, sort, most)
            if layers <= before:
                break
        if sort == "date":
            order = sorted(scores, reverse=True)
        else:
            order = sorted(scores, key=lambda item: (-scores[item], -item))
        chosen = order[wanted - per_page : wanted]
        return Found(tuple((item, scores[item]) for item in chosen), len(scores), not more)

    def _deeper(
        self, ranking: "_Ranking", layers: int, sort: Literal["score", "date"], most: int
    ) -> int:
        """How many layers of tails are read next; no more than now if that would be too much.

        Twice as many, so that few steps are waited for; by date, where all are needed, at once.
        """
        groups = [group for group in ranking.query.groups if not group.optional]
        depths = sorted(
            (
                max((self._depth(one) for way in group.alternatives for one in way.must), default=0)
                for group in groups or ranking.query.groups
            ),
            reverse=True,
        )
        # With as many, fewer groups than must match have a rest.
        needed = dict(enumerate(depths, 1)).get(max(1, ranking.least), 0)
        wanted = needed if sort == "date" else min(needed, max(1, 2 * layers))
        all_depths = {self._key(one): self._depth(one) for one in ranking.terms}.values()
        while wanted > layers and sum(min(wanted, depth) for depth in all_depths) > most:
            wanted -= 1
        return wanted

    def _depth(self, wanted: Wanted) -> int:
        entry = self.entry(self._key(wanted))
        return len(entry.layers) if entry else 0

    @staticmethod
    def _key(wanted: Wanted) -> str:
        term = word_key(wanted.term).folded if wanted.kind == "toned" else wanted.term
        return _LETTERS[wanted.kind] + term

    def _kept(self, filters: Filters) -> Callable[[int], bool] | None:
        if filters == Filters():
            return None
        lists: dict[str, frozenset[int]] = {}
        for facet, text in filters.values:
            lists[facet] = lists.get(facet, frozenset()) | self.listed(facet, text)
        first, after = 0, 0
        for year, items in self.manifest.years:
            if filters.first_year is not None and year < filters.first_year:
                first += items
            if filters.last_year is None or year <= filters.last_year:
                after += items
        chosen = tuple(lists.values())
        return lambda item: first <= item < after and all(item in one for one in chosen)

    def term(self, wanted: Wanted, layers: int) -> _Term:
        """What is read of a term with so many layers of its tail."""
        key = self._key(wanted)
        entry = self.entry(key)
        if entry is None:
            return _NOTHING
        count, bit = entry.count, -1
        if wanted.kind == "toned":
            texts = [form for form, _ in entry.forms]
            if wanted.term not in texts:
                return _NOTHING
            bit = texts.index(wanted.term)
            count = entry.forms[bit][1]
        head = entry.head
        blocks = [(head.items, head.weights, head.masks)]
        for i in range(min(layers, len(entry.layers))):
            blocks.append(self._tail(key, entry, i))
        weights: dict[int, float] = {}
        for items, bytes_, masks in blocks:
            for at, item in enumerate(items):
                if bit < 0 or not masks or masks[at] >> bit & 1:
                    weights[item] = weight_of(bytes_[at])
            if items and items[-1] >= self.manifest.items:
                raise Unreadable("an item that is not there")
        missing = count.items - len(weights)
        rest = entry.layers[layers:]
        least = weight_of(rest[0].best) if missing and rest else 0.0
        return _Term(weights, idf(count.fields, self.manifest.items), count, missing, least)

    def _tail(self, key: str, entry: Entry, layer: int) -> tuple[list[int], bytes, list[int]]:
        hash_ = entry.layers[layer].hash
        number = key_hash(key) << LAYERS_SHIFT | layer
        name = file_name("tail", number, hash_)
        if name not in self._tails:
            cursor = Cursor(self._read("tail", number, hash_))
            block = get_block(cursor, entry.layers[layer].items, len(entry.forms))
            cursor.end()
            self._tails[name] = (block.items, block.weights, block.masks)
        return self._tails[name]


class _Ranking:
    """One query over what is fetched of its terms."""

    def __init__(self, index: Index, query: Query, layers: int, least: int | None) -> None:
        self.index = index
        self.query = query
        self.terms: dict[Wanted, _Term] = {}
        for group in query.groups:
            for way in group.alternatives:
                for wanted in (*way.must, *way.also):
                    self._take(wanted, layers)
        for wanted in query.also:
            self._take(wanted, layers)
        self._infer()
        counted = [group for group in query.groups if not group.optional]
        self.least = enough(len(counted)) if least is None else least
        tailed = sum(map(self._tailed, counted or query.groups))
        self.more = tailed >= max(1, self.least)
        """Whether tails may have items that were not found: with a rare word they are found."""

    def _infer(self) -> None:
        """Who has a pair has both its words, as often at least, whatever part was read of those."""
        pairs = [(one.term, term) for one, term in self.terms.items() if one.kind == "pair"]
        for wanted, word in self.terms.items():
            if wanted.kind not in ("folded", "number") or not word.missing:
                continue
            for pair, both in pairs:
                if wanted.term not in pair.split(" "):
                    continue
                for item, weight in both.weights.items():
                    if item not in word.weights:
                        word.weights[item] = min(weight, word.least)
                        word.missing -= 1
            word.missing = max(0, word.missing)

    def _tailed(self, group: Group) -> bool:
        """Whether more items than were read may match it."""
        return any(self.terms[one].missing > 0 for way in group.alternatives for one in way.must)

    def _take(self, wanted: Wanted, layers: int) -> None:
        if wanted not in self.terms:
            self.terms[wanted] = self.index.term(wanted, layers)

    def scores(self) -> dict[int, float]:
        """The score of every item that matches."""
        scores: dict[int, float] = {}
        sure: dict[int, int] = {}
        shares: dict[int, float] = {}
        whole = 0.0
        rare: set[int] = set()
        common: list[tuple[Group, dict[int, float], float, float]] = []
        for group in self.query.groups:
            found = self._group(group)
            chance = self._chance(group)
            telling = 0.0 if group.optional else self._telling(group)
            whole += telling
            for item, score in found.items():
                scores[item] = scores.get(item, 0.0) + score
                shares[item] = shares.get(item, 0.0) + telling
                if not group.optional:
                    sure[item] = sure.get(item, 0) + 1
            if chance > 0:
                common.append((group, found, chance, telling))
            elif not group.optional:
                rare.update(found)
        kept: dict[int, float] = {}
        for item, score in scores.items():
            matched = sure.get(item, 0)
            total = score
            if item in rare:
                for group, found, chance, telling in common:
                    if item not in found:
                        total += chance
                        matched += not group.optional
                        shares[item] += telling
            if matched >= self.least:
                kept[item] = total
        for wanted in self.query.also:
            term = self.terms[wanted]
            for item, weight in term.weights.items():
                if item in kept:
                    kept[item] += wanted.weight * term.idf * weight
        length = self._length()
        covered = {item: shares[item] / whole if whole else 1.0 for item in kept}
        return {
            item: score * covered[item] * covered[item] / length for item, score in kept.items()
        }

    def _telling(self, group: Group) -> float:
        """How telling a group is: by its rarest word."""
        wanted = (one for way in group.alternatives for one in way.must)
        return max((self.terms[one].idf for one in wanted), default=0.0)

    def _group(self, group: Group) -> dict[int, float]:
        best: dict[int, float] = {}
        for way in group.alternatives:
            for item, score in self._way(way).items():
                if score > best.get(item, 0.0):
                    best[item] = score
        return best

    def _way(self, way: Alternative) -> dict[int, float]:
        must = sorted((self.terms[wanted] for wanted in way.must), key=lambda t: len(t.weights))
        if not must:
            return {}
        items: Iterable[int] = must[0].weights
        for term in must[1:]:
            items = [item for item in items if item in term.weights]
        scores = dict.fromkeys(items, 0.0)
        for wanted in (*way.must, *way.also):
            term = self.terms[wanted]
            worth = wanted.weight * term.idf
            for item in scores:
                if item in term.weights:
                    scores[item] += worth * term.weights[item]
        return scores

    def _chance(self, group: Group) -> float:
        """What an item that no head has may be taken to get of a group."""
        worths = []
        for way in group.alternatives:
            terms = [(wanted, self.terms[wanted]) for wanted in way.must]
            if terms and any(term.missing > 0 for _, term in terms):
                worths.append(self._expected([*terms, *((w, self.terms[w]) for w in way.also)]))
        return max(worths, default=0.0)

    def _expected(self, terms: Sequence[tuple[Wanted, _Term]]) -> float:
        worth = 0.0
        for wanted, term in terms:
            if term.missing > 0:
                others = self.index.manifest.items - len(term.weights)
                share = term.missing / others if others else 0.0
                worth += wanted.weight * term.idf * term.least * share
        return worth

    def _length(self) -> float:
        squares = sum(w.weight**2 for w, term in self.terms.items() if term.count.items)
        return math.sqrt(squares) or 1.0
