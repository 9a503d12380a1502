"""The figures as people meet them: a page with charts, the files, what agencies embed."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from relay.context import Context
from relay.figures.tables import Line
from relay.figures.writing import BADGES, EMBEDDED, JSON, SCHEMA, TABLES, in_words

PREFIX = "/y-kien/so-lieu"
TEMPLATE = "relay/figures.html"

_OPEN = {
    "cache-control": "public, max-age=600",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
}
"""Open data may be read from everywhere."""

_FRAMED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""Content-Security-Policy of the small page: it loads nothing, and every site may show it."""

_KINDS = {
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".html": "text/html; charset=utf-8",
}
_HEADINGS = {
    "units": "Theo cơ quan trả lời",
    "kinds": "Theo loại ý kiến",
    "months": "Theo tháng nhận",
    "outcomes": "Theo kết quả",
}
_FIRST = {"units": "Cơ quan", "kinds": "Loại", "months": "Tháng", "outcomes": "Kết quả"}


def routes(context: Context) -> list[BaseRoute]:
    """The addresses below ``/y-kien/so-lieu/``."""
    folder = context.settings.figures
    plain = {JSON, SCHEMA, *(f"{name}.csv" for name in TABLES.values())}

    async def page(request: Request) -> Response:
        data = await _read(folder, JSON)
        view = page_view(json.loads(data)) if data is not None else None
        made = await context.draw(TEMPLATE, "Số liệu trả lời người dân", view=view, at=PREFIX)
        made.headers["cache-control"] = "public, max-age=600"
        made.headers["x-robots-tag"] = "all"
        return made

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in plain:
            raise HTTPException(404)
        return await _served(folder, name)

    async def badge(request: Request) -> Response:
        return await _served(folder, f"{BADGES}/{_agency(request, context)}.svg")

    async def embedded(request: Request) -> Response:
        made = await _served(folder, f"{EMBEDDED}/{_agency(request, context)}.html")
        made.headers["content-security-policy"] = _FRAMED
        return made

    return [
        Route(f"{PREFIX}/", page),
        Route(f"{PREFIX}/{BADGES}/{{agency}}.svg", badge),
        Route(f"{PREFIX}/{EMBEDDED}/{{agency}}/", embedded),
        Route(f"{PREFIX}/{{name}}", file),
    ]


def _agency(request: Request, context: Context) -> str:
    """The agency that is asked for: one that the portal knows, so never a path."""
    agency: str = request.path_params["agency"]
    if agency not in context.portal.agencies:
        raise HTTPException(404)
    return agency


async def _served(folder: Path | None, name: str) -> Response:
    data = await _read(folder, name)
    if data is None:
        raise HTTPException(404)
    return Response(data, media_type=_KINDS[Path(name).suffix], headers=_OPEN)


async def _read(folder: Path | None, name: str) -> bytes | None:
    def read() -> bytes | None:
        if folder is None:
            return None
        try:
            return (folder / name).read_bytes()
        except OSError:
            return None

    return await asyncio.to_thread(read)


def page_view(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows of the JSON file: each year's tables, a chart beside each.

    Args:
        data: The file, as ``relay.figures.writing.as_data`` makes it.
    """
    return {
        "made": data["made"],
        "least": data["least"],
        "chains": data["chains"],
        "years": [
            {
                "year": year["year"],
                "total": _row(year["total"], 0),
                "tables": [
                    {
                        "id": f"{name}-{year['year']}",
                        "title": _HEADINGS[key],
                        "first": _FIRST[key],
                        "file": f"{name}.csv",
                        "bare": key == "outcomes",
                        "rows": _rows(year[key]),
                    }
                    for key, name in TABLES.items()
                ],
            }
            for year in data["years"]
        ],
    }


def _rows(lines: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
    """The lines of a table that hold something; none where it is not published."""
    if lines is None:
        return None
    most = max((line["count"] or 0 for line in lines), default=0)
    return [_row(line, most) for line in lines if line["count"] != 0]


def _row(line: Mapping[str, Any], most: int) -> dict[str, Any]:
    count, on_time, score = in_words(
        Line(line["key"], line["count"], line["on_time"], line["score"])
    )
    percent = round(100 * (line["count"] or 0) / most, 1) if most else 0
    return {
        "name": line["name"],
        "count": count,
        "on_time": on_time,
        "score": score,
        "percent": percent,
        "hidden": line["count"] is None,
    }
