"""The oracle: shards that lunr.js 2.3.9 itself loads, and what it would score, nothing left out.

For tests: all is held in memory, and a site's index in this form is far too large. A shard has the
inverted index of its terms and the field vectors cut down to them, as `lunr.Index.load` takes it.
Since a score never uses a document's length, the union of the shards that hold a query's terms
gives lunr the same order and the same scores, to the last bit, as the whole.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from plugins.search.gather import TONED, key_hash, keys_of
from plugins.search.items import Item
from plugins.search.shards import bucket
from plugins.search.weights import BOOSTS, FIELDS, idf, vector_weight

VERSION = "2.3.9"

Document = Mapping[str, Sequence[str]]
"""For each field the tokens, in their order."""


class Lossless:
    """A whole index of documents, numbered from 0."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.size = len(documents)
        self.index: dict[str, int] = {}
        """Terms in the order in which they are first seen."""
        self.postings: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
        counts: list[dict[str, dict[str, int]]] = []
        for number, document in enumerate(documents):
            counts.append({})
            for name in FIELDS:
                found = counts[-1].setdefault(name, {})
                for term in document.get(name, ()):
                    found[term] = found.get(term, 0) + 1
                    self.index.setdefault(term, len(self.index))
                    fields = self.postings.setdefault(term, {name: {} for name in FIELDS})
                    fields[name][str(number)] = {}
        self.idf = {
            term: idf(sum(map(len, fields.values())), self.size)
            for term, fields in self.postings.items()
        }
        self.vectors: dict[str, dict[str, float]] = {}
        lengths = {name: [len(d.get(name, ())) for d in documents] for name in FIELDS}
        for number, found_in in enumerate(counts):
            for name, boost in zip(FIELDS, BOOSTS, strict=True):
                average = sum(lengths[name]) / self.size
                self.vectors[f"{name}/{number}"] = {
                    term: vector_weight(
                        count, lengths[name][number], average, self.idf[term], boost
                    )
                    for term, count in sorted(
                        found_in[name].items(), key=lambda pair: self.index[pair[0]]
                    )
                }

    def shards(self, bits: int) -> list[dict[str, Any]]:
        """The index as 2**bits serialized indexes of lunr."""
        return [self._shard(lambda term, n=n: bucket(key_hash(term), bits) == n)  # type: ignore[misc]
                for n in range(1 << bits)]  # fmt: skip

    def _shard(self, here: Callable[[str], bool]) -> dict[str, Any]:
        terms = sorted(filter(here, self.index), key=lambda term: term.encode("utf-16-be"))
        vectors = []
        for ref, weights in self.vectors.items():
            flat: list[float] = []
            for term, weight in weights.items():
                if here(term):
                    flat += (self.index[term], weight)
            if flat:
                vectors.append([ref, flat])
        return {
            "version": VERSION,
            "fields": list(FIELDS),
            "fieldVectors": vectors,
            "invertedIndex": [
                [term, {"_index": self.index[term], **self.postings[term]}] for term in terms
            ],
            "pipeline": [],
        }

    def scores(self, query: Mapping[str, float]) -> dict[int, float]:
        """What lunr scores for terms with their weights, by the documents that have one of them."""
        wanted = {term: weight for term, weight in query.items() if term in self.index}
        length = math.sqrt(sum(weight * weight for weight in wanted.values()))
        scores: dict[int, float] = {}
        for number in range(self.size):
            vectors = [self.vectors[f"{name}/{number}"] for name in FIELDS]
            if any(term in vector for vector in vectors for term in wanted):
                dots = (
                    sum(weight * vector.get(term, 0.0) for term, weight in wanted.items())
                    for vector in vectors
                )
                scores[number] = sum(dot / length for dot in dots)
        return scores


def tokens_of(item: Item) -> Document:
    """The tokens that lunr is given of an item: its keys, each as often as it stands there."""
    made: dict[str, list[str]] = {}
    for name, counted in item.fields.items():
        # As a title, so that what is counted is not cut short.
        short = name in FIELDS[:2]
        alone = Item(item.shown, {"title" if short else "body": counted})
        shift, most = (30, 63) if short else (11, 2047)
        made[name] = [
            key for key, counts in keys_of(alone).items() for _ in range(counts >> shift & most)
        ]
    return made


def toned_key(folded: str, toned: str) -> str:
    """The key of a word's form with tones."""
    return f"w{folded}{TONED}{toned}"
