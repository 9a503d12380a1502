"""The twelve vowels, the six tones, and where in a syllable the tone mark is written."""

import re
from enum import IntEnum

from .wellformed import nfc


class Tone(IntEnum):
    """The six tones (thanh điệu) in the order of Vietnamese dictionaries."""

    NGANG = 0
    HUYEN = 1
    HOI = 2
    NGA = 3
    SAC = 4
    NANG = 5


VOWELS = "aăâeêioôơuưy"
_MARKS = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_TONED = {
    (vowel, tone): nfc(vowel + _MARKS[tone]) for vowel in VOWELS + VOWELS.upper() for tone in Tone
}
_SPLIT = {char: parts for parts, char in _TONED.items()}


def split_tone(char: str) -> tuple[str, Tone]:
    """Part one composed letter into the letter without tone and its tone: `ế` gives `ê`, sắc."""
    return _SPLIT.get(char, (char, Tone.NGANG))


def put_tone(vowel: str, tone: Tone) -> str:
    """Put `tone` on one of the twelve vowels; the case is kept.

    Raises KeyError if `vowel` is not a Vietnamese vowel without tone.
    """
    return _TONED[vowel, tone]


_TONED_A, _TONED_E, _TONED_Y = (
    "".join(char for (vowel, tone), char in _TONED.items() if vowel.lower() == v and tone)
    for v in "aey"
)
# Only the onsets which Vietnamese has before each rime: a name like Noé keeps its spelling.
# None of them ends in q, so quà and quý, whose u belongs to the onset, never match.
_OPEN_SYLLABLE = rf"""
    (?<![\w\u0300-\u036f])
    (?: (?:b|ch|d|đ|gi|g|h|kh|l|m|ng|nh|n|ph|p|r|s|th|tr|t|v|x)? o[{_TONED_A}]
      | (?:ch|d|đ|gi|g|h|kh|l|ng|nh|s|th|tr|t|x)? o[{_TONED_E}]
      | (?:b|ch|d|đ|gi|h|kh|l|ng|nh|n|ph|p|r|s|th|tr|t|v|x)? u[{_TONED_Y}] )
    (?![\w\u0300-\u036f])
"""
_ADDRESS = r"(?P<keep> (?:[a-z][a-z0-9+.-]*://|www\.)\S+ | [^\s@<>()\[\]]+@[^\s@<>()\[\]]+ )"
_FLAGS = re.VERBOSE | re.IGNORECASE
_MISPLACED = re.compile(_OPEN_SYLLABLE, _FLAGS)
_ADDRESS_OR_MISPLACED = re.compile(f"{_ADDRESS} | {_OPEN_SYLLABLE}", _FLAGS)
_CHUNK = re.compile(r"\S+")


def normalise_tones(text: str) -> str:
    """Return `text` in NFC with the tone mark of open oa, oe, uy on the first vowel.

    The convention is the traditional one (kiểu cũ), which most administrative texts keep: hòa,
    khỏe, thủy, not hoà, khoẻ, thuỷ. It concerns only syllables that end in these two vowels:
    hoàn, thuyền, hoài stay; so do quà and quý, whose u belongs to the consonant. Upper and lower
    case stay as they are; addresses on the web and of e-mail, words that are no Vietnamese
    syllable and letters beside digits are left alone. Idempotent.
    """
    return _CHUNK.sub(_normalise_chunk, nfc(text))


def _normalise_chunk(match: re.Match[str]) -> str:
    chunk = match.group()
    if chunk.isascii():
        return chunk
    if "@" in chunk or "://" in chunk or "www." in chunk.lower():
        return _ADDRESS_OR_MISPLACED.sub(_move, chunk)
    return _MISPLACED.sub(_move, chunk)


def _move(match: re.Match[str]) -> str:
    syllable = match.group()
    if match.groupdict().get("keep"):
        return syllable
    vowel, tone = split_tone(syllable[-1])
    return syllable[:-2] + put_tone(syllable[-2], tone) + vowel
