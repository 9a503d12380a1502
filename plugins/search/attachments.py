"""The words of the files that items offer: documents, tables, plain text."""

import csv
import importlib.metadata
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from plugins.search.memory import Memory, code, code_of_terms, key_of
from regulation import files, tables
from regulation.files.words import document_words
from regulation.tables import read_table
from regulation.vietnamese import detect_legacy, nfc, to_unicode

MOST = 200_000
"""Characters of a file that are looked through, about 80 pages: what stands behind them is found by
what stands before."""
MOST_BYTES = 50_000_000
"""A larger file is not looked into."""

_DOCUMENTS = frozenset((".pdf", ".docx", ".odt", ".pptx", ".odp", ".xlsx", ".ods"))
_READ = _DOCUMENTS | {".csv", ".txt"}
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is looked into.

    Attributes:
        path: Where it lies.
        key: What its words follow from: its bytes, and how they are read.
    """

    path: Path
    key: bytes


def attachment(folder: Path, name: str) -> Attachment | None:
    """A file of a portal's folder; none if it is of a kind that has no words, or too large."""
    path = folder / name
    suffix = path.suffix.lower()
    if suffix not in _READ or path.stat().st_size > MOST_BYTES:
        return None
    return Attachment(path, key_of("file", _code(), suffix, path.read_bytes()))


def words(attachment: Attachment, memory: Memory) -> str:
    """The words of a file, read now if they were not before; none if they cannot be read.

    Raises:
        Late: The machine gave no time to read it.
    """
    if (kept := memory.get(attachment.key)) is not None:
        return kept.decode("utf-8", "replace")
    made = _unicode(_words(attachment.path)[:MOST])
    memory.put(attachment.key, made.encode("utf-8", "replace"))
    return made


def _words(path: Path) -> str:
    match path.suffix.lower():
        case ".csv":
            # Only tables that are shown were checked; another file may be any bytes.
            try:
                return "\n\n".join(" | ".join(filter(None, row)) for row in read_table(path))
            except (ValueError, csv.Error):
                return ""
        case ".txt":
            data = path.read_bytes()
            wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # "Unicode" of older Windows
            return data.decode("utf-16" if wide else "utf-8-sig", "replace")
        case ".pdf":
            return document_words(path.read_bytes(), MOST)
        case _:  # each line is a paragraph or a cell, and no sentence goes over two
            return document_words(path.read_bytes(), MOST).replace("\n", "\n\n")


def _unicode(text: str) -> str:
    """The text in Unicode: what offices wrote with fonts of the nineties is in no other document.

    Only a text without a single letter that those fonts did not have is taken for one of theirs.
    """
    text = nfc(text)
    if _VIETNAMESE.search(text) or (found := detect_legacy(text)) is None:
        return text
    return to_unicode(text, found.legacy)


@cache
def _code() -> bytes:
    """A hash of the code that reads files."""
    here = Path(files.__file__).parent
    own = code(Path(__file__), Path(tables.__file__), *sorted(here.glob("*.py")))
    return own + code_of_terms() + importlib.metadata.version("pypdf").encode()
