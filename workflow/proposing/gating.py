"""The gate over proposals: what it says is shown where they are, for one or for all of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from regulation.findings import Refused
from workflow.forge import Entry, ForgeError, Report, Stage
from workflow.proposing.context import Context
from workflow.proposing.judging import Check, Judged, judge
from workflow.proposing.merging import notes

_FAULT = "Chưa xét được đề xuất này."


@dataclass(frozen=True, slots=True)
class Stood:
    """How an open proposal stands.

    Attributes:
        entry: Which.
        judged: What the gate and the checks say; none when they could not be asked.
        fault: Why not, in Vietnamese.
    """

    entry: Entry
    judged: Judged | None
    fault: str = ""


def judge_all(context: Context, check: Check) -> Iterator[Stood]:
    """Judges every open proposal, the oldest first, each when it is its turn.

    One that cannot be judged keeps no other from it.

    Raises:
        ForgeError: The forge does not list them.
    """
    for entry in context.forge.entries(Stage.OPEN):
        if entry.fault:
            yield Stood(entry, None, entry.fault)
            continue
        try:
            yield Stood(entry, judge(context, entry.number, check))
        except ForgeError as error:
            yield Stood(entry, None, str(error))
        except Refused as error:
            yield Stood(entry, None, "\n".join(str(finding) for finding in error.findings))
        except (OSError, ValueError) as error:  # a fault of ours: of this proposal, and no other
            fault = f"{_FAULT} Phần mềm gặp lỗi ({error}); hãy báo đơn vị vận hành."
            yield Stood(entry, None, fault)


def post(context: Context, judged: Judged) -> None:
    """Shows where the proposal is how it stands.

    Raises:
        ForgeError: The forge does not take it.
    """
    proposal = judged.proposal
    labels = judged.labels(corrects=bool(notes(context.git_of_forge, proposal)))
    preview = context.forge.preview(proposal.head)
    report = Report(proposal.head, judged.passed, judged.line, judged.summary(), labels, preview)
    context.forge.report(proposal.id, report)


def post_fault(context: Context, stood: Stood) -> None:
    """Shows where the proposal is why it could not be judged: what was said before holds no more.

    Raises:
        ForgeError: The forge does not take it.
    """
    if stood.entry.head:
        summary = f"{_FAULT}\n\n{stood.fault}"
        report = Report(stood.entry.head, passed=False, line=_FAULT, summary=summary)
        context.forge.report(stood.entry.number, report)
