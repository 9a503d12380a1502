"""Figures as open data: JSON with its schema, CSV, a badge and a small page an agency. Pure."""

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from regulation.vietnamese import format_number
from regulation.yamlfile import VIETNAM
from relay.figures.cells import LEAST
from relay.figures.rows import Outcome
from relay.figures.tables import Line, Year, line_of
from relay.store.values import Head

JSON, SCHEMA = "so-lieu.json", "so-lieu.schema.json"
TABLES = {
    "units": "theo-co-quan",
    "kinds": "theo-loai",
    "months": "theo-thang",
    "outcomes": "theo-ket-qua",
}
"""Each table of a year and what its file is called."""

BADGES, EMBEDDED = "huy-hieu", "nhung"
"""Folders of what agencies put on their own sites."""

OUTCOMES: Mapping[str, str] = {
    Outcome.ON_TIME: "Đã trả lời đúng hạn",
    Outcome.LATE: "Đã trả lời trễ hạn",
    Outcome.OPEN: "Đang xử lý, còn hạn",
    Outcome.OVERDUE: "Đang xử lý, quá hạn",
    Outcome.REFUSED: "Không thụ lý, có nêu lý do",
    Outcome.ENDED: "Người gửi rút, hoặc gộp vào vụ việc khác",
    Outcome.COUNTED: "Đánh giá, khảo sát đã ghi nhận",
}

_COLUMNS = ("nam", "ma", "ten", "so_luong", "dung_han_phan_tram", "hai_long_1_5", "bi_an")


@dataclass(frozen=True, slots=True)
class Names:
    """What keys are called.

    Attributes:
        portal_id: The portal's id.
        portal: Its name.
        units: By the agency's id, those that are gone too.
        kinds: By the kind of message.
        lined: Agencies that have a line, a badge and a small page though nothing came to them.
    """

    portal_id: str
    portal: str
    units: Mapping[str, str]
    kinds: Mapping[str, str]
    lined: tuple[str, ...]

    def of(self, table: str, key: str) -> str:
        """What a line of a table is called."""
        if table == "months":
            year, _, month = key.partition("-")
            return f"Tháng {int(month)}/{year}"
        known = {"units": self.units, "kinds": self.kinds, "outcomes": OUTCOMES}[table]
        return known.get(key, key)


def chains(heads: Iterable[Head]) -> tuple[str, str]:
    """The ends of all chains: one digest that may be published, and the list that it stands for.

    The list names cases and stays in the relay. Whoever has it can show that no history was cut
    short or begun anew since the digest was published.
    """
    lines = "".join(f"{head.case_id} {head.number} {head.seal}\n" for head in heads)
    return hashlib.sha256(lines.encode()).hexdigest(), lines


def files(tables: Sequence[Year], names: Names, digest: str, made: dt.datetime) -> dict[str, bytes]:
    """Every file by its name below the folder of figures.

    Args:
        tables: The years, the newest first.
        names: What keys are called.
        digest: Of the ends of all chains.
        made: When.
    """
    found = {
        JSON: _json(as_data(tables, names, digest, made)),
        SCHEMA: _json(schema()),
    }
    for table, name in TABLES.items():
        found[f"{name}.csv"] = as_csv(tables, table, names)
    newest = tables[0] if tables else None
    for unit in names.lined:
        title = names.units[unit]
        line = line_of(newest.units if newest else None, unit)
        year = newest.year if newest else made.astimezone(VIETNAM).year
        found[f"{BADGES}/{unit}.svg"] = badge(title, line, year).encode()
        found[f"{EMBEDDED}/{unit}.html"] = embedded(title, line, year, names, made).encode()
    return found


def as_data(tables: Sequence[Year], names: Names, digest: str, made: dt.datetime) -> dict[str, Any]:
    """What the JSON file says, for programs and for the page."""
    return {
        "portal": names.portal_id,
        "name": names.portal,
        "made": made.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "least": LEAST,
        "chains": digest,
        "years": [
            {
                "year": each.year,
                "total": _entry(each.total, "Tất cả"),
                **{table: _entries(getattr(each, table), table, names) for table in TABLES},
            }
            for each in tables
        ],
    }


def _entries(lines: Sequence[Line] | None, table: str, names: Names) -> list[dict[str, Any]] | None:
    if lines is None:
        return None
    return [_entry(line, names.of(table, line.key)) for line in lines]


def _entry(line: Line, name: str) -> dict[str, Any]:
    return {**asdict(line), "name": name}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(tables: Sequence[Year], table: str, names: Names) -> bytes:
    """One table of all years as CSV, with a mark by which spreadsheets know it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for year in tables:
        for line in getattr(year, table) or ():
            cells = (
                "" if cell is None else cell for cell in (line.count, line.on_time, line.score)
            )
            name = names.of(table, line.key)
            writer.writerow([year.year, line.key, name, *cells, int(line.count is None)])
    return text.getvalue().encode("utf-8-sig")


def schema() -> dict[str, Any]:
    """The JSON Schema of the JSON file."""

    def number(kind: str, low: int, high: int | None, words: str) -> dict[str, Any]:
        bounds = {"minimum": low} if high is None else {"minimum": low, "maximum": high}
        return {"type": [kind, "null"], **bounds, "description": words}

    line = {
        "type": "object",
        "properties": {
            "key": {"type": "string"},
            "name": {"type": "string"},
            "count": number("integer", 0, None, "Số vụ việc; null: không công bố"),
            "on_time": number("integer", 0, 100, "Phần trăm trả lời đúng hạn, trong số đã trả lời"),
            "score": number("number", 1, 5, "Mức hài lòng trung bình, từ 1 đến 5"),
        },
        "required": ["key", "name", "count", "on_time", "score"],
        "additionalProperties": False,
    }
    lines = {"type": ["array", "null"], "items": line, "description": "null: không công bố"}
    year = {
        "type": "object",
        "properties": {"year": {"type": "integer"}, "total": line, **dict.fromkeys(TABLES, lines)},
        "required": ["year", "total", *TABLES],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Số liệu tiếp nhận và trả lời ý kiến của người dân",
        "type": "object",
        "properties": {
            "portal": {"type": "string"},
            "name": {"type": "string"},
            "made": {"type": "string", "format": "date-time"},
            "least": {"type": "integer", "description": "Số nhỏ hơn số này thì không công bố"},
            "chains": {
                "type": "string",
                "pattern": "^[0-9a-f]{64}$",
                "description": "Dấu vết SHA-256 của lịch sử mọi vụ việc vào lúc làm số liệu",
            },
            "years": {"type": "array", "items": year},
        },
        "required": ["portal", "name", "made", "least", "chains", "years"],
        "additionalProperties": False,
    }


def in_words(line: Line) -> tuple[str, str, str]:
    """Count, share in time and mean as people read them; “ẩn” for a number that is not shown."""
    return (
        "ẩn" if line.count is None else format_number(line.count),
        "–" if line.on_time is None else f"{line.on_time}%",
        "–" if line.score is None else f"{line.score:.1f}/5".replace(".", ","),
    )


def badge(title: str, line: Line, year: int) -> str:
    """A small picture for an agency's own site."""
    _, on_time, score = in_words(line)
    words = f"Trả lời người dân năm {year}: đúng hạn {on_time}, hài lòng {score}"
    whole = escape(f"{title}. {words}")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="56" viewBox="0 0 300 56" '
        f'role="img" aria-label="{whole}"><title>{whole}</title>'
        '<rect width="300" height="56" rx="6" fill="#ffffff" stroke="#5b6570"/>'
        '<g font-family="Arial, sans-serif" fill="#1b2733">'
        f'<text x="12" y="20" font-size="12">Trả lời người dân năm {year}</text>'
        f'<text x="12" y="43" font-size="16" font-weight="700">Đúng hạn {escape(on_time)}</text>'
        f'<text x="152" y="43" font-size="16" font-weight="700">Hài lòng {escape(score)}</text>'
        "</g></svg>\n"
    )


def embedded(title: str, line: Line, year: int, names: Names, made: dt.datetime) -> str:
    """A small page that other sites may show in a frame: no script, no style, no cookie."""
    count, on_time, score = in_words(line)
    rows = (
        ("Ý kiến đã nhận", count),
        ("Trả lời đúng hạn", on_time),
        ("Mức hài lòng", score),
    )
    cells = "".join(f"<tr><th scope=row>{a}</th><td>{escape(b)}</td></tr>" for a, b in rows)
    at = made.astimezone(VIETNAM)
    return (
        "<!doctype html>\n"
        f'<html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}: trả lời người dân '
        f'năm {year}</title><meta name="viewport" content="width=device-width"></head><body>'
        f"<table><caption>{escape(title)}: trả lời người dân năm {year}</caption>{cells}</table>"
        f"<p><small>{escape(names.portal)}, số liệu lúc {at:%H:%M ngày %d/%m/%Y}.</small></p>"
        "</body></html>\n"
    )
