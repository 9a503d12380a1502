"""Personal data (dữ liệu cá nhân) in a text that is to be public: found, judged, half covered.

A number is judged by its own structure and by the words before it. What is certain must go; what
may be an office's own is for a person to look at. No message repeats the whole datum. Pure: what
checks a proposal's files and what marks an officer's draft stand on the same patterns.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")

PROVINCES = frozenset(
    """001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035
    036 037 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074
    075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 096""".split()
)
"""Where a birth was registered: the first three digits. Thông tư 59/2021/TT-BCA, Phụ lục."""

MOBILE = r"(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])"
"""The two digits after 0 of a mobile number. Thông tư 22/2014/TT-BTTTT as converted in 2018."""

PRIVATE_MAIL = (
    "gmail|googlemail|yahoo|ymail|rocketmail|hotmail|outlook|live|msn|icloud|me|mac|aol|proton|"
    "protonmail|gmx|zoho|yandex|mail"
)

_B = r"(?<![\w])(?<![0-9][.,/-])"  # not inside a longer number or word
_E = r"(?![\w])(?![.,/-][0-9])"
_CCCD = re.compile(
    _B
    + r"(?:[0-9]{12}"
    + r"|[0-9]{3}(?P<a>[ .-])[0-9]{3}(?P=a)[0-9]{3}(?P=a)[0-9]{3}"
    + r"|[0-9]{4}(?P<b>[ .-])[0-9]{4}(?P=b)[0-9]{4}"
    + r"|[0-9]{6}[ .-][0-9]{6}"
    + r"|[0-9]{3}(?P<c>[ .-])[0-9]{3}(?P=c)[0-9]{6}"
    + r"|[0-9]{3}(?P<d>[ .-])[0-9](?P=d)[0-9]{2}(?P=d)[0-9]{6}"
    + r"|[0-9](?:(?P<e>[ .-])[0-9])(?:(?P=e)[0-9]){10})"
    + _E
)
_CCCD_WORDS = re.compile(r"căn cước|cccd|định danh|cmnd|chứng minh|citizen id|mst|mã số thuế", re.I)
_CMND = re.compile(
    r"(?:cmnd|cmt|cmtnd|chứng minh (?:nhân dân|thư)|giấy chứng minh)\b[^\n0-9]{0,40}"
    rf"(?P<n>{_B}[0-9]{{3}}[ .-]?[0-9]{{3}}[ .-]?[0-9]{{3}}{_E})",
    re.I,
)
_PHONE = re.compile(
    rf"(?<![\w+])(?<![0-9][.,/-])(?P<n>(?:\(?(?:\+|00)84\)?[ .-]?(?:\(0\))?|0){MOBILE}"
    r"(?:[ .-]?[0-9]){7})" + _E
)
_OFFICE = re.compile(
    r"đường dây nóng|hotline|trực ban|cơ quan|văn phòng|một cửa|tổng đài|bộ phận|trung tâm|"
    r"ban biên tập|hỗ trợ kỹ thuật|phòng |liên hệ|tiếp nhận|office|contact",
    re.I,
)
_OWN = re.compile(r"riêng|cá nhân|nhà riêng|di động của (?:ông|bà|anh|chị)|private|personal", re.I)
_EMAIL = re.compile(
    rf"(?<![\w.+-])(?P<n>[A-Za-z0-9][\w.+-]{{0,63}}@(?:{PRIVATE_MAIL})\.(?:com|vn|net|org|me|ru|com\.vn))"
    r"(?![\w-])",
    re.I,
)
_ACCOUNT = re.compile(
    r"(?:số tài khoản|tài khoản(?: ngân hàng)?(?: số)?|stk|tk số|account (?:no|number))\b"
    rf"[^\n0-9]{{0,30}}(?P<n>{_B}[0-9](?:[ .-]?[0-9]){{7,18}}{_E})",
    re.I,
)
_TREASURY = re.compile(r"kho bạc|kbnn|treasury", re.I)
_FAMILY = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Lâm|Trịnh|"
    "Mai|Trương|Đào|Cao|Hà|Lương|Tô|Tạ|Châu|Thái|Quách|Vương|Triệu|Lưu|Kiều|Chu|Nông|Hứa|Tăng|Giàng|"
    "Vàng|Lò|Thào|Sùng|Hoàng|A|Alăng|Zơ|Bnướch|Bling|Coor|Hôih|Pơloong|Ating|Arất"
)
_BORN = re.compile(
    rf"\b(?:{_FAMILY})(?: [A-ZĐÀ-Ỹ][a-zđà-ỹ]{{0,9}}){{1,4}}\b[^\n]{{0,60}}?"
    r"(?<!khai )(?:(?:sinh ngày|ngày sinh|ngày, tháng, năm sinh|date of birth)\b[^\n0-9]{0,20}"
    r"|sinh[: ]{1,3})"
    r"(?P<n>(?:0?[1-9]|[12][0-9]|3[01])(?:[/.-]| tháng )(?:0?[1-9]|1[0-2])"
    r"(?:[/.-]| năm )(?:19|20)[0-9]{2})"
)

MESSAGES = {
    "cccd": (
        "Có số căn cước công dân ({}); hãy xóa số ấy, chỉ giữ họ tên nếu thật cần. Số đã đăng thì "
        "người dân không thu lại được."
    ),
    "cmnd": "Có số chứng minh nhân dân ({}); hãy xóa số ấy, chỉ giữ họ tên nếu thật cần.",
    "phone-own": "Có số điện thoại riêng của một người ({}); hãy xóa, hoặc thay bằng số cơ quan.",
    "phone": (
        "Có số điện thoại di động ({}); nếu không phải số công khai của cơ quan, hãy xóa hoặc thay "
        "bằng số máy bàn."
    ),
    "email-own": "Có thư điện tử riêng của một người ({}); hãy xóa địa chỉ ấy.",
    "email": (
        "Có thư điện tử của dịch vụ cá nhân ({}); nếu không phải hộp thư công khai của cơ quan, "
        "hãy xóa hoặc thay bằng thư công vụ."
    ),
    "account": (
        "Có số tài khoản ngân hàng ({}); nếu là của cá nhân, hãy xóa. Tài khoản thu của cơ quan "
        "thì ghi kèm tên kho bạc."
    ),
    "born": (
        "Có họ tên kèm ngày sinh đầy đủ ({}); hãy bỏ ngày sinh, hoặc chỉ ghi năm nếu quy định yêu "
        "cầu công khai."
    ),
}
"""By what was found, what to do; ``{}`` is for the covered datum."""


@dataclass(frozen=True, slots=True)
class Datum:
    """Something that may be somebody's.

    Attributes:
        start, end: Where it stands in the text that was looked through.
        what: A key of ``MESSAGES``.
        text: The datum itself, which no message and no log repeats.
        sure: Whether it is certainly a person's own; otherwise somebody must look.
    """

    start: int
    end: int
    what: str
    text: str = field(repr=False)
    sure: bool

    @property
    def message(self) -> str:
        """What is wrong and what to do, the datum covered."""
        return MESSAGES[self.what].format(mask(self.text))


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of the places of a text, by their offset.

    Attributes:
        citizens: Whether a citizen wrote what stands there: nothing there is an office's.
        phone: Whether a telephone number that is meant to be public stands there.
        email: The same of an address.
        heading: The heading above.
        regulation: Whether the whole text is a regulation's: its own numbers are public.
    """

    citizens: Callable[[int], bool] = lambda at: False
    phone: Callable[[int], bool] = lambda at: False
    email: Callable[[int], bool] = lambda at: False
    heading: Callable[[int], str] = lambda at: ""
    regulation: bool = False


NOWHERE = Around()
"""Nothing is known but the text itself."""


def personal_data(
    text: str, known: Collection[str] = (), around: Around = NOWHERE
) -> Iterator[Datum]:
    """The personal data in a text, by kind.

    Args:
        text: Cleaned (``clean``): what cannot be seen would hide a number.
        known: Addresses and numbers, as ``bare`` makes them, that the portal itself gives out.
        around: What is known of places.
    """
    for match in _CCCD.finditer(text):
        digits = _digits(match[0])
        if digits[:3] in PROVINCES and digits[3] in "0123":
            sure = match[0] == digits or bool(_CCCD_WORDS.search(_before(text, match.start(), 60)))
            yield Datum(match.start(), match.end(), "cccd", match[0], sure)
    for match in _CMND.finditer(text):
        yield _named(match, "cmnd", sure=True)
    for match in _BORN.finditer(text):
        yield _named(match, "born", sure=False)
    for match in _ACCOUNT.finditer(text):
        if not _TREASURY.search(_line(text, match.start())):
            yield _named(match, "account", sure=False)
    if not around.regulation:
        yield from _phones(text, known, around)
        yield from _addresses(text, known, around)


def _named(match: re.Match[str], what: str, *, sure: bool) -> Datum:
    return Datum(match.start("n"), match.end("n"), what, match["n"], sure)


def _phones(text: str, known: Collection[str], around: Around) -> Iterator[Datum]:
    for match in _PHONE.finditer(text):
        at, digits = match.start(), bare(match["n"])
        if len(digits) not in (10, 11, 12, 13) or digits in known:
            continue
        if around.phone(at) or "http" in _before(text, at, 200, " "):
            continue
        if around.citizens(at) or _OWN.search(_before(text, at, 60)):
            yield _named(match, "phone-own", sure=True)
        elif not (_OFFICE.search(_line(text, at)) or _OFFICE.search(around.heading(at))):
            yield _named(match, "phone", sure=False)


def _addresses(text: str, known: Collection[str], around: Around) -> Iterator[Datum]:
    for match in _EMAIL.finditer(text):
        at = match.start()
        if bare(match["n"]) in known or around.email(at):
            continue
        own = around.citizens(at) or bool(_OWN.search(_before(text, at, 60)))
        yield _named(match, "email-own" if own else "email", sure=own)


def contacts(text: str) -> frozenset[str]:
    """Addresses and numbers that a text gives out (a regulation's, the agencies'): ``known``."""
    cleaned = clean(text)
    found = [match["n"] for pattern in (_EMAIL, _PHONE) for match in pattern.finditer(cleaned)]
    return frozenset(bare(one) for one in found)


def mask(datum: str) -> str:
    """A datum of which enough is left to find it, and not enough to use it."""
    if "@" in datum:
        name, _, host = datum.partition("@")
        return f"{name[:1]}•••@{host}"
    kept = re.sub(r"[^0-9+]", "", datum)
    if re.search(r"[/a-zà-ỹ]", datum):  # a day
        return f"••/••/{kept[-4:]}"
    return f"{kept[:3]}{'•' * (len(kept) - 5)}{kept[-2:]}"


def clean(text: str) -> str:
    """Text as it looks: nothing unseen; blanks, dashes and digits of one kind; lines stay."""
    if text.isascii():
        return text
    text = _DASHES.sub("-", _BLANKS.sub(" ", _INVISIBLE.sub("", text)))
    return re.sub(r"[^\x00-\x7f]", _ascii_digit, text) if re.search(r"[^\D0-9]", text) else text


def _ascii_digit(match: re.Match[str]) -> str:
    value = unicodedata.digit(match[0], None)
    return match[0] if value is None else str(value)


def _digits(datum: str) -> str:
    return re.sub(r"[^0-9]", "", datum)


def bare(datum: str) -> str:
    """An address or a telephone number as it is compared: +84 905 is 0905."""
    if "@" in datum:
        return datum.strip().lower()
    digits = _digits(datum).removeprefix("00")
    return f"0{digits[2:]}" if digits.startswith("84") and len(digits) in (11, 12) else digits


def _before(text: str, at: int, size: int, since: str = "\n") -> str:
    """The words before a place, on its line."""
    part = text[max(0, at - size) : at]
    return part[part.rfind(since) + 1 :]


def _line(text: str, at: int) -> str:
    """The line around a place, 300 characters at most."""
    begin = max(text.rfind("\n", max(0, at - 200), at) + 1, at - 200, 0)
    end = text.find("\n", at, at + 200)
    return text[begin : end if end >= 0 else at + 200]
