"""The words in a file, as people read them, whatever form holds them."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from regulation.files.recognise import BY_SUFFIX, recognise
from regulation.files.words import MAX_CHARACTERS, office_words, pdf_words
from regulation.personal import clean

_HEAD = 60

_TAG = re.compile(r"<[^<>]{0,20000}>")


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
        return Words(clean(office_words(data)), False)
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
