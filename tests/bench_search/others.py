"""Pagefind's index and lunr's of the same items, made in the way that each one's documents tell."""

import html
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from tests.bench_search.kept import Made, Unfinished, digest, run
from tests.plugins.search.corpus import written
from tests.small import ROOT

_HERE = Path(__file__).parent
_LUNR = ROOT / "node_modules" / "lunr"


def pagefind(size: int) -> Made:
    """A bundle of Pagefind: `pagefind.js` and what it fetches."""
    made = Unfinished(f"pagefind-{size}", digest(size, version("pagefind"), html_of(0)))
    if there := made.there():
        return there
    folder = made.begin()
    with tempfile.TemporaryDirectory() as name:
        site = Path(name)
        for number in range(size):
            page = site / written(number)[0].url.strip("/") / "index.html"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(html_of(number), encoding="utf-8")
        bundle = folder / "bundle"
        cpu, peak, _ = run(
            [sys.executable, "-m", "pagefind", "--site", site, "--output-path", bundle]
        )
    return made.done(cpu, peak, f"Pagefind {version('pagefind')}")


def html_of(number: int) -> str:
    """An item as a page: its title is the heading; kind, section and agency are filters."""
    shown, fields = written(number)
    say = html.escape
    filters = "".join(
        f'<span data-pagefind-filter="{facet}">{say(value)}</span>'
        for facet, value in shown.filters()
    )
    day = shown.date.isoformat() if shown.date else ""
    texts = "".join(f"<p>{say(fields[n])}</p>" for n in ("body", "attachment") if n in fields)
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        f"<title>{say(shown.title)}</title></head><body><main data-pagefind-body>"
        f"<h1>{say(shown.title)}</h1>"
        f"<p>{say(fields['metadata'])}</p>{texts}</main>"
        f'<p data-pagefind-meta="date">{day}</p>'
        f'<p data-pagefind-meta="summary">{say(shown.summary)}</p>{filters}</body></html>'
    )


def lunr(size: int) -> Made:
    """lunr's index as one file, and what results show of each item as another."""
    script = _HERE / "lunr_index.mjs"
    package = json.loads((_LUNR / "package.json").read_text(encoding="utf-8"))
    made = Unfinished(f"lunr-{size}", digest(size, package["version"], sources=[script]))
    if there := made.there():
        return there
    folder = made.begin()
    with tempfile.TemporaryDirectory() as name:
        rows = Path(name) / "rows"
        with rows.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in _rows(size))
        node = Path(sys.executable).parent / "node"
        cpu, peak, _ = run([node, "--max-old-space-size=16000", script, rows, folder])
    shutil.copy(_LUNR / "lunr.min.js", folder / "lunr.js")
    return made.done(cpu, peak, f"lunr.js {package['version']}")


def _rows(size: int) -> Iterator[dict[str, str]]:
    for number in range(size):
        shown, fields = written(number)
        body = f"{fields['body']} {fields.get('attachment', '')}".rstrip()
        yield {
            "url": shown.url,
            "title": shown.title,
            "date": shown.date.isoformat() if shown.date else "",
            "shown": shown.summary,
            "summary": fields["metadata"],
            "body": body,
        }
