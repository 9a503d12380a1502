"""What was typed, as it is kept: nothing unseen in it, one form of every letter.

Unseen characters come by pasting from a word processor or a chat. Who pasted them cannot see them,
so they are taken out and nobody is asked to: what is kept reads as the review page shows it.
"""

import re
import unicodedata

from regulation.vietnamese.wellformed import Reason, find_bad_characters, nfc

_UNSEEN = frozenset({Reason.CONTROL, Reason.ZERO_WIDTH, Reason.SOFT_HYPHEN, Reason.BIDI})
_JOINER = "\u200d"
_FLAGS = range(0xE0020, 0xE0080)
_BREAKS = re.compile("\r\n|[\r\n\u0085\u2028\u2029\v\f]")
_BLANKS = re.compile(r"[^\S\n]+")
_MANY_LINES = re.compile(r"\n{4,}")


def text(typed: str) -> str:
    """Text of several lines: NFC, lines end in LF, unseen characters gone."""
    lines = _seen(_BREAKS.sub("\n", typed)).split("\n")
    return _MANY_LINES.sub("\n\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")


def line(typed: str) -> str:
    """Text of one line: as ``text``, and blanks of every kind are one space."""
    return _BLANKS.sub(" ", text(typed).replace("\n", " ")).strip()


def _seen(typed: str) -> str:
    """Without what cannot be seen; emoji stay whole."""
    # What can be printed is nothing unseen: nearly every text there is.
    if typed.replace("\n", "").replace("\t", "").isprintable():
        return nfc(typed)
    gone = {
        at
        for bad in find_bad_characters(typed)
        if bad.reason in _UNSEEN
        for at in range(bad.offset, bad.offset + bad.length)
    }
    return nfc(
        "".join(char for at, char in enumerate(typed) if at not in gone and not _is_format(char))
    )


def _is_format(char: str) -> bool:
    """Whether a character only tells programs how to show others."""
    if char == _JOINER or ord(char) in _FLAGS:  # told apart above; parts of flags
        return False
    return unicodedata.category(char) in ("Cf", "Cs")
