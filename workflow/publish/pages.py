"""GitHub Pages, and whatever else serves a branch: a release is a commit of that branch.

::

    refs/heads/gh-pages           the live site; GitHub serves what its last commit holds
    refs/cong/releases            a chain of commits, one a release: release.json, and site/

Both move in one transaction of Git, and in one atomic push when there is a remote; never by force.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from git import Git
from git.exc import GitCommandError, GitCommandNotFound

from workflow.publish.release import KEPT, PublishError, Release, from_json

BRANCH = "refs/heads/gh-pages"
RELEASES = "refs/cong/releases"

_NONE = "0" * 40
_AUTHOR = {
    "GIT_AUTHOR_NAME": "cong",
    "GIT_AUTHOR_EMAIL": "cong@cong.invalid",
    "GIT_COMMITTER_NAME": "cong",
    "GIT_COMMITTER_EMAIL": "cong@cong.invalid",
}


class PagesTarget:
    """See ``Target``.

    Args:
        repository: A repository on this machine.
        remote: Where to push; none leaves the branch here.
    """

    def __init__(self, repository: Path, remote: str | None = None) -> None:
        self._repository = repository
        self._git = Git(str(repository))
        self._remote = remote

    def releases(self) -> list[Release]:
        """The releases that are kept, the oldest first."""
        with self._told():
            self._fetch()
            return [release for _, release in self._chain()]

    def live(self) -> Release | None:
        """The release that citizens read; none before the first."""
        with self._told():
            self._fetch()
            tip = self._tip(BRANCH)
            if tip is None:
                return None
            name = self._git.log("-1", "--format=%(trailers:key=Release,valueonly)", tip).strip()
            return next((each for _, each in self._chain() if each.name == name), None)

    def put(self, folder: Path, release: Release) -> None:
        """Makes a built site the live one. Git keeps all of them; the last ``KEPT`` are offered."""
        with self._told():
            before = self.live()
            if before is not None and before.portal != release.portal:
                raise PublishError(
                    f"Nhánh gh-pages đang phát hành cổng {before.portal}; mỗi cổng cần một kho "
                    "riêng, hãy dùng kho khác."
                )
            site = self._tree(folder)
            record = self._record(release, site)
            self._show(release, site, record)

    def switch(self, name: str) -> None:
        """Makes a kept release the live one again."""
        with self._told():
            self._fetch()
            for commit, release in self._chain():
                if release.name == name:
                    self._show(release, self._git.rev_parse(f"{commit}:site"), None)
                    return
            raise PublishError(f"Không còn giữ bản phát hành {name}; hãy xem cong rollback -l.")

    def _chain(self) -> list[tuple[str, Release]]:
        tip = self._tip(RELEASES)
        if tip is None:
            return []
        commits = self._git.rev_list("--first-parent", f"--max-count={KEPT}", tip).split()
        return [
            (commit, from_json(self._git.cat_file("blob", f"{commit}:release.json")))
            for commit in reversed(commits)
        ]

    def _tree(self, folder: Path) -> str:
        """The site as a tree of Git. GitHub must serve it as it is: ``.nojekyll``."""
        (folder / ".nojekyll").touch()
        with self._index() as index:
            self._git(work_tree=str(folder)).add("--all", "--force", ".", env=index)
            return str(self._git.write_tree(env=index))

    def _record(self, release: Release, site: str) -> str:
        """The next link of the chain of releases."""
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".json") as note:
            note.write(release.to_json())
            note.flush()
            blob = self._git.hash_object("-w", "--no-filters", note.name)
        with self._index() as index:
            self._git.update_index("--add", "--cacheinfo", f"100644,{blob},release.json", env=index)
            self._git.read_tree("--prefix=site/", site, env=index)
            tree = self._git.write_tree(env=index)
        return self._commit(tree, self._tip(RELEASES), release)

    def _show(self, release: Release, site: str, record: str | None) -> None:
        """Moves the branch, and the chain with it, all or nothing."""
        before = self._tip(BRANCH)
        moves = {BRANCH: (self._commit(site, before, release), before)}
        if record is not None:
            moves[RELEASES] = (record, self._tip(RELEASES))
        lines = ["start"]
        lines += [f"update {ref} {new} {old or _NONE}" for ref, (new, old) in moves.items()]
        lines += ["prepare", "commit", ""]
        with tempfile.TemporaryFile() as told:
            told.write("\n".join(lines).encode())
            told.seek(0)
            self._git.update_ref("--stdin", istream=told)
        if self._remote is not None:
            self._git.push("--atomic", "--quiet", self._remote, *(f"{r}:{r}" for r in moves))

    def _commit(self, tree: str, parent: str | None, release: Release) -> str:
        parents = ["-p", parent] if parent else []
        message = f"Phát hành {release.name}\n\nRelease: {release.name}\nSource: {release.commit}\n"
        moment = {"GIT_AUTHOR_DATE": release.made.isoformat()}
        made = self._git.commit_tree(tree, *parents, "-m", message, env={**_AUTHOR, **moment})
        return str(made)

    def _tip(self, ref: str) -> str | None:
        found: str = self._git.for_each_ref("--format=%(objectname)", ref)
        return found or None

    def _fetch(self) -> None:
        """Brings here what another machine has published meanwhile."""
        if self._remote is not None:
            there = str(self._git.ls_remote(self._remote, BRANCH, RELEASES))
            wanted = [line.split()[1] for line in there.splitlines()]
            if wanted:
                self._git.fetch("--quiet", self._remote, *(f"{ref}:{ref}" for ref in wanted))

    @contextmanager
    def _index(self) -> Iterator[dict[str, str]]:
        """An index of its own: the checkout's is not touched."""
        with tempfile.TemporaryDirectory() as folder:
            yield {"GIT_INDEX_FILE": os.path.join(folder, "index")}  # noqa: PTH118

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Says what Git complains of in Vietnamese."""
        try:
            yield
        except GitCommandNotFound as error:
            raise PublishError("Máy này chưa có git; hãy cài git rồi làm lại.") from error
        except GitCommandError as error:
            words = str(error.stderr).strip().splitlines()
            last = words[-1].strip(" '") if words else "không rõ"
            raise PublishError(
                f"Git không làm được ({last}); hãy lấy nhánh gh-pages mới nhất về rồi phát hành "
                "lại. Trang đang chạy giữ nguyên."
            ) from error
