"""What going back to an earlier release would bring back although it was taken down since."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from regulation.items import split
from workflow.gate.places import CONTENT
from workflow.git import Git
from workflow.publish.publishing import MAIN, commit_of
from workflow.publish.release import PublishError, Release
from workflow.publish.source import Source

OPTION = "--even-withdrawn"

_SHOWN = 5


def demand_down(source: Source, live: Release | None, back: Release) -> None:
    """Demands that an earlier release shows nothing that is taken down now.

    Down is what the main branch with its urgent withdrawals has taken down, and what stands as a
    tombstone on what citizens read.

    Args:
        source: The main branch, and what is urgently taken down.
        live: What citizens read.
        back: What they are to read again.

    Raises:
        PublishError: It does; with the items.
    """
    commit = source.shown(commit_of(source.git.path, MAIN))
    down = set(_withdrawn(source.git, commit, back.portal))
    if live is not None:
        down |= {key for key, url in live.items.items() if not url}
    again = [
        f"{key.partition(':')[0]} ({url})"
        for key, url in sorted(back.items.items())
        if url and key in down
    ]
    if again:
        more = f" và {len(again) - _SHOWN} mục nữa" if len(again) > _SHOWN else ""
        raise PublishError(
            f"Bản {back.name} còn hiện {len(again)} mục nay đã gỡ: {', '.join(again[:_SHOWN])}"
            f"{more}; cho chạy lại bản ấy là đăng lại các mục này. Hãy chọn bản khác, hoặc sửa ở "
            f"nhánh chính rồi gõ cong publish; đúng là muốn đăng lại thì thêm {OPTION}."
        )


def _withdrawn(git: Git, commit: str, portal: str) -> Iterator[str]:
    """The items that a commit has taken down, as releases name them: id and language."""
    words = ("grep", "-z", "--name-only", "--full-name", "-E", "^status: *withdrawn *$", commit)
    for name in git.run(*words, "--", f"{CONTENT}/{portal}/", ok=(0, 1)).text.split("\0"):
        path = PurePosixPath(name.partition(":")[2])
        if path.suffix != ".md":
            continue
        parts = split(git.run("cat-file", "blob", f"{commit}:{path}").text)
        known = re.search(r"^id: *[\"']?([\w-]+)", parts.front, re.M) if parts else None
        if known:
            yield f"{known[1]}:{path.suffixes[0][1:] if len(path.suffixes) > 1 else 'vi'}"
