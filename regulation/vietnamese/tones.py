"""The twelve vowels and the six tones."""

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
