"""Where a preview is made: the proposal's content, the code of this machine, a folder that goes.

Nothing that a proposal brings is run. Its ``content/`` is built by the code that is running now,
with the theme and settings of the checkout: what a proposal changes in those is read, not obeyed.
"""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import workflow
from workflow.checks.change import Change
from workflow.forge.interface import ForgeError
from workflow.forge.merging import PROPOSAL, merged_tree
from workflow.git import Git
from workflow.proposals import Proposal
from workflow.proposing.merging import notes

CODE = Path(workflow.__file__).resolve().parents[1]
"""Where the code that is running lies."""

NOT_BUILT = "Chưa dựng được bản xem thử; hãy sửa những lỗi sau rồi làm lại."

_SETTINGS = ("pelicanconf.py", "publishconf.py")
_DRAFT = re.compile(r"^status:[ \t]*[\"']?draft[\"']?[ \t]*(?=\r?$|#)", re.M)
_NOBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "cong"), ("EMAIL", "cong@localhost"))
}


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder that looks like a checkout, with the content as it would be.

    Attributes:
        tree: The folder.
        sites: Where sites are built; nothing is there yet.
        merged: Whether the content is that of the main branch with the proposal in it; else that
            of the proposal alone, for the two do not go together.
    """

    tree: Path
    sites: Path
    merged: bool


@contextmanager
def workshop(
    root: Path, git: Git, main: str, proposal: Proposal, at: dt.datetime, *, checkout: bool
) -> Iterator[Workshop]:
    """Puts together what the main branch would hold.

    All that Git has to write it writes into a repository of this folder's own: in the project's
    there is nothing new, and nothing is locked.

    Args:
        root: The checkout, whose theme and settings are taken.
        git: The repository that has the proposal.
        main: The main branch's commit.
        proposal: The proposal.
        at: The moment of the merge, as the page would tell it.
        checkout: Whether the content is what lies in the checkout, committed or not.

    Raises:
        ForgeError: Git cannot do it.
    """
    with TemporaryDirectory(prefix="cong-") as folder:
        tree = Path(folder) / "tree"
        own = _borrowing(tree, git)
        merged = True
        try:
            taken = _tree_of(own, proposal.head) if checkout else None
            taken = taken or merged_tree(own, main, proposal.head)
        except ForgeError:
            merged, taken = False, _tree_of(own, proposal.head)
        _commit(own, taken, main, proposal, at)
        if checkout:
            _copy(root / "content", tree / "content")
        else:
            _take(own, f"{taken}:content", tree / "content")
        (tree / "content").mkdir(exist_ok=True)
        (tree / "pyproject.toml").touch()
        for name in _SETTINGS:
            shutil.copyfile(root / name, tree / name)
        (tree / "theme").symlink_to(root / "theme")
        (root / ".cache").mkdir(exist_ok=True)
        (tree / ".cache").symlink_to(root / ".cache")
        yield Workshop(tree, Path(folder) / "sites", merged)


def _borrowing(tree: Path, git: Git) -> Git:
    """An empty repository that reads the objects of another and writes its own."""
    tree.mkdir(parents=True)
    own = Git(tree, git.environment)
    shape = git.run("rev-parse", "--show-object-format").line
    own.run("init", "--quiet", "--template=", f"--object-format={shape}")
    # A link that a proposal brings is written as a file: it must lead nowhere on this machine.
    own.run("config", "core.symlinks", "false")
    place = git.run("rev-parse", "--path-format=absolute", "--git-path", "objects").line
    info = tree / ".git" / "objects" / "info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "alternates").write_text(f"{place}\n", encoding="utf-8")
    shallow = Path(git.run("rev-parse", "--path-format=absolute", "--git-path", "shallow").line)
    if shallow.is_file():
        shutil.copyfile(shallow, tree / ".git" / "shallow")
    return own


def _tree_of(git: Git, commit: str) -> str:
    return git.run("rev-parse", "--verify", f"{commit}^{{tree}}").line


def _take(own: Git, tree: str, target: Path) -> None:
    """Writes the files of a tree."""
    if own.run("cat-file", "-e", tree, ok=(0, 1, 128)).code == 0:
        own.run("read-tree", tree)
        own.run("checkout-index", "--all", "--force", f"--prefix={target}/")


def _commit(own: Git, tree: str, main: str, proposal: Proposal, at: dt.datetime) -> None:
    """A merge as the forge would make it: the page tells from it what changed, and when."""
    lines = [f"{PROPOSAL}: {proposal.id}", *notes(own, proposal)]
    subject = " ".join(proposal.title.split()) or "Xem thử"
    told = f"Đề xuất {proposal.id}: {subject}\n\n" + "\n".join(lines) + "\n"
    moment = at.isoformat(timespec="seconds")
    made = own.run(
        *("commit-tree", tree, "-p", main, "-p", proposal.head),
        stdin=told.encode(),
        extra=_NOBODY | {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment},
    ).line
    own.run("update-ref", "--no-deref", "HEAD", made)


def _copy(source: Path, target: Path) -> None:
    def links(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if (Path(folder) / name).is_symlink()]

    shutil.copytree(source, target, ignore=links)


def published(text: str) -> str:
    """A draft as it will be once it is one no more, line for line."""
    front, mark, rest = text.removeprefix("---").partition("\n---")
    if not text.startswith("---") or not mark:
        return text
    return "---" + _DRAFT.sub("status: published", front, count=1) + mark + rest


def build(here: Workshop, portal: str, at: dt.datetime, environment: Mapping[str, str]) -> Path:
    """Builds a portal as citizens would see it at a moment.

    Returns:
        The site.

    Raises:
        ForgeError: The build says what is wrong.
    """
    options = ["--portal", portal, "--output", str(here.sites), "--production"]
    options += ["--allow-samples", "--at", at.isoformat(timespec="minutes")]
    done = subprocess.run(
        [sys.executable, "-P", str(CODE / "cong.py"), "build", *options],
        cwd=here.tree,
        env={
            **{name: text for name, text in environment.items() if not name.startswith("GIT_")},
            **{"PYTHONPATH": str(CODE), "PYTHONUTF8": "1", "NO_COLOR": "1"},
            # Nothing above the folder is its repository.
            "GIT_CEILING_DIRECTORIES": os.fspath(here.tree.parent),
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or f"mã thoát {done.returncode}"
        raise ForgeError(f"{NOT_BUILT}\n{said}")
    return here.sites / portal


def shows_code(root: Path, change: Change, paths: list[str]) -> bool:
    """Whether the code that draws the preview is what the change would make it."""
    for path in paths:
        place = (root if path.startswith("theme/") or path in _SETTINGS else CODE) / path
        there = place.read_bytes() if place.is_file() else None
        if there != change.new(path):
            return False
    return True
