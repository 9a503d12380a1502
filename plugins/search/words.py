"""The words that both sides know: stop words, abbreviations, kinds of document, syllables.

A word's key (khóa) is what is compared, never shown: a toned form and a folded one.
"""

import json
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from regulation.vietnamese import fold as fold_text
from regulation.vietnamese import parse_syllable
from regulation.vietnamese.documents import KIND_NAMES_VI
from regulation.vietnamese.syllables import ONSETS, RIMES

MAX_LENGTH = 48
"""Letters of a word that count: what is longer was not written by a person."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufe0f\ufeff]")
_APOSTROPHES = re.compile("['\u2019]")
_LIGATURES = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
    "\ufb05": "st", "\ufb06": "st",
}  # fmt: skip
_LIGATURE = re.compile("[\ufb00-\ufb06]")
# Only scripts with small and capital letters, whose forms no edition of Unicode changes any more.
_CASED = re.compile("[\u0000-\u052f\u1e00-\u1eff]*")
_LATIN_MARKS = re.compile("([a-z\u00df-\u024f\u0250-\u02af])[\u0300-\u036f]+")
_WRONG_D = str.maketrans({"\u00f0": "đ", "\u0256": "đ", "\u0130": "i"})

_MOVED_TONE = re.compile(
    "([bcdđghklmnprstvx]{0,3})(?:o([àảãáạèẻẽéẹ])|u([ỳỷỹýỵ]))"
)  # the tone of an open oa, oe, uy
_FIRST = {
    "o": dict(zip("àảãáạèẻẽéẹ", "òỏõóọòỏõóọ", strict=True)),
    "u": dict(zip("ỳỷỹýỵ", "ùủũúụ", strict=True)),
}
_MOVED_BACK = re.compile("q([ùủũúụ])([aey])")
_AFTER_Q = {
    "a": dict(zip("ùủũúụ", "àảãáạ", strict=True)),
    "e": dict(zip("ùủũúụ", "èẻẽéẹ", strict=True)),
    "y": dict(zip("ùủũúụ", "ỳỷỹýỵ", strict=True)),
}
_SECOND = dict(zip("àảãáạèẻẽéẹỳỷỹýỵ", "aaaaaeeeeeyyyyy", strict=True))
_FINAL_Y = re.compile("(?:qu|[bcdđghklmnpqrstvx]{0,2}[hklmstv])[yỳỷỹýỵ]")
_I = dict(zip("yỳỷỹýỵ", "iìỉĩíị", strict=True))


class Key(NamedTuple):
    """What two spellings of one word have in common, with its tones and without."""

    toned: str
    folded: str


@lru_cache(maxsize=1 << 16)
def key(word: str) -> Key:
    """The key of one word as it stands in a text, whatever its case and composition.

    Small letters; the tone of an open oa, oe, uy on the first vowel, after q on the second (hoà is
    hòa, qùa is quà); a final y after h k l m s t v or qu as i (kỹ is kĩ, quý is quí). Folded: no
    marks, đ as d.
    """
    if word.isascii() and word.isalnum():
        plain = word.lower()[:MAX_LENGTH]
        if plain.endswith("y") and _FINAL_Y.fullmatch(plain):
            plain = plain[:-1] + "i"
        return Key(plain, plain)
    toned = _small(word)
    if match := _MOVED_TONE.fullmatch(toned):
        first, second = ("o", match[2]) if match[2] else ("u", match[3])
        toned = match[1] + _FIRST[first][second] + _SECOND[second]
    if match := _MOVED_BACK.fullmatch(toned):
        toned = "qu" + _AFTER_Q[match[2]][match[1]]
    if _FINAL_Y.fullmatch(toned):
        toned = toned[:-1] + _I[toned[-1]]
    return Key(toned, _bare(toned))


def _small(word: str) -> str:
    word = _LIGATURE.sub(lambda match: _LIGATURES[match[0]], _INVISIBLE.sub("", word))
    if _APOSTROPHES.search(word):
        if len(word) > 2 and word[-2] in "'\u2019" and word[-1] in "sS":
            word = word[:-2]  # the province's
        word = _APOSTROPHES.sub("", word)
    # Square and cubic metres; elsewhere a small figure points to a note.
    word = re.sub("([mM])([²³])", lambda m: m[1] + ("2" if m[2] == "²" else "3"), word)
    word = re.sub("[²³]", "", word)
    if _CASED.fullmatch(word):
        small = "".join([c.lower() for c in unicodedata.normalize("NFC", word).translate(_WRONG_D)])
        word = unicodedata.normalize("NFC", small.translate(_WRONG_D))
    return word[:MAX_LENGTH]


def _bare(toned: str) -> str:
    if not _CASED.fullmatch(toned):
        return toned
    parts = _LATIN_MARKS.sub(r"\1", unicodedata.normalize("NFD", toned))
    return unicodedata.normalize("NFC", parts.replace("đ", "d"))


def beginnings(folded: str) -> tuple[str, ...]:
    """The folded beginnings of a word that is still being typed: "qui" may become "quyết"."""
    other = folded[:-1] + "y"
    if folded.endswith("i") and _FINAL_Y.fullmatch(other):
        return folded, other
    return (folded,)


def keys(phrase: str) -> tuple[Key, ...]:
    """The keys of the words of a phrase of ours, parted by blanks or hyphens."""
    return tuple(key(word) for word in phrase.replace("-", " ").split())


@cache
def syllables() -> frozenset[str]:
    """Every syllable that Vietnamese spelling allows, without marks."""
    return frozenset(
        fold_text(onset + rime)
        for onset in ONSETS
        for rime in RIMES
        if parse_syllable(onset + rime, any_tone=True)
    )


_DATA = json.loads((files(__package__) / "words.json").read_text(encoding="utf-8"))

STOP_WORDS = frozenset(key(word).toned for word in _DATA["stop_words"])
"""Words of grammar (hư từ), compared with their tones: "của" goes, "cửa" stays."""
FOLDED_STOP_WORDS = frozenset(key(word).folded for word in _DATA["stop_words"])

KEPT = frozenset(" ".join(k.toned for k in keys(pair)) for pair in _DATA["kept"])
"""Pairs in which such a syllable is half of a word: "thiết bị"."""
FOLDED_KEPT = frozenset(
    " ".join(k.folded for k in keys(pair)) for pair in _DATA["kept"] + _DATA["look_alikes"]
)
"""The same without tones, where more words look like one of grammar: "dang ky", "co quan"."""

KINDS = frozenset(key(kind).folded for kind in KIND_NAMES_VI if len(kind) > 1)
"""Codes of kinds of document, folded: nd, qd."""

KIND_OF = {
    " ".join(k.folded for k in keys(name)): key(kind).folded
    for kind, name in reversed(KIND_NAMES_VI.items())
    if len(kind) > 1
}
"""The code of a kind of document by its folded name: "nghi dinh" is nd."""


def _abbreviations() -> dict[str, tuple[tuple[Key, ...], ...]]:
    found: dict[str, list[tuple[Key, ...]]] = {}
    kinds = {kind: [name] for kind, name in KIND_NAMES_VI.items()}
    for table in (kinds, _DATA["abbreviations"]):
        for short, names in table.items():
            folded = " ".join(k.folded for k in keys(short))
            if len(folded) > 1 and folded not in syllables():
                known = found.setdefault(folded, [])
                known += [keys(name) for name in names if keys(name) not in known]
    return {short: tuple(found[short]) for short in sorted(found)}


ABBREVIATIONS = _abbreviations()
"""What a folded abbreviation stands for. None of them is a syllable: "DA" may be "da"."""

OTHER_NAMES = {
    keys(said): tuple(keys(name) for name in names) for said, names in _DATA["other_names"].items()
}
"""What people call something and how documents do. Unlike an abbreviation it is words as others
are: with tones it counts in that form only, and nothing that documents say is looked for by it."""


def browser_words() -> dict[str, object]:
    """What `search-terms.js` must know, as JSON holds it."""
    return {
        "stopWords": _DATA["stop_words"],
        "kept": _DATA["kept"],
        "lookAlikes": _DATA["look_alikes"],
        "kinds": sorted(KINDS),
        "kindOf": KIND_OF,
        "abbreviations": {
            short: [" ".join(k.toned for k in name) for name in names]
            for short, names in ABBREVIATIONS.items()
        },
        "otherNames": _DATA["other_names"],
        "onsets": list(ONSETS),
        "rimes": sorted(RIMES),
    }
