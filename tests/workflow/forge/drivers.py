"""What the tests of every forge need to know of the one under test: a few hands, and no more."""

import datetime as dt
import itertools
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from regulation.yamlfile import VIETNAM
from workflow.forge import Forge
from workflow.forge.local import LocalForge

START = dt.datetime(2026, 11, 22, 10, 0, tzinfo=VIETNAM)
ARTICLE = "content/mau/tin-tuc/2026/hop-ban.md"
NOTICE = "content/mau/tin-tuc/2026/thong-bao.md"

Files = Mapping[str, str | bytes | None]
"""What a commit changes: a file's new content, or none to remove it."""


class Driver(Protocol):
    """A forge with a small portal on its main branch, and a checkout in which somebody works."""

    def as_(self, who: str) -> Forge:
        """The forge as somebody sees it."""

    def commit(
        self,
        files: Files,
        *,
        on: str | Sequence[str] = (),
        message: str = "Sửa bài",
        author: str = "cong",
        committer: str = "",
    ) -> str:
        """Makes a commit in the checkout, on the main branch unless said otherwise."""

    def advance(self, files: Files) -> str:
        """Changes the main branch past every proposal."""

    def tip(self) -> str:
        """The commit of the main branch."""

    def read(self, commit: str, path: str) -> str | None:
        """A file in a commit of the forge; none when it is not there."""

    def parents(self, commit: str) -> list[str]:
        """The parents of a commit of the forge."""

    def message(self, commit: str) -> str:
        """The message of a commit of the forge."""

    def tick(self, minutes: float = 1) -> None:
        """Lets time pass."""


def environment(home: Path) -> dict[str, str]:
    """What Git needs, and nothing of the machine's own settings."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


class Repository:
    """A repository, by plain Git."""

    def __init__(self, path: Path, env: Mapping[str, str]) -> None:
        self.path = path
        self.env = env

    def git(self, *words: str, stdin: bytes = b"", extra: Mapping[str, str] | None = None) -> str:
        """Runs Git; what it says, without the line's end."""
        done = subprocess.run(
            ["git", "-C", str(self.path), *words],
            input=stdin,
            capture_output=True,
            env={**self.env, **(extra or {})},
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().removesuffix("\n")

    def fails(self, *words: str) -> str:
        """Runs Git, which refuses; what it says."""
        done = subprocess.run(
            ["git", "-C", str(self.path), *words], capture_output=True, env=self.env, check=False
        )
        assert done.returncode != 0, done.stdout.decode()
        return done.stderr.decode()

    def commit(
        self,
        files: Files,
        on: Sequence[str],
        message: str,
        author: str,
        committer: str,
        modes: Mapping[str, str] | None = None,
    ) -> str:
        """Makes a commit that no branch knows of yet."""
        lines = [b"commit refs/import/new\nmark :1\n"]
        for role, name in (("author", author), ("committer", committer or author)):
            email = name if "@" in name or not name else f"{name}@mau.example"
            lines.append(f"{role} {name} <{email}> 1795312800 +0700\n".encode())
        lines.append(_data(message.encode()))
        for joint, parent in zip(("from", *itertools.repeat("merge", len(on))), on, strict=False):
            lines.append(f"{joint} {parent}\n".encode())
        for path, content in files.items():
            raw = path.encode("utf-8", "surrogateescape")
            if content is None:
                lines.append(b"D " + raw + b"\n")
            elif (mode := (modes or {}).get(path, "100644")) == "160000":
                assert isinstance(content, str)
                lines.append(b"M 160000 " + content.encode() + b" " + raw + b"\n")
            else:
                data = content.encode() if isinstance(content, str) else content
                lines.append(f"M {mode} inline ".encode() + raw + b"\n" + _data(data))
        lines.append(b"get-mark :1\n")
        return self.git("fast-import", "--quiet", "--force", stdin=b"".join(lines))


def _data(content: bytes) -> bytes:
    return f"data {len(content)}\n".encode() + content + b"\n"


class LocalDriver:
    """The local forge: one checkout, or a bare repository and a checkout beside it."""

    def __init__(self, folder: Path, *, shared: bool = True, main: str = "main") -> None:
        self.folder = folder
        self.env = environment(folder)
        self.main = main
        self.now = START
        self.keys: dict[str, list[tuple[str, dt.datetime, dt.datetime | None]]] = {}
        work = folder / "cổng"
        self._init(work)
        self.checkout = Repository(work, self.env)
        first = self.checkout.commit(
            {"README.md": "Cổng\n", NOTICE: "Thông báo.\n" * 20}, [], "Bắt đầu", "cong", ""
        )
        self.checkout.git("update-ref", f"refs/heads/{main}", first)
        self.shared = self.checkout
        if shared:
            self.shared = Repository(folder / "chung.git", self.env)
            self._init(self.shared.path, "--bare")
            self.checkout.git("push", "--quiet", str(self.shared.path), f"refs/heads/{main}")
        self.checkout.git("reset", "--quiet", "--hard")

    def _init(self, path: Path, *words: str) -> None:
        path.mkdir()
        Repository(path, self.env).git(
            "init", "--quiet", "--template=", f"--initial-branch={self.main}", *words
        )

    def registered(self, who: str, at: dt.datetime) -> list[str]:
        """The keys that somebody has registered at a moment."""
        return [
            key
            for key, since, until in self.keys.get(who, [])
            if since <= at and (until is None or at < until)
        ]

    def as_(self, who: str, checkout: Path | None = None) -> LocalForge:
        """The forge as somebody sees it."""
        return LocalForge(
            self.shared.path,
            who,
            keys=self.registered,
            now=lambda: self.now,
            environment=self.env,
            checkout=checkout or self.checkout.path,
            main=self.main,
        )

    def commit(
        self,
        files: Files,
        *,
        on: str | Sequence[str] = (),
        message: str = "Sửa bài",
        author: str = "cong",
        committer: str = "",
        modes: Mapping[str, str] | None = None,
    ) -> str:
        """Makes a commit in the checkout, on the main branch unless said otherwise."""
        if self.shared is not self.checkout:
            self.checkout.git("fetch", "--quiet", str(self.shared.path), self.tip())
        parents = [on] if isinstance(on, str) else list(on) or [self.tip()]
        return self.checkout.commit(files, parents, message, author, committer, modes)

    def advance(self, files: Files) -> str:
        """Changes the main branch past every proposal."""
        made = self.shared.commit(files, [self.tip()], "Việc khác", "van", "")
        self.shared.git("update-ref", f"refs/heads/{self.main}", made)
        if self.shared is self.checkout:
            self.checkout.git("reset", "--quiet", "--hard")
        return made

    def tip(self) -> str:
        """The commit of the main branch."""
        return self.ref(f"refs/heads/{self.main}")

    def ref(self, name: str) -> str:
        """Where a ref of the shared repository points."""
        return self.shared.git("rev-parse", "--verify", name)

    def read(self, commit: str, path: str) -> str | None:
        """A file in a commit of the forge; none when it is not there."""
        if not self.shared.git("ls-tree", "-z", commit, "--", path):
            return None
        return self.shared.git("cat-file", "blob", f"{commit}:{path}")

    def parents(self, commit: str) -> list[str]:
        """The parents of a commit of the forge."""
        return self.shared.git("rev-list", "--parents", "-1", commit).split()[1:]

    def message(self, commit: str) -> str:
        """The message of a commit of the forge."""
        return self.shared.git("log", "-1", "--format=%B", commit)

    def tick(self, minutes: float = 1) -> None:
        """Lets time pass."""
        self.now += dt.timedelta(minutes=minutes)

    # --- Of the local forge only ------------------------------------------------------------------

    def new_key(self, name: str) -> Path:
        """Makes a pair of SSH keys; the path of the private one."""
        path = self.folder / name
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "máy của tôi", "-f", str(path)],
            check=True,
            env=self.env,
        )
        return path

    def register(self, who: str, key: Path, since: dt.datetime = START) -> None:
        """Registers a key for somebody."""
        line = Path(f"{key}.pub").read_text(encoding="utf-8").strip()
        self.keys.setdefault(who, []).append((line, since, None))

    def sign_with(self, key: Path | None) -> None:
        """Sets the key that the checkout signs with."""
        if key is None:
            self.checkout.git("config", "--unset", "user.signingkey")
        else:
            self.checkout.git("config", "user.signingkey", str(key))
