"""What the checks say of a commit of this checkout."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regulation.findings import Finding
from regulation.loading import portal_folders
from workflow.checks import check
from workflow.forge import ForgeError
from workflow.forge.local.git import Git
from workflow.proposing.context import Context


def findings_of(context: Context, commit: str) -> list[Finding]:
    """Checks the whole tree of a commit, on a working tree of its own."""
    with tree_of(context.git_of_forge, commit) as tree:
        portals = [folder.name for folder in portal_folders(tree / "content")]
        return check(tree, portals, context.now())


@contextmanager
def tree_of(git: Git, commit: str) -> Iterator[Path]:
    """A working tree that holds a commit and nothing else, kept from one time to the next.

    It lies in the folder of Git itself; one process at a time has it.
    """
    common = Path(git.run("rev-parse", "--path-format=absolute", "--git-common-dir").line) / "cong"
    common.mkdir(exist_ok=True)
    tree = common / "check"
    with (common / "check.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            _check_out(git, tree, commit)
        except ForgeError:
            # A killed run may leave a lock of Git or half a tree: once more, from nothing.
            shutil.rmtree(tree, ignore_errors=True)
            _check_out(git, tree, commit)
        yield tree


def _check_out(git: Git, tree: Path, commit: str) -> None:
    no_hooks = ("-c", "core.hooksPath=/dev/null")  # they are for people at work
    if not (tree / ".git").exists():
        # Twice forced: a run killed while adding it left it locked.
        words = ("worktree", "add", "--force", "--force", "--detach", "--quiet")
        git.run(*no_hooks, *words, str(tree), commit)
    inside = Git(tree, git.environment)
    inside.run(*no_hooks, "checkout", "--force", "--detach", "--quiet", commit)
    inside.run("clean", "-ffdxq")
