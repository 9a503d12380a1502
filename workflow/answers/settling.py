"""What became of what was proposed before: told to the relay, each answer by itself."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from regulation.portal import Portal
from workflow.answers.asking import Answer, Relay
from workflow.answers.standing import Proposed, holds
from workflow.forge import ForgeError
from workflow.gate.places import CONTENT
from workflow.gate.words import day, short
from workflow.proposing.context import Context
from workflow.publish.release import Release

NEWER = "Phần tiếp nhận ý kiến đã đổi hoặc không còn cho đăng bản này."
"""Why a proposal is withdrawn whose words are not the cleared ones any more: no decision of its
own, so that what else it held is proposed again."""

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
    """

    merged: Mapping[str, str]
    open: list[Proposed]
    gone: list[Proposed]
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
        if not each.marks <= cleared and of_portal(here, each, portal):
            before.open.remove(each)
            yield _withdraw(here, each, NEWER)
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


def of_portal(here: Context, each: Proposed, portal: Portal) -> bool:
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
    for each in before.open:
        if answer.mark in each.marks:
            if not each.ground:
                return Told(f"{answer.item}: đề xuất {each.entry.number} đang chờ duyệt.")
            # Withdrawn first: if it is not told now, it is the next time, as what was withdrawn.
            _withdraw(here, each, _reason(here, portal, each))
            before.open.remove(each)
            before.gone.insert(0, each)
            return _refused(here, relay, portal, answer, each)
    for each in before.gone:
        decided = each.ended is None or each.ended > answer.cleared
        if answer.mark in each.marks and decided and each.said != NEWER:
            return _refused(here, relay, portal, answer, each)
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


def _refused(here: Context, relay: Relay, portal: Portal, answer: Answer, each: Proposed) -> Told:
    reason = _reason(here, portal, each)
    if each.ground:
        relay.withheld(answer, reason)
        return Told(f"{answer.item}: bị từ chối ({reason}), đã báo phần tiếp nhận.")
    relay.returned(answer, reason)
    return Told(f"{answer.item}: đề xuất đã rút ({reason}), đã báo phần tiếp nhận.")


def _reason(here: Context, portal: Portal, each: Proposed) -> str:
    """The ground as the regulation has it, and what was said with it."""
    on = day(here.now())
    titles = [
        ground.title.vi
        for ground in portal.in_force(portal.regulation.grounds, on)
        if ground.id == each.ground
    ]
    parts = [*(titles or ([each.ground] if each.ground else [])), " ".join(each.said.split())]
    return ": ".join(part for part in parts if part) or "không nêu lý do"


def _withdraw(here: Context, each: Proposed, reason: str) -> Told:
    number = each.entry.number
    try:
        here.forge.withdraw(number, reason)
    except ForgeError as error:
        return Told(f"Đề xuất {number}: {error}", fault=True)
    return Told(f"Đề xuất {number}: đã rút. {reason}")
