"""What a forge is: where proposals live, are reviewed and become part of the main branch."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from workflow.proposals import Proposal, Verdict

GROUND = "Ground"
"""The trailer of a review's text that names its ground for refusal, where a forge has no field."""


TO_REVIEW, TO_APPROVE = "cho-tham-dinh", "cho-phe-duyet"
REFUSED, CORRECTS = "tu-choi", "dinh-chinh"
"""What a proposal waits for, what came of it, what it is: its labels, where a forge has them."""

OF_PROPOSALS = frozenset({TO_REVIEW, TO_APPROVE, REFUSED, CORRECTS})


class Stage(StrEnum):
    """How far a proposal is."""

    OPEN = "open"  # đang xét
    MERGED = "merged"  # đã nhập vào nhánh chính
    WITHDRAWN = "withdrawn"  # đã rút


@dataclass(frozen=True, slots=True)
class Entry:
    """A proposal in a list.

    Attributes:
        number: The forge's number.
        title: In the words of whoever opened it.
        author: The login of whoever opened it.
        branch: The branch it lies on.
        head: The commit that would be published.
        opened, updated: When it was opened and last changed.
        draft: Whether its author still works on it.
        stage: How far it is.
        fault: Why its record cannot be believed, in Vietnamese; then nothing else but the number is
            known. It stands in the list so that it hides neither itself nor the others.
    """

    number: str
    title: str
    author: str
    branch: str
    head: str
    opened: dt.datetime
    updated: dt.datetime
    draft: bool
    stage: Stage
    fault: str = ""


class Act(StrEnum):
    """What somebody did with a proposal."""

    OPENED = "opened"
    PUSHED = "pushed"
    READY = "ready"
    REVIEWED = "reviewed"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Event:
    """Something done with a proposal, in the order it was done.

    Attributes:
        act: What.
        who: The login of whoever did it.
        at: When.
        commit: The commit it was done to: opened with, pushed, looked at, merged into.
        verdict: Of a review.
        ground: The id of its ground for refusal, if it refuses.
        text: What was said with it.
        signed: Whether a key that is registered for this login signed it.
    """

    act: Act
    who: str
    at: dt.datetime
    commit: str
    verdict: Verdict | None = None
    ground: str | None = None
    text: str = ""
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What the gate says of a proposal, to be shown where the proposal is.

    Attributes:
        commit: The commit it is about.
        passed: Whether it may be merged.
        line: How it stands, in a line.
        summary: All of it, as text: posts, never logins.
        labels: What the proposal waits for, where a forge has labels.
        preview: The address at which it can be looked at as a page; empty when there is none.
    """

    commit: str
    passed: bool
    line: str
    summary: str
    labels: frozenset[str] = frozenset()
    preview: str = ""


class ForgeError(Exception):
    """What the forge cannot do, or refuses; the text says what to do, in Vietnamese."""


class TamperedError(ForgeError):
    """A record is not what was written; the text says which, in Vietnamese."""


class Forge(Protocol):
    """Where proposals live.

    Every method raises ``ForgeError`` when the forge does not answer, does not know the number, or
    refuses. What it tells it tells whole, or says in the proposal that it is truncated.
    """

    @property
    def name(self) -> str:
        """``local`` or ``github``: under which the staff's logins are listed."""

    @property
    def main(self) -> str:
        """The name of the branch that is published."""

    def me(self) -> str:
        """The login of whoever is asking."""

    def signature(self) -> tuple[str, str] | None:
        """Under which name and address the commits of whoever asks are made.

        None leaves it to Git's settings.
        """

    def entries(self, stage: Stage = Stage.OPEN) -> Sequence[Entry]:
        """The proposals at a stage, the oldest first."""

    def bring(self, entry: Entry) -> None:
        """Makes sure that the head of an open proposal lies where the main branch does."""

    def proposal(self, number: str) -> Proposal:
        """All that the gate is to know of a proposal, as it stands now."""

    def history(self, number: str) -> Sequence[Event]:
        """What was done with a proposal.

        Raises:
            TamperedError: The record does not hold together.
        """

    def propose(self, commit: str, title: str, text: str = "", *, draft: bool = False) -> str:
        """Opens a proposal to publish a commit of this checkout.

        Returns:
            Its number.
        """

    def push(self, number: str, commit: str) -> None:
        """Puts another commit in the place of a proposal's head. Also backwards."""

    def ready(self, number: str) -> None:
        """Says that a draft is a draft no more."""

    def review(
        self, number: str, verdict: Verdict, commit: str, text: str = "", ground: str | None = None
    ) -> None:
        """Gives a review of a commit. ``Verdict.DISMISSED`` takes one's own last review back."""

    def withdraw(self, number: str, reason: str) -> None:
        """Closes a proposal without publishing it."""

    def report(self, number: str, report: Report) -> None:
        """Shows what the gate decided: a status of the commit, and one comment that is kept up."""

    def preview(self, commit: str) -> str:
        """The address of a page that shows a commit; empty when there is none."""

    def merge(self, number: str, head: str, message: str, *, judged: Proposal | None = None) -> str:
        """Makes a proposal part of the main branch, as a merge of its own.

        Args:
            number: Which.
            head: The commit that was approved. Anything else is not merged.
            message: Of the merge, with its trailers. The forge adds its own.
            judged: The proposal as the gate judged it. What was said or pushed since stops the
                merge: it would publish what somebody has just objected to.

        Returns:
            The merge.

        Raises:
            ForgeError: The head has moved, something was done since it was judged, or both sides
                changed the same file.
        """
