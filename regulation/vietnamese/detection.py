"""Finding text that was pasted in an encoding from before Unicode.

A word counts as evidence when it makes no Vietnamese syllable as it stands and makes one once
converted; a marked word whose conversion makes none speaks against. Only a clear majority decides,
because French, German or a formula yields a chance syllable now and then.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from .legacy import Legacy, to_unicode
from .syllables import Syllable, parse_syllable
from .tones import Tone


@dataclass(frozen=True, slots=True)
class LegacyFinding:
    """Where text in an encoding from before Unicode begins."""

    legacy: Legacy
    offset: int
    """Place of the first suspicious run, from its first suspicious word …"""
    end: int
    """… to the end of the last one on its line."""
    sample: str
    """The run itself, cut after a word where it is long."""

    @property
    def message(self) -> str:
        """What is wrong and what to do, for the civil servant who wrote the text."""
        return (
            f"Đoạn “{self.sample}” còn ở bảng mã {self.legacy}, người đọc sẽ thấy chữ sai: hãy "
            f"chuyển sang Unicode (đọc là “{to_unicode(self.sample, self.legacy)}”)."
        )


class _Sign(Enum):
    PLAIN = auto()  # unmarked, and a syllable
    OTHER = auto()  # unmarked, and no syllable
    EVIDENCE = auto()
    STRONG = auto()  # evidence with a rime that hardly comes by chance
    AGAINST = auto()
    OPEN = auto()  # marked, and perhaps right as it stands


_EVIDENCE = frozenset((_Sign.EVIDENCE, _Sign.STRONG))


class _Word(NamedTuple):
    start: int
    end: int
    sign: _Sign


@dataclass(slots=True)
class _Tally:
    evidence: int = 0
    strong: int = 0
    against: int = 0
    plain: int = 0
    other: int = 0
    open: int = 0

    @classmethod
    def of(cls, words: Iterable[_Word]) -> "_Tally":
        counted = Counter(word.sign for word in words)
        return cls(
            evidence=counted[_Sign.EVIDENCE] + counted[_Sign.STRONG],
            strong=counted[_Sign.STRONG],
            against=counted[_Sign.AGAINST],
            plain=counted[_Sign.PLAIN],
            other=counted[_Sign.OTHER],
            open=counted[_Sign.OPEN],
        )

    @property
    def share(self) -> float:
        """The share of fitting words among all that say something."""
        fitting = self.evidence + self.plain
        total = fitting + self.against + self.other
        return fitting / total if total else 0.0

    @property
    def decides(self) -> bool:
        if self.evidence >= 3:
            likely = self.strong or self.share >= 0.8
            return bool(likely) and self.evidence >= 3 * self.against and self.share >= 0.5
        if self.against:
            return False
        if self.evidence == 2:
            return self.share >= (0.6 if self.strong else 0.75)
        return self.strong == 1 and self.plain + self.open >= 1 and self.other == 0


def detect_legacy(text: str) -> LegacyFinding | None:
    """Find text in TCVN3, VNI or VIQR, or return None.

    Each line is judged by itself, so one pasted paragraph in a Unicode page is found; then the
    whole, so a list of short lines is found too. `text` should be in NFC; offsets count in `text`
    as given. One word alone never decides. Two or three short words may: a chance hit there is
    possible but has not been seen with ordinary French, German, English or formulas.
    """
    best: tuple[tuple[int, int], LegacyFinding] | None = (
        None  # with how much its evidence outweighs
    )
    for legacy in Legacy:
        if not any(_sign(word, legacy) in _EVIDENCE for word in set(_WORDS[legacy].findall(text))):
            continue  # nearly every text: nothing is there to weigh
        lines = [words for words in _lines(text, legacy) if words]
        found = next((words for words in lines if _Tally.of(words).decides), None)
        whole = _Tally.of(word for words in lines for word in words)
        if found is None and whole.decides:
            found = next(words for words in lines if _Tally.of(words).evidence)
        weight = whole.evidence - whole.against, whole.strong
        if found is not None and (best is None or weight > best[0]):
            best = weight, _finding(text, legacy, found)
    return best[1] if best else None


def _finding(text: str, legacy: Legacy, words: list[_Word]) -> LegacyFinding:
    shown = [w for w in words if w.sign in _EVIDENCE]
    start, end = shown[0].start, shown[-1].end
    return LegacyFinding(
        legacy=legacy,
        offset=start,
        end=end,
        sample=_sample(text[start:end]),
    )


def _sample(run: str) -> str:
    return run if len(run) <= 60 else run[:60].rpartition(" ")[0] or run[:60]


# The TCVN3 codes that Unicode does not count as letters stand inside words all the same.
_TCVN3_WORD = re.compile(r"(?:[^\W\d_]|[¡¢£¤¥¦§¨©«¬\u00ad®µ¶·¸¹»¼½¾×÷])+")
_VNI_WORD = re.compile(r"[^\W\d_]+")
_VIQR_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\^(+'`?~.\\])*")
_WORDS = {Legacy.TCVN3: _TCVN3_WORD, Legacy.VNI: _VNI_WORD, Legacy.VIQR: _VIQR_WORD}
_MARKED = {
    Legacy.TCVN3: re.compile("[\u00a1-\u00ff]"),
    Legacy.VNI: re.compile("[\u00c0-\u00ff]"),
    # A letter shape, or a tone inside a word, or dd; a tone at the end may be punctuation.
    Legacy.VIQR: re.compile(
        r"[aeo]\^|a\(|[ou]\+|[aeiouy][`?~'.](?=[a-z])|\bdd", re.IGNORECASE
    ),
}  # fmt: skip
# Beside these a word is part of a formula, an address or a program.
_TECHNICAL = frozenset("0123456789_=@/#$%&*<>|{}[]^+~`")
_SHAPE_AND_TONE = re.compile(r"[\^(+][`?~'.]")
_RARE_RIMES = frozenset(("oong", "ooc", "uya"))
_PRODUCT = re.compile("[A-Za-z]·[A-Za-z]")
_VIQR_PUNCTUATION = ".?'`~(+^\\"


def _lines(text: str, legacy: Legacy) -> Iterator[list[_Word]]:
    start = 0
    for line in text.split("\n"):
        yield list(_words(line, start, legacy))
        start += len(line) + 1


def _words(line: str, start: int, legacy: Legacy) -> Iterator[_Word]:
    for match in _WORDS[legacy].finditer(line):
        sign = _sign(match.group(), legacy)
        beside = line[match.start() - 1 : match.start()] + line[match.end() : match.end() + 1]
        if legacy is Legacy.VIQR and not _TECHNICAL.isdisjoint(beside):
            sign = _Sign.OTHER
        if sign is not None:
            yield _Word(start + match.start(), start + match.end(), sign)


@lru_cache(maxsize=1 << 14)  # the words of a text come again and again
def _sign(word: str, legacy: Legacy) -> _Sign | None:
    if not _MARKED[legacy].search(word):
        plain = word.rstrip(_VIQR_PUNCTUATION)
        if not plain.isascii():
            return _Sign.AGAINST
        return _Sign.PLAIN if parse_syllable(plain, any_tone=True) else _Sign.OTHER
    if not re.search("[A-Za-z]", word):
        return None  # a single sign such as § or é says nothing
    converted = to_unicode(word, legacy)
    if legacy is Legacy.VIQR:
        converted = converted.rstrip(_VIQR_PUNCTUATION)
    syllable = parse_syllable(converted)
    if syllable is None:
        return _Sign.OTHER if legacy is Legacy.VIQR else _Sign.AGAINST
    natural = _regular(word) and parse_syllable(word, any_tone=True)
    if natural or _PRODUCT.fullmatch(word):
        return _Sign.OPEN
    if _is_strong(word, syllable, legacy):
        return _Sign.STRONG
    # Without an onset too many formulas would read as syllables: a^n is ân, but a^'n is nothing.
    chance = legacy is Legacy.VIQR and not syllable.onset and not _SHAPE_AND_TONE.search(word)
    return _Sign.OTHER if chance else _Sign.EVIDENCE


def _is_strong(word: str, syllable: Syllable, legacy: Legacy) -> bool:
    if syllable.rime in _RARE_RIMES or not (syllable.onset or len(syllable.rime) >= 2):
        return False
    if legacy is Legacy.VIQR and _SHAPE_AND_TONE.search(word):
        return True
    if legacy is Legacy.TCVN3 and (not _regular(word) or re.search("[©ª«¬\u00ad®]", word)):
        return True
    toned = syllable.tone is not Tone.NGANG or legacy is Legacy.VNI
    return toned and bool(syllable.onset) and len(syllable.rime) >= 2


def _regular(word: str) -> bool:
    """Whether the case is one that people write; many TCVN3 codes are capitals amid small ones."""
    return word.islower() or word.isupper() or word.istitle()
