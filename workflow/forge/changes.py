"""What a proposal changes and who made it, as Git itself tells."""

from collections.abc import Iterator
from typing import NamedTuple

from workflow.forge.interface import ForgeError
from workflow.gate.words import plain, short
from workflow.git import Git
from workflow.proposals import ChangedFile, Commit, FileStatus

_LINK, _SUBMODULE = "120000", "160000"
_COMMIT = "%H%x00%ae%x00%ce%x00%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x0A)"
_STATUS = {
    "A": FileStatus.ADDED,
    "M": FileStatus.MODIFIED,
    "T": FileStatus.MODIFIED,  # a file instead of a symbolic link; the other way is refused
    "D": FileStatus.REMOVED,
    "R": FileStatus.RENAMED,
}


class Change(NamedTuple):
    """One line of Git's raw list of differences."""

    modes: tuple[str, str]
    blobs: tuple[str, str]
    status: str
    path: str
    old_path: str | None


def base_of(git: Git, main: str, head: str) -> str:
    """Where a proposal leaves the main branch.

    Raises:
        ForgeError: Nowhere, or in more than one place.
    """
    bases = git.run("merge-base", "--all", main, head, ok=(0, 1)).text.split()
    if len(bases) == 1:
        return bases[0]
    what = "có nhiều gốc chung với" if bases else "không bắt nguồn từ"
    raise ForgeError(
        f"Bản {short(head)} {what} nhánh chính; hãy lập nhánh mới từ nhánh chính, chép thay đổi "
        "sang rồi gửi lại."
    )


def differences(git: Git, old: str, new: str, *, renames: bool) -> list[Change]:
    """What differs between two commits; without renames each is a removal and an addition."""
    answer = git.run(
        *("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--ignore-submodules=none"),
        *("-M" if renames else "--no-renames", old, new, "--"),
    )
    return list(_changes(iter(answer.text.split("\0"))))


def _changes(words: Iterator[str]) -> Iterator[Change]:
    for head in words:
        if not head:
            return
        old_mode, new_mode, old, new, status = head.removeprefix(":").split(" ")
        path = next(words)
        old_path = None
        if status[0] in "RC":
            old_path, path = path, next(words)
        yield Change((old_mode, new_mode), (old, new), status[0], path, old_path)


def files(git: Git, base: str, head: str) -> tuple[ChangedFile, ...]:
    """Every file that a proposal changes.

    Raises:
        ForgeError: It brings a symbolic link or another repository. Either would publish a text
            that does not lie in the proposal, and that nobody who reviews it has before them.
    """
    found = []
    for change in differences(git, base, head, renames=True):
        if change.modes[1] in (_LINK, _SUBMODULE):
            what = "liên kết tượng trưng" if change.modes[1] == _LINK else "kho Git con"
            raise ForgeError(
                f"{plain(change.path)}: là {what}, không phải tệp; hãy thay bằng chính tệp ấy rồi "
                "gửi lại."
            )
        status = _STATUS.get(change.status)
        if status is None:
            raise ForgeError(
                f"{plain(change.path)}: Git không nói rõ tệp thay đổi thế nào; hãy gửi lại đề xuất."
            )
        found.append(ChangedFile(change.path, status, change.old_path))
    return tuple(found)


def commits(git: Git, base: str, head: str) -> tuple[Commit, ...]:
    """The commits of a proposal, the oldest first."""
    answer = git.run(
        *("log", "-z", "--no-color", "--no-show-signature", "--no-mailmap", "--topo-order"),
        *("--reverse", "--encoding=UTF-8", f"--format=tformat:{_COMMIT}", f"{base}..{head}", "--"),
    )
    words = answer.out.decode("utf-8", "replace").split("\0")
    return tuple(
        Commit(words[at], words[at + 1], words[at + 2], tuple(_addresses(words[at + 3])))
        for at in range(0, len(words) - 1, 4)
    )


def _addresses(trailers: str) -> Iterator[str]:
    """The addresses of ``Name <address>``; what has none stands whole, and will be nobody's."""
    for line in trailers.splitlines():
        name, bracket, rest = line.rpartition("<")
        yield rest.partition(">")[0].strip() if bracket else line.strip() or name
