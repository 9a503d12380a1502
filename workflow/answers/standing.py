"""What became of answers that were proposed before: read from the forge and from Git, kept nowhere.

Each proposal says in its text, and its commit in a trailer, which words it holds (``Answer.mark``).
So pulling twice opens nothing twice, from whichever machine.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflow.forge import Act, Entry, Event, Forge, ForgeError, Stage
from workflow.git import Git
from workflow.proposals import Verdict

TRAILER = "Answer"
"""The line of a commit and of a proposal's text that names an item and the version of its words."""

TITLES = ("Trả lời người dân: ", "Góp ý của người dân: ")
"""How the titles of such proposals begin: of answers, of comments."""

_MARK = re.compile(rf"^{TRAILER}: ([a-z0-9-]+ [0-9a-f]{{64}})$", re.M)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal of answers.

    Attributes:
        entry: As the forge lists it.
        marks: What it holds.
        ground: The id of the ground on which it stands refused; empty when it does not.
        said: What was said with the refusal or the withdrawal.
        ended: When it was withdrawn; none while it is open.
    """

    entry: Entry
    marks: frozenset[str]
    ground: str
    said: str
    ended: dt.datetime | None

    @property
    def items(self) -> frozenset[str]:
        """The ids of the items in it, whichever version."""
        return frozenset(mark.partition(" ")[0] for mark in self.marks)


def proposed(forge: Forge, stage: Stage) -> Iterator[Proposed]:
    """The proposals of answers at a stage, the newest first; what cannot be read is left out."""
    for entry in reversed(forge.entries(stage)):
        if entry.fault or not entry.title.startswith(TITLES):
            continue
        try:
            history = forge.history(entry.number)
        except ForgeError:
            continue
        marks = marks_in(history[0].text if history else "")
        if marks:
            ground, said = refusal(history)
            gone = [event for event in history if event.act is Act.WITHDRAWN]
            yield Proposed(
                entry,
                marks,
                ground,
                said or (gone[-1].text if gone else ""),
                gone[-1].at if gone else None,
            )


def marks_in(text: str) -> frozenset[str]:
    """What a text says that a proposal holds."""
    return frozenset(_MARK.findall(text))


def refusal(history: Sequence[Event]) -> tuple[str, str]:
    """The ground on which a proposal stands refused, and what was said; empty when it does not.

    A person's last word counts; what was taken back does not.
    """
    last: dict[str, Event] = {}
    for event in history:
        if event.act is Act.REVIEWED and event.verdict is not Verdict.COMMENT:
            last[event.who] = event
        elif event.act is Act.DISMISSED:
            last.pop(event.who, None)
    for event in last.values():
        if event.verdict is Verdict.REQUEST_CHANGES and event.ground:
            return event.ground, event.text
    return "", ""


def on_main(git: Git, main: str) -> Mapping[str, str]:
    """By what commits of the main branch hold (``Answer.mark``) the commit that brought it last."""
    shape = f"--format=tformat:%x00%H%x00%(trailers:key={TRAILER},valueonly,unfold)"
    words = ("log", "--no-color", "--no-show-signature", f"--grep=^{TRAILER}: ", shape, main, "--")
    parts = git.run(*words).text.split("\0")[1:]
    found: dict[str, str] = {}
    for commit, said in zip(parts[::2], parts[1::2], strict=True):
        for mark in _marked(said.split("\n")):
            found.setdefault(mark, commit)
    return found


def _marked(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if _MARK.match(f"{TRAILER}: {line.strip()}"):
            yield line.strip()


def holds(git: Git, release: str, commit: str) -> bool:
    """Whether a release was built from a commit or what came after it."""
    words = ("merge-base", "--is-ancestor", commit, release)
    return git.run(*words, ok=(0, 1, 128)).code == 0
