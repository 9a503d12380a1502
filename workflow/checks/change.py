"""A change: which files differ between where a proposal began and what it would publish."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from workflow.forge.interface import ForgeError
from workflow.git import Git, GitError
from workflow.gitfiles import CommitTree, Tree, WorkingTree
from workflow.proposals import ChangedFile, FileStatus

_LINKS = ("120000", "160000")
_STATUS = {
    "A": FileStatus.ADDED,
    "C": FileStatus.ADDED,
    "D": FileStatus.REMOVED,
    "R": FileStatus.RENAMED,
}


@dataclass(frozen=True)
class Change:
    """What a proposal changes.

    Attributes:
        base: The commit where it left the base branch.
        files: Every file that differs, with its old path when it was renamed.
        before: The files as they were at the base.
        after: The files as they would be.
        links: New paths that are no files: symbolic links, other repositories.
    """

    base: str
    files: tuple[ChangedFile, ...]
    before: Tree
    after: Tree
    links: frozenset[str] = frozenset()

    @property
    def present(self) -> frozenset[str]:
        """The changed files that would be there."""
        removed = FileStatus.REMOVED
        return frozenset(file.path for file in self.files if file.status is not removed)

    @property
    def paths(self) -> frozenset[str]:
        """Every path that the change touches."""
        return frozenset(path for file in self.files for path in file.paths)

    def old(self, path: str) -> bytes | None:
        """What a file held at the base; none when it was not there."""
        return (self.before.root / path).read_bytes() if self.before.has(path) else None

    def new(self, path: str) -> bytes | None:
        """What a file would hold; none when it would not be there."""
        return (self.after.root / path).read_bytes() if self.after.has(path) else None


class NoChangeError(ForgeError):
    """The change cannot be told; the text says why, in Vietnamese."""


@contextmanager
def change_of(git: Git, base: str, head: str | None) -> Iterator[Change]:
    """The change from where ``head`` left ``base``, to ``head``; without it, to the checkout.

    Raises:
        NoChangeError: There is no such revision, or the two have no common beginning.
        ForgeError: Git cannot do it.
    """
    tip = commit_of(git, base)
    top = commit_of(git, head or "HEAD")
    common = git.run("merge-base", tip, top, ok=(0, 1)).line
    if not common:
        what = head or "bản đang có"
        raise NoChangeError(f"“{what}” không bắt nguồn từ “{base}”; hãy ghi nhánh chính.")
    with TemporaryDirectory(prefix="cong-") as folder:
        before = CommitTree(git, common, Path(folder) / "before")
        if head is None:
            found, links = _in_checkout(git, common)
            try:
                yield Change(common, found, before, WorkingTree(git.path), links)
            finally:
                before.close()
            return
        after = CommitTree(git, top, Path(folder) / "after")
        words = ("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "-M", common, top, "--")
        found, links = _read(git.run(*words).text)
        try:
            yield Change(common, found, before, after, links)
        finally:
            before.close()
            after.close()


def commit_of(git: Git, name: str) -> str:
    """The hash of the commit that a revision names.

    Raises:
        NoChangeError: There is none.
    """
    try:
        if not name.startswith("-"):
            return git.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").line
    except GitError as error:
        if error.words:
            raise
    raise NoChangeError(
        f"Kho không có bản “{name}”; hãy ghi tên nhánh hoặc mã commit đang có, ví dụ main."
    )


def _in_checkout(git: Git, base: str) -> tuple[tuple[ChangedFile, ...], frozenset[str]]:
    words = ("diff", "--raw", "-z", "-M", "--no-abbrev", "--no-ext-diff", "--no-relative")
    found, links = _read(git.run(*words, base, "--").text)
    files = {file.path: file for file in found}
    new = git.run("ls-files", "-z", "--others", "--exclude-standard").text
    for path in new.split("\0"):
        if path and not path.endswith("/"):
            # What was taken out of Git's list and still lies there has changed, not gone.
            status = FileStatus.MODIFIED if path in files else FileStatus.ADDED
            files[path] = ChangedFile(path, status)
    linked = {path for path in files if (git.path / path).is_symlink()}
    return tuple(files.values()), links | linked


def _read(raw: str) -> tuple[tuple[ChangedFile, ...], frozenset[str]]:
    """Git's raw list of differences."""
    words = iter(raw.split("\0"))
    found: dict[str, ChangedFile] = {}
    links = set()
    for head in words:
        if not head:
            break
        _, mode, _, _, status = head.split(" ")
        path, old_path = next(words), None
        if status[0] in "RC":
            old_path, path = path, next(words)
        if mode in _LINKS:
            links.add(path)
        kind = _STATUS.get(status[0], FileStatus.MODIFIED)
        found[path] = ChangedFile(path, kind, old_path if status[0] == "R" else None)
    return tuple(found.values()), frozenset(links)
