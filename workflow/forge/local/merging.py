"""How a merge of the main branch names the record it rests on, and how it is read ever after."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.forge.interface import ForgeError
from workflow.forge.local import records
from workflow.forge.merging import PROPOSAL
from workflow.forge.vouching import APPROVED, REVIEWED
from workflow.git import Git

RECORD = "Record"
"""The trailer of a merge that holds the proposal's last record before the merge."""


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
        stood: Who, it says, stood for it: the trailers by their keys.
    """

    number: str
    record: str
    merge: str
    before: str
    head: str
    who: str | None
    stood: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def vouchers(git: Git, main: str) -> dict[str, list[Voucher]]:
    """Every merge of the main branch that names a record, by the proposal's number.

    Only what the main branch itself took counts: what a commit of a proposal says of itself is
    said by whoever proposes.
    """
    keys = (PROPOSAL, RECORD, REVIEWED, APPROVED)
    trailers = [f"%(trailers:key={key},valueonly,unfold,separator=%x0A)" for key in keys]
    shape = "%x00".join(["%H", "%P", "%ce", *trailers])
    answer = git.run(
        *("log", "-z", "--no-color", "--no-show-signature", "--no-mailmap", "--first-parent"),
        *("--min-parents=2", "--max-parents=2", "--encoding=UTF-8", f"--grep=^{RECORD}: "),
        *("--reverse", f"--format=tformat:{shape}", main, "--"),
    )
    words = answer.out.decode("utf-8", "replace").split("\0")
    found: dict[str, list[Voucher]] = {}
    for at in range(0, len(words) - 1, 3 + len(keys)):
        merge, parents, email, number, record, *places = words[at : at + 3 + len(keys)]
        if records.NUMBER.match(number):
            before, head = parents.split(" ")
            who = records.login_of(email)
            stood = {
                key: tuple(filter(None, said.split("\n")))
                for key, said in zip((REVIEWED, APPROVED), places, strict=True)
            }
            made = Voucher(number, record, merge, before, head, who, stood)
            found.setdefault(number, []).append(made)
    return found


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
