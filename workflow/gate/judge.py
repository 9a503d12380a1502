"""The decision itself: from the reviews given to the places filled."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from accounts.staff import Staff, is_aware
from regulation.portal import Portal
from regulation.vietnamese import format_number
from workflow.gate.chain import Levels, Seat, chain
from workflow.gate.decision import Decision, Need, Objection, State, Uncounted
from workflow.gate.filling import Filled, fill, out_of_place
from workflow.gate.last_words import Word, given, last_words, taken_back, unusable
from workflow.gate.people import makers
from workflow.gate.places import touched
from workflow.gate.standing import Capacity, Lack, capacity, nearest
from workflow.gate.words import clock, day, plain, short
from workflow.proposals import FileStatus, Proposal, Review, Verdict

MAX_FILES = 3000
"""More changed files than this no forge lists for certain, and nobody reads."""


def decide(
    regulations: Mapping[str, Portal], proposal: Proposal, staff: Staff, now: dt.datetime
) -> Decision:
    """Whether the proposal may be published at ``now``, and what stands against it.

    Args:
        regulations: Every portal by id, as on the base branch: what the proposal changes in them
            does not hold yet.
        proposal: What is proposed and what was said of it.
        staff: Who holds which post.
        now: The moment for which posts and delegations must hold.
    """
    if not is_aware(now):
        problem = "Thời điểm xét không ghi múi giờ; hãy xét lại với đồng hồ có múi giờ."
        return Decision(proposal.id, proposal.head, now, State.REFUSED, problems=(problem,))
    places, unknown_places = touched(proposal.files, regulations)
    barred, unknown_people = makers(proposal, staff)
    problems = [*_faults(proposal, regulations), *unknown_people, *unknown_places]
    chains: list[Levels] = []
    for place in places:
        levels, faults = chain(place, day(now))
        chains.append(levels)
        problems += faults
    seats = [seat for levels in chains for level in levels for seat in level]

    words, uncounted = last_words(_dated(proposal.reviews), proposal.head, staff)
    heard = _hear(words, seats, proposal.head, barred, staff, now)
    filled = [place for levels in chains for place in fill(levels, heard.approvals, staff, now)]
    needs = tuple(_need(place) for place in filled)
    uncounted += heard.uncounted
    for word in heard.approvals:
        if reason := out_of_place(word, filled, staff, now):
            uncounted.append(Uncounted(word.review, reason))
    problems += heard.problems
    return Decision(
        proposal=proposal.id,
        commit=proposal.head,
        at=now,
        state=_state(needs, heard.objections, problems),
        needs=needs,
        objections=tuple(heard.objections),
        uncounted=tuple(sorted(uncounted, key=lambda each: given(each.review))),
        problems=tuple(problems),
    )


def _state(needs: Sequence[Need], objections: Iterable[Objection], problems: list[str]) -> State:
    if problems or any(objection.refuses for objection in objections):
        return State.REFUSED
    if needs and all(need.done for need in needs) and not objections:
        return State.APPROVED
    return State.WAITING


def _faults(proposal: Proposal, regulations: Mapping[str, Portal]) -> Iterator[str]:
    """What is wrong with the proposal itself, whoever approves it."""
    if not regulations:
        yield "Nhánh chính không có quy chế của cổng nào; hãy báo đơn vị vận hành."
    if proposal.draft:
        yield "Đề xuất còn là bản nháp; hãy đánh dấu đã sẵn sàng rồi gửi duyệt."
    if not proposal.files:
        yield "Đề xuất không thay đổi tệp nào; hãy thêm nội dung hoặc đóng đề xuất."
    if len(proposal.files) > MAX_FILES:
        yield (
            f"Đề xuất thay đổi {format_number(len(proposal.files))} tệp, quá "
            f"{format_number(MAX_FILES)} tệp; hãy chia thành nhiều đề xuất."
        )
    if proposal.files_truncated:
        yield "Danh sách tệp thay đổi không đầy đủ; hãy chia thành nhiều đề xuất."
    if proposal.reviews_truncated:
        yield "Danh sách ý kiến không đầy đủ; hãy mở đề xuất mới rồi duyệt lại."
    if proposal.commits_truncated:
        yield "Danh sách bản ghi không đầy đủ; hãy gộp các bản ghi hoặc chia thành nhiều đề xuất."
    if proposal.head not in {commit.id for commit in proposal.commits}:
        yield (
            f"Bản {short(proposal.head)} không nằm trong các bản ghi của đề xuất; hãy đẩy lại "
            "nhánh rồi gửi duyệt."
        )
    for file in proposal.files:
        if file.status is FileStatus.RENAMED and file.old_path is None:
            yield f"{plain(file.path)}: tệp đổi tên mà không rõ tên cũ; hãy gửi lại đề xuất."
    moments = {proposal.opened, proposal.updated}
    for review in proposal.reviews:
        moments |= {review.at, review.settled}
    for moment in sorted(str(moment) for moment in moments if not is_aware(moment)):
        yield (
            f"Thời điểm {moment} của đề xuất hoặc ý kiến không ghi múi giờ; hãy ghi lại kèm múi "
            "giờ."
        )


def _dated(reviews: Iterable[Review]) -> list[Review]:
    """The reviews whose times can be compared; the others were told as problems."""
    return [review for review in reviews if is_aware(review.at) and is_aware(review.settled)]


@dataclass(slots=True)
class _Heard:
    """What the last words come to."""

    approvals: list[Word] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    uncounted: list[Uncounted] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def _hear(
    words: Iterable[Word],
    seats: Sequence[Seat],
    head: str,
    barred: Mapping[str, str],
    staff: Staff,
    now: dt.datetime,
) -> _Heard:
    heard = _Heard()
    for word in words:
        if word.review.dismissed:
            heard.uncounted.append(Uncounted(word.review, taken_back(word.review)))
        elif word.review.verdict is Verdict.REQUEST_CHANGES:
            said = _objection(word, seats, staff, now)
            if isinstance(said, Objection):
                heard.objections.append(said)
            elif isinstance(said, Uncounted):
                heard.uncounted.append(said)
            else:
                heard.problems.append(said)
        elif fault := unusable(word, head, barred, now):
            heard.uncounted.append(Uncounted(word.review, fault))
        else:
            heard.approvals.append(word)
    return heard


def _objection(
    word: Word, seats: Sequence[Seat], staff: Staff, now: dt.datetime
) -> Objection | Uncounted | str:
    """A request for changes that stands, one that does not, or what is wrong with its ground.

    It stands on whichever commit it was made, until its giver approves or takes it back; and
    whoever wrote the change may still object to it.
    """
    review = word.review
    found = [(seat, capacity(seat, word.person, staff, now)) for seat in seats]
    able = [(seat, each) for seat, each in found if isinstance(each, Capacity)]
    if not able:
        lacks = [each for _, each in found if isinstance(each, Lack)]
        return Uncounted(review, nearest(lacks, seats))
    post = able[0][1].title
    seen = short(review.commit)
    if review.ground is None:
        text = f"yêu cầu sửa bản {seen}; hãy sửa rồi đề nghị người ấy xem lại."
        return Objection(review, post, text)
    portals = {seat.portal.id: seat.portal for seat, _ in able}
    grounds = {
        ground.id: ground
        for portal in portals.values()
        for ground in portal.in_force(portal.regulation.grounds, day(now))
    }
    ground = grounds.get(review.ground)
    if ground is None:
        return (
            f"Ý kiến từ chối lúc {clock(review.at)} nêu lý do “{plain(review.ground)}” không có "
            f"trong quy chế của cổng {', '.join(portals)}; hãy từ chối lại theo một trong các lý "
            f"do: {', '.join(grounds) or 'không có'}."
        )
    text = (
        f"từ chối bản {seen}, lý do: {ground.title.vi}; hãy sửa rồi đề nghị người ấy xem lại, hoặc "
        "rút đề xuất."
    )
    return Objection(review, post, text, refuses=True, basis=ground.basis)


def _need(place: Filled) -> Need:
    seat = place.seat
    post = next((title for review, title in place.able if review == place.by), "")
    note = ""
    if place.by is None and place.taken:
        note = "Người đã làm bước trước không được làm bước này."
    return Need(
        step=seat.step,
        title=seat.title,
        basis=seat.basis,
        portal=seat.portal.id,
        portal_name=seat.portal.regulation.short_name.vi,
        field=seat.field,
        who=seat.who,
        review=place.by,
        post=post,
        note=note,
    )
