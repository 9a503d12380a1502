"""The weights of lunr 2.3.9 as pure functions: what the index, the oracle and the reader share.

A document's score is, over its fields, the dot product of the query and the field's vector, divided
by the query's length: the length of the document's own vector is never used. So an index can be cut
by term. Source: `lunr.Builder.createFieldVectors`, `lunr.idf` and `lunr.Vector` of lunr.js 2.3.9.
"""

import math

K1 = 1.2
"""How soon a word that stands often counts no more; lunr's default."""
B = 0.75
"""How much a long field counts less, 0 to 1; lunr's default."""

FIELDS = ("title", "metadata", "body", "attachment")
BOOSTS = (3.0, 2.0, 1.0, 0.5)
"""What a field counts, in the order of `FIELDS`."""


def idf(found: int, documents: int) -> float:
    """How telling a term is that stands `found` times in all fields of so many documents.

    As lunr counts, a document with the term in two fields is found twice.
    """
    return math.log(1 + abs((documents - found + 0.5) / (found + 0.5)))


def norm(length: float, average: float) -> float:
    """What a field of this length, in words, adds to how often a term stands there."""
    return K1 * (1 - B + B * (length / average)) if average else K1


def tf_norm(count: int, field_norm: float) -> float:
    """A term's weight in a field without its idf and the field's boost; from 0 to K1 + 1."""
    return ((K1 + 1) * count) / (field_norm + count)


def vector_weight(count: int, length: int, average: float, term_idf: float, boost: float) -> float:
    """A term's element in a field vector, rounded to thousandths as lunr does."""
    exact = term_idf * ((K1 + 1) * count) / (norm(length, average) + count) * boost
    return round_half_up(exact * 1000) / 1000


def round_half_up(value: float) -> int:
    """`Math.round` of JavaScript."""
    below = math.floor(value)
    return below + 1 if value - below >= 0.5 else below


def coarse(average: float) -> float:
    """An average field length in steps of half an octave.

    The exact one moves with every item and every weight of the index with it; this one moves
    once as a site's texts grow by two fifths.
    """
    return float(2 ** (round_half_up(2 * math.log2(average)) / 2)) if average > 0 else 0.0
