"""What a proposal waits for (đang chờ gì), and what of that for one person.

Nothing is judged here a second time: a proposal waits for somebody when the gate, told that they
approve it now, would have one more place filled.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from accounts.staff import Staff
from regulation.portal import Portal
from workflow.gate.decision import Decision, Need, State
from workflow.gate.judge import decide
from workflow.gate.people import makers, of_login
from workflow.proposals import Proposal, Review, Verdict


class Deed(StrEnum):
    """What somebody is waited for to do."""

    REVIEW = "review"  # thẩm định, phê duyệt
    LOOK_AGAIN = "look-again"  # xem lại bản mới sau khi đã yêu cầu sửa
    MEND = "mend"  # sửa theo yêu cầu, theo điều chốt duyệt nêu
    MERGE = "merge"  # nhập vào nhánh chính


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a proposal waits for one person to do.

    Attributes:
        deed: What.
        needs: The places they would fill; none unless they are to review.
        how: How the proposal stands, in Vietnamese.
    """

    deed: Deed
    needs: tuple[Need, ...] = ()
    how: str = ""

    def __str__(self) -> str:
        if self.deed is Deed.MEND:
            return f"Chờ bạn sửa. {self.how}"
        if self.deed is Deed.MERGE:
            return f"Chờ bạn nhập vào nhánh chính. {self.how}"
        if self.deed is Deed.LOOK_AGAIN:
            return "Chờ bạn xem lại: có bản mới sau ý kiến của bạn."
        return f"Chờ bạn: {'; '.join(place_words(need) for need in self.needs)}."


def place_words(need: Need) -> str:
    """A place in the chain, in a few words."""
    return f"{need.title} (lĩnh vực {need.field})" if need.field else need.title


def next_needs(decision: Decision) -> tuple[Need, ...]:
    """The places to be filled next: at each portal those of the first step that is not done."""
    first: dict[str, str] = {}
    for need in decision.missing:
        first.setdefault(need.portal, need.step)
    return tuple(need for need in decision.missing if need.step == first[need.portal])


def awaited(
    regulations: Mapping[str, Portal],
    proposal: Proposal,
    staff: Staff,
    now: dt.datetime,
    login: str,
) -> Awaited | None:
    """What the proposal waits for somebody to do; none when it waits for others.

    While something is to be mended it waits for those who made it. What was asked of an earlier
    commit waits for whoever asked: they are to look again.

    Args:
        regulations: Every portal by id, as on the base branch.
        proposal: What is proposed and what was said of it.
        staff: Who holds which post.
        now: The moment.
        login: Theirs.
    """
    person = of_login(login, staff)
    if person is None:
        return None
    decision = decide(regulations, proposal, staff, now)
    made_it = person.id in makers(proposal, staff)[0]
    asked = [objection.review for objection in decision.objections]
    if decision.problems or any(review.commit == proposal.head for review in asked):
        return Awaited(Deed.MEND, how=decision.status()) if made_it else None
    if decision.state is State.APPROVED:
        last = decision.needs[-1].review
        stood = last is not None and of_login(last.who, staff) == person
        return Awaited(Deed.MERGE, how=decision.status()) if made_it or stood else None
    if any(of_login(review.who, staff) == person for review in asked):
        return Awaited(Deed.LOOK_AGAIN)
    yes = Review(login, Verdict.APPROVE, proposal.head, now)
    then = decide(regulations, replace(proposal, reviews=(*proposal.reviews, yes)), staff, now)
    mine = {_place(need) for need in then.needs if need.review == yes}
    needs = tuple(need for need in decision.missing if _place(need) in mine)
    return Awaited(Deed.REVIEW, needs) if needs else None


def _place(need: Need) -> tuple[str, str, str]:
    return need.portal, need.step, need.field
