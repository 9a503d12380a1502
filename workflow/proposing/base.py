"""The regulations as they stand on a branch: what a proposal changes in them does not hold yet."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from regulation.findings import Refused
from regulation.loading import load_portal
from regulation.portal import Portal
from workflow.forge.interface import ForgeError
from workflow.gate.places import CONTENT
from workflow.git import Git

_FILE = "blob"

_LOADED: dict[tuple[Path, str, dt.date], Mapping[str, Portal]] = {}
"""A commit never holds other regulations: what one command asks again and again is read once."""


def regulations_at(git: Git, commit: str, on: dt.date) -> Mapping[str, Portal]:
    """Every portal by id, as a commit has it.

    Only the files that lie directly in a portal's folder are read: the regulation, the agencies and
    the mark. How large the site is makes no difference.

    Args:
        git: The repository.
        commit: Which commit; any name that Git knows it by.
        on: The day for which owners and routes must lead to an agency that is there.

    Raises:
        ForgeError: There is no such commit, or a regulation in it cannot be read.
    """
    key = (git.path, git.run("rev-parse", "--verify", f"{commit}^{{tree}}").line, on)
    if key not in _LOADED:
        _LOADED[key] = _load(git, key[1], on)
    return _LOADED[key]


def _load(git: Git, tree: str, on: dt.date) -> Mapping[str, Portal]:
    with TemporaryDirectory(prefix="cong-") as folder:
        root = Path(folder)
        for kind, name, path in _entries(git, tree, f"{CONTENT}/"):
            if kind == _FILE:
                continue
            for inner, blob, file in _entries(git, name, ""):
                if inner == _FILE:
                    target = root / path / file
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(git.run("cat-file", "blob", blob).out)
        found = {}
        for portal in sorted((root / CONTENT).glob("*/portal.yml")):
            try:
                made = load_portal(portal.parent, root, on)
            except Refused as refused:
                raise ForgeError(
                    f"Quy chế trên nhánh chính không đọc được; hãy báo đơn vị vận hành.\n{refused}"
                ) from refused
            found[made.id] = made
        return found


def _entries(git: Git, tree: str, path: str) -> list[tuple[str, str, str]]:
    """What lies directly in a folder of a tree: kind, hash, path."""
    words = ["ls-tree", "-z", tree, *([path] if path else [])]
    found = []
    for line in git.run(*words).text.split("\0"):
        if line:
            told, _, name = line.partition("\t")
            _, kind, blob = told.split()
            found.append((kind, blob, name))
    return found
