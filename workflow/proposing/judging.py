"""What stands between a proposal and the main branch: what the checks find, what the gate says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from regulation.findings import Finding, errors
from workflow.checks import Outcome
from workflow.checks.deadline import Late
from workflow.forge import CORRECTS, REFUSED, TO_APPROVE, TO_REVIEW
from workflow.gate import Decision, Need, State, decide
from workflow.gate.words import clock, day
from workflow.proposals import Proposal
from workflow.proposing.base import regulations_at
from workflow.proposing.context import Context

Check = Callable[[Proposal], Outcome]
"""Looks at what a proposal changes."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How a proposal stands.

    Attributes:
        proposal: As it was judged.
        decision: What the gate says of the people.
        findings: What the checks say of the files.
        deadlines: How each item that it publishes stands to its deadline.
    """

    proposal: Proposal
    decision: Decision
    findings: tuple[Finding, ...]
    deadlines: tuple[Late, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it may be merged: the right people, and nothing to mend."""
        return self.decision.state is State.APPROVED and not errors(self.findings)

    @property
    def line(self) -> str:
        """How it stands, in a line."""
        wrong = len(errors(self.findings))
        if wrong and self.decision.state is State.APPROVED:
            return f"Chưa đăng được: đã đủ người duyệt, còn {wrong} lỗi phải sửa."
        if wrong:
            return f"{self.decision.status()} Kiểm tra thấy {wrong} lỗi phải sửa."
        return self.decision.status()

    def summary(self) -> str:
        """All of it as text: posts, never logins."""
        parts = [self.decision.summary()]
        if self.findings:
            parts += ["", "Kiểm tra:", *(f"- {finding}" for finding in self.findings)]
        in_time = [each for each in self.deadlines if not each.late]
        if in_time:
            parts += ["", "Thời hạn đăng:"]
            parts += [f"- {each.path}: đến {clock(each.due)} (“{each.title}”)" for each in in_time]
        return "\n".join(parts)

    def labels(self, *, corrects: bool) -> frozenset[str]:
        """What it waits for, what came of it and what it is, as a forge labels proposals.

        While its author has something to mend, it waits for nobody.

        Args:
            corrects: Whether it corrects or updates what was published.
        """
        found = {CORRECTS} if corrects else set()
        if self.decision.state is State.REFUSED and not self.decision.problems:
            found.add(REFUSED)
        mending = self.decision.problems or self.decision.objections or errors(self.findings)
        if self.decision.state is State.WAITING and not mending:
            kinds = {approves for need, approves in steps(self.decision) if not need.done}
            found.add(TO_APPROVE if kinds == {True} else TO_REVIEW)
        return frozenset(found)


def steps(decision: Decision) -> Iterator[tuple[Need, bool]]:
    """The places of the chain in their order, each with whether it is its portal's approval.

    The last place of a portal is the approval (phê duyệt); those before it review (thẩm định).
    """
    needs = decision.needs
    for place, need in enumerate(needs):
        yield need, place + 1 == len(needs) or needs[place + 1].portal != need.portal


def judge(context: Context, number: str, check: Check) -> Judged:
    """Judges a proposal as it stands now, by the regulations of the main branch as it is now.

    Raises:
        ForgeError: The forge does not know it, or its record does not hold together.
    """
    proposal = context.forge.proposal(number)
    now = context.now()
    regulations = regulations_at(context.git_of_forge, context.forge.main, day(now))
    decision = decide(regulations, proposal, context.staff, now)
    outcome = check(proposal)
    return Judged(proposal, decision, outcome.findings, outcome.deadlines)
