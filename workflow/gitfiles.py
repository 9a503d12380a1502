"""The files of a checkout, or of a commit that is not checked out: those that are asked for."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol

from workflow.git import Git, GitError

_HEADER = re.compile(rb"[0-9a-f]{40,64} (\w+) ([0-9]+)\n")


class Tree(Protocol):
    """Files below a folder.

    Attributes:
        root: The folder. A file lies there from when ``has`` has said so.
    """

    @property
    def root(self) -> Path:
        """The folder."""

    def has(self, path: str) -> bool:
        """Whether there is such a file, named from the root."""

    def files(self, folder: str) -> Iterator[str]:
        """The name of every file below a folder, from the root."""

    def beside(self, folder: str) -> list[str]:
        """What lies directly in a folder, named from the root."""


class WorkingTree:
    """The files as they lie in the checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def has(self, path: str) -> bool:
        """Whether there is such a file, named from the root."""
        try:
            return (self.root / path).is_file()
        except (OSError, ValueError):  # a name that no file can have
            return False

    def files(self, folder: str) -> Iterator[str]:
        """The name of every file below a folder, from the root."""
        for path in sorted((self.root / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(self.root).as_posix()

    def beside(self, folder: str) -> list[str]:
        """What lies directly in a folder, named from the root."""
        place = self.root / folder
        return [f"{folder}/{path.name}" for path in place.iterdir()] if place.is_dir() else []


class CommitTree:
    """The files of a commit, each put into a folder when it is asked for."""

    def __init__(self, git: Git, commit: str, scratch: Path) -> None:
        self.git = git
        self.commit = commit
        self.root = scratch
        self._blobs = Blobs(git)
        self._known: dict[str, bool] = {}

    def has(self, path: str) -> bool:
        """Whether there is such a file, named from the root."""
        if path not in self._known:
            parts = path.split("/")
            whole = {"", ".", ".."}.isdisjoint(parts) and path.isprintable()
            data = self._blobs.read(f"{self.commit}:{path}") if whole else None
            if data is not None:
                place = self.root / PurePosixPath(path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
            self._known[path] = data is not None
        return self._known[path]

    def files(self, folder: str) -> Iterator[str]:
        """The name of every file below a folder, from the root."""
        listed = self.git.run("ls-tree", "-r", "-z", "--name-only", self.commit, f"{folder}/")
        for path in listed.text.split("\0"):
            if path and self.has(path):
                yield path

    def beside(self, folder: str) -> list[str]:
        """What lies directly in a folder, named from the root."""
        listed = self.git.run("ls-tree", "-z", "--name-only", self.commit, f"{folder}/")
        return [path for path in listed.text.split("\0") if path]

    def close(self) -> None:
        """Ends the process that reads."""
        self._blobs.close()


class Blobs:
    """Reads the contents of files out of Git, one after another, from one process."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, name: str) -> bytes | None:
        """What a blob holds, by its hash or as ``commit:path``; none when there is no such one."""
        if self._process is None:
            self._process = self._git.start("cat-file", "--batch", "-z")
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:  # for the types: both are pipes
            raise AssertionError
        try:
            asked.write(name.encode("utf-8", "surrogateescape") + b"\0")
            asked.flush()
            answer = answers.readline()
            header = _HEADER.fullmatch(answer)
            content = answers.read(int(header[2]) + 1)[:-1] if header else b""
        except OSError:
            answer = b""
        if not answer or (header and len(content) != int(header[2])):
            # No answer is no “there is no such file”: what cannot be read must not look removed.
            raise GitError(
                f"Git thôi trả lời khi đọc kho {self._git.path}; hãy kiểm tra bằng git fsck "
                "(cần Git 2.39 trở lên)."
            )
        return content if header and header[1] == b"blob" else None

    def close(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.communicate(timeout=60)
            self._process = None
