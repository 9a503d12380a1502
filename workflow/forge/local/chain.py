"""The chain of records of one proposal: read back, checked link by link, and told as a story."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from workflow.forge.interface import Event, Stage, TamperedError
from workflow.forge.local import records
from workflow.forge.local.records import (
    Dismissed,
    FormError,
    Merged,
    Opened,
    Pushed,
    Ready,
    Record,
    Reviewed,
    Withdrawn,
)
from workflow.git import Objects
from workflow.proposals import Review, Verdict


@dataclass(frozen=True, slots=True)
class Link:
    """A record where it lies.

    Attributes:
        id: The commit it is.
        record: What it says.
        sealed: Whether it bears a signature, whoever's.
        signed: Whether that was found to be by a key registered for its writer.
    """

    id: str
    record: Record
    sealed: bool
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """How a proposal stands after its last record.

    Attributes:
        number, title, author, text: Of whoever opened it.
        links: Its records, the oldest first.
        opened, updated: When it was opened and last changed.
        draft, stage: How far it is.
        heads: Every commit put forward, the current one last.
        pushers: The logins of those who put them forward.
        reviews: What was said of it, with the numbers of the records.
        events: Everything.
        merge: What it was merged into.
    """

    number: str
    title: str
    author: str
    text: str
    links: tuple[Link, ...]
    opened: dt.datetime
    updated: dt.datetime
    draft: bool
    heads: tuple[str, ...]
    pushers: tuple[str, ...]
    stage: Stage = Stage.OPEN
    reviews: dict[int, Review] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    merge: str = ""

    @property
    def head(self) -> str:
        """The commit that would be published."""
        return self.heads[-1]

    @property
    def tip(self) -> str:
        """The last record."""
        return self.links[-1].id

    def last_review(self, login: str) -> int | None:
        """The record of somebody's last verdict, taken back or not; comments are none."""
        verdicts = (
            number
            for number, review in self.reviews.items()
            if review.who == login and review.verdict is not Verdict.COMMENT
        )
        return max(verdicts, default=None)


def tampered(number: str, record: int | None, what: str) -> TamperedError:
    """A record is not what was written; without a number it is the last one that is meant."""
    which = "bản ghi cuối" if record is None else f"bản ghi {record}"
    return TamperedError(
        f"Đề xuất {number}, {which}: {what}. Hồ sơ đã bị sửa ngoài lệnh cong; hãy dừng xét đề xuất "
        "này, giữ nguyên kho và báo đơn vị vận hành đối chiếu với bản sao."
    )


def read_link(
    objects: Objects, number: str, commit: str, expected: int | None
) -> tuple[Link, str | None]:
    """One record, and the commit of the one before.

    Args:
        objects: Of the repository.
        number: The proposal's.
        commit: Where the record lies.
        expected: Its number in the chain; none when it is the last and not known yet.

    Raises:
        TamperedError: It is not what the forge writes.
    """

    def wrong(what: str) -> TamperedError:
        return tampered(number, expected, what)

    try:
        head, _, _ = objects.read(commit, "commit").partition(b"\n\n")
    except TamperedError as error:
        raise wrong(f"không đọc được ({error})") from None
    lines = head.decode("utf-8", "replace").split("\n")
    fields = [line.partition(" ")[::2] for line in lines if not line.startswith(" ")]
    parents = [value for name, value in fields if name == "parent"]
    said = dict(fields)
    try:
        tree = objects.read(said.get("tree", "?"), "tree")
        entry, _, blob = tree.partition(b"\0")
        if entry != f"100644 {records.FILE}".encode() or len(blob) != len(commit) // 2:
            raise wrong(f"không chỉ gồm một tệp {records.FILE}")
        record = records.from_text(objects.read(blob.hex(), "blob"))
    except FormError as error:
        raise wrong(str(error)) from None
    if record.proposal != number:
        raise wrong(f"thuộc về đề xuất {record.proposal}")
    if expected is not None and record.record != expected:
        raise wrong(f"ghi là bản ghi {record.record}, không nối tiếp nhau")
    names = {said.get("author"), said.get("committer")}
    if names != {records.identity(record.who, record.at)}:
        raise tampered(number, record.record, "người ghi hoặc thời điểm không khớp với commit")
    before = _before(record, parents)
    if before is None:
        raise tampered(number, record.record, "không nối đúng vào bản ghi trước và bản được gửi")
    return Link(commit, record, "gpgsig" in said), before or None


def _before(record: Record, parents: Sequence[str]) -> str | None:
    """The record before: empty when it is the first, none when the parents are not as they must."""
    shown = [record.commit] if isinstance(record, Opened | Pushed) else []
    if record.record == 1:
        return "" if parents == shown else None
    return parents[0] if parents and list(parents[1:]) == shown else None


def read_chain(objects: Objects, number: str, tip: str) -> tuple[Link, ...]:
    """Every record of a proposal, the oldest first; of signatures nothing is said yet.

    Raises:
        TamperedError: One is not what the forge writes, or they do not count up by one.
    """
    link, before = read_link(objects, number, tip, None)
    links = [link]
    while before is not None:
        link, before = read_link(objects, number, before, link.record.record - 1)
        links.append(link)
    return tuple(reversed(links))


def tell(number: str, links: Sequence[Link]) -> Story:
    """The story that a chain tells.

    Raises:
        TamperedError: Something was done that could not be done at that point.
    """
    first = links[0].record
    if not isinstance(first, Opened):
        raise tampered(number, 1, "không phải bản ghi mở đề xuất")
    story = Story(
        number=number,
        title=first.title,
        author=first.who,
        text=first.text,
        links=tuple(links),
        opened=first.at,
        updated=first.at,
        draft=first.draft,
        heads=(first.commit,),
        pushers=(first.who,),
        events=(event_of(links[0]),),
    )
    for link in links[1:]:
        record = link.record
        if record.at < story.updated:
            raise tampered(number, record.record, "thời điểm sớm hơn bản ghi trước")
        if story.stage is not Stage.OPEN:
            raise tampered(number, record.record, "được ghi sau khi đề xuất đã đóng")
        fault = _fault(story, record)
        if fault:
            raise tampered(number, record.record, fault)
        story = replace(
            _after(story, record), updated=record.at, events=(*story.events, event_of(link))
        )
    return story


def _fault(story: Story, record: Record) -> str:
    """Why a record cannot stand where it stands."""
    match record:
        case Opened():
            return "mở đề xuất lần thứ hai"
        case Ready() if not story.draft:
            return "đề xuất đã sẵn sàng từ trước"
        case Reviewed(verdict=verdict, ground=ground) if ground and verdict not in REFUSING:
            return "nêu lý do từ chối mà không từ chối"
        case Dismissed(who=who, review=number, commit=commit):
            review = story.reviews.get(number)
            if number != story.last_review(who) or review is None or review.dismissed:
                return "rút một ý kiến không rút được"
            if review.commit != commit:
                return "rút ý kiến về một bản khác"
        case Pushed() | Merged():
            return ""
    if record.commit not in story.heads:
        return "nói về một bản chưa từng là bản đề xuất"
    return ""


def _after(story: Story, record: Record) -> Story:
    match record:
        case Pushed(who=who, commit=commit):
            pushers = tuple(dict.fromkeys((*story.pushers, who)))
            return replace(story, heads=(*story.heads, commit), pushers=pushers)
        case Ready():
            return replace(story, draft=False)
        case Reviewed():
            review = Review(record.who, record.verdict, record.commit, record.at, record.ground)
            return replace(story, reviews={**story.reviews, record.record: review})
        case Dismissed(review=number):
            gone = replace(story.reviews[number], dismissed_at=record.at)
            return replace(story, reviews={**story.reviews, number: gone})
        case Withdrawn():
            return replace(story, stage=Stage.WITHDRAWN)
        case Merged():
            return replace(story, stage=Stage.MERGED, merge=record.commit)
        case Opened():
            return story


REFUSING = (Verdict.REQUEST_CHANGES,)
"""The verdicts that may name a ground for refusal."""


def event_of(link: Link) -> Event:
    """What a record tells of."""
    record = link.record
    text, verdict, ground = "", None, None
    if isinstance(record, Opened | Reviewed | Dismissed | Withdrawn):
        text = record.text
    if isinstance(record, Reviewed):
        verdict, ground = record.verdict, record.ground
    return Event(
        act=record.act,
        who=record.who,
        at=record.at,
        commit=record.commit,
        verdict=verdict,
        ground=ground,
        text=text,
        signed=link.signed,
    )
