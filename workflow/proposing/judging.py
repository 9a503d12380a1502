"""What stands between a proposal and the main branch: what the checks find, what the gate says."""

from collections.abc import Callable
from dataclasses import dataclass

from regulation.findings import Finding, errors
from workflow.checks import Outcome
from workflow.checks.deadline import Late
from workflow.gate import Decision, State, decide
from workflow.gate.words import day
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
        return "\n".join(parts)


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
