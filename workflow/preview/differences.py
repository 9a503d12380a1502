"""What changed in a text, word by word: a reader need know neither Markdown nor Git."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\s+|\w+(?:[./:,-]\w+)*|[^\w\s]")  # 01/12/2026 and 7.5 are one word each
_MANY = 6_000  # words of a passage: beyond, comparing each with each takes too long


class Deed(StrEnum):
    """What happened to a piece of text."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text and what happened to it; of what was skipped there is no text."""

    deed: Deed
    text: str


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """The lines that differ, with one line around them; in them, the words that differ."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for step, (deed, a, b, c, d) in enumerate(steps, 1):
        if deed == "equal":
            pieces += _around(before[a:b], first=step == 1, last=step == len(steps))
        else:
            pieces += _words("".join(before[a:b]), "".join(after[c:d]))
    changed = any(piece.deed in (Deed.ADDED, Deed.REMOVED) for piece in pieces)
    return tuple(_joined(pieces)) if changed else ()


def _around(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Piece]:
    """What is kept between two changes: the nearest line with words on either side."""
    full = [at for at, line in enumerate(lines) if line.strip()]
    head = 0 if first or not full else full[0] + 1
    tail = len(lines) if last or not full else full[-1]
    if not full or head >= tail:
        yield Piece(Deed.KEPT, "" if first and last else "".join(lines))
        return
    yield Piece(Deed.KEPT, "".join(lines[:head]))
    yield Piece(Deed.SKIPPED, "")
    yield Piece(Deed.KEPT, "".join(lines[tail:]))


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > _MANY:
        yield Piece(Deed.REMOVED, old)
        yield Piece(Deed.ADDED, new)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if before and after and matcher.ratio() < 0.3:  # nothing of the passage is left
        yield Piece(Deed.REMOVED, old)
        yield Piece(Deed.ADDED, new)
        return
    for deed, a, b, c, d in matcher.get_opcodes():
        if deed == "equal":
            yield Piece(Deed.KEPT, "".join(before[a:b]))
        else:
            yield Piece(Deed.REMOVED, "".join(before[a:b]))
            yield Piece(Deed.ADDED, "".join(after[c:d]))


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, neighbours of one kind together: a blank between two new words is new too."""
    removed = added = ""
    for at, piece in enumerate(pieces):
        if piece.deed is Deed.REMOVED:
            removed += piece.text
        elif piece.deed is Deed.ADDED:
            added += piece.text
        elif (
            piece.deed is Deed.KEPT
            and not piece.text.strip()
            and "\n" not in piece.text
            and (removed or added)
            and any(later.deed in (Deed.ADDED, Deed.REMOVED) for later in pieces[at + 1 : at + 2])
        ):
            removed += piece.text if removed else ""
            added += piece.text if added else ""
        elif piece.text or piece.deed is Deed.SKIPPED:
            yield from _told(removed, added)
            removed = added = ""
            yield piece
    yield from _told(removed, added)


def _told(removed: str, added: str) -> Iterator[Piece]:
    if removed:
        yield Piece(Deed.REMOVED, removed)
    if added:
        yield Piece(Deed.ADDED, added)
