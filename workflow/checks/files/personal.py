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
from regulation.personal import Around, bare, personal_data
from regulation.personal import contacts as given_out
from workflow.checks.files.clauses import PERSONAL, harm
from workflow.checks.files.texts import Words, words

MAX_FINDINGS = 30

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
    public = {bare(one) for one in known}
    places = _Places(held)
    told: dict[tuple[int, str], Finding] = {}
    counted: dict[str, int] = {}
    for found in _secrets(path, held, places):
        told.setdefault((found.line, found.message), found)
    for datum in personal_data(held.text, public, _around(places, regulation)):
        line = places.line(datum.start)
        counted[datum.what] = counted.get(datum.what, 0) + 1
        if counted[datum.what] <= MAX_FINDINGS:
            key = (line, datum.message)
            severity = Severity.ERROR if datum.sure else Severity.WARNING
            told.setdefault(key, Finding(path, key[1], line, basis=PERSONAL, severity=severity))
    yield from told.values()


def contacts(data: bytes) -> frozenset[str]:
    """Addresses and numbers that a ``portal.yml`` or an ``agencies.yml`` gives out: ``known``."""
    return given_out(data.decode("utf-8-sig", "replace"))


def _around(places: _Places, regulation: bool) -> Around:
    return Around(
        citizens=lambda at: places.key(at) in _CITIZENS,
        phone=lambda at: places.key(at) in _fields(Kind.PHONE),
        email=lambda at: places.key(at) in _fields(Kind.EMAIL),
        heading=places.heading,
        regulation=regulation,
    )


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
