"""Pulling: cleared answers become proposals; what is live, refused or to be mended is told back."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from regulation.findings import errors
from regulation.items import Item, read_item
from regulation.portal import Portal
from workflow.answers.asking import COMMENT, Answer, Relay
from workflow.answers.committing import commit_beside
from workflow.answers.placing import new_path, provider
from workflow.answers.settling import Before, Live, Told, settle
from workflow.answers.standing import TITLES, TRAILER, on_main, proposed
from workflow.answers.writing import item_text, with_comments
from workflow.forge import ForgeError, Stage
from workflow.gate.places import CONTENT
from workflow.gate.words import day
from workflow.proposing.base import regulations_at
from workflow.proposing.checking import look_at
from workflow.proposing.context import Context
from workflow.proposing.putting import demand_known
from workflow.proposing.record import find_item

_NAME = 120
_SAID = (
    "Câu trả lời đã được duyệt cho đăng ở phần tiếp nhận ý kiến; không có họ tên, địa chỉ của "
    "người gửi. Từ chối đề xuất này thì câu trả lời được trả về phần tiếp nhận kèm lý do."
)


@dataclass(frozen=True, slots=True)
class _Job:
    """What one proposal is to hold: answers in one file."""

    path: str
    text: str
    title: str
    answers: tuple[Answer, ...]
    note: str


class _MendError(Exception):
    """The checks refuse what an answer says; the text says why, data in it covered."""


def pull(here: Context, relay: Relay, live: Live) -> Iterator[Told]:
    """Does it; each line as it is done. What is wrong with one answer stops no other.

    Args:
        here: Who, where. Whoever asks becomes the proposals' author.
        relay: Where the answers are.
        live: What citizens read.

    Raises:
        ForgeError: The relay or the forge does not answer, or Git does not know who proposes.
    """
    demand_known(here)
    asked = relay.ask()
    git, forge = here.git_of_forge, here.forge
    regulations = regulations_at(git, forge.main, day(here.now()))
    if asked.portal not in regulations:
        raise ForgeError(f"Nhánh chính không có cổng “{asked.portal}” của phần tiếp nhận ý kiến.")
    portal = regulations[asked.portal]
    for held in asked.held:
        yield Told(f"{held.item}: phần tiếp nhận chưa giao. {' '.join(held.findings)}", fault=True)
    before = Before(
        on_main(git, forge.main),
        list(proposed(forge, here.staff, Stage.OPEN)),
        list(proposed(forge, here.staff, Stage.WITHDRAWN)),
    )
    yield from settle(here, relay, portal, before, asked.answers, live)
    for answers in _together(before.waiting):
        try:
            yield from _propose(here, relay, portal, before, answers)
        except ForgeError as error:
            items = ", ".join(answer.item for answer in answers)
            yield Told(f"{items}: {error}", fault=True)


def _together(answers: Sequence[Answer]) -> list[tuple[Answer, ...]]:
    """Which answers one proposal holds: each alone, but the comments on one draft together.

    They are rows of one file: apart, each would keep all others waiting until it is merged.
    """
    found: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        found[answer.about if answer.form == COMMENT else answer.mark].append(answer)
    return [tuple(each) for each in found.values()]


def _propose(
    here: Context, relay: Relay, portal: Portal, before: Before, answers: tuple[Answer, ...]
) -> Iterator[Told]:
    main = here.git_of_forge.run("rev-parse", "--verify", here.forge.main).line
    job = _job(here, portal, before, main, answers)
    if number := _other(here, before, job.path):
        items = ", ".join(answer.item for answer in answers)
        yield Told(f"{items}: chờ đề xuất {number} sửa cùng tệp được xử lý xong.")
        return
    try:
        commit = _checked(here, main, job)
    except _MendError:
        # One of several may spoil it for all: each is looked at alone.
        fine = []
        for answer in answers:
            alone = _job(here, portal, before, main, (answer,))
            try:
                commit = _checked(here, main, alone)
            except _MendError as error:
                relay.returned(answer, str(error))
                yield Told(f"{answer.item}: không qua kiểm tra, đã trả lại để sửa. {error}")
            else:
                fine.append(answer)
        if not fine:
            return
        job = _job(here, portal, before, main, tuple(fine))
        commit = _checked(here, main, job)
    number = here.forge.propose(commit, job.title, _message(_SAID, job.answers))
    items = ", ".join(answer.item for answer in job.answers)
    yield Told(f"✓ {items}: đã mở đề xuất {number}.")


def _other(here: Context, before: Before, path: str) -> str:
    """The number of a proposal of ours that changes a file already; empty when there is none."""
    for each in before.open:
        if path in {file.path for file in here.forge.proposal(each.entry.number).files}:
            return each.entry.number
    return ""


def _checked(here: Context, main: str, job: _Job) -> str:
    """The commit of a job, which the checks let through.

    Raises:
        _MendError: They do not.
        ForgeError: What is wrong lies elsewhere, or Git refuses.
    """
    lines = [f"{TRAILER}: {answer.mark}" for answer in job.answers]
    message = "\n".join([job.title, "", job.note, *lines]) + "\n"
    commit = commit_beside(here, main, {job.path: job.text}, message)
    found = errors(look_at(here, commit).findings)
    own = [finding for finding in found if finding.path == job.path]
    if own:
        raise _MendError(" ".join(dict.fromkeys(finding.message for finding in own)))
    if found:
        raise ForgeError(f"Chưa đề xuất được: {found[0]}")
    return commit


def _message(words: str, answers: Sequence[Answer]) -> str:
    return "\n".join([words, "", *(f"{TRAILER}: {answer.mark}" for answer in answers)])


def _job(
    here: Context, portal: Portal, before: Before, main: str, answers: tuple[Answer, ...]
) -> _Job:
    if answers[0].form == COMMENT:
        return _comments(here, portal, before, main, answers)
    return _item(here, portal, main, answers[0])


def _item(here: Context, portal: Portal, main: str, answer: Answer) -> _Job:
    """A new item, or the words of one that was published before in others."""
    now = here.now()
    section, agency = provider(portal, answer.answered_by, day(now))
    source = portal.current(answer.answered_by, day(now)).name.vi
    title = _title(TITLES[0], answer.title)
    there = _path_of(here, main, answer.item)
    if not there:
        path = new_path(
            portal, section, answer, day(now), lambda path: _blob(here, main, path) is not None
        )
        return _Job(path, item_text(answer, agency.id, source, now), title, (answer,), "")
    old = _read(here, portal, main, there)
    text = item_text(answer, old.agency, source, old.posted, updated=now)
    note = "Update: Cơ quan đã trả lời lại"
    return _Job(there, text, title, (answer,), note)


def _comments(
    here: Context, portal: Portal, before: Before, main: str, answers: tuple[Answer, ...]
) -> _Job:
    """A consultation's file with comments added.

    Raises:
        ForgeError: There is no such consultation, its file is not plain enough to be changed, or
            an earlier version of a comment stands in it.
    """
    about = answers[0].about
    path = _path_of(here, main, about)
    item = _read(here, portal, main, path) if path else None
    if item is None or item.type != "consultation":
        raise ForgeError(f"Nhánh chính không có mục lấy ý kiến “{about}” ở cổng {portal.id}.")
    known = {mark.partition(" ")[0] for mark in before.merged}
    for answer in answers:
        if answer.item in known:
            raise ForgeError(
                f"{path} đã có bản trước của góp ý {answer.item}; hãy sửa tay dòng ấy rồi đề xuất."
            )
    old = _blob(here, main, path)
    text = with_comments(old or "", answers)
    fresh, _ = read_item(_inside(portal, path), path, text, portal)
    before_rows = tuple(item.values.get("comments") or ())
    rows = tuple(fresh.values.get("comments") or ()) if fresh else ()
    if rows[: len(before_rows)] != before_rows or len(rows) != len(before_rows) + len(answers):
        raise ForgeError(f"Không thêm được góp ý vào {path}; hãy thêm tay rồi đề xuất.")
    return _Job(path, text, _title(TITLES[1], item.title), answers, "Minor: yes")


def _title(begin: str, words: str) -> str:
    whole = " ".join(f"{begin}{words}".split())
    return whole if len(whole) <= _NAME else f"{whole[: _NAME - 1]}…"


def _path_of(here: Context, main: str, item: str) -> str:
    """The file of an item in Vietnamese on the main branch; empty when there is none."""
    try:
        return find_item(here.git_of_forge, main, item)
    except ForgeError:
        return ""


def _inside(portal: Portal, path: str) -> PurePosixPath:
    return PurePosixPath(path).relative_to(f"{CONTENT}/{portal.id}")


def _blob(here: Context, main: str, path: str) -> str | None:
    told = here.git_of_forge.run("cat-file", "blob", f"{main}:{path}", ok=(0, 128))
    return told.text if told.code == 0 else None


def _read(here: Context, portal: Portal, main: str, path: str) -> Item:
    """An item of the portal as the main branch has it.

    Raises:
        ForgeError: It is another portal's, or cannot be read.
    """
    text = _blob(here, main, path)
    if text is None or not path.startswith(f"{CONTENT}/{portal.id}/"):
        raise ForgeError(f"{path} không thuộc cổng {portal.id}.")
    item, _ = read_item(_inside(portal, path), path, text, portal)
    if item is None:
        raise ForgeError(f"{path} không đọc được; hãy sửa tệp trên nhánh chính trước.")
    return item
