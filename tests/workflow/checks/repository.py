"""The small portal as a repository, with one commit that is the base."""

import datetime as dt
import os
import subprocess
from pathlib import Path

from regulation.findings import Finding, Severity
from tests.small import NOW, PORTAL, Small, small
from workflow.checks import Outcome, check_change
from workflow.checks.change import change_of
from workflow.git import Git
from workflow.index import Index

WHO = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.vn",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.vn",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class Repository:
    """A checkout of the small portal under Git."""

    def __init__(self, root: Path) -> None:
        self.house: Small = small(root)
        self.root = root
        (root / "theme").unlink()
        self.git("init", "-q", "-b", "main")
        self.base = self.commit()

    def git(self, *words: str) -> str:
        """Runs Git in the checkout."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.root,
            env=os.environ | WHO,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def commit(self) -> str:
        """Commits everything; the commit's hash."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def publish(self) -> None:
        """Makes what lies in the checkout the base."""
        self.base = self.commit()

    def remove(self, name: str) -> None:
        """Deletes a file of the portal."""
        (self.house.folder / name).unlink()

    def move(self, name: str, to: str) -> None:
        """Moves a file of the portal."""
        target = self.house.folder / to
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.house.folder / name).rename(target)

    def check(
        self,
        head: str | None = None,
        *,
        now: dt.datetime = NOW,
        production: bool = False,
        index: Path | None = None,
        file_checks: bool = False,
        base: str = "",
    ) -> Outcome:
        """What the checks say of the difference to the base."""
        git = Git(self.root, dict(os.environ) | WHO)
        more = {} if file_checks else {"file_checks": ()}
        with change_of(git, base or self.base, head) as change:
            return check_change(
                git, change, now, production=production, index=Index(git, index), **more
            )

    def said(self, **options: object) -> list[tuple[str, str]]:
        """Where and what the checks found, without the portal's folder."""
        return [place(f) for f in self.check(**options).findings]  # type: ignore[arg-type]

    def errors(self, **options: object) -> list[str]:
        """What the checks found that must be mended."""
        found = self.check(**options).findings  # type: ignore[arg-type]
        return [f"{name(f)}: {f.message}" for f in found if f.severity is Severity.ERROR]


def name(finding: Finding) -> str:
    """A finding's file from the portal's folder."""
    return finding.path.removeprefix(f"content/{PORTAL}/")


def place(finding: Finding) -> tuple[str, str]:
    """A finding's file and key."""
    return name(finding), finding.key
