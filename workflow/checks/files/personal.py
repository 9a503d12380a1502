"""Personal data (dữ liệu cá nhân) and secrets in what would be public for ever.

A number is judged by its own structure and by the words before it. What is certain is an error;
what may be an office's own is a reminder. No message repeats the whole datum.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from regulation.content_types import FieldSpec, Kind, content_types, walk
from regulation.findings import Finding, Severity
from workflow.checks.files.clauses import PERSONAL, harm
from workflow.checks.files.texts import Words, clean, words

MAX_FINDINGS = 30

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

_SECRETS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "khóa riêng (private key)",
        re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
    ),
    ("khóa truy cập AWS", re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}(?![A-Za-z0-9])")),
    (
        "mã truy cập GitHub",
        re.compile(r"(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})"),
    ),
    ("mã truy cập GitLab", re.compile(r"(?<!\w)glpat-[A-Za-z0-9_-]{20,255}")),
    (
        "khóa Google",
        re.compile(r"(?<!\w)(?:AIza[0-9A-Za-z_-]{35}|GOCSPX-[\w-]{20,64}|ya29\.[\w-]{20,512})"),
    ),
    (
        "mã truy cập Slack",
        re.compile(
            r"(?<!\w)xox[abeprs]-[0-9A-Za-z-]{10,255}|hooks\.slack\.com/services/T\w{6,20}/B\w"
        ),
    ),
    ("mã của máy Telegram", re.compile(r"(?<!\w)[0-9]{8,10}:AA[\w-]{33}(?![\w-])")),
    (
        "mã đăng nhập (JWT)",
        re.compile(r"(?<!\w)eyJ[\w-]{10,4096}\.eyJ[\w-]{10,4096}\.[\w-]{5,1024}"),
    ),
    (
        "mật khẩu trong địa chỉ",
        re.compile(
            r"(?<![A-Za-z0-9+.-])[a-z][a-z0-9+.-]{1,20}://[^\s/:@\[\]<>\"']{1,100}:[^\s/:@<>\"']{1,100}@"
        ),
    ),
)
_PASSWORD = re.compile(
    r"(?:mật khẩu|password|passwd|pass)[ \"']{0,3}[:=][ \"']{0,3}"
    r"(?P<n>(?=[^\s,;\"']{0,40}[0-9!@#$%^&*])[^\s,;\"']{6,60})",
    re.I,
)
_KEY = re.compile(r"(?:^|[\s{,-])\"?([a-z][a-z_]{1,40})\"?:(?=\s|\Z)", re.M)
_HEADING = re.compile(r"#{1,6}[ \t]+([^\n]{1,200})")


class _Places:
    """Where things stand in a text: lines, fields of the front matter, headings; found quickly."""

    def __init__(self, held: Words) -> None:
        text = held.text
        self._lined = held.lined
        self._ends = [match.start() for match in re.finditer("\n", text)]
        end = text.find("\n---", 3) if text.startswith("---") else 0
        # A whole YAML file is all front matter.
        front = text[: end if end > 0 else 0]
        self._front = len(front)
        self._keys = [(match.start(), match[1]) for match in _KEY.finditer(front)]
        keyed = held.lined and not held.csv
        headings = _HEADING.finditer(text) if keyed else ()
        self._headings = [(match.start(), match[1]) for match in headings]

    def line(self, at: int) -> int:
        """The line of the file; 0 where the text has other lines than the file."""
        return bisect_left(self._ends, at) + 1 if self._lined else 0

    def key(self, at: int) -> str:
        """The field of the front matter; empty below it."""
        return _last(self._keys, at) if at < self._front else ""

    def heading(self, at: int) -> str:
        """The heading above, in the text below the front matter."""
        return _last(self._headings, at) if at >= self._front else ""


def _last(places: Sequence[tuple[int, str]], at: int) -> str:
    index = bisect_left(places, at, key=lambda place: place[0])
    return places[index - 1][1] if index else ""


def check(path: str, data: bytes, known: Collection[str] = ()) -> Iterator[Finding]:
    """Personal data and secrets in the words of a file.

    Args:
        path: The file, from the root of the checkout.
        data: What it holds.
        known: E-mail addresses and telephone numbers which the portal itself gives out (those of
            its ``portal.yml`` and ``agencies.yml``); they are nobody's own.
    """
    held = words(path, data)
    if held is None:
        return
    regulation = path.endswith(("/portal.yml", "/agencies.yml"))
    public = {_bare(one) for one in known}
    places = _Places(held)
    told: dict[tuple[int, str], Finding] = {}
    counted: dict[str, int] = {}
    for found in _secrets(path, held, places):
        told.setdefault((found.line, found.message), found)
    for start, what, datum, severity in _data(held, places, regulation, public):
        line = places.line(start)
        counted[what] = counted.get(what, 0) + 1
        if counted[what] <= MAX_FINDINGS:
            message = _MESSAGES[what].format(mask(datum))
            key = (line, message)
            told.setdefault(key, Finding(path, message, line, basis=PERSONAL, severity=severity))
    yield from told.values()


def contacts(data: bytes) -> frozenset[str]:
    """Addresses and numbers that a ``portal.yml`` or an ``agencies.yml`` gives out: ``known``."""
    text = clean(data.decode("utf-8-sig", "replace"))
    found = [match["n"] for pattern in (_EMAIL, _PHONE) for match in pattern.finditer(text)]
    return frozenset(_bare(one) for one in found)


def mask(datum: str) -> str:
    """A datum of which enough is left to find it, and not enough to use it."""
    if "@" in datum:
        name, _, host = datum.partition("@")
        return f"{name[:1]}•••@{host}"
    bare = re.sub(r"[^0-9+]", "", datum)
    if re.search(r"[/a-zà-ỹ]", datum):  # a day
        return f"••/••/{bare[-4:]}"
    return f"{bare[:3]}{'•' * (len(bare) - 5)}{bare[-2:]}"


_MESSAGES = {
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


def _data(
    held: Words, places: _Places, regulation: bool, public: Collection[str]
) -> Iterator[tuple[int, str, str, Severity]]:
    text, error, warning = held.text, Severity.ERROR, Severity.WARNING
    for match in _CCCD.finditer(text):
        bare = _digits(match[0])
        if bare[:3] in PROVINCES and bare[3] in "0123":
            sure = match[0] == bare or bool(_CCCD_WORDS.search(_before(text, match.start(), 60)))
            yield match.start(), "cccd", match[0], error if sure else warning
    for match in _CMND.finditer(text):
        yield match.start("n"), "cmnd", match["n"], error
    for match in _BORN.finditer(text):
        yield match.start("n"), "born", match["n"], warning
    for match in _ACCOUNT.finditer(text):
        line = _line(text, match.start())
        if not _TREASURY.search(line):
            yield match.start("n"), "account", match["n"], warning
    if regulation:  # what a regulation gives as the portal's own is read as a regulation
        return
    for match in _PHONE.finditer(text):
        bare = _bare(match["n"])
        if len(bare) not in (10, 11, 12, 13) or bare in public:
            continue
        key = places.key(match.start())
        if key in _fields(Kind.PHONE) or "http" in _before(text, match.start(), 200, " "):
            continue
        line, heading = _line(text, match.start()), places.heading(match.start())
        if key in _CITIZENS or _OWN.search(_before(text, match.start(), 60)):
            yield match.start(), "phone-own", match["n"], error
        elif not (_OFFICE.search(line) or _OFFICE.search(heading)):
            yield match.start(), "phone", match["n"], warning
    for match in _EMAIL.finditer(text):
        if _bare(match["n"]) in public:
            continue
        key = places.key(match.start())
        if key in _fields(Kind.EMAIL):
            continue
        own = key in _CITIZENS or _OWN.search(_before(text, match.start(), 60))
        yield match.start(), "email-own" if own else "email", match["n"], error if own else warning


def _secrets(path: str, held: Words, places: _Places) -> Iterator[Finding]:
    for name, pattern in _SECRETS:
        for count, match in enumerate(pattern.finditer(held.text)):
            if count >= MAX_FINDINGS:
                break
            line = places.line(match.start())
            message = (
                f"Có {name}; hãy xóa khỏi tệp, rồi báo đơn vị vận hành thu hồi và cấp cái mới, vì "
                "lịch sử của kho vẫn giữ bản cũ."
            )
            yield Finding(path, message, line, basis=harm(path))
    for match in _PASSWORD.finditer(held.text):
        line = places.line(match.start())
        message = (
            "Có vẻ là một mật khẩu; nếu đúng, hãy xóa khỏi tệp và đổi mật khẩu ngay, vì lịch sử "
            "của kho vẫn giữ bản cũ."
        )
        yield Finding(path, message, line, basis=harm(path), severity=Severity.WARNING)


_CITIZENS = frozenset(("question", "who", "text", "about"))
"""Fields that hold what citizens wrote: nothing there is an office's."""


@cache
def _fields(kind: Kind) -> frozenset[str]:
    """Names of the fields of a kind: what stands in them is public by the content type."""
    found: set[str] = set()
    for spec in content_types().values():
        fields: Iterator[tuple[str, FieldSpec]] = walk(spec.fields)
        found |= {name.rsplit(".", 1)[-1] for name, field in fields if field.kind is kind}
    return frozenset(found)


def _digits(datum: str) -> str:
    return re.sub(r"[^0-9]", "", datum)


def _bare(datum: str) -> str:
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
