"""Merging: from a judged proposal to a commit of the main branch that says who stood for it."""

import re
from collections.abc import Iterator, Sequence

from workflow.forge import ForgeError
from workflow.forge.vouching import APPROVED, REVIEWED, place_line
from workflow.gate import Decision, Need
from workflow.gate.words import clock
from workflow.git import Git
from workflow.proposals import Proposal
from workflow.proposing.context import Context
from workflow.proposing.judging import Judged, steps
from workflow.proposing.trailers import trailers_of

BASIS = "Basis"

DEADLINE = "Deadline"
"""Of each item: which deadline bound it, when it was due, how late it came (S6); for reports."""

_SKIP = re.compile(r"\[((?:skip|no) ci|ci skip|skip actions|actions skip)\]", re.IGNORECASE)

NOTES = ("Correction", "Update", "Minor")
"""Lines of a proposal's commits that tell what changed in what was published."""


def merge(context: Context, judged: Judged) -> str:
    """Makes a judged proposal part of the main branch.

    Returns:
        The merge.

    Raises:
        ForgeError: It did not pass, or something was done with it since it was judged.
    """
    if not judged.passed:
        raise ForgeError(
            f"Đề xuất {judged.proposal.id} chưa nhập được.\n{judged.summary()}\n"
            f"Hãy làm những điều còn thiếu rồi gõ: cong merge {judged.proposal.id}"
        )
    proposal = judged.proposal
    deadlines = [f"{DEADLINE}: {each.trailer}" for each in judged.deadlines]
    said = [*notes(context.git_of_forge, proposal), *deadlines]
    told = message(proposal.title, judged.decision, said)
    return context.forge.merge(proposal.id, proposal.head, told, judged=proposal)


def notes(git: Git, proposal: Proposal) -> tuple[str, ...]:
    """What the commits of a proposal say of what changed, as trailers; of each kind the last."""
    found: dict[str, str] = {}
    for said in trailers_of(git, NOTES, f"{proposal.base}..{proposal.head}"):
        for key in NOTES:
            if said[key]:
                found.setdefault(key, said[key][-1])
    if set(found) > {"Minor"}:
        found.pop("Minor")  # what is told of is not passed over
    return tuple(f"{key}: {value}" for key, value in found.items())


def message(title: str, decision: Decision, said: Sequence[str] = ()) -> str:
    """What a merge says: posts and clauses, never persons (G5).

    Args:
        title: The proposal's title.
        decision: Of the gate, which passed it.
        said: More trailers.
    """
    lines = [*said, f"{BASIS}: {'; '.join(_basis(decision))}"]
    for need, approves in steps(decision):
        lines.append(f"{APPROVED if approves else REVIEWED}: {stood_for(need)}")
    subject = " ".join(title.split())
    whole = f"Đề xuất {decision.proposal}: {subject}\n\n" + "\n".join(lines) + "\n"
    # In brackets these words keep GitHub from running what publishes the merge.
    return _SKIP.sub(r"(\1)", whole)


def stood_for(need: Need) -> str:
    """By which post a place was filled, at which portal, when and on which text.

    Raises:
        ForgeError: It was not.
    """
    if need.review is None:
        raise ForgeError(f"Bước “{need.title}” chưa có ai làm; hãy xét lại đề xuất.")
    return place_line(need.post, need.portal, clock(need.review.at), need.review.commit)


def _basis(decision: Decision) -> Iterator[str]:
    yield from dict.fromkeys(clause for need in decision.needs for clause in need.basis)
