"""The checkout that has the main branch open: it comes along with a merge, or is mended later.

Moving the main branch under a checkout leaves the old files in it. So a note of what is under way
is written first; whoever comes next after a kill finds it and finishes the work.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workflow.forge.changes import Change, differences
from workflow.forge.interface import ForgeError
from workflow.gate.words import plain, short
from workflow.git import Git, GitError

_NOTE = "cong-merge.json"
_LOCK = "cong-merge.alone"  # held, never left behind: not one of Git's own .lock files
_SHOWN = 5


@dataclass(frozen=True)
class WorkTree:
    """The checkout of the main branch, if there is one.

    Attributes:
        git: The repository.
        folder: Where it keeps its own files.
        branch: The main branch, as a ref.
    """

    git: Git
    folder: Path
    branch: str

    @contextmanager
    def alone(self, *, wait: bool) -> Iterator[bool]:
        """Holds the work tree for oneself; a kill lets it go.

        Yields:
            Whether it is held: without waiting, not when somebody else has it.
        """
        try:
            descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise _cannot_write(self.folder, error) from error
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    def find(self) -> Git | None:
        """The checkout that has the main branch open."""
        answer = self.git.run("worktree", "list", "--porcelain", "-z")
        for block in answer.text.split("\0\0"):
            lines = block.split("\0")
            if f"branch {self.branch}" in lines and "bare" not in lines:
                path = Path(lines[0].removeprefix("worktree "))
                if path.is_dir():
                    return Git(path, self.git.environment)
        return None

    def demand_room(self, tree: Git, old: str, new: str) -> None:
        """Makes sure that nothing unsaved lies where a merge would write.

        Raises:
            ForgeError: Something does.
        """
        tree.run("update-index", "-q", "--refresh", ok=(0, 1))
        answer = tree.run(*_step(old, new, dry=True), ok=range(256))
        if answer.code == 0:
            return
        status = tree.run("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
        unsaved = {entry[3:] for entry in status.text.split("\0")}
        changed = [change.path for change in differences(self.git, old, new, renames=False)]
        names = [plain(path) for path in changed if path in unsaved]
        what = ", ".join(names[:_SHOWN]) or answer.err.strip().splitlines()[0]
        raise ForgeError(
            f"Thư mục {tree.path} đang mở nhánh chính và có thay đổi chưa commit ở đúng tệp mà đề "
            f"xuất đổi ({what}); đừng commit vào nhánh chính. Hãy cất thay đổi ấy (git -C "
            f"{tree.path} stash -u), hoặc mang sang nhánh riêng (git -C {tree.path} switch -c "
            "bai/dang-sua), rồi nhập lại."
        )

    def note(self, old: str, new: str) -> None:
        """Writes down that the main branch is about to move.

        Raises:
            ForgeError: It cannot be written.
        """
        path = self.folder / _NOTE
        draft = path.with_suffix(".new")
        try:
            with draft.open("w", encoding="utf-8") as file:
                json.dump({"old": old, "new": new}, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            raise _cannot_write(self.folder, error) from error

    def forget(self) -> None:
        """Nothing is under way any more."""
        try:
            (self.folder / _NOTE).unlink(missing_ok=True)
        except OSError as error:
            raise _cannot_write(self.folder, error) from error

    def pending(self) -> bool:
        """Whether a note lies there."""
        return (self.folder / _NOTE).exists()

    def finish(self) -> None:
        """Brings the work tree along with the move that is noted, if it was made.

        Only for whoever holds the work tree alone.

        Raises:
            ForgeError: Somebody has changed the files meanwhile.
        """
        try:
            noted = json.loads((self.folder / _NOTE).read_text(encoding="utf-8"))
            old, new = str(noted["old"]), str(noted["new"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise _cannot_write(self.folder, error) from error
        tree = self.find()
        moved = self.git.run("merge-base", "--is-ancestor", new, self.branch, ok=(0, 1, 128))
        if tree is not None and moved.code == 0:
            self._bring(tree, old, new)
        self.forget()

    def _bring(self, tree: Git, old: str, new: str) -> None:
        tree.run("update-index", "-q", "--refresh", ok=(0, 1))
        answer = tree.run(*_step(old, new), ok=range(256))
        if answer.code == 0:
            return
        if ".lock': File exists" in answer.err:
            tree.run(*_step(old, new))  # says so in Vietnamese
        # Killed in the middle: some files are new already, and the index does not know it.
        changes = differences(self.git, old, new, renames=False)
        edited = [change.path for change in changes if not _is_either(tree, change)]
        if edited:
            raise ForgeError(
                f"Lần nhập {short(new)} đã xong nhưng thư mục {tree.path} chưa theo kịp vì có thay "
                f"đổi chưa commit ở {', '.join(plain(path) for path in edited[:_SHOWN])}; hãy chép "
                f"tệp ấy ra chỗ khác, gõ: git -C {tree.path} checkout {short(new)} -- <tệp>, rồi "
                "làm lại."
            )
        kept = [change.path for change in changes if change.status != "D"]
        gone = [change.path for change in changes if change.status == "D"]
        paths = ("--pathspec-from-file=-", "--pathspec-file-nul")
        literal = ("--literal-pathspecs",)
        if kept:
            stdin = "\0".join(kept).encode("utf-8", "surrogateescape")
            tree.run(*literal, "checkout", "--quiet", new, *paths, stdin=stdin)
        if gone:
            stdin = "\0".join(gone).encode("utf-8", "surrogateescape")
            tree.run(*literal, "rm", "--quiet", "-f", "--ignore-unmatch", *paths, stdin=stdin)


def _step(old: str, new: str, *, dry: bool = False) -> tuple[str, ...]:
    """Git's own careful step from one commit to another: what is unsaved elsewhere stays."""
    return "read-tree", "-m", "-u", *(("--dry-run",) if dry else ()), old, new


def _is_either(tree: Git, change: Change) -> bool:
    """Whether a file is as it was or as it will be, so that writing it again loses nothing."""
    path = tree.path / change.path
    if not path.exists() and not path.is_symlink():
        return True
    if path.is_symlink() or not path.is_file():
        return False
    try:
        here = tree.run("hash-object", "--", change.path).line
    except GitError:
        return False
    return here in change.blobs


def _cannot_write(folder: Path, error: Exception) -> ForgeError:
    return ForgeError(
        f"Không đọc hoặc ghi được tệp của kho ở {folder} ({error}); hãy kiểm tra quyền ghi và ổ "
        "đĩa, hoặc báo đơn vị vận hành."
    )
