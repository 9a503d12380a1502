"""Where in a text stands what was looked for; the browser does the same."""

from collections.abc import Iterable

from plugins.search.queries import Query
from plugins.search.terms import Token, analyse
from plugins.search.words import key

Range = tuple[int, int]


def highlight(text: str, query: Query) -> list[Range]:
    """The ranges to mark, in order and apart, as offsets in `text` as given.

    A word typed with tones marks the same word, and the word written with none; typed without, it
    marks every word with its letters. An alternative of several words is marked where they stand
    in a row. A word of grammar is marked only if it was surely looked for.
    """
    tokens = analyse(text)
    every = [token for token in tokens if token.chain]
    row = [token for token in every if not token.stop]
    ranges: list[Range] = []
    for group in query.groups:
        for way in group.alternatives:
            kind = way.must[0].kind
            if kind not in ("folded", "toned"):
                wanted = {want.term for want in way.must}
                ranges += [
                    (token.start, token.end)
                    for token in tokens
                    if token.kind == kind and token.term in wanted
                ]
                continue
            words = [
                (key(want.term).folded, toned)
                for want, toned in zip(way.must, way.toned, strict=True)
            ]
            surely = not group.optional and (way.toned[0] != "" or len(query.groups) == 1)
            ranges += _rows(every if surely and len(words) == 1 else row, words)
    return _joined(ranges)


def _rows(tokens: list[Token], words: list[tuple[str, str]]) -> Iterable[Range]:
    size = len(words)
    for at in range(len(tokens) - size + 1):
        taken = tokens[at : at + size]
        if any(token.first for token in taken[1:]):
            continue
        if all(_same(token, *word) for token, word in zip(taken, words, strict=True)):
            yield taken[0].start, taken[-1].end


def _same(token: Token, folded: str, toned: str) -> bool:
    if token.kind != "word" or token.term != folded:
        return False
    return not toned or token.toned in (toned, folded)


def _joined(ranges: list[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
