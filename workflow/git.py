"""Git as a program: one place that starts it, and says in Vietnamese what it cannot do.

GitPython hands this process's whole environment on and cannot take any of it away; what a proposal
is must not depend on who happens to have ``GIT_DIR`` set. So Git is started here, with the
environment that was given and nothing else.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from workflow.forge.interface import ForgeError, TamperedError

ZERO = "0" * 40
"""Instead of a hash: the ref is not there yet."""

_PATIENCE = 120  # seconds: long enough to type the passphrase of a key, and no wait without end
_KEY = "CONG_GITHUB_APP_KEY"  # signs in as the gate: no program that Git starts needs it
_KEPT = frozenset(
    """GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM GIT_EXEC_PATH GIT_SSH
    GIT_SSH_COMMAND""".split()
)
_SETTINGS = (
    # What is believed comes from the objects themselves, never from a file that speaks for them.
    *("--no-replace-objects", "-c", "core.commitGraph=false"),
    *("-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false"),
    *("-c", "trailer.separators=:"),
    # A record is on the disk when it is told: a power cut must not take back what somebody signed.
    *("-c", "core.fsync=loose-object,reference"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a Git command said."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Its output as text; what is no UTF-8 in a file's name stays recognisable."""
        return self.out.decode("utf-8", "surrogateescape")

    @property
    def line(self) -> str:
        """Its output without the line's end."""
        return self.text.rstrip("\n")


class GitError(ForgeError):
    """A Git command failed.

    Attributes:
        words: What Git said.
    """

    def __init__(self, text: str, words: str = "") -> None:
        super().__init__(text)
        self.words = words

    @property
    def locked(self) -> bool:
        """Whether somebody else was writing, or left a lock behind."""
        return ".lock': File exists" in self.words


@dataclass(frozen=True)
class Git:
    """Git in one folder: a bare repository, or a checkout.

    Attributes:
        path: The folder.
        environment: What the program is started with. Whatever would lead Git to another
            repository, index or identity is left out.
    """

    path: Path
    environment: Mapping[str, str] = field(repr=False)

    def run(
        self,
        *words: str,
        stdin: bytes = b"",
        extra: Mapping[str, str] | None = None,
        ok: Sequence[int] = (0,),
    ) -> Answer:
        """Runs one command.

        Args:
            words: The command, from after ``git``.
            stdin: What it reads.
            extra: More for its environment.
            ok: The exit codes that are answers.

        Raises:
            GitError: Another exit code, or Git cannot be started.
        """
        try:
            done = subprocess.run(
                self._command(words),
                input=stdin,
                capture_output=True,
                env=self._environment(extra or {}),
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, ValueError) as error:
            raise GitError(self._cannot_start(error)) from error
        except subprocess.TimeoutExpired as error:
            raise GitError(
                f"Git không trả lời sau {_PATIENCE} giây trong kho {self.path}; hãy thử lại, hoặc "
                "báo đơn vị vận hành."
            ) from error
        answer = Answer(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))
        if answer.code not in ok:
            raise GitError(self._explain(answer), answer.err)
        return answer

    def objects(self) -> "Objects":
        """A reader of many objects in one process."""
        return Objects(self)

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Starts a command that is spoken with.

        Raises:
            GitError: Git cannot be started.
        """
        try:
            return subprocess.Popen(
                self._command(words),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment({}),
            )
        except (OSError, ValueError) as error:
            raise GitError(self._cannot_start(error)) from error

    def _command(self, words: Sequence[str]) -> list[str]:
        return ["git", "-C", str(self.path), *_SETTINGS, *words]

    def _environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        kept = {
            name: value
            for name, value in self.environment.items()
            if (not name.startswith("GIT_") or name in _KEPT) and name != _KEY
        }
        return kept | {
            "LC_ALL": "C",
            "LANGUAGE": "C",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_GRAFT_FILE": os.devnull,
            # The folder itself is meant, not a repository somewhere above it.
            "GIT_CEILING_DIRECTORIES": str(self.path.parent),
            **extra,
        }

    def _cannot_start(self, error: Exception) -> str:
        if isinstance(error, FileNotFoundError):
            return (
                "Máy này chưa có Git; hãy cài Git 2.39 trở lên (sudo apt-get install git) rồi làm "
                "lại."
            )
        return f"Không chạy được Git trong kho {self.path} ({error}); hãy báo đơn vị vận hành."

    def _explain(self, answer: Answer) -> str:
        lines = [line.strip() for line in answer.err.splitlines() if line.strip()]
        fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
        said = (fatal or lines or [f"mã thoát {answer.code}"])[0]
        if "not a git repository" in answer.err or "cannot change to" in answer.err:
            return (
                f"{self.path} không phải kho Git; hãy kiểm tra lại đường dẫn của kho, hoặc lập kho "
                "bằng git init."
            )
        if "dubious ownership" in answer.err:
            return (
                f"Kho {self.path} thuộc về một người dùng khác của máy nên Git không mở; nếu tin "
                f"kho này, hãy gõ: git config --global --add safe.directory {self.path}"
            )
        if ".lock': File exists" in answer.err:
            return (
                f"Kho {self.path} đang bị khóa ({said}); hãy thử lại. Nếu không còn lệnh Git nào "
                "đang chạy thì khóa ấy sót lại từ một lệnh bị ngắt: hãy xóa tệp .lock đó."
            )
        if any(
            sign in answer.err
            for sign in ("Read-only file system", "ermission denied", "insufficient permission")
        ):
            return (
                f"Không ghi được vào kho {self.path} ({said}); hãy xin quyền ghi vào kho, hoặc "
                "kiểm tra ổ đĩa có đang ở chế độ chỉ đọc."
            )
        if "No space left" in answer.err:
            return f"Ổ đĩa của kho {self.path} đã đầy; hãy dọn chỗ rồi làm lại."
        return (
            f"Git không làm được việc này trong kho {self.path} ({said}); hãy kiểm tra kho bằng "
            "git fsck, hoặc báo đơn vị vận hành."
        )


class Objects:
    """Reads objects, one after another, from one process."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # it died before us
                    continue
        process.wait(_PATIENCE)

    def read(self, name: str, kind: str) -> bytes:
        """The content of an object.

        Raises:
            TamperedError: It is not there, cannot be read, or is of another kind.
        """
        if self._process is None:
            self._process = self._git.start("cat-file", "--batch")
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:  # for the types: both are pipes
            raise AssertionError
        try:
            asked.write(name.encode() + b"\n")
            asked.flush()
            header = answers.readline().split()
            size = int(header[2]) if len(header) == 3 else -1
            content = answers.read(size + 1)[:-1]
            if len(content) == size and header[1] == kind.encode():
                return content
            if len(content) != size and header[1:] != [b"missing"]:
                self._stop()  # Git found the object broken and gave up
        except OSError:
            self._stop()
        raise TamperedError(
            f"Kho {self._git.path} thiếu hoặc hỏng đối tượng {name[:10]}; hãy kiểm tra bằng git "
            "fsck và khôi phục kho từ bản sao."
        )
