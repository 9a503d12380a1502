"""Words of the index that are near to one that is not in it; the browser does the same."""

from bisect import bisect_left
from collections.abc import Sequence

Entry = tuple[str, int]
"""A folded word and how many items have it; lists of them are in the order of the words."""


def one_slip(one: str, other: str) -> bool:
    """Whether two different words are one letter apart: added, lost, changed, or two swapped."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1:
        return False
    at = 0
    while at < len(one) and one[at] == other[at]:
        at += 1
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    if one[at + 1 :] == other[at + 1 :]:
        return True
    swapped = one[at : at + 2] == other[at : at + 2][::-1]
    return swapped and one[at + 2 :] == other[at + 2 :]


def near(word: str, entries: Sequence[Entry], limit: int) -> list[str]:
    """The word itself if it is there, then those one slip away, the most frequent first."""
    found = []
    for entry, count in entries:
        if entry == word:
            found.append((0, -count, entry))
        elif abs(len(entry) - len(word)) <= 1 and one_slip(word, entry):
            found.append((1, -count, entry))
    return [entry for _, _, entry in sorted(found)[:limit]]


def beginning(prefix: str, entries: Sequence[Entry], limit: int) -> list[str]:
    """Words that begin so, the most frequent first."""
    at = bisect_left(entries, (prefix, 0))
    found = []
    while at < len(entries) and entries[at][0].startswith(prefix):
        found.append((-entries[at][1], entries[at][0]))
        at += 1
    return [entry for _, entry in sorted(found)[:limit]]
