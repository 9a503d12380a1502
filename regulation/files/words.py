"""The words of documents, as people read them: PDF with text, and office documents in a ZIP.

Anybody may propose a file. Whatever is wrong with one, it has no words, or those that could be read
within bounds; a scanned document has none.
"""

import html
import re
import subprocess
import sys
from pathlib import Path

from regulation.files.zips import Container, ZipError

MAX_CHARACTERS = 5_000_000
PDF_SECONDS = 30
"""Longer than the child gives itself: see ``pdfwords``."""
_MAX_PART = 20_000_000

EVERY_PART = re.compile(
    r"(?:word/(?:document|header[0-9]*|footer[0-9]*|footnotes|endnotes|comments)|xl/sharedStrings|"
    r"xl/comments[0-9]*|xl/worksheets/[^/]{1,80}|ppt/slides/[^/]{1,80}|ppt/notesSlides/[^/]{1,80}|"
    r"content|styles)\.xml\Z"
)
"""Wherever words may stand in an office document, notes and comments too."""
MAIN_PARTS = re.compile(
    r"(?:word/(?:document|footnotes|endnotes)|xl/sharedStrings|ppt/slides/[^/]{1,80}|content)\.xml\Z"
)
"""Where the text stands that a reader opens the document for."""

_END = re.compile(
    r"</(?:w:p|a:p|text:p|text:h|si|is|row|table:table-row|c)>|"
    r"<(?:w:br|w:cr|a:br|text:line-break)\b[^<>]{0,200}>"
)
_GAP = re.compile(r"<(?:w:tab|w:ptab|text:tab|text:s)\b[^<>]{0,200}>")
"""What stands between two words of a line without being a letter."""
_TAG = re.compile(r"<[^<>]{0,20000}>")
_CELL_NUMBER = re.compile(r"<(?:v|f)>[^<]{0,20000}</(?:v|f)>")
_NOT_READ = re.compile(
    r"<(w:delText|w:instrText)\b[^<>]{0,200}>[^<]{0,20000}</(?:w:delText|w:instrText)>"
)
"""What was struck out with changes tracked, and what a field is made from."""
_ASIDE = re.compile(r"<(text:tracked-changes|office:annotation)[\s>]")


class Late(Exception):
    """A machine that has too much to do gave no time to read a file: another time it may."""


def document_words(data: bytes, most: int) -> str:
    """The text of a PDF or an office document, without notes, comments and what was struck out.

    Args:
        data: The file.
        most: How many characters are wanted.

    Raises:
        Late: The machine gave no time to read it.
    """
    if data.startswith(b"PK"):
        return office_words(data, MAIN_PARTS, most)
    # A file cut off has no end that says where things stand; no reader need be started for it.
    if data.startswith(b"%PDF-") and b"startxref" in data[-4_096:]:
        return _read_pdf(data, most)
    return ""


def office_words(
    data: bytes, parts: re.Pattern[str] = EVERY_PART, most: int = MAX_CHARACTERS
) -> str:
    """The words of an office document, each paragraph and cell on a line.

    Args:
        data: The file.
        parts: Which of the files in it are read.
        most: How many characters are wanted.
    """
    found: list[str] = []
    left = most
    try:
        container = Container(data)
        for name in container.names:
            if left <= 0 or not parts.match(name):
                continue
            text = container.read(name, _MAX_PART).decode("utf-8", "replace")
            if "/worksheets/" in name:  # numbers there point to the shared words
                text = _CELL_NUMBER.sub("", text)
            if parts is MAIN_PARTS:
                text = _aside(_NOT_READ.sub("", text))
            text = _GAP.sub(" ", _END.sub("\n", text))
            plain = html.unescape(_TAG.sub("", text))[:left]
            left -= len(plain)
            found.append(plain)
    except ZipError:
        pass  # the check of types tells it
    return "\n".join(found)


def _aside(text: str) -> str:
    """OpenDocument's text without what stands in it and is none of it."""
    kept, at = [], 0
    while begin := _ASIDE.search(text, at):
        end = text.find(f"</{begin[1]}>", begin.end())
        kept.append(text[at : begin.start()])
        at = end if end >= 0 else len(text)
    return "".join([*kept, text[at:]])


def pdf_words(data: bytes) -> str:
    """The words of a PDF, read in a process of its own with little time and memory.

    What somebody proposes may keep a reader of PDF busy for ever; that process is then ended, and
    what it could not read counts as without words.
    """
    try:
        return _read_pdf(data, MAX_CHARACTERS)
    except Late:
        return ""


def _read_pdf(data: bytes, most: int) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(__file__).with_name("pdfwords.py")), str(most)],
            input=data,
            capture_output=True,
            timeout=PDF_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise Late from error
    return done.stdout.decode("utf-8", "replace")[:most]
