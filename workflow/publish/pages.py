"""GitHub Pages, and whatever else serves a branch: a release is a commit of that branch.

::

    refs/heads/gh-pages           the live site; GitHub serves what its last commit holds
    refs/heads/gh-pages-releases  a chain of commits, one a release: release.json, and site/

Both move in one transaction of Git, never by force. With a remote it is the remote's two that move,
in one atomic push, and nothing here: what citizens read is told by the remote alone, so that no run
that was killed and no other machine can make the two disagree.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from git import Git
from git.exc import GitCommandError, GitCommandNotFound

from workflow.publish.release import KEPT, PublishError, Release, carried, from_json

BRANCH = "refs/heads/gh-pages"
RELEASES = "refs/heads/gh-pages-releases"

_THERE = "refs/published/"
"""Where the remote's two are kept here, so that they are not fetched anew each time."""

_KEPT_FILES = ("CNAME",)
"""What GitHub itself writes into the branch: the host's name, chosen in its settings."""

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
        credentials: More for Git's environment, to sign in there.
    """

    def __init__(
        self,
        repository: Path,
        remote: str | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> None:
        self._repository = repository
        self._git = Git(str(repository))
        # A run at night has nobody to type a password.
        self._git.update_environment(GIT_TERMINAL_PROMPT="0", **(credentials or {}))
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
            return self._live()

    def settled(self) -> bool:
        """See ``Target``: both refs move at once or not at all."""
        return True

    def _live(self) -> Release | None:
        tip = self._tip(BRANCH)
        if tip is None:
            return None
        # Not always the last commit: GitHub adds one of its own when the host's name is set.
        name = self._git.log(
            "-1", "--grep=^Release: ", "--format=%(trailers:key=Release,valueonly)", tip
        ).strip()
        found = next((each for _, each in self._chain() if each.name == name), None)
        if found is None:
            raise PublishError(
                "Nhánh gh-pages có nội dung không do cong phát hành; hãy đổi tên hoặc xóa nhánh ấy "
                "nếu không còn dùng, hoặc dùng kho khác."
            )
        return found

    def put(self, folder: Path, release: Release) -> None:
        """Makes a built site the live one. Git keeps all of them; the last ``KEPT`` are offered."""
        with self._told():
            self._fetch()
            before = self._live()
            if before is not None and before.portal != release.portal:
                raise PublishError(
                    f"Nhánh gh-pages đang phát hành cổng {before.portal}; mỗi cổng cần một kho "
                    "riêng, hãy dùng kho khác."
                )
            site = self._tree(folder)
            self._show(before, release, site, self._record(release, site))

    def switch(self, name: str) -> None:
        """Makes a kept release the live one again."""
        with self._told():
            self._fetch()
            for commit, release in self._chain():
                if release.name == name:
                    site = str(self._git.rev_parse(f"{commit}:site"))
                    self._show(self._live(), release, site, None)
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
        """The site as a tree of Git, byte for byte: no setting or attribute has a say in it."""
        names = [
            path.relative_to(folder).as_posix()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        ]
        with _told_by("\n".join(str(folder / name) for name in names)) as paths:
            hashes = self._git.hash_object("-w", "--no-filters", "--stdin-paths", istream=paths)
        entries = zip(names, hashes.split(), strict=True)
        with self._index() as index:
            lines = "".join(f"100644 {blob}\t{name}\0" for name, blob in entries)
            with _told_by(lines) as listed:
                self._git.update_index("-z", "--index-info", istream=listed, env=index)
            return str(self._git.write_tree(env=index))

    def _served(self, site: str, before: Release | None, after: Release) -> str:
        """The tree that is served: the site, and what outlives the one before it."""
        tip = self._tip(BRANCH)
        with self._index() as index:
            self._git.read_tree(site, env=index)
            with _told_by("") as nothing:
                blob = self._git.hash_object("-w", "--stdin", istream=nothing)
            # Else GitHub would make it anew with Jekyll, which leaves out what begins with "_".
            self._git.update_index("--add", "--cacheinfo", f"100644,{blob},.nojekyll", env=index)
            wanted = [*carried(before, after), *_KEPT_FILES]
            old = self._git.ls_tree("-r", tip, "--", *wanted) if tip else ""
            for line in old.splitlines():
                kind, name = line.split("\t", 1)
                mode, _, blob = kind.split()
                if name not in after.files:
                    entry = f"{mode},{blob},{name}"
                    self._git.update_index("--add", "--cacheinfo", entry, env=index)
            return str(self._git.write_tree(env=index))

    def _record(self, release: Release, site: str) -> str:
        """The next link of the chain of releases."""
        with _told_by(release.to_json()) as note:
            blob = self._git.hash_object("-w", "--stdin", istream=note)
        with self._index() as index:
            self._git.update_index("--add", "--cacheinfo", f"100644,{blob},release.json", env=index)
            self._git.read_tree("--prefix=site/", site, env=index)
            tree = self._git.write_tree(env=index)
        return self._commit(tree, self._tip(RELEASES), release)

    def _show(self, before: Release | None, after: Release, site: str, record: str | None) -> None:
        """Moves the branch, and the chain with it, all or nothing."""
        tip = self._tip(BRANCH)
        moves = {BRANCH: (self._commit(self._served(site, before, after), tip, after), tip)}
        if record is not None:
            moves[RELEASES] = (record, self._tip(RELEASES))
        if self._remote is not None:
            wanted = (f"{new}:{ref}" for ref, (new, _) in moves.items())
            self._git.push("--atomic", "--quiet", "--no-verify", self._remote, *wanted)
            return
        lines = ["start"]
        lines += [f"update {ref} {new} {old or _NONE}" for ref, (new, old) in moves.items()]
        lines += ["prepare", "commit", ""]
        with _told_by("\n".join(lines)) as told:
            self._git.update_ref("--stdin", istream=told)

    def _commit(self, tree: str, parent: str | None, release: Release) -> str:
        parents = ["-p", parent] if parent else []
        message = f"Phát hành {release.name}\n\nRelease: {release.name}\nSource: {release.commit}\n"
        moment = {"GIT_AUTHOR_DATE": release.made.isoformat()}
        made = self._git.commit_tree(tree, *parents, "-m", message, env={**_AUTHOR, **moment})
        return str(made)

    def _tip(self, ref: str) -> str | None:
        here = ref if self._remote is None else f"{_THERE}{ref.rpartition('/')[2]}"
        found: str = self._git.for_each_ref("--format=%(objectname)", here)
        return found or None

    def _fetch(self) -> None:
        """Learns what the remote shows now. It alone knows: another machine may have published."""
        if self._remote is None:
            return
        there = str(self._git.ls_remote(self._remote, BRANCH, RELEASES))
        refs = [line.split()[1] for line in there.splitlines()]
        copies = {ref: f"{_THERE}{ref.rpartition('/')[2]}" for ref in (BRANCH, RELEASES)}
        wanted = [f"+{ref}:{copies[ref]}" for ref in refs]
        if wanted:
            self._git.fetch("--quiet", "--no-tags", self._remote, *wanted)
        for ref in set(copies) - set(refs):
            self._git.update_ref("-d", copies[ref])

    @contextmanager
    def _index(self) -> Iterator[dict[str, str]]:
        """An index of its own: the checkout's is not touched.

        With a work tree of its own, too: Git wants one to write an index, and a repository that
        several checkouts share has none.
        """
        with tempfile.TemporaryDirectory() as folder:
            index = os.path.join(folder, "index")  # noqa: PTH118
            yield {"GIT_INDEX_FILE": index, "GIT_WORK_TREE": folder}

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Says what Git complains of in Vietnamese."""
        try:
            yield
        except GitCommandNotFound as error:
            raise PublishError("Máy này chưa có git; hãy cài git rồi làm lại.") from error
        except GitCommandError as error:
            raise PublishError(
                f"{_reason(str(error.stderr))} Trang đang chạy giữ nguyên."
            ) from error


@contextmanager
def _told_by(text: str) -> Iterator[IO[bytes]]:
    """What a program of Git is to read from its input."""
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.seek(0)
        yield file


_SAYINGS = (
    (
        r"rejected|cannot lock ref|stale info|fetch first|reference already exists",
        "Nơi khác vừa phát hành lên nhánh gh-pages; hãy phát hành lại.",
    ),
    (
        r"does not appear to be a git repository|Repository not found|not found",
        "Không có kho từ xa này; hãy xem git remote -v rồi sửa --remote.",
    ),
    (
        r"Permission|denied|403|Authentication|could not read Username|insufficient",
        "Kho từ xa không cho ghi; hãy kiểm tra quyền và khóa truy cập.",
    ),
    (
        r"unable to access|Could not resolve|Connection|timed out|Could not read from remote",
        "Không nối được tới kho từ xa; hãy kiểm tra mạng rồi phát hành lại.",
    ),
    (r"No space left", "Ổ đĩa đã đầy; hãy xóa bớt tệp rồi phát hành lại."),
    (r"not a git repository", "Thư mục này không phải kho Git; hãy chạy lệnh trong kho của cổng."),
)


def _reason(words: str) -> str:
    """What Git complains of, in Vietnamese."""
    for pattern, saying in _SAYINGS:
        if re.search(pattern, words, re.IGNORECASE):
            return saying
    lines = [line.strip(" '") for line in words.splitlines() if line.strip(" '")]
    first = next((line for line in lines if "fatal:" in line or "error:" in line), "không rõ")
    return f"Git không làm được ({first}); hãy báo đơn vị vận hành."
