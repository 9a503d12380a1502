"""``make bench-search``: prints the figures as tables, at 1,000 and 10,000 made-up items, or as
many as are named: ``ARGS='1000 100000'``.

Queries are neighbouring words of the samples, half of them typed without tones. Bytes are what the
server sent to Chromium; kB are 1,000 bytes. What was made once is kept in `.cache/bench-search/`.
"""

import argparse
import datetime as dt
import os
import platform
import shutil
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from regulation.yamlfile import VIETNAM
from tests.bench_search.index import kinds, ours, staying
from tests.bench_search.kept import CACHE, Made, Unfinished
from tests.bench_search.others import lunr, pagefind
from tests.bench_search.server import serving
from tests.bench_search.site import LUNR, OURS, PAGEFIND, Engine, Site
from tests.bench_search.visits import FAST, SLOW, Line, Visit, Visitor, visiting
from tests.plugins.search.corpus import queries

SIZES = (1_000, 10_000)
OTHERS_UP_TO = 20_000
"""Items for which Pagefind and lunr are tried."""
LUNR_QUERIES = 2
"""lunr fetches everything whatever is asked, some 20 MB at 10,000 items."""
RESULTS = "#hits > li"
"""The results of the search page, and …"""
SEARCH = "/tim-kiem/"
"""… its address."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is measured: queries of which bytes are counted, and visits that are timed."""

    queries: int
    times: int
    others: bool
    pagefind: int
    more: bool


Rows = list[list[str]]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="make bench-search")
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--queries", type=int, default=120, help="queries whose bytes are counted")
    parser.add_argument("--times", type=int, default=24, help="queries that are timed")
    parser.add_argument("--pagefind", type=int, default=24, help="as many of these for Pagefind")
    parser.add_argument("--only-ours", action="store_true", help="neither Pagefind nor lunr")
    parser.add_argument("--more", action="store_true", help="what one more item leaves as it was")
    parser.add_argument("--as-made", action="store_true", help="take indexes of earlier code")
    parser.add_argument("--make", action="store_true", help="make the indexes and stop")
    given = parser.parse_args()
    Unfinished.as_made = given.as_made
    wanted = Wanted(given.queries, given.times, not given.only_ours, given.pagefind, given.more)
    print(about() + "\n", flush=True)
    made = {size: make(size, wanted) for size in given.sizes}
    if given.make:
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = CACHE / f"site-{os.getpid()}"
    try:
        site = Site(folder)
        with serving(folder) as server, visiting(server) as visitor:
            for size, indexes in made.items():
                print(f"## {size:,} items\n")
                measure(site, visitor, indexes, wanted, ours(size, 1) if wanted.more else None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def about() -> str:
    """The day and the machine."""
    now = dt.datetime.now(VIETNAM)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{now:%d/%m/%Y}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}, Python "
        f"{platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )


def make(size: int, wanted: Wanted) -> dict[Engine, Made]:
    """The indexes of so many items."""
    found = {OURS: ours(size)}
    if wanted.others and size <= OTHERS_UP_TO:
        found |= {PAGEFIND: pagefind(size), LUNR: lunr(size)}
    return found


def measure(
    site: Site,
    visitor: Visitor,
    indexes: dict[Engine, Made],
    wanted: Wanted,
    more: Made | None,
) -> None:
    """Prints the tables of one size."""
    for engine, made in indexes.items():
        site.put(engine, made)
    print_made(indexes)
    print_files(indexes[OURS])
    if more:
        parts = ", ".join(staying(indexes[OURS].folder / "vi", more.folder / "vi"))
        print(f"One more item, and these keep their names: {parts}.\n")
    asked = queries(wanted.queries)
    visits = {
        engine: [visitor.handed(engine, text, None) for text in few(engine, asked, wanted)]
        for engine in indexes
    }
    # Only what everybody has ten results for is timed; lunr is asked a few of these.
    compared = [engine for engine in indexes if engine != LUNR]
    full = [
        text
        for at, text in enumerate(asked)
        if all(at >= len(visits[one]) or visits[one][at].shown == 10 for one in compared)
    ][: wanted.times]
    if len(full) < min(2, wanted.times):
        raise SystemExit("too few queries have ten results")
    there = [visitor.arrived(SEARCH, RESULTS, text, None) for text in full]
    print_bytes(visits, there)
    times = print_times(visitor, list(indexes), full, wanted)
    print_ratios(visits, times)


def few(engine: Engine, asked: Sequence[str], wanted: Wanted) -> Sequence[str]:
    """As many of the queries as an engine is asked."""
    return asked[: {LUNR: LUNR_QUERIES, PAGEFIND: wanted.pagefind}.get(engine)]


def print_made(indexes: dict[Engine, Made]) -> None:
    """What making took."""
    rows = []
    for engine, made in indexes.items():
        files = [path for path in made.folder.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        rows.append(
            [engine.name, f"{made.cpu:.1f}", str(made.peak), f"{len(files) - 1:,}", kb(size),
             made.told + (" (made earlier)" if made.again else "")]
        )  # fmt: skip
    table(["making", "processor s", "peak MiB", "files", "kB on disk", ""], rows)


def print_files(made: Made) -> None:
    """The files of ours."""
    rows = [
        [kind, f"{count:,}", kb(raw), kb(packed), f"{packed / count / 1000:.1f}", kb(most)]
        for kind, count, raw, packed, most in kinds(made.folder / "vi")
    ]
    table(["our files", "files", "kB", "gzip 6 kB", "mean", "largest"], rows)


def print_bytes(visits: dict[Engine, list[Visit]], there: list[Visit]) -> None:
    """What a query fetches: handed over, and of ours on the search page with all it shows."""
    rows = []
    named = [(engine.name, engine, of) for engine, of in visits.items()]
    named.insert(1, ("ours, the search page", OURS, there))
    for name, engine, all_of_it in named:
        one = all_of_it[0]
        own = [visit.bytes(engine.own) for visit in all_of_it]
        heads = [visit.bytes(engine.own, whole=True) for visit in all_of_it]
        both = [
            visit.bytes(engine.start, whole=True) + head
            for visit, head in zip(all_of_it, heads, strict=True)
        ]
        counts = [visit.requests(engine.own) for visit in all_of_it]
        full = sum(1 for visit in all_of_it if visit.shown == 10)
        rows.append(
            [name, f"{full} of {len(all_of_it)}", kb(one.bytes(engine.start)),
             *(percentiles(sizes, kb) for sizes in (own, heads, both)),
             percentiles(counts, lambda count: f"{count:.0f}")]
        )  # fmt: skip
    table(
        ["bytes, kB p50 / p95", "with ten results", "start", "a query", "with headers",
         "start and query, with headers", "requests"],
        rows,
    )  # fmt: skip


Times = dict[tuple[str, Engine], list[float]]


def print_times(
    visitor: Visitor, engines: list[Engine], asked: Sequence[str], wanted: Wanted
) -> Times:
    """Milliseconds until the results are in the document."""
    ways: dict[str, Callable[[Engine, str], Visit]] = {}

    def handed(line: Line, http2: bool) -> Callable[[Engine, str], Visit]:
        return lambda engine, text: visitor.handed(engine, text, line, http2)

    def arrived(line: Line, http2: bool) -> Callable[[Engine, str], Visit]:
        def visit(engine: Engine, text: str) -> Visit:
            path, results = f"/bench/{engine.name.lower()}/", "#bench li"
            if engine == OURS:
                path, results = SEARCH, RESULTS
            return visitor.arrived(path, results, text, line, http2=http2)

        return visit

    for line in (FAST, SLOW):
        ways[f"query handed over, {line.name}"] = handed(line, False)
        ways[f"page with the query, {line.name}"] = arrived(line, False)
    ways[f"query handed over, {FAST.name}, HTTP/2"] = handed(FAST, True)
    ways[f"page with the query, {FAST.name}, HTTP/2"] = arrived(FAST, True)
    times: Times = {}
    heads: Rows = []
    counts = (f"{one.name} ({len(few(one, asked, wanted))})" for one in engines)
    begin(["first ten results, ms p50 / p95 (visits)", *counts])
    for name, ask in ways.items():
        row = [name]
        for engine in engines:
            if engine == LUNR and not name.endswith(FAST.name):
                row.append("–")
                continue
            of = [ask(engine, text) for text in few(engine, asked, wanted)]
            if "HTTP/2" in name and "handed" in name:
                sizes = [visit.bytes(engine.own, whole=True) for visit in of]
                heads.append([engine.name, percentiles(sizes, kb)])
            found = [visit.ms for visit in of]
            times[name, engine] = found
            row.append(percentiles(found, lambda ms: f"{ms:,.0f}"))
        print(f"| {' | '.join(row)} |", flush=True)
    print()
    table(["bytes of a query with headers, HTTP/2, kB p50 / p95", ""], heads)
    return times


def print_ratios(visits: dict[Engine, list[Visit]], times: Times) -> None:
    """How many times ours the others take, by medians."""
    others = [engine for engine in visits if engine != OURS]
    if not others:
        return

    def query(engine: Engine) -> float:
        return statistics.median(visit.bytes(engine.own) for visit in visits[engine])

    def whole(engine: Engine) -> float:
        return statistics.median(
            visit.bytes(engine.start) + visit.bytes(engine.own) for visit in visits[engine]
        )

    rows = [
        [
            "bytes of a query",
            *(f"{query(one) / query(OURS):.1f}" if query(one) else "–" for one in others),
        ],
        ["bytes of start and query", *(f"{whole(one) / whole(OURS):.1f}" for one in others)],
    ]
    for name in dict.fromkeys(name for name, _ in times):
        mine = statistics.median(times[name, OURS])
        theirs = [times.get((name, one)) for one in others]
        rows.append(
            [name, *(f"{statistics.median(one) / mine:.1f}" if one else "–" for one in theirs)]
        )
    table(["times ours (p50)", *(engine.name for engine in others)], rows)


def percentiles(values: Sequence[float], say: Callable[[float], str]) -> str:
    """The median, and what 19 of 20 stay below."""
    if len(values) < 2:
        return say(values[0])
    return f"{say(statistics.median(values))} / {say(statistics.quantiles(values, n=20)[18])}"


def kb(size: float) -> str:
    """Bytes in kB."""
    return f"{size / 1000:,.1f}" if size < 1_000_000 else f"{size / 1000:,.0f}"


def begin(head: Sequence[str]) -> None:
    """Prints the head of a table."""
    print(f"| {' | '.join(head)} |")
    print("|---" * len(head) + "|", flush=True)


def table(head: Sequence[str], rows: Rows) -> None:
    """Prints a table."""
    begin(head)
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(flush=True)


if __name__ == "__main__":
    main()
