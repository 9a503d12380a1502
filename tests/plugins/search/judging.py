"""``make judge``: what search finds for the queries of a judged set, beside plain lunr.js.

The indexes are written from content/ as a build does it, and asked by the browser's own script in
Node. `docs/search-judged.md` says how a set is written and what the figures mean.
"""

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml

from pelicanconf import JINJA_ENVIRONMENT
from plugins.search.output import FOLDER, write_indexes
from plugins.search.portal import Findable, findables
from plugins.search.words import browser_words
from plugins.site import Page, Site
from plugins.views.furniture import furniture
from tests.node import node
from tests.plugins.portals import real_site
from tests.small import ROOT

SET = Path(__file__).with_name("judged.yml")
SCRIPTS = ROOT / "theme" / "static" / "js"
FIRST = 10
"""How many results of a query are looked at, the first page."""
WHAT_CAME = 5
"""How many of them are told of a miss."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A query and what it should find.

    Attributes:
        portal: On which portal.
        lang: In which language.
        query: What is typed.
        kind: What is hard about it, its class.
        held: Whether nothing may be tuned by it.
        best: What was looked for: ids of items or addresses of pages.
        useful: What helps, too.
    """

    portal: str
    lang: str
    query: str
    kind: str
    held: bool
    best: tuple[str, ...]
    useful: tuple[str, ...]

    @property
    def typing(self) -> bool:
        """Whether its last word may be unfinished."""
        return self.kind == "prefix"


def read_set(path: Path = SET) -> list[Judged]:
    """Reads a judged set. Raises `ValueError` where it is not as docs/search-judged.md says."""
    judged = []
    for place, rows in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        portal, _, lang = place.partition("/")
        for row in rows:
            told = f"{path.name}, {place}, {row.get('query')!r}"
            strange = set(row) - {"query", "class", "held", "best", "useful"}
            if strange:
                raise ValueError(f"{told}: what is {', '.join(sorted(strange))}?")
            if not row.get("query") or not row.get("best"):
                raise ValueError(f"{told}: a query and its best are needed")
            best, useful = (tuple(row.get(name, "").split()) for name in ("best", "useful"))
            if len({*best, *useful}) < len(best) + len(useful):
                raise ValueError(f"{told}: the same is named twice")
            held = bool(row.get("held", False))
            kind = row.get("class", "other")
            judged.append(Judged(portal, lang or "vi", row["query"], kind, held, best, useful))
    return judged


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for a query."""

    judged: Judged
    urls: tuple[str, ...]
    total: int
    suggestion: str
    best: tuple[str, ...]
    """The addresses of what was looked for …"""
    useful: tuple[str, ...]
    """… and of what helps, too."""

    @property
    def reciprocal_rank(self) -> float:
        """One by the place of the first that was looked for; 0 if none is on the page."""
        places = [place for place, url in enumerate(self.urls, 1) if url in self.best]
        return 1 / places[0] if places else 0.0

    @property
    def recall(self) -> float:
        """How many of all that is relevant are on the page, of as many as could be."""
        relevant = {*self.best, *self.useful}
        return len(relevant.intersection(self.urls)) / min(FIRST, len(relevant))

    @property
    def first(self) -> bool:
        """Whether the first result is what was looked for."""
        return self.urls[:1] != () and self.urls[0] in self.best


@dataclass(frozen=True, slots=True)
class Scores:
    """The means over some answers."""

    queries: int
    mrr: float
    recall: float
    success: float


def scores(answers: Sequence[Answer]) -> Scores:
    """The means; 0 of nothing."""
    count = len(answers) or 1
    return Scores(
        len(answers),
        sum(answer.reciprocal_rank for answer in answers) / count,
        sum(answer.recall for answer in answers) / count,
        sum(answer.first for answer in answers) / count,
    )


@dataclass(frozen=True, slots=True)
class Written:
    """The index of one language of a portal, and what is found in it."""

    folder: Path
    found: tuple[Findable, ...]
    addresses: Mapping[str, str]
    """Of what is found, by id of the item; an address stands for itself."""


def write(portals: Iterable[str], folder: Path) -> dict[tuple[str, str], Written]:
    """Writes the indexes of portals as a build does, without the pages, by portal and language."""
    loader = jinja2.FileSystemLoader(ROOT / "theme" / "templates")
    environment = jinja2.Environment(loader=loader, **JINJA_ENVIRONMENT)
    written = {}
    for portal in portals:
        site = real_site(portal)
        drawn = _drawing(site, environment)
        output = folder / portal
        write_indexes(site, output, folder / "cache", drawn)
        for lang in site.langs:
            found = tuple(findables(site, lang, drawn))
            urls = [one.shown.url for one in found]
            ids = {item.id: site.at(item.url) for item in site.library.items if item.lang == lang}
            addresses = {name: url for name, url in ids.items() if url in urls}
            addresses |= {url: url for url in urls}
            written[portal, lang] = Written(output / FOLDER / lang, found, addresses)
    return written


def _drawing(site: Site, environment: jinja2.Environment) -> Callable[[Page], str]:
    around = {lang: furniture(site, lang) for lang in site.langs}

    def drawn(page: Page) -> str:
        template = environment.get_template(f"{page.template}.html")
        return template.render(view=page.view(), site=around[page.lang])

    return drawn


def ask(
    judged: Sequence[Judged], written: dict[tuple[str, str], Written], folder: Path
) -> dict[str, list[Answer]]:
    """Asks the browser's search and lunr.js all queries; the answers of each, in their order."""
    words = folder / "words.json"
    words.write_text(json.dumps(browser_words()), encoding="utf-8")
    places = list(dict.fromkeys((one.portal, one.lang) for one in judged))
    asked = {place: [one for one in judged if (one.portal, one.lang) == place] for place in places}
    sets = [
        {
            "folder": str(written[place].folder),
            "language": place[1],
            "queries": [{"text": one.query, "typing": one.typing} for one in asked[place]],
            "documents": [_document(one) for one in written[place].found],
        }
        for place in places
    ]
    scripts = {name: str(SCRIPTS / f"search-{name}.js") for name in ("find", "terms", "index")}
    told = _node({**scripts, "words": str(words), "sets": sets})
    answers: dict[str, list[Answer]] = {"ours": [], "lunr": []}
    for place, answered in zip(places, told, strict=True):
        for engine, rows in answered.items():
            for one, row in zip(asked[place], rows, strict=True):
                best, useful = (
                    tuple(written[place].addresses[name] for name in names)
                    for names in (one.best, one.useful)
                )
                urls = tuple(row["urls"][:FIRST])
                answer = Answer(one, urls, row["total"], row["suggestion"], best, useful)
                answers[engine].append(answer)
    return answers


def _document(found: Findable) -> dict[str, str]:
    return {
        "url": found.shown.url,
        "title": found.shown.title,
        "summary": found.shown.summary,
        "body": found.texts.get("body", ""),
    }


def _node(given: Any) -> Any:
    script = Path(__file__).with_name("judge.mjs")
    done = subprocess.run(
        # A script without a package of its own is a module by what it holds.
        [node(), "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", script],
        input=json.dumps(given),
        capture_output=True,
        encoding="utf-8",
        timeout=280,  # of a hung one; a busy machine is slow
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def unknown(judged: Iterable[Judged], written: Mapping[tuple[str, str], Written]) -> Iterable[str]:
    """What a set names that is not found on its portal at all."""
    for one in judged:
        place = written.get((one.portal, one.lang))
        for name in (*one.best, *one.useful):
            if not place or name not in place.addresses:
                yield f"{one.portal}/{one.lang} has no {name} ({one.query})"


def judge(path: Path, folder: Path) -> dict[str, list[Answer]]:
    """What the engines answer to a set, asked of indexes written into a folder.

    Raises `ValueError` if it names what is not there.
    """
    judged = read_set(path)
    written = write(dict.fromkeys(one.portal for one in judged), folder)
    if faults := list(unknown(judged, written)):
        raise ValueError(f"{path.name}: {'; '.join(faults)}")
    return ask(judged, written, folder)


# What is told


def _rows(answers: dict[str, list[Answer]]) -> list[str]:
    kinds = list(dict.fromkeys(answer.judged.kind for answer in answers["ours"]))
    lines = [
        f"{'':16}{'tune':^27}{'held back':^27}{'all':^27}{'plain lunr.js, all':^27}",
        f"{'class':16}" + "    n   MRR  rec.  S@1     " * 4,
    ]
    for kind in (*sorted(kinds), ""):
        ours, lunr = (
            [one for one in answers[engine] if kind in ("", one.judged.kind)]
            for engine in ("ours", "lunr")
        )
        parts = (
            [one for one in ours if not one.judged.held],
            [one for one in ours if one.judged.held],
            ours,
            lunr,
        )
        lines.append(f"{kind or 'all':16}" + "".join(map(_cells, parts)))
    return lines


def _cells(answers: Sequence[Answer]) -> str:
    told = scores(answers)
    if not told.queries:
        return " " * 27
    means = "".join(f"{mean:6.3f}" for mean in (told.mrr, told.recall, told.success))
    return f"{told.queries:5}{means}    "


def _misses(answers: Iterable[Answer]) -> Iterable[str]:
    """Queries of which something is wanting: +2 and +1 stand before what should have come."""
    for answer in answers:
        if answer.reciprocal_rank == 1 and answer.recall == 1:
            continue
        one = answer.judged
        yield (
            f"\n{'held' if one.held else 'tune'} {one.kind} {one.portal}/{one.lang}: {one.query}"
            f"  [RR {answer.reciprocal_rank:.2f}, recall {answer.recall:.2f}, {answer.total} found"
            + (f", suggested {answer.suggestion}]" if answer.suggestion else "]")
        )
        grades = dict.fromkeys(answer.useful, "1") | dict.fromkeys(answer.best, "2")
        for url in answer.urls[:WHAT_CAME]:
            yield f"   {grades.get(url, '.')}  {url}"
        for grade, urls in (("2", answer.best), ("1", answer.useful)):
            for url in urls:
                if url not in answer.urls[:WHAT_CAME]:
                    place = answer.urls.index(url) + 1 if url in answer.urls else "-"
                    yield f"   +{grade} {url} ({place})"


def main() -> None:
    """Judges a set and tells how it went."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("set", nargs="?", type=Path, default=SET, help="a file of the same form")
    parser.add_argument("--misses", choices=("all", "tune", "none"), default="all")
    parser.add_argument("--folder", type=Path, help="where the indexes are kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cong-judge-") as scratch:
        answers = judge(given.set, given.folder or Path(scratch))
    if given.misses != "none":
        for line in _misses(
            one for one in answers["ours"] if given.misses == "all" or not one.judged.held
        ):
            print(line)
    print("", *_rows(answers), sep=os.linesep)


if __name__ == "__main__":
    main()
