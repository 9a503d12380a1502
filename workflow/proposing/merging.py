"""Merging: from a judged proposal to a commit of the main branch that says who stood for it."""

from collections.abc import Iterator

from workflow.forge import ForgeError
from workflow.gate import Decision, Need
from workflow.gate.words import clock, short
from workflow.proposing.context import Context
from workflow.proposing.judging import Judged

REVIEWED, APPROVED, BASIS = "Reviewed-by", "Approved-by", "Basis"


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
    return context.forge.merge(
        proposal.id, proposal.head, message(proposal.title, judged.decision), judged=proposal
    )


def message(title: str, decision: Decision) -> str:
    """What a merge says: posts and clauses, never persons (G5).

    Args:
        title: The proposal's title.
        decision: Of the gate, which passed it.
    """
    lines = [f"{BASIS}: {'; '.join(basis)}" for basis in _bases(decision)]
    for place, need in enumerate(decision.needs):
        # The last place of a portal is the approval; those before it review.
        last = place + 1 == len(decision.needs) or decision.needs[place + 1].portal != need.portal
        lines.append(f"{APPROVED if last else REVIEWED}: {stood_for(need)}")
    subject = " ".join(title.split())
    return f"Đề xuất {decision.proposal}: {subject}\n\n" + "\n".join(lines) + "\n"


def stood_for(need: Need) -> str:
    """By which post a place was filled, at which portal, when and on which text.

    Raises:
        ForgeError: It was not.
    """
    if need.review is None:
        raise ForgeError(f"Bước “{need.title}” chưa có ai làm; hãy xét lại đề xuất.")
    return f"{need.post} ({need.portal}), {clock(need.review.at)}, bản {short(need.review.commit)}"


def _bases(decision: Decision) -> Iterator[tuple[str, ...]]:
    yield tuple(dict.fromkeys(clause for need in decision.needs for clause in need.basis))
