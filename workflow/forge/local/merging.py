"""How a proposal becomes part of the main branch, and how the main branch says so ever after."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from workflow.forge.interface import ForgeError
from workflow.forge.local import records
from workflow.forge.local.changes import base_of, differences
from workflow.forge.local.git import Git
from workflow.gate.words import plain, short

PROPOSAL, RECORD = "Proposal", "Record"
"""The trailers of a merge: the proposal's number, and its last record before the merge."""

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Voucher:
    """A merge in the main branch that names the record it rests on.

    Attributes:
        number: The proposal's.
        record: Its last record before the merge.
        merge: The merge.
        before: The main branch before it.
        head: The commit that was published.
        who: The login of whoever merged; none when it was not the forge.
    """

    number: str
    record: str
    merge: str
    before: str
    head: str
    who: str | None


def vouchers(git: Git, main: str) -> dict[str, list[Voucher]]:
    """Every merge of the main branch that names a record, by the proposal's number.

    Only what the main branch itself took counts: what a commit of a proposal says of itself is
    said by whoever proposes.
    """
    trailers = [f"%(trailers:key={key},valueonly,separator=%x0A)" for key in (PROPOSAL, RECORD)]
    shape = "%x00".join(["%H", "%P", "%ce", *trailers])
    answer = git.run(
        *("log", "-z", "--no-color", "--no-show-signature", "--no-mailmap", "--first-parent"),
        *("--min-parents=2", "--max-parents=2", "--encoding=UTF-8", f"--grep=^{RECORD}: "),
        *("--reverse", f"--format=tformat:{shape}", main, "--"),
    )
    words = answer.out.decode("utf-8", "replace").split("\0")
    found: dict[str, list[Voucher]] = {}
    for at in range(0, len(words) - 1, 5):
        merge, parents, email, number, record = words[at : at + 5]
        if records.NUMBER.match(number):
            before, head = parents.split(" ")
            who = records.login_of(email)
            made = Voucher(number, record, merge, before, head, who)
            found.setdefault(number, []).append(made)
    return found


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


def message_of(git: Git, message: str, number: str, record: str) -> str:
    """The message of a merge with the trailers that tie it to the record.

    Raises:
        ForgeError: It is empty, or has such trailers of its own.
    """
    text = git.run("stripspace", stdin=message.encode()).text
    if not text.strip():
        raise ForgeError("Lần nhập phải có lời ghi; hãy viết một dòng nói nhập gì.")
    said = _trailers(git, text)
    if said.get(RECORD.lower()) or said.get(PROPOSAL.lower(), {number}) != {number}:
        raise ForgeError(
            f"Lời ghi của lần nhập không được tự ghi dòng “{RECORD}:” hay “{PROPOSAL}:” của đề "
            "xuất khác; hãy bỏ các dòng ấy."
        )
    wanted = [] if PROPOSAL.lower() in said else [f"--trailer={PROPOSAL}: {number}"]
    wanted.append(f"--trailer={RECORD}: {record}")
    whole = git.run("interpret-trailers", "--no-divider", *wanted, stdin=text.encode()).text
    now = _trailers(git, whole)
    if (now.get(RECORD.lower()), now.get(PROPOSAL.lower())) != ({record}, {number}):
        raise ForgeError(
            "Git không ghi được số đề xuất vào lời ghi của lần nhập; hãy xem lại cấu hình "
            "trailer.* của kho."
        )
    return whole


def _trailers(git: Git, text: str) -> dict[str, set[str]]:
    answer = git.run("interpret-trailers", "--parse", "--no-divider", stdin=text.encode())
    found: dict[str, set[str]] = {}
    for line in answer.text.splitlines():
        key, _, value = line.partition(":")
        found.setdefault(key.strip().lower(), set()).add(value.strip())
    return found


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
