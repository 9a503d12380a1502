"""A commit beside the checkout: what lies about there is not touched."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from workflow.git import Git
from workflow.proposing.context import Context


def commit_beside(here: Context, base: str, files: Mapping[str, str], message: str) -> str:
    """Makes a commit of the main branch with some files added or changed.

    Args:
        here: Who makes it, where.
        base: The commit it stands on, in the repository that has the main branch.
        files: By path what they hold.
        message: The commit's, with its trailers.

    Returns:
        The commit, known to that repository and to the checkout.
    """
    git = here.git_of_forge
    with TemporaryDirectory(prefix="cong-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git.run("read-tree", base, extra=index)
        for path, text in files.items():
            data = text.encode()
            blob = git.run("hash-object", "-w", "--stdin", stdin=data).line
            words = ("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
            git.run(*words, extra=index)
        tree = git.run("write-tree", extra=index).line
    commit = git.run("commit-tree", tree, "-p", base, stdin=message.encode(), extra=_who(here)).line
    _fetch(here.git, git, commit)
    return commit


def _who(here: Context) -> dict[str, str]:
    signature = here.forge.signature() or tuple(
        here.git.run("config", "--get", key, ok=(0, 1)).line for key in ("user.name", "user.email")
    )
    at = here.now().isoformat()
    return {
        f"GIT_{part}_{name}": value
        for part in ("AUTHOR", "COMMITTER")
        for name, value in zip(("NAME", "EMAIL", "DATE"), (*signature, at), strict=True)
    }


def _fetch(checkout: Git, git: Git, commit: str) -> None:
    if checkout.run("cat-file", "-e", commit, ok=(0, 1, 128)).code:
        # The second version of Git's protocol gives what no branch leads to.
        words = ("-c", "protocol.version=2", "fetch", "--quiet", "--no-tags", "--no-auto-gc")
        checkout.run(*words, "--no-write-fetch-head", str(git.path), commit)
