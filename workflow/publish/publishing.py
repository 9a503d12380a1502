"""From a commit of the main branch to a live site."""

import datetime as dt
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from git import Git
from git.exc import GitCommandError

from regulation.findings import Refused, errors
from regulation.library import read_library
from regulation.loading import load_portal
from workflow.publish.release import PublishError, Release, describe
from workflow.publish.target import Target
from workflow.publish.verify import verify

Say = Callable[[str], None]
"""Told what is being done, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to publish.

    Attributes:
        portal: The portal's id.
        commit: From which commit; any name that Git knows it by.
        base: The path below which the site will stand.
        allow_samples: Let samples be shown, for a demonstration.
    """

    portal: str
    commit: str = "main"
    base: str = ""
    allow_samples: bool = False


def publish(
    repository: Path, wanted: Wanted, target: Target, now: dt.datetime, say: Say
) -> Release:
    """Builds a commit, looks through what was built, and lets citizens read it.

    What lies about uncommitted in the checkout is not published.

    Args:
        repository: The repository on this machine.
        wanted: What to publish.
        target: Where to.
        now: The moment for which the site is built.
        say: Told what is being done.

    Raises:
        PublishError: There is no such commit, or the target cannot be written.
        Refused: The content has mistakes, or the built site is not whole. What is live stays.
    """
    commit = commit_of(repository, wanted.commit)
    before = target.live()
    with checkout(repository, commit) as tree, TemporaryDirectory(prefix="cong-") as folder:
        say("Đang dựng trang…")
        site = build(tree, Path(folder), wanted)
        say("Đang soát trang…")
        portal = load_portal(tree / "content" / wanted.portal, tree, now.date())
        library, _ = read_library(portal, tree)
        found = verify(
            site,
            portal.regulation.url,
            library,
            before.items if before else {},
            base=wanted.base,
            allow_samples=wanted.allow_samples,
        )
        if errors(found):
            raise Refused(found)
        release = describe(site, wanted.portal, commit, now, library)
        say("Đang đưa trang lên…")
        target.put(site, release)
    return release


def rollback(target: Target, name: str | None = None) -> Release:
    """Lets citizens read an earlier release again.

    Args:
        target: Where.
        name: Which release; none takes the one before the live one.

    Raises:
        PublishError: There is none to go back to.
    """
    live = target.live()
    kept = target.releases()
    if live is None:
        raise PublishError("Chưa phát hành lần nào; hãy dùng cong publish trước.")
    if name is None:
        earlier = [release for release in kept if release.name < live.name]
        if not earlier:
            raise PublishError("Không còn giữ bản phát hành nào cũ hơn bản đang chạy.")
        name = earlier[-1].name
    target.switch(name)
    return next(release for release in kept if release.name == name)


def commit_of(repository: Path, name: str) -> str:
    """The full hash of a commit.

    Raises:
        PublishError: Git knows none by this name.
    """
    try:
        return str(Git(str(repository)).rev_parse("--verify", "--quiet", f"{name}^{{commit}}"))
    except GitCommandError as error:
        raise PublishError(
            f"Kho này không có bản ghi “{name}”; hãy sửa lại tên nhánh hoặc mã bản ghi."
        ) from error


@contextmanager
def checkout(repository: Path, commit: str) -> Iterator[Path]:
    """A working tree that holds a commit and nothing else, kept from one run to the next.

    It lies in the folder of Git itself. One run at a time has it; pictures that were made for the
    last one are still there.
    """
    git = Git(str(repository))
    common = Path(git.rev_parse("--path-format=absolute", "--git-common-dir")) / "cong"
    common.mkdir(exist_ok=True)
    tree = common / "publish"
    with (common / "publish.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            if not (tree / ".git").exists():
                git.worktree("prune")
                git.worktree("add", "--force", "--detach", "--quiet", str(tree), commit)
            inside = Git(str(tree))
            inside.checkout("--force", "--detach", "--quiet", commit)
            inside.clean("-fdxq", "--exclude=/.cache/")
        except GitCommandError as error:
            raise PublishError(
                f"Git không lấy được bản {commit[:7]} vào {tree}; hãy xóa thư mục ấy rồi phát hành "
                "lại."
            ) from error
        yield tree


def build(tree: Path, output: Path, wanted: Wanted) -> Path:
    """Builds with the code of the commit itself, in a process of its own.

    Returns:
        The folder of the site.

    Raises:
        PublishError: The build says what is wrong.
    """
    options = ["--portal", wanted.portal, "--output", str(output), "--production"]
    options += ["--allow-samples"] if wanted.allow_samples else []
    options += ["--base", wanted.base] if wanted.base else []
    done = subprocess.run(
        [sys.executable, "-P", str(tree / "cong.py"), "build", *options],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or f"mã thoát {done.returncode}"
        raise PublishError(f"Không dựng được trang; trang đang chạy giữ nguyên.\n{said}")
    return output / wanted.portal
