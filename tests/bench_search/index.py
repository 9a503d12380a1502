"""Ours: the index of so many made-up items, and what the night takes to write it.

Texts are read and gathered, then files come. Processor time and memory are those of a process that
does nothing else; making up the texts is not counted.
"""

import argparse
import gzip
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from plugins.search.items import Item
from plugins.search.terms import terms
from plugins.search.writer import IndexWriter
from tests.bench_search.kept import Made, Unfinished, digest, run
from tests.plugins.search.corpus import written
from tests.small import ROOT

KINDS = {
    "p": "pages",
    "s": "shards",
    "t": "tails",
    "i": "items",
    "w": "dictionary",
    "f": "filters",
    "v": "manifest",
}
"""What a file of the index is, by the first letter of its path."""
_WRITES = tuple(
    f"{name}.py"
    for name in (
        "codings dictionary frames gather items manifest postings shards terms weights words writer"
    ).split()
)
"""What has a say in what is written: after a change of these it is written anew."""


def ours(size: int, more: int = 0) -> Made:
    """Our index of so many items, and `more` beside, in the folder `vi`."""
    sources = [ROOT / "plugins" / "search" / name for name in (*_WRITES, "words.json")]
    name = f"ours-{size}-more" if more else f"ours-{size}"
    made = Unfinished(name, digest(size, more, sources=sources))
    if there := made.there():
        return there
    folder = made.begin()
    _, _, said = run(
        [sys.executable, "-m", "tests.bench_search.index", folder / "vi", str(size + more)]
    )
    took = json.loads(said)
    cpu = took["texts"] + took["add"] + took["files"]
    parts = f"{took['texts']:.0f} reading texts, {took['add']:.0f} gathering, "
    return made.done(cpu, took["peak"], f"{parts}{took['files']:.0f} writing")


def kinds(folder: Path) -> list[tuple[str, int, int, int, int]]:
    """Of each kind of file and of all: how many, bytes, bytes by gzip 6, the largest by gzip."""
    sizes: dict[str, list[tuple[int, int]]] = {kind: [] for kind in KINDS.values()}
    for path in folder.rglob("*.bin"):
        data = path.read_bytes()
        kind = KINDS[path.relative_to(folder).as_posix()[0]]
        sizes[kind].append((len(data), len(gzip.compress(data, 6))))
    sizes["all"] = [pair for pairs in sizes.values() for pair in pairs]
    return [
        (
            kind,
            len(pairs),
            sum(raw for raw, _ in pairs),
            sum(p for _, p in pairs),
            max(p for _, p in pairs),
        )
        for kind, pairs in sizes.items()
        if pairs
    ]


def staying(folder: Path, more: Path) -> list[str]:
    """Of each kind of file, how many keep their names when `more` is written after `folder`."""
    before, after = (
        {path.relative_to(one).as_posix() for path in one.rglob("*.bin")} for one in (folder, more)
    )
    every = Counter(KINDS[name[0]] for name in before)
    stay = Counter(KINDS[name[0]] for name in before & after)
    return [f"{kind} {stay[kind]} of {every[kind]}" for kind in every if kind != "manifest"]


def _build(folder: Path, size: int) -> dict[str, float]:
    """Writes an index; what it took, in seconds of processor time and MiB."""
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
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("size", type=int)
    given = parser.parse_args()
    print(json.dumps(_build(given.folder, given.size)))
