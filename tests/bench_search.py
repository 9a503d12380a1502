"""``make bench-search``: how large the search index is, what a query fetches of it, what making it
takes; at 1,000 and 10,000 made-up items, or as many as are named: ``ARGS='1000 100000'``.

Bytes are of files gzipped by level 6, as a server sends them. Queries are neighbouring words of the
samples, half of them typed without tones, each asked by somebody who has the manifest and nothing
else. *One more*: an item more is written, and the files that stay are counted.
"""

import argparse
import datetime as dt
import gzip
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from plugins.search.items import Item
from plugins.search.reader import Index
from plugins.search.terms import terms
from plugins.search.writer import IndexWriter
from regulation.yamlfile import VIETNAM
from tests.plugins.search.corpus import queries, written

SIZES = (1_000, 10_000)
QUERIES = 400
KINDS = {
    "p": "pages",
    "s": "shards",
    "t": "tails",
    "i": "items",
    "w": "dictionary",
    "f": "filters",
    "v": "manifest",
}


def main() -> None:
    """Prints the figures as tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--build", help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true", help="no second build of one item more")
    given = parser.parse_args()
    if given.build:
        print(json.dumps(build(Path(given.build), given.sizes[0])))
        return
    today = dt.datetime.now(VIETNAM)
    load = os.getloadavg()[0]
    print(
        f"{today:%d/%m/%Y}, {os.cpu_count()} cores, {platform.machine()}, load {load:.1f}, ", end=""
    )
    print(f"Python {platform.python_version()}\n")
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as name:
            tell(Path(name), size, given.once)


def tell(folder: Path, size: int, once: bool) -> None:
    """Measures one size."""
    made = child(folder / "index", size)
    files = {path.relative_to(folder / "index").as_posix(): path.read_bytes()
             for path in (folder / "index").rglob("*.bin")}  # fmt: skip
    packed = {name: len(gzip.compress(data, 6)) for name, data in files.items()}
    print(f"## {size:,} items\n")
    print("| | files | bytes | gzip | mean gzip | largest gzip |\n|---|---|---|---|---|---|")
    for letter, kind in KINDS.items():
        names = [name for name in files if name[0] == letter]
        if names:
            raw, small = sum(len(files[n]) for n in names), sum(packed[n] for n in names)
            most = max(packed[n] for n in names)
            print(f"| {kind} | {len(names)} | {raw} | {small} | {small // len(names)} | {most} |")
    print(
        f"| all | {len(files)} | {sum(map(len, files.values()))} | {sum(packed.values())} | | |\n"
    )
    fetched(files, packed)
    print(
        f"\nMaking: {made['texts']:.1f} s of processor time reading texts, {made['add']:.1f} s "
        f"gathering, {made['files']:.1f} s writing; {made['peak']} MB at most."
    )
    if not once:
        child(folder / "more", size + 1)
        more = {p.relative_to(folder / "more").as_posix() for p in (folder / "more").rglob("*.bin")}
        stay = Counter(name[0] for name in files if name in more)
        every = Counter(name[0] for name in files)
        parts = [f"{KINDS[k]} {stay[k]} of {every[k]}" for k in KINDS if k in every and k != "v"]
        print(f"One more item, and these keep their names: {', '.join(parts)}.")
    print(flush=True)


def fetched(files: dict[str, bytes], packed: dict[str, int]) -> None:
    """Asks, and prints what it took."""
    sums: dict[str, list[int]] = {kind: [] for kind in ("p", "s", "t", "i", "all")}
    counts, seconds, found = [], [], 0
    manifest = Index(files.__getitem__).manifest
    for text in queries(QUERIES):
        index = Index(files.__getitem__, _manifest=manifest)
        began = time.process_time()
        result = index.search(index.read(text))
        seconds.append(time.process_time() - began)
        found += bool(result.items)
        for number, _ in result.items:
            index.shown(number)
        for kind in sums:
            sums[kind].append(sum(packed[n] for n in index.fetched if kind in ("all", n[0])))
        counts.append(len(index.fetched))
    print(f"{QUERIES} queries, of which {found} found something; gzip bytes each:\n")
    print("| | p50 | p95 | most |\n|---|---|---|---|")
    for kind, values in [*sums.items(), ("requests", counts)]:
        percent = statistics.quantiles(values, n=20)
        name = KINDS.get(kind, kind)
        print(f"| {name} | {statistics.median(values):.0f} | {percent[18]:.0f} | {max(values)} |")
    print(
        f"\nThe Python reader takes {statistics.median(seconds) * 1000:.0f} ms of processor time."
    )


def child(folder: Path, size: int) -> dict[str, float]:
    """Writes an index in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench_search", str(size), "--build", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout))


def build(folder: Path, size: int) -> dict[str, float]:
    """Writes an index; what it took, in seconds of processor time and megabytes."""
    texts = add = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        index = IndexWriter(Path(scratch))
        for number in range(size):
            shown, fields = written(number)
            began = time.process_time()
            item = Item(shown, {name: terms(text) for name, text in fields.items()}, minute=number)
            read = time.process_time()
            index.add(item)
            texts += read - began
            add += time.process_time() - read
        began = time.process_time()
        for name, data in index.files("vi"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        wrote = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"texts": texts, "add": add, "files": wrote, "peak": peak}


if __name__ == "__main__":
    main()
