"""Files that content offers: attachments, recordings, tables."""

import datetime as dt
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from regulation.tables import number, read_table
from regulation.vietnamese import format_date, format_number

_ISO_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])\Z")

KINDS = {
    ".pdf": "PDF",
    ".docx": "Word",
    ".odt": "Văn bản ODT",
    ".xlsx": "Excel",
    ".ods": "Bảng tính ODS",
    ".pptx": "PowerPoint",
    ".csv": "CSV",
    ".txt": "Văn bản thường",
    ".zip": "Tệp nén ZIP",
    ".json": "JSON",
    ".xml": "XML",
    ".mp3": "Âm thanh MP3",
    ".ogg": "Âm thanh OGG",
    ".wav": "Âm thanh WAV",
    ".mp4": "Video MP4",
    ".webm": "Video WebM",
    ".vtt": "Phụ đề",
    ".svg": "Hình SVG",
    ".png": "Hình PNG",
    ".jpg": "Hình JPEG",
    ".webp": "Hình WebP",
}
MEDIA_TYPES = {
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a reader wants to know before opening a file.

    Attributes:
        url: From the root of the site.
        kind: What people call it: "PDF", "Word".
        size: In kB or MB, Vietnamese form.
        media_type: For recordings; empty for the rest.
    """

    url: str
    kind: str
    size: str
    media_type: str = ""


def facts(path: Path, name: str) -> FileFacts:
    """Facts of a file of the portal.

    Args:
        path: The file.
        name: Its name from the portal's folder: ``media/mau.docx``.
    """
    suffix = path.suffix.lower()
    return FileFacts(
        url=f"/{name}",
        kind=KINDS.get(suffix, suffix.lstrip(".").upper() or "Tệp"),
        size=size_text(path.stat().st_size),
        media_type=MEDIA_TYPES.get(suffix, ""),
    )


def size_text(size: int) -> str:
    """A size in bytes as people read it: "84 kB", "1,2 MB"."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{format_number(Decimal(size) / 1_000_000, 1)} MB"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers stand to the right, short codes and days are never broken."""

    name: str
    numeric: bool
    decimals: int = 0
    short: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV table: its columns, its cells as text, and the numbers in them."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    url: str

    def numbers(self, name: str) -> list[Decimal | None]:
        """The numbers of a column; none where a cell holds something else."""
        index = [column.name for column in self.columns].index(name)
        return [number(row[index]) for row in self.rows]

    def labels(self, name: str) -> list[str]:
        """The cells of a column as text."""
        index = [column.name for column in self.columns].index(name)
        return [row[index] for row in self.rows]


def load_table(path: Path, name: str) -> Table:
    """A checked CSV file as a table.

    Args:
        path: The file; ``regulation.tables.table_faults`` has found nothing wrong with it.
        name: Its name from the portal's folder: ``data/par-index.csv``.
    """
    header, *rows = read_table(path)
    columns = tuple(_column(title, [row[i] for row in rows]) for i, title in enumerate(header))
    return Table(columns, tuple(tuple(row) for row in rows), f"/{name}")


def _column(name: str, cells: Sequence[str]) -> Column:
    filled = [cell for cell in cells if cell]
    short = bool(filled) and max(len(cell) for cell in filled) <= 12
    # A code or a year with leading zeros, or a telephone number, is text.
    numeric = bool(filled) and all(
        number(cell) is not None and not (cell.startswith("0") and cell[1:2].isdigit())
        for cell in filled
    )
    decimals = max((len(cell.partition(".")[2]) for cell in filled), default=0) if numeric else 0
    return Column(name, numeric, decimals, short)


def display_cell(cell: str, column: Column) -> str:
    """A cell as people read it: numbers and days in Vietnamese form, years as they are."""
    if _ISO_DAY.match(cell):
        try:
            return format_date(dt.date.fromisoformat(cell))
        except ValueError:  # 30 February: shown as it was written
            return cell
    value = number(cell) if column.numeric else None
    if value is None:
        return cell
    if column.name.strip().lower() in ("năm", "year"):
        return cell
    return format_number(value, column.decimals)


def copy_for_spreadsheets(source: Path, target: Path) -> None:
    """Copies a CSV file with a byte order mark, without which Excel garbles Vietnamese."""
    try:
        text = source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:  # offered as a file, not shown as a table: sent as it is
        copy(source, target)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8-sig", newline="")


def copy(source: Path, target: Path) -> None:
    """Copies a file of the content into the output.

    Never a hard link: what an editor then writes into the file would change the site at once.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def link_or_copy(source: Path, target: Path) -> None:
    """Puts a file that is never written again into the output: a hard link, else a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        target.write_bytes(source.read_bytes())
