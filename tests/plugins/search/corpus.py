"""Made-up items in real words: as many as wanted, always the same.

Phrases of the samples in `content/` and, between them, words by Zipf's law: those of the samples by
their frequency, then syllables that Vietnamese spelling allows. So common words are as common as in
real texts, neighbours belong together as often, and rare words are there, too.
"""

import datetime as dt
import random
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from plugins.search.items import Item, Shown
from plugins.search.terms import terms
from regulation.vietnamese import parse_syllable
from regulation.vietnamese.syllables import ONSETS, RIMES
from regulation.vietnamese.tones import Tone, put_tone
from tests.small import ROOT

SECTIONS = tuple(f"muc-{number}" for number in range(16))
KINDS = ("tin", "văn bản", "thủ tục", "hỏi đáp", "thông báo")
AGENCIES = tuple(f"so-{number}" for number in range(40))
FIRST_DAY = dt.date(2014, 1, 2)
_WORD = re.compile(r"[^\W\d_]+|\d[\d./%-]*\d|\d")


@cache
def samples() -> tuple[str, ...]:
    """The words of the samples, one after another."""
    words: list[str] = []
    for path in sorted((ROOT / "content").rglob("*.md")):
        words += _WORD.findall(path.read_text(encoding="utf-8").partition("\n---\n")[2])
    return tuple(words)


@cache
def _zipf() -> tuple[list[str], list[float]]:
    counted = Counter(word.lower() for word in samples())
    words = [word for word, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))]
    rare = []
    for onset in ONSETS:
        for rime in sorted(RIMES):
            if parse_syllable(onset + rime, any_tone=True):
                vowel = max(range(len(rime)), key=lambda i: (rime[i] not in "chgmnpt", -i))
                for tone in (Tone.SAC, Tone.NANG):
                    rare.append(
                        onset + rime[:vowel] + put_tone(rime[vowel], tone) + rime[vowel + 1 :]
                    )
    random.Random(3).shuffle(rare)
    words = list(dict.fromkeys(words + rare))
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


def text(dice: random.Random, size: int) -> str:
    """Words of prose, about so many."""
    real = samples()
    words, sums = _zipf()
    made: list[str] = []
    while len(made) < size:
        at = dice.randrange(len(real))
        made += real[at : at + dice.randint(3, 12)]
        for _ in range(dice.randint(0, 3)):
            made.append(words[bisect_left(sums, dice.random() * sums[-1])])
        if dice.random() < 0.1:
            made.append(f"số {dice.randint(1, 4000)}/{dice.randint(2014, 2026)}/NĐ-CP.")
    return " ".join(made[:size])


def written(number: int, words: int = 400) -> tuple[Shown, dict[str, str]]:
    """What one item shows and the texts of its fields; the larger its number the newer it is."""
    dice = random.Random(number)
    title = text(dice, dice.randint(6, 16)).capitalize()
    summary = text(dice, 30)
    size = max(20, int(dice.gauss(words, words / 3)))
    fields = {"title": title, "metadata": summary, "body": text(dice, size)}
    if number % 10 == 0:
        fields["attachment"] = text(dice, words)
    section, agency = dice.choice(SECTIONS), AGENCIES[int(40 * dice.random() ** 2)]
    day = FIRST_DAY + dt.timedelta(days=number * 4000 // 100_000)
    shown = Shown(
        f"/{section}/{day.year}/bai-{number:06}/", title, day, section, dice.choice(KINDS), agency,
        summary[:160],
    )  # fmt: skip
    return shown, fields


def item(number: int, words: int = 400) -> Item:
    """One item with its terms."""
    shown, texts = written(number, words)
    fields = {name: terms(text) for name, text in texts.items()}
    return Item(shown, fields, minute=number)


def items(count: int, words: int = 400) -> Iterator[Item]:
    """The first so many, oldest first."""
    return (item(number, words) for number in range(count))


def queries(count: int, seed: int = 1) -> list[str]:
    """What people might type: two to six neighbouring words of a text, half without tones."""
    from regulation.vietnamese import fold

    dice = random.Random(seed)
    real = samples()
    made = []
    for number in range(count):
        at = dice.randrange(len(real))
        words = " ".join(real[at : at + dice.randint(2, 6)])
        made.append(fold(words) if number % 2 else words)
    return made
