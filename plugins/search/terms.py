"""How a text becomes terms; `theme/static/js/search-terms.js` does the same in the browser.

Both sides stand on explicit ranges of characters, never on what a language calls a letter: editions
of Unicode differ from browser to browser. `docs/decisions/0019-search-terms.md` says what and why.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from plugins.search.words import KEPT, KINDS, MAX_LENGTH, STOP_WORDS, key, syllables

Kind = Literal["word", "number", "date", "document"]

# Latin, Greek and Cyrillic without their punctuation; from Armenian to Greek Extended, for Lao and
# Khmer write vowels with marks; kana, ideographs, Hangul; ligatures of PDF. Then what continues a
# word: tone marks, what nobody sees, raised 2 and 3.
_LETTER = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u037d\u037f-\u0386\u0388-\u052f"
    "\u0531-\u1fff\u3041-\u30ff\u3105-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\ufb00-\ufb06"
)
_INSIDE = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufe0f\ufeff\u00b2\u00b3"
_BLANK = "\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_PIECE = re.compile(f"[0-9{_LETTER}](?:[0-9{_LETTER}{_INSIDE}]|['\u2019](?=[{_LETTER}]))*")
_BLANKS = re.compile(f"[{_BLANK}]")
_UNSEEN = re.compile(f"[{_BLANK}{_INSIDE}]")
# A sentence or a cell ends …
_STOP = re.compile("[!?;…|•。]")
# … or a paragraph: an empty line.
_EMPTY_LINE = re.compile(f"(?:\r\n?|\n)[{_BLANK}]*[\r\n]|\u2029")
_PERCENT = re.compile("[ \u00a0]?%")
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2212"
_SIGNS = "/.,&"

_DIGITS = re.compile("[0-9]+")
_MONEY = re.compile("([0-9]+)([đĐ]|[vV][nN][đĐdD])")
_DOCUMENT_NUMBER = re.compile("[0-9]{1,6}[a-z]?")
_CODE = re.compile("[a-z][a-z0-9]*")
_ASSEMBLY = re.compile("(?:qh|ubtvqh)[0-9ivx]+")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_ROMAN = {
    figure: str(value)
    for value, figure in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi".split(), 1
    )
}
_LIKE_WORDS = frozenset(("i", "v", "vi", "x", "xi"))
"""Roman numbers only in capitals."""
_CAPITALS = re.compile("[IVX]+")
_BEFORE_ROMAN = frozenset(
    "bac cap chuong doan dot hang khoa ki loai luc muc nhom phan qui tap vuc vung".split()
)
"""quý III, nhà cấp IV, khóa XV, thế kỷ XIX, phụ lục II: what is counted in Roman numbers."""
_MAY_BEGIN_MORE = KINDS | {"ngay"} | _ROMAN.keys()
_BEFORE_A_YEAR = ("thang", "qui")
"""In "tháng 12/2026", "quý 4/2026" no document is meant."""
_MOST_CODES = 6


class Token(NamedTuple):
    """One term and its place in a text."""

    kind: Kind
    term: str
    """What is looked up: a word's folded form; 98.5%, 2022-01-07, 01-07, 43/2014/nd-cp."""
    toned: str
    """A word with its tones, empty for other kinds."""
    position: int
    """The how-manyeth word or number it is, or begins with."""
    start: int
    """Its place in the text as given …"""
    end: int
    stop: bool = False
    """Whether it is a word of grammar here."""
    part: bool = False
    """Whether a longer token stands at the same place."""
    chain: bool = False
    """Whether it makes pairs with its neighbours …"""
    first: bool = False
    """… of which the one before is not one: a sentence or a paragraph ended."""


class _Piece(NamedTuple):
    start: int
    end: int
    toned: str
    folded: str
    digits: bool
    sign: str
    """The one sign between the piece before and this one, if nothing else is there."""
    tight: bool
    """Whether there is no blank between them."""
    first: bool


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    end = 0
    for match in _PIECE.finditer(text):
        start = match.start()
        gap = text[end:start]
        if gap == " ":
            sign, tight, first = "", False, not pieces
        else:
            tight = not _BLANKS.search(gap)
            sign = _UNSEEN.sub("", gap)
            sign = "-" if len(sign) == 1 and sign in _HYPHENS else sign
            ended = not tight and ("." in gap or ":" in gap)
            first = not pieces or bool(_STOP.search(gap) or _EMPTY_LINE.search(gap)) or ended
            sign = sign if len(sign) == 1 and sign in "-" + _SIGNS else ""
        end = match.end()
        word = match[0]
        toned, folded = key(word)
        if word[0] > "9":  # nearly every one
            pieces.append(_Piece(start, end, toned, folded, False, sign, tight, first))
            continue
        if money := _MONEY.fullmatch(word):
            amount, unit = money[1], key(money[2])
            middle = start + len(amount)
            pieces.append(_Piece(start, middle, amount, amount, True, sign, tight, first))
            pieces.append(_Piece(middle, end, unit.toned, unit.folded, False, "", True, False))
            continue
        digits = bool(_DIGITS.fullmatch(folded))
        pieces.append(_Piece(start, end, toned, folded, digits, sign, tight, first))
    return pieces


def analyse(text: str) -> list[Token]:
    """The terms of a text in their order; at one place the longest comes first.

    Words carry their toned and their folded form. 1.000.000 and 1,000,000 are 1000000, 98,5% is
    98.5% and 98.5, and quý III is quý 3. A date is one term, however written, with the day alone
    as another; a document's number is whole and in parts, and its codes are words besides. Offsets
    count code points of the text as given.
    """
    pieces = _pieces(text)
    made = _Maker(text, pieces)
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        folded = piece.folded
        if folded[:1] > "9" and folded not in _MAY_BEGIN_MORE:  # nearly every one
            made.position += 1
            made.tokens.append(
                Token(
                    "word", folded, piece.toned, made.position, piece.start, piece.end,
                    False, False, True, piece.first,
                )
            )  # fmt: skip
            at += 1
        else:
            at = made.date(at) or made.document(at) or made.number(at) or made.word(at)
    return _mark_stop_words(made.tokens)


@dataclass(slots=True)
class _Maker:
    """Reads pieces from a place on; each reader returns where it ended, or 0."""

    text: str
    pieces: list[_Piece]
    tokens: list[Token] = field(default_factory=list)
    position: int = -1

    def word(self, at: int, part: bool = False) -> int:
        piece = self.pieces[at]
        self.position += 1
        roman = self.roman(at)
        kind: Kind = "number" if piece.digits or roman else "word"
        term = roman or (_plain(piece.folded) if piece.digits else piece.folded)
        toned = "" if kind == "number" else piece.toned
        if term:
            self.tokens.append(
                Token(
                    kind, term, toned, self.position, piece.start, piece.end,
                    False, part, True, piece.first,
                )
            )  # fmt: skip
        if roman:
            self.tokens.append(
                Token("word", piece.folded, piece.toned, self.position, piece.start, piece.end,
                      part=True)
            )  # fmt: skip
        return at + 1

    def roman(self, at: int) -> str:
        """The figures of a Roman number after what is counted so, or nothing."""
        piece = self.pieces[at]
        if not at or piece.toned not in _ROMAN or piece.first or piece.sign:
            return ""
        if self.pieces[at - 1].folded not in _BEFORE_ROMAN:
            return ""
        if piece.toned in _LIKE_WORDS and not _CAPITALS.fullmatch(
            self.text[piece.start : piece.end]
        ):
            return ""
        return _ROMAN[piece.toned]

    def whole(self, kind: Kind, term: str, at: int, end: int, part: bool = False) -> None:
        """A token over several pieces, at the place of the word that comes next."""
        start = self.pieces[at].start
        self.tokens.append(Token(kind, term, "", self.position + 1, start, end, part=part))

    def joined(self, at: int, signs: str, tight: bool = True) -> bool:
        """Whether a piece stands there, and one of these signs before it."""
        if at >= len(self.pieces):
            return False
        piece = self.pieces[at]
        return piece.sign != "" and piece.sign in signs and (piece.tight or not tight)

    # Dates

    def date(self, at: int) -> int:
        """07/01/2022, 7-1-2022, 7.1.2022, 2022-01-07; ngày 7 tháng 1 năm 2022; 7/1 alone."""
        pieces = self.pieces
        figures = at + (pieces[at].folded == "ngay")
        if figures >= len(pieces) or not pieces[figures].digits:
            return 0
        if figures > at and (pieces[figures].first or pieces[figures].sign):
            return 0
        return (
            self._in_figures(at, figures)
            or self._in_words(at, figures)
            or self._in_words_without_year(at, figures)
        )

    def _in_figures(self, at: int, figures: int) -> int:
        sign = self.pieces[figures + 1].sign if figures + 1 < len(self.pieces) else ""
        after = figures + 3
        if not sign or sign not in "/-." or self.joined(figures, "/-.,"):
            return 0
        if not all(self.joined(i, sign, sign != "/") for i in (figures + 1, figures + 2)):
            return self._without_year(at, figures) if sign == "/" else 0
        if self.joined(after, "/-" if sign == "." else "/-."):
            return 0
        three = [piece.folded for piece in self.pieces[figures:after]]
        day = _day(*three) or (sign == "-" and _day(*reversed(three)))
        if not day:
            return 0
        self.dated(day, at, self.pieces[after - 1].end)
        self.position += 1
        for piece in self.pieces[figures:after]:
            if len(piece.folded) == 4:  # a year is looked for alone, too
                self.tokens.append(
                    Token("number", piece.folded, "", self.position, piece.start, piece.end,
                          part=True)
                )  # fmt: skip
        if after < len(self.pieces):
            self.pieces[after] = self.pieces[after]._replace(first=True)
        return after

    def dated(self, day: str, at: int, end: int) -> None:
        """A day of a year, then of any year."""
        self.whole("date", day, at, end)
        self.whole("date", day[5:], at, end, part=True)

    def _without_year(self, at: int, figures: int) -> int:
        """7/1, which may be numbers besides."""
        after = figures + 2
        if not self.joined(figures + 1, "/") or self.joined(after, "/-."):
            return 0
        return self._of_any_year(at, after, figures, figures + 1)

    def _of_any_year(self, at: int, after: int, first: int, second: int) -> int:
        day = _day(self.pieces[first].folded, self.pieces[second].folded, _LEAP_YEAR)
        if not day:
            return 0
        self.whole("date", day[5:], at, self.pieces[after - 1].end)
        for i in range(at, after):
            self.word(i, part=True)
        return after

    def _in_words(self, at: int, figures: int) -> int:
        pieces = self.pieces
        if figures + 3 >= len(pieces) or pieces[figures + 1].folded != "thang":
            return 0
        named = pieces[figures + 3].folded == "nam"
        after = figures + (5 if named else 4)
        if after > len(pieces) or any(piece.first for piece in pieces[figures + 1 : after]):
            return 0
        if not named and not self.joined(figures + 3, "/", False):
            return 0
        day = _day(pieces[figures].folded, pieces[figures + 2].folded, pieces[after - 1].folded)
        if not day:
            return 0
        self.dated(day, at, pieces[after - 1].end)
        for i in range(at, after):
            self.word(i, part=True)
        return after

    def _in_words_without_year(self, at: int, figures: int) -> int:
        """Ngày 7 tháng 1."""
        after = figures + 3
        if figures == at or after > len(self.pieces) or self.joined(after, "/-."):
            return 0
        month, number = self.pieces[figures + 1 : after]
        if month.first or number.first or number.sign or month.folded != "thang":
            return 0
        return self._of_any_year(at, after, figures, figures + 2)

    # Documents

    def document(self, at: int) -> int:
        """43/2014/NĐ-CP, 36/QĐ-UBND, 14-ĐA/TU; 43/2014 alone; NĐ-CP alone."""
        piece = self.pieces[at]
        if not _DOCUMENT_NUMBER.fullmatch(piece.folded):
            return self._codes_alone(at)
        if self.joined(at, "/.,"):
            return 0
        number = _plain(piece.folded)
        if self.joined(at + 1, "-") and self.pieces[at + 1].folded in KINDS:
            codes, after = self._codes(at + 2)
            if codes:
                kind = self.pieces[at + 1].folded
                issuer = "-".join(codes)
                terms = [f"{number}-{kind}/{issuer}", f"{number}-{kind}", f"{kind}/{issuer}"]
                return self._written(at, after, terms)
        after = at + 1
        year = ""
        if self.joined(after, "/", False) and _YEAR.fullmatch(self.pieces[after].folded):
            year = self.pieces[after].folded
            after += 1
        codes, end = self._codes(after)
        if not (
            year or (codes and (codes[0] in KINDS or codes[1:] or _ASSEMBLY.fullmatch(codes[0])))
        ):
            return 0
        symbol = "-".join(codes)
        if not codes:
            if at and self.pieces[at - 1].folded in _BEFORE_A_YEAR:
                return 0
            return self._written(at, after, [f"{number}/{year}"])
        terms = [f"{number}/{year}/{symbol}", f"{number}/{year}"] if year else []
        terms.append(f"{number}/{symbol}")
        if codes[1:]:
            terms += [f"{number}/{codes[0]}", symbol]
        return self._written(at, end, terms)

    def _codes(self, at: int) -> tuple[list[str], int]:
        codes: list[str] = []
        while len(codes) < _MOST_CODES:
            joined = self.joined(at, "-&") if codes else self.joined(at, "/", False)
            if not joined or not _CODE.fullmatch(self.pieces[at].folded):
                break
            codes.append(self.pieces[at].folded)
            at += 1
        return codes, at

    def _codes_alone(self, at: int) -> int:
        kind = self.pieces[at].folded
        if kind not in KINDS or kind in syllables() or not self.joined(at + 1, "-"):
            return 0
        if not _CODE.fullmatch(self.pieces[at + 1].folded):
            return 0
        return self._written(at, at + 2, [f"{kind}-{self.pieces[at + 1].folded}"])

    def _written(self, at: int, after: int, terms: list[str]) -> int:
        for i, term in enumerate(terms):
            self.whole("document", term, at, self.pieces[after - 1].end, part=i > 0)
        for i in range(at, after):
            self.word(i, part=True)
        return after

    # Numbers

    def number(self, at: int) -> int:
        """1.000.000, 1,000,000.5, 98,5%, 15.1."""
        pieces = self.pieces
        if not pieces[at].digits:
            return 0
        value, after = pieces[at].folded, at + 1
        sign = pieces[after].sign if self.joined(after, ".,") else ""
        if sign and len(value) <= 3 and not value.startswith("0"):
            while self.joined(after, sign) and re.fullmatch("[0-9]{3}", pieces[after].folded):
                value += pieces[after].folded
                after += 1
        grouped = after > at + 1
        fraction = ""
        signs = ",.".replace(sign, "") if grouped else ".,"
        if self.joined(after, signs) and pieces[after].digits:
            fraction = pieces[after].folded
            after += 1
        whole = _plain(value)
        term = f"{whole}.{fraction}" if fraction else whole
        end = pieces[after - 1].end
        percent = _PERCENT.match(self.text, end)
        if after == at + 1 and not percent:
            return 0
        if percent:
            self.whole("number", term[:MAX_LENGTH] + "%", at, percent.end())
        self.position += 1
        start = pieces[at].start
        self.tokens.append(
            Token("number", term[:MAX_LENGTH], "", self.position, start, end,
                  part=bool(percent), chain=True, first=pieces[at].first)
        )  # fmt: skip
        if fraction:
            self.tokens.append(
                Token("number", whole[:MAX_LENGTH], "", self.position, start, end, part=True)
            )
        return after


def _plain(digits: str) -> str:
    """Without the noughts in front: 07 is 7."""
    return digits.lstrip("0") or digits[-1:]


_LEAP_YEAR = "2000"
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _day(day: str, month: str, year: str) -> str:
    """The day as 2022-01-07, or nothing if no calendar has it."""
    short = all(re.fullmatch("[0-9]{1,2}", figure) for figure in (day, month))
    if not short or not re.fullmatch("[1-9][0-9]{3}", year):
        return ""
    d, m, y = int(day), int(month), int(year)
    if not 1 <= m <= 12 or not 1 <= d <= _DAYS[m - 1]:
        return ""
    if (m, d) == (2, 29) and (y % 4 or (y % 100 == 0 and y % 400)):
        return ""
    return f"{year}-{m:02d}-{d:02d}"


def _mark_stop_words(tokens: list[Token]) -> list[Token]:
    """Says which words are of grammar: half of a word, as "bị" in "thiết bị", they are not."""
    chain = [i for i, token in enumerate(tokens) if token.chain]
    for place, i in enumerate(chain):
        token = tokens[i]
        if token.toned not in STOP_WORDS:
            continue
        before = tokens[chain[place - 1]] if place and not token.first else None
        after = tokens[chain[place + 1]] if place + 1 < len(chain) else None
        if before and f"{before.toned} {token.toned}" in KEPT:
            continue
        if after and not after.first and f"{token.toned} {after.toned}" in KEPT:
            continue
        tokens[i] = token._replace(stop=True)
    return tokens


def pairs(tokens: list[Token], stop_words: bool = False) -> Iterator[tuple[str, int]]:
    """Folded neighbours, "hanh chinh", with the position of the first.

    Words of grammar are stepped over, unless wanted: "thuế và phí" has "thue phi".
    """
    before: Token | None = None
    for token in tokens:
        if not token.chain:
            continue
        if token.first:
            before = None
        if token.stop and not stop_words:
            continue
        if before:
            yield f"{before.term} {token.term}", before.position
        before = token


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text holds, and how often: what the index keeps of it."""

    words: Counter[tuple[str, str]]
    """Words, folded and with their tones."""
    stop_words: Counter[tuple[str, str]]
    """Words of grammar likewise: for short fields, where somebody may look for nothing else."""
    pairs: Counter[str]
    numbers: Counter[str]
    dates: Counter[str]
    documents: Counter[str]
    length: int
    """How many words and numbers, words of grammar left out."""


def terms(text: str) -> Terms:
    """Counts the terms of a text."""
    tokens = analyse(text)
    counted: dict[str, Counter[str]] = {
        "number": Counter(),
        "date": Counter(),
        "document": Counter(),
    }
    words: Counter[tuple[str, str]] = Counter()
    stop_words: Counter[tuple[str, str]] = Counter()
    for token in tokens:
        if token.kind == "word":
            (stop_words if token.stop else words)[token.term, token.toned] += 1
        else:
            counted[token.kind][token.term] += 1
    return Terms(
        words=words,
        stop_words=stop_words,
        pairs=Counter(pair for pair, _ in pairs(tokens)),
        numbers=counted["number"],
        dates=counted["date"],
        documents=counted["document"],
        length=sum(token.chain and not token.stop for token in tokens),
    )
