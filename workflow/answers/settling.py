"""What became of what was proposed before: told to the relay, each answer by itself."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from regulation.portal import Portal
from workflow.answers.asking import Answer, Relay
from workflow.answers.standing import Proposed, holds
from workflow.forge import ForgeError
from workflow.gate import decide
from workflow.gate.places import CONTENT
from workflow.gate.words import day, short
from workflow.proposing.base import regulations_at
from workflow.proposing.context import Context
from workflow.publish.release import Release

NEWER = "Phần tiếp nhận ý kiến đã đổi hoặc không còn cho đăng bản này."
"""Why a proposal is withdrawn whose words are not the cleared ones any more: no decision of its
own, so that what else it held is proposed again."""

REFUSED = "Bị từ chối:"
"""How the reason begins for which a refused proposal is withdrawn."""

Live = Callable[[str], Release | None]
"""Gives the release of a portal that citizens read; none where that is not known."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of what was done.

    Attributes:
        words: In Vietnamese.
        fault: Whether somebody has to do something about it.
    """

    words: str
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """What was proposed before.

    Attributes:
        merged: By what the main branch holds (``Answer.mark``) the commit that brought it.
        open: Proposals that are open.
        gone: Proposals that were withdrawn, the newest first.
        refused: Proposals of ``open`` that were withdrawn because the gate says they stand
            refused, each with the reason.
        waiting: What is still to be proposed.
    """

    merged: Mapping[str, str]
    open: list[Proposed]
    gone: list[Proposed]
    refused: list[tuple[Proposed, str]] = field(default_factory=list)
    waiting: list[Answer] = field(default_factory=list)


def settle(
    here: Context,
    relay: Relay,
    portal: Portal,
    before: Before,
    answers: Collection[Answer],
    live: Live,
) -> Iterator[Told]:
    """Tells what is live, refused or withdrawn; what is still to be proposed goes to ``waiting``.

    Args:
        here: Who, where.
        relay: Where the answers are.
        portal: Theirs.
        before: What was proposed before; what is withdrawn here leaves ``open``.
        answers: What is cleared.
        live: What citizens read.
    """
    cleared = {answer.mark for answer in answers}
    for each in list(before.open):
        if each.marks <= cleared:
            continue
        try:
            if not _of_portal(here, each, portal):
                continue
            here.forge.withdraw(each.entry.number, NEWER)
        except ForgeError as error:
            yield Told(f"Đề xuất {each.entry.number}: {error}", fault=True)
        else:
            before.open.remove(each)
            yield Told(f"Đề xuất {each.entry.number}: đã rút. {NEWER}")
    release = live(portal.id) if before.merged.keys() & cleared else None
    for answer in answers:
        try:
            told = _settle(here, relay, portal, before, answer, release)
        except ForgeError as error:
            told = Told(f"{answer.item}: {error}", fault=True)
        if told is None:
            before.waiting.append(answer)
        else:
            yield told


def _of_portal(here: Context, each: Proposed, portal: Portal) -> bool:
    """Whether a proposal changes files of a portal."""
    files = here.forge.proposal(each.entry.number).files
    return any(file.path.startswith(f"{CONTENT}/{portal.id}/") for file in files)


def _settle(
    here: Context,
    relay: Relay,
    portal: Portal,
    before: Before,
    answer: Answer,
    release: Release | None,
) -> Told | None:
    if commit := before.merged.get(answer.mark):
        return _merged(here, relay, answer, commit, release)
    for each in list(before.open):
        if answer.mark in each.marks:
            if (reason := _refusal(here, portal, each)) is None:
                return Told(f"{answer.item}: đề xuất {each.entry.number} đang chờ duyệt.")
            # Withdrawn first: if it is not told now, it is the next time, as what was withdrawn.
            here.forge.withdraw(each.entry.number, f"{REFUSED} {reason}")
            before.open.remove(each)
            before.refused.append((each, reason))
    for each, reason in before.refused:
        if answer.mark in each.marks:
            return _back(relay, answer, reason, refused=True)
    for each in before.gone:
        end = each.end
        if answer.mark in each.marks and end and end.at > answer.cleared and end.text != NEWER:
            refused = end.text.startswith(REFUSED)
            return _back(relay, answer, end.text.removeprefix(REFUSED).strip(), refused=refused)
    return None


def _merged(
    here: Context, relay: Relay, answer: Answer, commit: str, release: Release | None
) -> Told:
    place = answer.about if answer.form == "comment" else answer.item
    address = release.items.get(f"{place}:vi", "") if release else ""
    if release is None or not address or not holds(here.git_of_forge, release.commit, commit):
        return Told(f"{answer.item}: đã nhập (bản {short(commit)}), chưa lên trang công khai.")
    relay.published(answer, commit, address)
    return Told(f"✓ {answer.item}: đã đăng ở {address}, đã báo phần tiếp nhận.")


def _back(relay: Relay, answer: Answer, reason: str, *, refused: bool) -> Told:
    if refused:
        relay.withheld(answer, reason)
        return Told(f"{answer.item}: bị từ chối ({reason}), đã báo phần tiếp nhận.")
    reason = reason or "không nêu lý do"
    relay.returned(answer, reason)
    return Told(f"{answer.item}: đề xuất đã rút ({reason}), đã báo phần tiếp nhận.")


def _refusal(here: Context, portal: Portal, each: Proposed) -> str | None:
    """The ground on which a proposal stands refused, and what was said; none when it does not.

    The gate says whose word counts: anybody may write a review where the world may.
    """
    now = here.now()
    regulations = regulations_at(here.git_of_forge, here.forge.main, day(now))
    decision = decide(regulations, here.forge.proposal(each.entry.number), here.staff, now)
    for objection in decision.objections:
        ground = objection.review.ground
        if objection.refuses and ground:
            grounds = portal.in_force(portal.regulation.grounds, day(now))
            titles = [rule.title.vi for rule in grounds if rule.id == ground]
            said = " ".join(each.said(objection.review.who, ground).split())
            return ": ".join(filter(None, [*(titles or [ground]), said]))
    return None
