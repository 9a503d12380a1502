"""What the main branch becomes with a proposal in it, and how its merge names the proposal."""

import unicodedata
from collections.abc import Iterable

from workflow.forge.changes import base_of, differences
from workflow.forge.interface import ForgeError
from workflow.gate.words import plain, short
from workflow.git import Git

PROPOSAL = "Proposal"
"""The trailer of a merge that holds the proposal's number, on every forge."""

_SHOWN = 5


def merged_tree(git: Git, main: str, head: str) -> str:
    """The tree of the main branch with what a proposal changes, and nothing else.

    Raises:
        ForgeError: Both sides changed the same file, or it would not come out as it was looked at.
    """
    base = base_of(git, main, head)
    if base == head:
        raise ForgeError(
            f"Bản {short(head)} đã nằm trong nhánh chính, không còn gì để nhập; hãy rút đề xuất."
        )
    theirs = differences(git, base, head, renames=False)
    ours = {_name(change.path) for change in differences(git, base, main, renames=False)}
    both = [change.path for change in theirs if _name(change.path) in ours]
    if both:
        raise _conflict(both)
    answer = git.run(
        # Without renames every file stays where the proposal has it: to move it along with a
        # folder that was renamed meanwhile would publish it where nobody has looked at it.
        *("-c", "merge.renames=false", "-c", "merge.directoryRenames=false"),
        *("merge-tree", "--write-tree", "--name-only", "-z", "--no-messages", main, head),
        ok=(0, 1),
    )
    tree, *rest = answer.text.split("\0")
    if answer.code:
        raise _conflict(dict.fromkeys(path for path in rest if path))
    if differences(git, main, tree, renames=False) != theirs:
        raise ForgeError(
            "Nhập vào nhánh chính sẽ không ra đúng bản đã duyệt; hãy ghép nhánh chính vào đề xuất "
            "rồi duyệt lại."
        )
    return tree


def _name(path: str) -> str:
    """A path as a computer compares it that does not tell case or the ways of writing ế apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _conflict(paths: Iterable[str]) -> ForgeError:
    names = [plain(path) for path in paths]
    more = f" và {len(names) - _SHOWN} tệp nữa" if len(names) > _SHOWN else ""
    return ForgeError(
        f"Nhánh chính cũng đã đổi {', '.join(names[:_SHOWN]) or 'cùng tệp'}{more}, mà chưa ai xem "
        "bản ghép; hãy ghép nhánh chính vào đề xuất rồi duyệt lại."
    )
