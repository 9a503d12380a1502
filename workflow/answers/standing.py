"""What became of answers that were proposed before: read from the forge and from Git, kept nowhere.

Each proposal says in its text, and its commit in a trailer, which words it holds (``Answer.mark``).
So pulling twice opens nothing twice, from whichever machine.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from accounts.staff import Staff
from workflow.forge import Act, Entry, Event, Forge, ForgeError, Stage
from workflow.git import Git

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
        history: What was done with it.
    """

    entry: Entry
    marks: frozenset[str]
    history: tuple[Event, ...]

    @property
    def end(self) -> Event | None:
        """Its withdrawal; none while it is open."""
        gone = [event for event in self.history if event.act is Act.WITHDRAWN]
        return gone[-1] if gone else None

    def said(self, who: str, ground: str) -> str:
        """What somebody said with a refusal."""
        words = [e.text for e in self.history if e.who == who and e.ground == ground]
        return words[-1] if words else ""


def proposed(forge: Forge, staff: Staff, stage: Stage) -> Iterator[Proposed]:
    """The proposals of answers at a stage, the newest first.

    Only those that somebody of the staff opened: anybody may write such a line where the world may
    propose. What cannot be read is left out.
    """
    for entry in reversed(forge.entries(stage)):
        if entry.fault or not entry.title.startswith(TITLES):
            continue
        if staff.person_of_login(entry.author) is None:
            continue
        try:
            history = tuple(forge.history(entry.number))
        except ForgeError:
            continue
        marks = marks_in(history[0].text if history else "")
        if marks:
            yield Proposed(entry, marks, history)


def marks_in(text: str) -> frozenset[str]:
    """What a text says that a proposal holds."""
    return frozenset(_MARK.findall(text))


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
