"""Who wrote, reviewed, approved and refused what stands on the portal: read from Git, and checked.

M7: the board answers for all it posts. What is told here anyone with the repository can tell.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from workflow.forge import Act, Entry, Event, ForgeError, Stage
from workflow.forge.merging import PROPOSAL
from workflow.forge.vouching import APPROVED, REVIEWED, disagreements
from workflow.gate.places import CONTENT
from workflow.gate.words import plain, short
from workflow.git import Git
from workflow.proposing import trailers
from workflow.proposing.context import Context
from workflow.proposing.merging import BASIS, NOTES


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an item on the main branch.

    Attributes:
        commit: The commit of the main branch that brought it.
        at: When.
        title: What the commit says first.
        deed: What it did to the file: ``A`` added, ``M`` changed, ``D`` removed, ``R`` renamed.
        path: Where the item was after it.
        proposal: The proposal's number; empty when there is none.
        stood: Who stood for it, by post: the trailers of the merge.
        events: What was done with the proposal.
        faults: Why this cannot be believed, in Vietnamese; none when everything holds together.
    """

    commit: str
    at: dt.datetime
    title: str
    deed: str
    path: str
    proposal: str
    stood: Mapping[str, tuple[str, ...]]
    events: tuple[Event, ...]
    faults: tuple[str, ...]


def record_of(context: Context, item: str) -> tuple[Change, ...]:
    """How an item came to be what it is, the latest change first.

    Args:
        context: Who asks, where.
        item: Its file, or its id.

    Raises:
        ForgeError: There is no such item on the main branch.
    """
    git, main = context.git_of_forge, context.forge.main
    path = find_item(git, main, item)
    return tuple(_change(context, line) for line in _history(git, main, path))


def not_merged(context: Context, item: str) -> Iterator[tuple[Entry, Sequence[Event]]]:
    """The proposals that touch an item and are not merged, refused and withdrawn or still open.

    Args:
        context: Who asks, where.
        item: Its file, or its id.
    """
    git, main = context.git_of_forge, context.forge.main
    path = find_item(git, main, item)
    for stage in (Stage.OPEN, Stage.WITHDRAWN):
        for entry in context.forge.entries(stage):
            # What lies elsewhere is not fetched: a forge on the network shows it itself.
            span = f"{main}...{entry.head}"
            words = ("diff", "--name-only", "--no-renames", span, "--", path)
            if entry.fault or not git.run(*words, ok=(0, 128)).line:
                continue
            try:
                yield entry, context.forge.history(entry.number)
            except ForgeError as error:
                yield replace(entry, fault=str(error)), ()


def find_item(git: Git, main: str, item: str) -> str:
    """The file of an item on a branch, by its path or by its id.

    Raises:
        ForgeError: There is none, or more than one with this id.
    """
    path = PurePosixPath(item).as_posix()
    known = git.run("ls-tree", "-z", "--name-only", main, "--", path).text.strip("\0")
    if known == path and path.startswith(f"{CONTENT}/"):
        return path
    words = ["grep", "-z", "--name-only", "--full-name", "-E", f"^id: *{_quoted(item)} *$", main]
    found = [
        name.partition(":")[2]
        for name in git.run(*words, "--", f"{CONTENT}/", ok=(0, 1)).text.split("\0")
        if name.endswith(".md")
    ]
    gone = git.run("log", "-1", "--format=%H", main, "--", path).line if "/" in path else ""
    if gone:
        return path
    # A translation has the id of its original: the original stands for both.
    originals = [name for name in found if name.count(".") == 1] or found
    if len(originals) == 1:
        return originals[0]
    if originals:
        places = ", ".join(originals)
        raise ForgeError(f"Mã “{plain(item)}” có ở {places}; hãy gõ đường dẫn của một tệp.")
    raise ForgeError(
        f"Nhánh chính không có mục “{plain(item)}”; hãy gõ mã (id) của mục, hoặc đường dẫn như "
        f"{CONTENT}/quangnam-cchc/tin-tuc/2026/ten-bai.md."
    )


def _quoted(text: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else f"\\{c}" for c in text)


@dataclass(frozen=True, slots=True)
class _Line:
    commit: str
    parents: tuple[str, ...]
    at: dt.datetime
    title: str
    trailers: Mapping[str, tuple[str, ...]]
    deed: str
    path: str


def _history(git: Git, main: str, path: str) -> Iterator[_Line]:
    """The commits of the main branch itself that touched a file, its former names included."""
    keys = (PROPOSAL, REVIEWED, APPROVED, BASIS, *NOTES)
    shape = f"%x00%H%x00%P%x00%cI%x00%s%x00{trailers.shape_of(keys)}"
    told = git.run(
        *("log", "--no-color", "--no-show-signature", "--no-mailmap", "--first-parent"),
        *("--diff-merges=first-parent", "--follow", "--name-status", "-z", "--encoding=UTF-8"),
        *(f"--format=tformat:{shape}", main, "--", path),
    ).text
    words = iter(told.split("\0"))
    for word in words:
        if word:  # no commit begins here
            continue
        commit, parents, at, title, *values = (next(words, "") for _ in range(4 + len(keys)))
        next(words, "")  # ends the message
        if not commit:
            return
        deed = next(words, "").strip("\n")
        names = [next(words, "") for _ in range(2 if deed[:1] in ("R", "C") else 1)]
        yield _Line(
            commit,
            tuple(parents.split()),
            dt.datetime.fromisoformat(at),
            title,
            trailers.read(keys, values),
            deed[:1],
            names[-1] or path,
        )


def _change(context: Context, line: _Line) -> Change:
    number = next(iter(line.trailers[PROPOSAL]), "")
    events: Sequence[Event] = ()
    faults: list[str] = []
    if not number or len(line.parents) != 2:
        faults.append("không qua đề xuất nào: có trước khi dùng chốt duyệt, hoặc bị đưa thẳng vào")
        number = ""
    else:
        try:
            events = context.forge.history(number)
        except ForgeError as error:
            faults.append(str(error))
        else:
            faults += faults_of(line.commit, line.parents[1], line.trailers, events)
    return Change(
        line.commit,
        line.at,
        line.title,
        line.deed,
        line.path,
        number,
        {key: line.trailers[key] for key in (REVIEWED, APPROVED, BASIS, *NOTES)},
        tuple(events),
        tuple(faults),
    )


def faults_of(
    merge: str, head: str, stood: Mapping[str, Sequence[str]], events: Sequence[Event]
) -> Iterator[str]:
    """What a merge of the main branch says and its proposal's record does not, in Vietnamese.

    Args:
        merge: The merge.
        head: The commit that it brought.
        stood: Its trailers.
        events: What was done with the proposal.
    """
    merged = [event for event in events if event.act is Act.MERGED]
    if not any(event.commit == merge for event in merged):
        yield f"hồ sơ đề xuất không ghi lần nhập {short(merge)}"
    heads = [event.commit for event in events if event.act in (Act.OPENED, Act.PUSHED)]
    if head not in heads:
        yield f"bản {short(head)} được nhập chưa từng là bản của đề xuất"
    if not stood[APPROVED]:
        yield "lần nhập không ghi ai phê duyệt"
    yield from disagreements(stood, events, merge)
