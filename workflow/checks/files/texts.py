"""The words in a file, as people read them, whatever form holds them."""

import csv
import html
import io
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from workflow.checks.files.recognise import BY_SUFFIX, recognise
from workflow.checks.files.zips import Container, ZipError

MAX_CHARACTERS = 5_000_000
_HEAD = 60
PDF_SECONDS = 30
"""Longer than the child gives itself: see ``pdfwords``."""

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")

_PARTS = re.compile(
    r"(?:word/(?:document|header[0-9]*|footer[0-9]*|footnotes|endnotes|comments)|xl/sharedStrings|"
    r"xl/comments[0-9]*|xl/worksheets/[^/]{1,80}|ppt/slides/[^/]{1,80}|ppt/notesSlides/[^/]{1,80}|"
    r"content|styles)\.xml\Z"
)
_END = re.compile(r"</(?:w:p|a:p|text:p|text:h|si|is|row|table:table-row|c)>|<w:br\b[^<>]{0,200}>")
_TAG = re.compile(r"<[^<>]{0,20000}>")
_CELL_NUMBER = re.compile(r"<(?:v|f)>[^<]{0,20000}</(?:v|f)>")


@dataclass(frozen=True, slots=True)
class Words:
    """Words with the places of their lines.

    Attributes:
        text: Cleaned: digits in ASCII, nothing unseen, one kind of dash and blank.
        lined: Whether a line of ``text`` is a line of the file.
        csv: Whether each cell stands behind the name of its column.
    """

    text: str
    lined: bool
    csv: bool = False


def clean(text: str) -> str:
    """Text as it looks: nothing unseen; blanks, dashes and digits of one kind; lines stay."""
    if text.isascii():
        return text
    text = _DASHES.sub("-", _BLANKS.sub(" ", _INVISIBLE.sub("", text)))
    return re.sub(r"[^\x00-\x7f]", _ascii_digit, text) if re.search(r"[^\D0-9]", text) else text


def _ascii_digit(match: re.Match[str]) -> str:
    value = unicodedata.digit(match[0], None)
    return match[0] if value is None else str(value)


def words(path: str, data: bytes) -> Words | None:
    """The words of a file; none when it has none that can be read."""
    form = BY_SUFFIX.get(Path(path).suffix.lower())
    if form == "svg":  # its numbers are places, not words
        text = _decode(data)[:MAX_CHARACTERS]
        return Words(clean(_TAG.sub(lambda m: "\n" * m[0].count("\n"), text)), True)
    if form in ("md", "yml", "txt", "vtt"):
        return Words(clean(_decode(data)[:MAX_CHARACTERS]), True)
    if form == "csv":
        return Words(clean(_table(_decode(data)[:MAX_CHARACTERS])), True, True)
    if data.startswith(b"PK"):
        return Words(clean(_office(data)), False)
    if data.startswith(b"%PDF-"):
        return Words(clean(pdf_words(data)), False)
    if recognise(data).form == "text":
        return Words(clean(_decode(data)[:MAX_CHARACTERS]), True)
    return None


def _decode(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")


def _table(text: str) -> str:
    """A table as one line a row, each cell behind the name of its column."""
    lines = text.split("\n")
    reader = csv.reader(io.StringIO(text, newline=""))
    made = [""] * len(lines)
    header: list[str] = []
    left = MAX_CHARACTERS
    try:
        for row in reader:
            at = min(reader.line_num, len(lines)) - 1
            names = header + [""] * (len(row) - len(header)) if left > 0 else [""] * len(row)
            cells = (f"{n}: {c}" if n else c for n, c in zip(names, row, strict=False))
            made[at] = "; ".join(cells).replace("\r", " ").replace("\n", " ")
            left -= len(made[at])
            header = header or [name[:_HEAD] for name in row]
    except csv.Error:  # told by the reader of tables
        return text
    return "\n".join(made)


def _office(data: bytes) -> str:
    found: list[str] = []
    left = MAX_CHARACTERS
    try:
        container = Container(data)
        for name in container.names:
            if left <= 0 or not _PARTS.match(name):
                continue
            text = container.read(name, 20_000_000).decode("utf-8", "replace")
            if "/worksheets/" in name:  # numbers there point to the shared words
                text = _CELL_NUMBER.sub("", text)
            plain = html.unescape(_TAG.sub("", _END.sub("\n", text)))[:left]
            left -= len(plain)
            found.append(plain)
    except ZipError:
        pass  # told by types
    return "\n".join(found)


def pdf_words(data: bytes) -> str:
    """The words of a PDF, read in a process of its own with little time and memory.

    What somebody proposes may keep a reader of PDF busy for ever; that process is then ended, and
    what it could not read counts as without words.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(__file__).with_name("pdfwords.py"))],
            input=data,
            capture_output=True,
            timeout=PDF_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return ""
    return done.stdout.decode("utf-8", "replace")[:MAX_CHARACTERS]
