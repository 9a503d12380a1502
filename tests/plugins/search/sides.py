"""The two sides of search: Python, which writes the index, and the browser's script in Node."""

import dataclasses
import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from plugins.assets import script_text
from plugins.search import marks, nearby, queries, terms, words
from tests.node import node
from tests.small import ROOT

SCRIPTS = ROOT / "theme" / "static" / "js"
ANSWER = Path(__file__).with_name("answer.mjs")
READING = Path(__file__).with_name("reading.mjs")


def _plain(value: Any) -> Any:
    """As JSON holds it."""
    if isinstance(value, terms.Token):
        return value._asdict()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value


def _knows(known: Iterable[str]) -> queries.Known:
    return set(known).__contains__


_ANSWERS: dict[str, Callable[..., Any]] = {
    "key": words.key,
    "analyse": terms.analyse,
    "query": lambda text, known: queries.read_query(text, _knows(known)),
    "highlight": lambda text, query, known: marks.highlight(
        text, queries.read_query(query, _knows(known))
    ),
    "telex": queries.read_telex,
    "vni": queries.read_vni,
    "split": lambda word, known: queries.split_run(word, _knows(known)),
    "slip": nearby.one_slip,
    "near": lambda word, entries, limit: nearby.near(word, list(map(tuple, entries)), limit),
    "beginning": lambda prefix, entries, limit: nearby.beginning(
        prefix, list(map(tuple, entries)), limit
    ),
    "widened": lambda text, near, tones: [
        queries.widened(group, near, "near", tones)
        for group in queries.read_query(text, _knows(())).groups
    ],
}


def python(what: str, *args: Any) -> Any:
    """What Python answers."""
    return _plain(_ANSWERS[what](*args))


class Browser:
    """The scripts as they are sent, answering line by line."""

    def __init__(self, folder: Path, answer: Path = ANSWER) -> None:
        told = folder / "words.json"
        told.write_text(json.dumps(words.browser_words()), encoding="utf-8")
        for script in SCRIPTS.glob("search-*.js"):
            (folder / script.name).write_text(script_text(script), encoding="utf-8")
        self.process = subprocess.Popen(
            # A script without a package of its own is a module by what it holds.
            [
                node(),
                "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
                answer,
                folder / "search-terms.js",
                told,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __call__(self, what: str, *args: Any) -> Any:
        """What the browser answers."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([what, *args]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()
