"""What somebody looked for, as terms; `theme/static/js/search-terms.js` does the same.

A query is a list of groups, one for each word or number; a group matches by any of its
alternatives. The index is asked one thing only: how many items have a folded word (`known`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, NamedTuple

from plugins.search.terms import Token, analyse
from plugins.search.words import (
    ABBREVIATIONS,
    FOLDED_KEPT,
    FOLDED_STOP_WORDS,
    KIND_OF,
    KINDS,
    OTHER_NAMES,
    STOP_WORDS,
    Key,
    beginnings,
    key,
    syllables,
)
from regulation.vietnamese import Tone, parse_syllable
from regulation.vietnamese.tones import VOWELS, put_tone

Known = Callable[[str], int]
"""About how many items have a folded word; 0 if none has it. True is one."""

TONED = 1.0
FOLDED = 0.25
PAIR = 3.0
NUMBER = 3.0
DOCUMENT = 8.0
PART = 5.0
"""A part of a document's number, "43/2014"."""
SYMBOL = 3.0
"""A symbol without a number, "NĐ-CP"."""
PER_CENT = 1.0
"""98,5 where 98,5% was looked for."""
ABBREVIATION = 3.0
"""An abbreviation where it was spelled out, shared by its words."""
NEAR = 0.5
"""The share of a word that is only near to what was typed."""

How = Literal["typed", "part", "abbreviation", "telex", "vni", "split", "near", "prefix"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term to look up, and what it is worth."""

    kind: Literal["toned", "folded", "pair", "number", "date", "document"]
    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which a document can have what a group asks for."""

    how: How
    must: tuple[Wanted, ...]
    """All of them must be in the document."""
    also: tuple[Wanted, ...]
    """What makes it a better one."""
    toned: tuple[str, ...]
    """For the words of `must`, each with its tones; empty where they do not matter."""


@dataclass(frozen=True, slots=True)
class Group:
    """One word or number as typed."""

    typed: str
    alternatives: tuple[Alternative, ...]
    optional: bool = False
    """Whether it may be a word of grammar: typed without tones, nobody can tell."""
    unknown: bool = False
    """Whether the index has it in no way: `widened` with near words helps."""
    begins: tuple[str, ...] = ()
    """How longer words begin, if it is the last and may still be being typed."""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looked for."""

    groups: tuple[Group, ...]
    also: tuple[Wanted, ...]
    """Pairs of neighbours, which make a document a better one."""
    tones: bool
    """Whether it was typed with tones: then they count."""


class _Link(NamedTuple):
    """A word or number in the chain of neighbours."""

    key: Key
    group: int
    optional: bool
    first: bool


def read_query(text: str, known: Known) -> Query:
    """Reads what somebody typed.

    Words of grammar go, unless there is nothing else. A word that is no syllable and that the
    index does not know is read as Telex or VNI keystrokes, or as words run together.
    Whoever asks keeps `text` short: its cost grows with the square of its words.
    """
    tokens = analyse(text)
    units = [token for token in tokens if not token.part]
    tones = any(_shows_tones(token) for token in units)
    if tones and not all(token.stop for token in units):
        units = [token for token in units if not token.stop]
    doubtful = _may_be_grammar([token.term for token in units])
    if tones or all(doubtful):
        doubtful = [False] * len(units)
    groups: list[Group] = []
    chain: list[_Link] = []
    at = 0
    broken = True
    while at < len(units):
        token = units[at]
        here = len(groups)
        broken = broken or token.first
        if token.kind != "word":
            exact = _exact(token, tokens)
            kind = _kind_before(units, at) if token.kind == "number" else ""
            if kind and token.term.isdigit():
                named = Wanted("document", f"{token.term}/{kind}", PART)
                exact += (Alternative("part", (named,), (), ("",)),)
            groups.append(Group(text[token.start : token.end], exact))
            if token.kind != "date":
                inside = [t for t in tokens if t.chain and token.start <= t.start < token.end]
                for t in inside:
                    chain.append(_Link(Key(t.term, t.term), here, False, broken or t.first))
                    broken = False
            broken = token.kind == "date"
            at += 1
            continue
        names, after = _named(units, at, tones)
        if names:
            typed = tuple(Key(t.toned, t.term) for t in units[at:after])
            said = len(typed) > 1 and tones and " ".join(k.toned for k in typed) in _SAID[True]
            ways = [(_so_said if said else _words)("typed", typed, tones)]
            ways += [_words("abbreviation", name, True, 1 / len(name)) for name in names]
            span = text[token.start : units[after - 1].end]
            begins = beginnings(units[after - 1].term) if after == len(units) == at + 1 else ()
            groups.append(Group(span, tuple(ways), begins=begins))
            for made in typed:
                chain.append(_Link(made, here, False, broken))
                broken = False
            at = after
            continue
        ways = [_words("typed", (Key(token.toned, token.term),), tones)]
        known_as = known(token.term)
        read = None if known_as or token.term in syllables() else _decoded(token, known)
        optional = doubtful[at]
        keys: tuple[Key, ...] = (Key(token.toned, token.term),)
        if read:
            how, keys = read
            toned = how != "split" or token.toned != token.term
            ways.append(_words(how, keys, toned))
            optional = len(units) > 1 and keys[0].toned in STOP_WORDS and not keys[1:]
        groups.append(
            Group(
                text[token.start : token.end],
                tuple(ways),
                optional=optional,
                unknown=not read and not known_as,
                begins=beginnings(token.term) if at == len(units) - 1 else (),
            )
        )
        for made in keys:
            chain.append(_Link(made, here, optional, broken))
            broken = False
        at += 1
    _shorten(groups, chain, tones)
    return Query(tuple(groups), tuple(_neighbours(chain)), tones)


def _shows_tones(token: Token) -> bool:
    """Whether a word has a mark; the đ of QĐ is part of a code."""
    return token.kind == "word" and token.toned != token.term and token.term not in ABBREVIATIONS


def _may_be_grammar(folded: list[str]) -> list[bool]:
    """Which words may be of grammar, if nobody typed a tone."""

    def may_be(at: int) -> bool:
        return (
            folded[at] in FOLDED_STOP_WORDS
            and " ".join(folded[max(0, at - 1) : at + 1]) not in FOLDED_KEPT
            and " ".join(folded[at : at + 2]) not in FOLDED_KEPT
        )

    return [may_be(at) for at in range(len(folded))]


def _words(how: How, keys: tuple[Key, ...], toned: bool, share: float = 1.0) -> Alternative:
    must = tuple(Wanted("folded", made.folded, FOLDED * share) for made in keys)
    also = tuple(Wanted("toned", made.toned, TONED * share) for made in keys) if toned else ()
    also += tuple(
        Wanted("pair", f"{one.folded} {other.folded}", PAIR * share)
        for one, other in pairwise(keys)
    )
    return Alternative(how, must, also, tuple(made.toned if toned else "" for made in keys))


def _so_said(how: How, keys: tuple[Key, ...], toned: bool) -> Alternative:
    """Words that count in this form only: "sổ đỏ" is no "sơ đồ", nor "số" here and "độ" there."""
    way = _words(how, keys, toned)
    must = tuple(Wanted("toned", made.toned, FOLDED + TONED) for made in keys)
    return replace(way, must=must, also=tuple(w for w in way.also if w.kind == "pair"))


def _exact(token: Token, tokens: list[Token]) -> tuple[Alternative, ...]:
    """A number, a date or a document, whole; then by its parts."""

    def one(how: How, term: str, weight: float) -> Alternative:
        kind = token.kind if token.kind != "word" else "number"
        return Alternative(how, (Wanted(kind, term, weight),), (), ("",))

    parts = [t for t in tokens if t.part and t.start == token.start and t.kind == token.kind]
    match token.kind:
        case "document":
            symbol = not "0" <= token.term[0] <= "9"
            whole = one("typed", token.term, SYMBOL if symbol else DOCUMENT)
            numbered = [t.term for t in parts if "0" <= t.term[0] <= "9"]
            return whole, *(one("part", term, PART) for term in numbered)
        case "number":
            whole = one("typed", token.term, NUMBER)
            return whole, *(one("part", t.term, PER_CENT) for t in parts if t.chain)
        case _:
            return (one("typed", token.term, NUMBER),)


def _kind_before(units: list[Token], at: int) -> str:
    """The code of the kind that stands before a number: "nghị định số 43", "NĐ 43"."""
    before: list[str] = []
    for token in reversed(units[max(0, at - 6) : at]):
        if token.kind != "word":
            break
        if before or token.term != "so":
            before.insert(0, token.term)
    for length in range(min(4, len(before)), 0, -1):
        if kind := KIND_OF.get(" ".join(before[-length:])):
            return kind
    return before[-1] if before and before[-1] in KINDS - syllables() else ""


# Abbreviations

_NAMES: dict[str, list[tuple[Key, ...]]] = {
    short: [tuple(k for k in name if k.toned not in STOP_WORDS) for name in names]
    for short, names in ABBREVIATIONS.items()
}
"""What abbreviations stand for, without the words of grammar …"""
_TONED_NAMES = {
    short: [[made.toned for made in name] for name in names] for short, names in _NAMES.items()
}
"""… as it is left of a query typed with tones, or without."""


def _left(folded: list[str]) -> list[str]:
    doubtful = _may_be_grammar(folded)
    return [word for word, doubt in zip(folded, doubtful, strict=True) if not doubt]


_FOLDED_NAMES = {
    short: [_left([made.folded for made in name]) for name in names]
    for short, names in ABBREVIATIONS.items()
}


def _abbreviation(units: list[Token], at: int) -> tuple[str, int]:
    """The abbreviation that begins there, KT-XH before KT, and where it ends."""
    for length in (2, 1):
        taken = units[at : at + length]
        if len(taken) == length and all(token.kind == "word" for token in taken):
            short = " ".join(token.term for token in taken)
            if short in ABBREVIATIONS:
                return short, at + length
    return "", at


_SAID = (
    {" ".join(key.folded for key in said): names for said, names in OTHER_NAMES.items()},
    {" ".join(key.toned for key in said): names for said, names in OTHER_NAMES.items()},
)
"""Other names by what is said, without tones and with them."""


def _named(units: list[Token], at: int, tones: bool) -> tuple[Sequence[tuple[Key, ...]], int]:
    """What stands there under another name or shortened, and where that ends."""
    short, after = _abbreviation(units, at)
    if short:
        return _NAMES[short], after
    for length in (3, 2):
        taken = units[at : at + length]
        if len(taken) == length and all(token.kind == "word" for token in taken):
            said = " ".join(token.toned if tones else token.term for token in taken)
            if said in _SAID[tones]:
                return _SAID[tones][said], at + length
    return (), at


def _shorten(groups: list[Group], chain: list[_Link], tones: bool) -> None:
    """Lets each word of "thủ tục hành chính" be found as TTHC, too."""
    links = [link for link in chain if not link.optional]
    there = [link.key.toned if tones else link.key.folded for link in links]
    for short, names in (_TONED_NAMES if tones else _FOLDED_NAMES).items():
        for wanted in names:
            size = len(wanted)
            if size < 2:
                continue
            for at in range(len(there) - size + 1):
                if there[at : at + size] != wanted:
                    continue
                keys = tuple(Key(word, word) for word in short.split(" "))
                way = _words("abbreviation", keys, False, ABBREVIATION / FOLDED / size / len(keys))
                way = replace(way, also=())
                for index in sorted({link.group for link in links[at : at + size]}):
                    group = groups[index]
                    if way not in group.alternatives:
                        groups[index] = replace(group, alternatives=(*group.alternatives, way))


def _neighbours(chain: list[_Link]) -> Iterator[Wanted]:
    """Pairs over the bounds of groups; what may be grammar counts and is stepped over."""
    seen = set()
    for at, link in enumerate(chain):
        for other in chain[at + 1 :]:
            if other.first:
                break
            pair = f"{link.key.folded} {other.key.folded}"
            if other.group != link.group and pair not in seen:
                seen.add(pair)
                yield Wanted("pair", pair, PAIR)
            if not other.optional:
                break


# Keystrokes and words run together

_TELEX_TONES = {"s": Tone.SAC, "f": Tone.HUYEN, "r": Tone.HOI, "x": Tone.NGA, "j": Tone.NANG}
_VNI_TONES = {
    "1": Tone.SAC, "2": Tone.HUYEN, "3": Tone.HOI, "4": Tone.NGA, "5": Tone.NANG,
}  # fmt: skip
_ROOF = {"a": "â", "e": "ê", "o": "ô"}
_SMALL_LETTERS = re.compile("[a-z]+")
_LETTERS_AND_DIGITS = re.compile("[a-z][a-z0-9]*[0-9][a-z0-9]*")


def _decoded(token: Token, known: Known) -> tuple[How, tuple[Key, ...]] | None:
    if token.toned == token.term:
        if word := read_telex(token.term):
            return "telex", (key(word),)
        if word := read_vni(token.term):
            return "vni", (key(word),)
    pieces = split_run(token.term, known)
    if not pieces:
        return None
    if len(token.toned) != len(token.term):
        return "split", tuple(key(piece) for piece in pieces)
    cut, at = [], 0
    for piece in pieces:
        cut.append(key(token.toned[at : at + len(piece)]))
        at += len(piece)
    return "split", tuple(cut)


def read_telex(word: str) -> str:
    """The syllable that Telex makes of these keystrokes, "ddaats" is đất, or nothing."""
    if not _SMALL_LETTERS.fullmatch(word):
        return ""
    letters: list[str] = []
    tone = Tone.NGANG
    for char in word:
        voiced = any(letter in VOWELS for letter in letters)
        if char in _TELEX_TONES and voiced:
            tone = _TELEX_TONES[char]
        elif char == "z" and voiced:
            tone = Tone.NGANG
        elif char == "w":
            if not _horn(letters, breve=True):
                letters.append("ư")
        elif char == "d" and letters[:1] == ["d"]:
            letters[0] = "đ"
        elif not (char in _ROOF and _put(letters, char, _ROOF[char])):
            letters.append(char)
    return _composed(word, letters, tone)


def read_vni(word: str) -> str:
    """The syllable that VNI makes of these keystrokes, "d9a61t" is đất, or nothing."""
    if not _LETTERS_AND_DIGITS.fullmatch(word):
        return ""
    letters: list[str] = []
    tone = Tone.NGANG
    for char in word:
        done = True
        if char in _VNI_TONES:
            tone = _VNI_TONES[char]
        elif char == "0":
            tone = Tone.NGANG
        elif char == "6":
            last = max(("".join(letters).rfind(v), v) for v in _ROOF)
            done = last[0] >= 0 and _put(letters, last[1], _ROOF[last[1]])
        elif char == "7":
            done = _horn(letters, breve=False)
        elif char == "8":
            done = _put(letters, "a", "ă")
        elif char == "9":
            done = letters[0] == "d" and _put(letters, "d", "đ")
        else:
            letters.append(char)
        if not done:
            return ""
    return _composed(word, letters, tone)


def _put(letters: list[str], plain: str, marked: str) -> bool:
    """Changes the last such letter; whether there is one."""
    for at in range(len(letters) - 1, -1, -1):
        if letters[at] == plain:
            letters[at] = marked
            return True
    return False


def _horn(letters: list[str], breve: bool) -> bool:
    """Makes ươ of uo, ưa of ua but after q, else ư, ơ or ă of the last letter that can be."""
    text = "".join(letters)
    for pair, made in (("uo", "ươ"), ("ưo", "ươ"), ("uơ", "ươ")):
        at = text.rfind(pair)
        if at >= 0:
            letters[at : at + 2] = made
            return True
    at = text.rfind("ua")
    if at >= 0 and text[:at] != "q":
        letters[at] = "ư"
        return True
    last = max((text.rfind(v), v) for v in ("uoa" if breve else "uo"))
    if last[0] < 0:
        return False
    letters[last[0]] = {"u": "ư", "o": "ơ", "a": "ă"}[last[1]]
    return True


def _composed(typed: str, letters: list[str], tone: Tone) -> str:
    if "".join(letters[-2:]) == "ươ":
        letters[-2:] = "uơ"  # thuở
    plain = "".join(letters)
    places = [i for i, letter in enumerate(letters) if letter in VOWELS]
    if not places:
        return ""
    marked = [i for i in places if letters[i] not in "aeiouy"]
    if len(places) > 1 and (plain.startswith(("qu", "gi"))):
        places = places[1:]
    if marked:
        at = marked[-1]
    elif places[-1] < len(letters) - 1 or len(places) == 1:
        at = places[-1]
    else:
        at = places[-2]
    letters[at] = put_tone(letters[at], tone)
    word = "".join(letters)
    return word if word != typed and parse_syllable(word) else ""


_LONGEST_SYLLABLE = 7
_STRANGE = 1000


def split_run(word: str, known: Known) -> tuple[str, ...]:
    """The syllables of words typed without blanks, "thutuchanhchinh", or nothing.

    As few as can be; then as few as can be that the index does not know; then the most frequent
    ones; then the longest first.
    """

    def rarity(piece: str) -> int:
        items = known(key(piece).folded)
        return 32 - items.bit_length() if items else _STRANGE

    best: list[tuple[int, int, int] | None] = [None] * len(word) + [(0, 0, 0)]
    for at in range(len(word) - 1, -1, -1):
        for length in range(min(_LONGEST_SYLLABLE, len(word) - at), 0, -1):
            rest = best[at + length]
            piece = word[at : at + length]
            if rest is None or piece not in syllables():
                continue
            count, rare = rest[0] + 1, rest[1] + rarity(piece)
            now = best[at]
            if now is None or (count, rare) < now[:2]:
                best[at] = (count, rare, length)
    pieces = []
    at = 0
    while (step := best[at]) and step[2]:
        pieces.append(word[at : at + step[2]])
        at += step[2]
    return tuple(pieces) if len(pieces) > 1 else ()


# Words near to what was typed


def widened(group: Group, words: Iterable[str], how: How, tones: bool) -> Group:
    """The group with words of the index as further alternatives; they weigh less than the word.

    `tones` is the query's: typed without any, the word itself weighs no more than folded.
    """
    weight = (FOLDED + TONED if tones else FOLDED) * NEAR
    ways = tuple(Alternative(how, (Wanted("folded", word, weight),), (), ("",)) for word in words)
    return replace(group, alternatives=group.alternatives + ways)
