"""From a commit of the main branch to a live site."""

import datetime as dt
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from git import Git
from git.exc import GitCommandError

from regulation.findings import Refused, errors
from regulation.library import read_library
from regulation.loading import load_portal
from regulation.machine import os_words
from workflow.publish.release import PublishError, Release, describe, same_site
from workflow.publish.target import Target
from workflow.publish.verify import verify

MAIN = "main"
"""The main branch: what is on it has been approved."""

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
    commit: str = MAIN
    base: str = ""
    allow_samples: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing came to.

    Attributes:
        release: What citizens read now.
        new: Whether they read something else than before.
    """

    release: Release
    new: bool


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where a publication is made: in the folder of Git.

    Attributes:
        tree: A working tree that holds the commit and nothing else.
        site: Where the site is built; nothing is there yet.
        pages: What is remembered of the pages of earlier sites.
    """

    tree: Path
    site: Path
    pages: Path


def publish(
    repository: Path,
    wanted: Wanted,
    target: Target,
    now: Callable[[], dt.datetime],
    say: Say,
    shown: Callable[[str], str] = lambda commit: commit,
    demand: Callable[[str, str], None] = lambda last, commit: None,
) -> Published:
    """Builds a commit, looks through what was built, and lets citizens read it.

    What lies about uncommitted in the checkout is not published, nor what is not on the main
    branch. A site that is the live one already makes no new release.

    Args:
        repository: The repository on this machine.
        wanted: What to publish.
        target: Where to.
        now: The clock: the site is built for the moment at which its turn comes.
        say: Told what is being done.
        shown: Gives the commit that citizens are to see of the one that is published: the same
            with what is urgently taken down (``workflow.urgent``).
        demand: Refuses, of the commit that is live and the one to be published, what came to the
            main branch unapproved (``workflow.publish.vouched``).

    Raises:
        PublishError: There is no such commit, something on the way to it was not approved, or the
            target cannot be written.
        Refused: The content has mistakes, or the built site is not whole. What is live stays.
    """
    commit_of(repository, wanted.commit)
    target.live()  # a target that cannot be reached is told before anything is built
    say("Đang chờ lượt phát hành khác…")
    with turn(repository):
        # Not before it is our turn: whoever had it may have published what was approved later.
        commit, at = commit_of(repository, wanted.commit), now()
        if (last := target.live()) is not None:
            demand(last.commit, commit)
        with workshop(repository, shown(commit), wanted.portal, say) as here:
            before = target.live()
            say("Đang dựng trang…")
            build(here.tree, here.site, wanted)
            site = here.site / wanted.portal
            say("Đang so với bản đang chạy…")
            portal = load_portal(here.tree / "content" / wanted.portal, here.tree, at.date())
            library, _ = read_library(portal, here.tree)
            release = describe(site, wanted.portal, commit, at, library)
            if before is not None and same_site(before, release) and target.settled():
                return Published(before, new=False)
            say("Đang soát trang…")
            found = verify(
                site,
                portal.regulation.url,
                library,
                before.items if before else {},
                base=wanted.base,
                allow_samples=wanted.allow_samples,
                memory=here.pages,
            )
            if errors(found):
                raise Refused(found)
            say("Đang đưa trang lên…")
            target.put(site, release)
    return Published(release, new=True)


def rollback(
    target: Target,
    name: str | None = None,
    agree: Callable[[Release | None, Release], None] = lambda live, back: None,
) -> Release:
    """Lets citizens read an earlier release again.

    Args:
        target: Where.
        name: Which release; none takes the one before the live one.
        agree: Refuses, of the live release and the one to be read again, what may not come back.

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
    back = next((release for release in kept if release.name == name), None)
    if back is not None:
        agree(live, back)
    target.switch(name)  # says that there is none
    return back or next(release for release in target.releases() if release.name == name)


def commit_of(repository: Path, name: str) -> str:
    """The full hash of a commit of the main branch.

    Raises:
        PublishError: Git knows none by this name, or it is not on the main branch.
    """
    git = Git(str(repository))
    try:
        commit = str(git.rev_parse("--verify", "--quiet", f"{name}^{{commit}}"))
        if name != MAIN:
            git.merge_base("--is-ancestor", commit, f"refs/heads/{MAIN}")
    except GitCommandError as error:
        words = str(error.stderr)
        if "dubious ownership" in words:
            raise PublishError(
                f"Kho {repository} thuộc người dùng khác của máy; hãy chạy bằng người dùng ấy."
            ) from error
        if "not a git repository" in words:
            raise PublishError(
                f"{repository} không phải kho Git; hãy chạy lệnh trong kho của cổng."
            ) from error
        if "--is-ancestor" in error.command:
            raise PublishError(
                f"Bản ghi “{name}” không ở nhánh {MAIN}, nghĩa là chưa được duyệt; hãy chọn một "
                f"bản ghi của nhánh {MAIN}."
            ) from error
        raise PublishError(
            f"Kho này không có bản ghi “{name}”; hãy sửa lại tên nhánh hoặc mã bản ghi."
        ) from error
    return commit


@contextmanager
def turn(repository: Path) -> Iterator[None]:
    """Waits until no other run publishes from this repository, and keeps others waiting."""
    room = _room(repository)
    try:
        room.mkdir(exist_ok=True)
        lock = (room / "publish.lock").open("w")
    except OSError as error:
        raise _cannot(error, room) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def workshop(
    repository: Path, commit: str, portal: str, say: Say = lambda _: None
) -> Iterator[Workshop]:
    """A working tree of a commit, kept from one run to the next, and room beside it.

    Only for whoever has the turn. Pictures that were made for the last run are still there. What a
    killed one left is swept out.
    """
    git = Git(str(repository))
    room = _room(repository)
    try:
        room.mkdir(exist_ok=True)
        tree, site = room / "publish", room / "site"
        say("Đang lấy bản ghi…")
        try:
            _check_out(git, tree, commit)
        except GitCommandError:
            # A killed run may leave a lock of Git or half a tree: once more, from nothing.
            shutil.rmtree(tree, ignore_errors=True)
            _check_out(git, tree, commit)
        shutil.rmtree(site, ignore_errors=True)
        try:
            yield Workshop(tree, site, room / f"pages-{portal}.json")
        finally:
            shutil.rmtree(site, ignore_errors=True)
    except GitCommandError as error:
        raise PublishError(
            f"Git không lấy được bản {commit[:7]} vào {tree}; hãy xem ổ đĩa còn chỗ và có quyền "
            "ghi, rồi phát hành lại."
        ) from error
    except OSError as error:
        raise _cannot(error, room) from error


def _room(repository: Path) -> Path:
    """Where publishing keeps its own things: in the folder of Git, so that Git passes over them."""
    common = Git(str(repository)).rev_parse("--path-format=absolute", "--git-common-dir")
    return Path(common) / "cong"


def _cannot(error: OSError, room: Path) -> PublishError:
    where = error.filename or room
    return PublishError(f"{where}: {os_words(error)}. Trang đang chạy giữ nguyên.")


def _check_out(git: Git, tree: Path, commit: str) -> None:
    no_hooks = "core.hooksPath=" + os.devnull  # they are for people at work
    if not (tree / ".git").exists():
        # Twice forced: a run killed while adding it left it locked.
        git(c=no_hooks).worktree(
            "add", "--force", "--force", "--detach", "--quiet", str(tree), commit
        )
    inside = Git(str(tree))
    inside(c=no_hooks).checkout("--force", "--detach", "--quiet", commit)
    inside.clean("-ffdxq", "--exclude=/.cache/")


def build(tree: Path, output: Path, wanted: Wanted) -> None:
    """Builds with the code of the commit itself, in a process of its own.

    Raises:
        PublishError: The build says what is wrong.
    """
    options = ["--portal", wanted.portal, "--output", str(output), "--production"]
    options += ["--allow-samples"] if wanted.allow_samples else []
    options += ["--base", wanted.base] if wanted.base else []
    done = subprocess.run(
        [sys.executable, "-P", str(tree / "cong.py"), "build", *options],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONUTF8": "1", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or f"mã thoát {done.returncode}"
        if "Traceback (most recent call last)" in said:
            said = f"{said.splitlines()[-1]}; hãy báo đơn vị vận hành."
        raise PublishError(f"Không dựng được trang; trang đang chạy giữ nguyên.\n{said}")
