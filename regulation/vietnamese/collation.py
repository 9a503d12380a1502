"""The order of Vietnamese dictionaries."""

import re

from .tones import Tone, split_tone
from .wellformed import nfc

_ALPHABET = {c: i for i, c in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TOKEN = re.compile(r"(?P<digits>\d+)|[^\W\d_]+")

_Part = tuple[int, tuple[int, ...], tuple[int, ...]]
SortKey = tuple[tuple[_Part, ...], str, str]


def sort_key(text: str) -> SortKey:
    """Return a key that sorts as Vietnamese dictionaries do.

    The letters go a ă â b c d đ e ê … o ô ơ … u ư …; syllables with the same letters go by tone:
    ngang, huyền, hỏi, ngã, sắc, nặng. Syllables are compared one after the other, so "tuân thủ"
    comes before "tuần chay". Where the mark stands (hòa, hoà) does not matter. Runs of digits
    compare as numbers and come before letters ("Quý 2" before "Quý 10"); f, j, w, z have their
    place in the Latin alphabet, other scripts follow. Spaces, punctuation and case (small letters
    first) decide only between texts which are otherwise the same, so no two texts share a key.
    """
    text = nfc(text)
    parts = tuple(_part(match) for match in _TOKEN.finditer(text))
    return parts, text.swapcase(), text


def _part(match: re.Match[str]) -> _Part:
    if match["digits"]:
        # The length first: numbers of any size compare rightly without becoming an int.
        values = tuple(int(c) for c in match["digits"])
        first = next((i for i, v in enumerate(values) if v), len(values))
        return 0, (len(values) - first, *values[first:]), ()
    letters: list[int] = []
    tones: list[int] = []
    for char in match.group().lower():
        letter, tone = split_tone(char)
        letters.append(_ALPHABET.get(letter, len(_ALPHABET) + ord(letter)))
        if tone is not Tone.NGANG:
            tones.append(tone)
    return 1, tuple(letters), tuple(tones)
