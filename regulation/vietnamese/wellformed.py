"""Text as it must be stored: NFC, and free of characters which should never stand in it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


def nfc(text: str) -> str:
    """Return `text` in Unicode normalisation form C (dựng sẵn), the only form that is stored.

    TCVN 6909:2001 allows composed and decomposed text; one form is kept so that equal words are
    equal strings. Source: Unicode Standard Annex #15.
    """
    return unicodedata.normalize("NFC", text)


def is_nfc(text: str) -> bool:
    """Say whether `text` is in normalisation form C already."""
    return unicodedata.is_normalized("NFC", text)


class Reason(StrEnum):
    """Why a character should not stand in public text."""

    LONE_MARK = "lone_mark"
    CONTROL = "control"
    PRIVATE_USE = "private_use"
    REPLACEMENT = "replacement"
    ZERO_WIDTH = "zero_width"
    SOFT_HYPHEN = "soft_hyphen"
    BIDI = "bidi"
    WRONG_D = "wrong_d"
    LOOK_ALIKE = "look_alike"


_MESSAGES = {
    Reason.LONE_MARK: "Dấu {code} đứng rời, không ghép được với chữ nào: hãy gõ lại cả chữ có dấu.",
    Reason.CONTROL: "Có ký tự điều khiển {code} không nhìn thấy: hãy xóa đi; nếu chữ quanh đó bị "
    "lỗi, hãy gõ lại.",
    Reason.PRIVATE_USE: "Ký tự {code} chỉ hiện đúng với một phông chữ riêng: hãy thay bằng chữ "
    "hoặc dấu Unicode thông thường.",
    Reason.REPLACEMENT: "Ký tự {code} cho biết chữ gốc đã mất khi chuyển mã: hãy xem bản gốc và "
    "gõ lại chữ này.",
    Reason.ZERO_WIDTH: "Có ký tự {code} không có bề rộng, mắt không thấy nhưng làm hỏng việc tìm "
    "kiếm: hãy xóa đi.",
    Reason.SOFT_HYPHEN: "Có dấu nối mềm {code} không nhìn thấy: hãy xóa đi; nếu chữ bị thiếu “ư”, "
    "văn bản có thể còn ở bảng mã TCVN3.",
    Reason.BIDI: "Có ký tự {code} đổi chiều viết, làm chữ hiện khác với nội dung thật: hãy xóa đi.",
    Reason.WRONG_D: "Chữ “{char}” ({code}) trông như đ, Đ nhưng không phải chữ tiếng Việt: hãy gõ "
    "lại đ hoặc Đ.",
    Reason.LOOK_ALIKE: "Chữ “{char}” ({code}) thuộc bảng chữ cái khác, chỉ giống chữ La-tinh ở "
    "hình dáng: hãy gõ lại cả từ.",
}


@dataclass(frozen=True, slots=True)
class BadCharacter:
    """A run of characters that should not stand in public text, all for the same reason."""

    offset: int
    length: int
    char: str
    """The first character of the run."""
    reason: Reason

    @property
    def message(self) -> str:
        """What is wrong and what to do, for the civil servant who wrote the text."""
        code = f"U+{ord(self.char):04X}"
        return _MESSAGES[self.reason].format(char=self.char, code=code)


_ZERO_WIDTH = frozenset("\u180e\u200b\u200c\u200d\u2060\ufeff")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_EMOJI_VARIANTS = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_WRONG_D = frozenset("ÐðƉɖ")
# Greek has its uses beside Latin letters (Δt, μm), so only its doubles of Latin letters count.
_GREEK_DOUBLES = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχϲϳ")
_MARK_RUN = re.compile("[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W\d_]+")
_ALLOWED_CONTROLS = frozenset("\t\n\r")


def find_bad_characters(text: str) -> Iterator[BadCharacter]:
    """Yield, in order of place, the characters which should never stand in Vietnamese public text.

    Invisible characters, remains of failed conversions, loose tone marks, and letters which only
    look Vietnamese (`ð`, `Ɖ`, Cyrillic or Greek letters inside a Latin word). Composable marks of
    decomposed text are not reported: `is_nfc` says that. Words wholly in another script, emoji
    and their joiners are left alone.
    """
    # A long text is made of few characters: nearly always none of them needs a look at its places.
    different = set(text)
    doubtful = {char for char in different if _plain_reason(char, 0, char)}
    reasons = {
        i: reason
        for i, char in (enumerate(text) if doubtful else ())
        if char in doubtful and (reason := _plain_reason(text, i, char))
    }
    for i in _lone_marks(text):
        reasons[i] = Reason.LONE_MARK
    alike = any(char in _GREEK_DOUBLES or _script(char) == "CYRILLIC" for char in different)
    for i in _look_alikes(text) if alike else ():
        reasons.setdefault(i, Reason.LOOK_ALIKE)
    start = end = -1
    for i in sorted(reasons):
        if i == end and reasons[i] is reasons[start]:
            end = i + 1
            continue
        if start >= 0:
            yield BadCharacter(start, end - start, text[start], reasons[start])
        start, end = i, i + 1
    if start >= 0:
        yield BadCharacter(start, end - start, text[start], reasons[start])


def _plain_reason(text: str, i: int, char: str) -> Reason | None:
    if " " <= char <= "~" or char in _ALLOWED_CONTROLS:
        return None
    if char == "\ufffd":
        return Reason.REPLACEMENT
    if char == "\u00ad":
        return Reason.SOFT_HYPHEN
    if char in _WRONG_D:
        return Reason.WRONG_D
    if char in _ZERO_WIDTH:
        return None if char == "\u200d" and _joins_emoji(text, i) else Reason.ZERO_WIDTH
    if char in _BIDI:
        return Reason.BIDI
    if ord(char) & 0xFFFE == 0xFFFE or "\ufdd0" <= char <= "\ufdef":
        return Reason.CONTROL  # no character at all, and never will be: no page can hold it
    category = unicodedata.category(char)
    # A surrogate cannot be written as UTF-8 at all; for the writer it is one more unseen control.
    return {
        "Cc": Reason.CONTROL,
        "Cs": Reason.CONTROL,
        "Co": Reason.PRIVATE_USE,
    }.get(category)


def _joins_emoji(text: str, i: int) -> bool:
    # Skin tones and the emoji selector may stand between the picture and the joiner.
    before = text[max(0, i - 3) : i].rstrip(_EMOJI_VARIANTS)[-1:]
    after = text[i + 1 : i + 2]
    return all(c and unicodedata.category(c) == "So" for c in (before, after))


def _lone_marks(text: str) -> Iterator[int]:
    for run in _MARK_RUN.finditer(text):
        base = text[run.start() - 1 : run.start()]
        composed = nfc(base + run.group())
        if any("\u0300" <= c <= "\u036f" for c in composed):
            yield from range(*run.span())


def _look_alikes(text: str) -> Iterator[int]:
    for word in _WORD.finditer(text):
        if word.group().isascii():
            continue
        scripts = [_script(c) for c in word.group()]
        latin = scripts.count("LATIN")
        for i, (char, script) in enumerate(zip(word.group(), scripts, strict=True), word.start()):
            cyrillic = script == "CYRILLIC" and latin >= 1
            if cyrillic or (char in _GREEK_DOUBLES and latin >= 2):
                yield i


def _script(char: str) -> str:
    return "LATIN" if char.isascii() else unicodedata.name(char, "").partition(" ")[0]
