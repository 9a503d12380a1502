"""What the verbs say: proposals, how they stand, and how an item came to be, as lines to read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from regulation.vietnamese import format_date
from workflow.forge import Act, Entry, Event, Stage
from workflow.forge.vouching import APPROVED, REVIEWED
from workflow.gate.words import clock, day, short
from workflow.proposals import ChangedFile, FileStatus, Verdict
from workflow.proposing.judging import Judged
from workflow.proposing.merging import BASIS
from workflow.proposing.record import Change

_DEEDS: Mapping[FileStatus, str] = {
    FileStatus.ADDED: "thêm",
    FileStatus.MODIFIED: "sửa",
    FileStatus.REMOVED: "bỏ",
    FileStatus.RENAMED: "đổi tên",
}
_ITEM_DEEDS = {"A": "đăng", "M": "sửa", "D": "bỏ", "R": "chuyển chỗ", "C": "chép"}
_ACTS: Mapping[Act, str] = {
    Act.OPENED: "mở đề xuất",
    Act.PUSHED: "gửi bản mới",
    Act.READY: "báo đã sẵn sàng",
    Act.DISMISSED: "rút ý kiến của mình",
    Act.WITHDRAWN: "rút đề xuất",
    Act.MERGED: "nhập vào nhánh chính",
}
_VERDICTS: Mapping[Verdict, str] = {
    Verdict.APPROVE: "đồng ý",
    Verdict.REQUEST_CHANGES: "yêu cầu sửa",
    Verdict.COMMENT: "góp ý",
    Verdict.DISMISSED: "đồng ý, sau đó rút lại",
}


def entry_line(entry: Entry, how: str) -> str:
    """A proposal in a list.

    Args:
        entry: The proposal.
        how: How it stands.
    """
    if entry.fault:
        return f"{entry.number:>4}  ✗ {entry.fault}"
    draft = " (bản nháp)" if entry.draft else ""
    opened = format_date(day(entry.opened))
    return f"{entry.number:>4}  {entry.title}{draft}\n      {entry.author}, {opened}. {how}"


def proposal_lines(judged: Judged, text: str) -> Iterator[str]:
    """Everything about one proposal."""
    proposal = judged.proposal
    yield f"Đề xuất {proposal.id}: {proposal.title}"
    yield f"{proposal.author}, {clock(proposal.opened)}. Bản hiện nay: {short(proposal.head)}."
    if text:
        yield ""
        yield text
    yield ""
    yield f"Tệp thay đổi ({len(proposal.files)}):"
    yield from (f"- {file_line(file)}" for file in proposal.files)
    yield ""
    yield judged.summary()


def file_line(file: ChangedFile) -> str:
    """A changed file."""
    was = f" (trước: {file.old_path})" if file.old_path else ""
    return f"{_DEEDS[file.status]} {file.path}{was}"


def event_line(event: Event) -> str:
    """Something done with a proposal, by whom and when."""
    done = _ACTS.get(event.act, "")
    if event.act is Act.REVIEWED and event.verdict is not None:
        done = _VERDICTS[event.verdict]
        if event.ground:
            done = f"từ chối, lý do “{event.ground}”"
    said = f": {' '.join(event.text.split())}" if event.text.strip() else ""
    sealed = " (có chữ ký)" if event.signed else ""
    return f"{clock(event.at)}  {event.who}{sealed} {done}, bản {short(event.commit)}{said}"


def not_merged_lines(found: Iterable[tuple[Entry, Sequence[Event]]]) -> Iterator[str]:
    """The proposals that touch an item and are not merged, each with what was done with it."""
    for place, (entry, events) in enumerate(found):
        if not place:
            yield "Đề xuất không được nhập:"
        stage = "đã rút" if entry.stage is Stage.WITHDRAWN else "đang xét"
        yield f"  Đề xuất {entry.number} ({stage}): {entry.title}"
        if entry.fault:
            yield f"    ✗ {entry.fault}"
        yield from (f"    {event_line(event)}" for event in events)


def record_lines(changes: Sequence[Change]) -> Iterator[str]:
    """How an item came to be, the latest change first."""
    for change in changes:
        deed = _ITEM_DEEDS.get(change.deed, "đổi")
        yield f"{clock(change.at)}  {deed} {change.path}, bản {short(change.commit)}"
        yield f"  {change.title}"
        yield from (f"  ✗ {fault}" for fault in change.faults)
        yield from (f"  Đính chính: {each}" for each in change.stood["Correction"])
        yield from (f"  Cập nhật: {each}" for each in change.stood["Update"])
        yield from (f"  Thẩm định: {each}" for each in change.stood[REVIEWED])
        yield from (f"  Phê duyệt: {each}" for each in change.stood[APPROVED])
        yield from (f"  Căn cứ: {each}" for each in change.stood[BASIS])
        yield from (f"    {event_line(event)}" for event in change.events)
        yield ""
