"""The targets by the names that people give them: a folder, ``s3://bucket/prefix``, ``pages``."""

import datetime as dt
import os
import re
from collections.abc import Mapping
from pathlib import Path

from regulation.findings import Finding, Mistyped, Refused
from regulation.yamlfile import VIETNAM
from workflow.git import Git
from workflow.proposing.context import GITHUB, forge_of
from workflow.publish.folder import FolderTarget
from workflow.publish.pages import PagesTarget
from workflow.publish.release import PublishError
from workflow.publish.target import Target

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX")
"""Git tells its hooks in these which repository they run in; here it is that of the folder."""


def target_of(
    to: str, root: Path, remote: str | None, named: tuple[str, str] = ("--to", "--remote")
) -> Target:
    """The target that was named.

    Args:
        to: A folder, ``s3://bucket/prefix`` or ``pages``.
        root: The repository whose branch ``pages`` is.
        remote: Where ``pages`` pushes to.
        named: Where the two were named, for what is told.

    Raises:
        Mistyped: It names no such place.
        Refused: The store cannot be used as it is set up.
    """
    for name in _OF_A_HOOK:
        os.environ.pop(name, None)
    if remote is not None and to != "pages":
        message = f"Chỉ dùng khi {named[0]} là pages; hãy bỏ đi."
        raise Mistyped([Finding(named[1], message)])
    if to == "pages":
        return PagesTarget(root, remote, _credentials(root, remote))
    if to.startswith("s3://"):
        bucket, _, prefix = to.removeprefix("s3://").partition("/")
        if not _BUCKET.fullmatch(bucket):
            message = f"Tên kho “{bucket}” không đúng; hãy viết như s3://ten-kho/tien-to."
            raise Mistyped([Finding(named[0], message)])
        # Loaded only here: it takes as long as all the rest of the command.
        from workflow.publish.store import open_store

        try:
            return open_store(bucket, prefix)
        except PublishError as error:
            raise Refused([Finding(to, str(error))]) from error
    if not to.strip() or ":" in to.partition("/")[0]:
        message = (
            f"Không rõ “{to}” là nơi nào; hãy viết một thư mục, s3://ten-kho/tien-to hoặc pages."
        )
        raise Mistyped([Finding(named[0], message)])
    return FolderTarget(Path(to))


def _credentials(root: Path, remote: str | None) -> Mapping[str, str]:
    """What Git needs to push to GitHub as who publishes there, beyond what it is set to itself."""
    git = Git(root, os.environ)
    kind, repository = forge_of(git, os.environ)
    if remote is None or kind != GITHUB:
        return {}
    # Loaded here: whoever publishes to a folder does not wait for what speaks HTTP.
    from workflow.forge.github.mirror import signed_in
    from workflow.forge.github.place import find_place

    place = find_place(repository, os.environ, lambda: dt.datetime.now(VIETNAM))
    there = git.run("remote", "get-url", remote, ok=(0, 2, 128)).line
    same = there.removesuffix(".git") == place.remote.removesuffix(".git")
    return signed_in(place.remote, place.token) if same else {}
