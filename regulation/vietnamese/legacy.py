"""Text in the encodings (bảng mã) used before Unicode, to Unicode.

Legacy text is taken as the string one sees when its bytes are read as Latin-1 or Windows-1252,
which agree on all codes used here: "ViÖt Nam" is TCVN3, "Vieät Nam" is VNI, "Vie^.t Nam" is VIQR.
"""

import re
from enum import StrEnum
from itertools import groupby

from .tones import VOWELS, Tone, put_tone, split_tone
from .wellformed import nfc


class Legacy(StrEnum):
    """An encoding in use before Unicode."""

    TCVN3 = "TCVN3"
    """TCVN 5712:1993 VN3 (bộ mã ABC, phông .VnTime): one code a letter."""
    VNI = "VNI"
    """VNI-Windows (phông VNI-Times): a base letter, then a code for its marks."""
    VIQR = "VIQR"
    """RFC 1456: marks written as ASCII punctuation after the letter."""


# Each row: the vowel without tone, then huyền, hỏi, ngã, sắc, nặng.
_TCVN3_ROWS = (
    "aµ¶·¸¹ ¨»¼½¾Æ ©ÇÈÉÊË eÌÎÏÐÑ ªÒÓÔÕÖ i×ØÜÝÞ oßáâãä «åæçèé ¬êëìíî uïñòóô \u00adõö÷øù yúûüýþ"
).split(" ")
_TCVN3_CAPITALS = {"Ă": "¡", "Â": "¢", "Ê": "£", "Ô": "¤", "Ơ": "¥", "Ư": "¦", "Đ": "§"}
_TCVN3_CODES = {"đ": "®", **_TCVN3_CAPITALS} | {
    put_tone(vowel, tone): code
    for vowel, row in zip(VOWELS, _TCVN3_ROWS, strict=True)
    for tone, code in zip(Tone, row, strict=True)
}

_VNI_TONES = dict(zip(Tone, ("", *"øûõùï"), strict=True))
_VNI_CIRCUMFLEX = dict(zip(Tone, "âàåãáä", strict=True))
_VNI_BREVE = dict(zip(Tone, "êèúüéë", strict=True))
_VNI_I = dict(zip(Tone, "iìæóíò", strict=True))
_VNI_FORMS = {
    **{v: (v, _VNI_TONES) for v in "aeouy"},
    **{v: (b, _VNI_CIRCUMFLEX) for v, b in zip("âêô", "aeo", strict=True)},
    **{v: (b, _VNI_TONES) for v, b in zip("ơư", "ôö", strict=True)},
    "ă": ("a", _VNI_BREVE),
    "i": ("", _VNI_I),
}
_VNI_LOWER = {
    put_tone(v, t): base + marks[t] for v, (base, marks) in _VNI_FORMS.items() for t in Tone
} | {"đ": "ñ", "ỵ": "î"}
_VNI_CODES = _VNI_LOWER | {char.upper(): code.upper() for char, code in _VNI_LOWER.items()}

_VIQR_TONES = dict(zip(Tone, ("", *"`?~'."), strict=True))
_VIQR_SHAPES = {v: v for v in "aeiouy"} | {
    "ă": "a(", "â": "a^", "ê": "e^", "ô": "o^", "ơ": "o+", "ư": "u+"
}  # fmt: skip
_VIQR_LOWER = {
    put_tone(v, t): shape + _VIQR_TONES[t] for v, shape in _VIQR_SHAPES.items() for t in Tone
} | {"đ": "dd"}
_VIQR_CODES = _VIQR_LOWER | {char.upper(): code.upper() for char, code in _VIQR_LOWER.items()}

_CODES = {Legacy.TCVN3: _TCVN3_CODES, Legacy.VNI: _VNI_CODES, Legacy.VIQR: _VIQR_CODES}


def to_unicode(text: str, legacy: Legacy) -> str:
    """Convert `text`, all of it written in `legacy`, to Unicode NFC. What is no code stays.

    TCVN3 has no capitals with tones: capital fonts (.VnTimeH) draw the small codes as capitals,
    and plain text does not tell. A word whose other letters are capitals becomes capital
    ("HéI" is HỘI, "VIÖT" is VIỆT), as does a word with one such letter between capital words
    ("X·" in "HßA X· HéI"); everything else becomes small. The code of ư is the soft hyphen, which
    some programs drop: what is lost before it comes here cannot be restored.

    VIQR follows RFC 1456: a mark always joins the letter before if the two can join, unless a
    backslash stands between, so the full stop in "Ba." must have been written "Ba\\.".
    """
    match legacy:
        case Legacy.TCVN3:
            lines = text.translate(_TCVN3_DECODE).split("\n")
            return nfc("\n".join(map(_restore_capitals, lines)))
        case Legacy.VNI:
            return nfc(_VNI_UNIT.sub(_decode_vni, text))
        case Legacy.VIQR:
            return nfc(_VIQR_UNIT.sub(_decode_viqr, text))


def _decodings(legacy: Legacy) -> dict[str, str]:
    return {code: char for char, code in _CODES[legacy].items()}


_TCVN3_DECODE = str.maketrans(_decodings(Legacy.TCVN3))
_WORD = re.compile(r"[^\W\d_]+")


def _restore_capitals(line: str) -> str:
    """Raise the toned letters of words which stand in capitals; see `to_unicode`."""
    certain = [_is_capital(match.group()) for match in _WORD.finditer(line)]
    settled: list[bool] = []
    for capital, run in groupby(certain):
        start = len(settled)
        end = start + len(list(run))
        if capital is None:
            neighbours = certain[:start][-1:] + certain[end : end + 1]
            capital = bool(neighbours) and all(neighbours)
        settled += [capital] * (end - start)
    raised = iter(settled)
    return _WORD.sub(lambda m: m.group().upper() if next(raised) else m.group(), line)


def _is_capital(word: str) -> bool | None:
    """Whether `word` is in capitals, judged by its letters without tone; None if they are few."""
    sure = [char for char in word if split_tone(char)[1] is Tone.NGANG]
    if len(sure) == len(word) == 1 or any(char.islower() for char in sure):
        return False
    return True if len(sure) >= 2 else None


_VNI_DECODE = _decodings(Legacy.VNI)
_VNI_PAIRS = [code for code in _VNI_DECODE if len(code) == 2]
# A mark may have been typed in the other case than its letter; the letter decides.
_VNI_DECODE |= {code[0] + code[1].swapcase(): _VNI_DECODE[code] for code in _VNI_PAIRS}
_VNI_UNIT = re.compile(
    "[{}][{}]|[{}]".format(
        "".join({code[0] for code in _VNI_PAIRS}),
        "".join({code[1] for code in _VNI_PAIRS}),
        "".join(code for code in _VNI_DECODE if len(code) == 1),
    )
)


def _decode_vni(match: re.Match[str]) -> str:
    unit = match.group()
    return _VNI_DECODE.get(unit) or "".join(_VNI_DECODE.get(char, char) for char in unit)


_VIQR_DECODE = _decodings(Legacy.VIQR) | {"Dd": "Đ"}
_VIQR_UNIT = re.compile(
    r"\\(?P<literal>.)|dd|D[Dd]|(?:[aA][(^]?|[eE]\^?|[oO][\^+]?|[uU]\+?|[iIyY])[`?~'.]?", re.DOTALL
)


def _decode_viqr(match: re.Match[str]) -> str:
    return match["literal"] or _VIQR_DECODE[match.group()]
