"""The local forge: proposals in plain Git, on one machine, without a server."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from accounts.staff import fold_name, own_address
from regulation.vietnamese import format_number, nfc
from workflow.forge import changes
from workflow.forge.interface import Act, Entry, Event, ForgeError, Report, Stage
from workflow.forge.local import records
from workflow.forge.local.archive import ATTEMPTS, Archive, crowded
from workflow.forge.local.chain import REFUSING, Story, read_link
from workflow.forge.local.merging import message_of
from workflow.forge.local.records import (
    Dismissed,
    Merged,
    Opened,
    Pushed,
    Ready,
    Record,
    Reviewed,
    Withdrawn,
)
from workflow.forge.local.store import Keys, Move, Store
from workflow.forge.local.worktree import WorkTree
from workflow.forge.merging import merged_tree
from workflow.gate.words import plain, short
from workflow.git import ZERO, Git, Objects
from workflow.proposals import Proposal, Verdict


class LocalForge:
    """Proposals in a Git repository. See docs/decisions/0010-forges.md.

    Args:
        repository: Where the proposals live: a checkout's own repository, or a bare one that
            several share.
        me: The login of whoever acts.
        keys: The public SSH keys that are registered for a login at a moment.
        now: The clock.
        environment: What Git is started with.
        checkout: Where whoever acts works: commits come from there, and its settings name the
            key to sign with. The repository itself unless said otherwise.
        main: The branch that is published.

    Raises:
        ForgeError: The login is none.
    """

    name = "local"

    def __init__(
        self,
        repository: Path,
        me: str,
        *,
        keys: Keys,
        now: Callable[[], dt.datetime],
        environment: Mapping[str, str],
        checkout: Path | None = None,
        main: str = "main",
    ) -> None:
        login = fold_name(me)
        if not records.LOGIN.match(login):
            raise ForgeError(
                f"“{plain(me)}” không phải tên tài khoản; hãy gõ: git config cong.login "
                "<tài khoản> (chữ thường không dấu, chữ số, dấu chấm, gạch nối)."
            )
        self.main = main
        self._me = login
        self._git = Git(repository.absolute(), environment)
        work = Git((checkout or repository).absolute(), environment)
        self._store = Store(self._git, work, login, keys)
        self._archive = Archive(self._store, keys, now, main)

    def me(self) -> str:
        """The login of whoever is asking."""
        return self._me

    def signature(self) -> tuple[str, str] | None:
        """Under the login, and no address that anybody has: the main branch may be public (G5)."""
        return self._me, own_address(self._me)

    # --- Reading ----------------------------------------------------------------------------------

    def entries(self, stage: Stage = Stage.OPEN) -> Sequence[Entry]:
        """The proposals at a stage, the oldest first.

        One whose record does not hold together stands there with what is wrong with it: it must
        not hide the others, nor itself.
        """
        self._archive.catch_up()
        refs = self._archive.refs()
        numbers = {ref.rpartition("/")[2] for ref in refs if ref != self._archive.main_ref}
        numbers |= set(self._archive.vouchers(refs))
        found = []
        with self._git.objects() as objects:
            for number in sorted(filter(records.NUMBER.match, numbers), key=int):
                entry = self._entry(objects, number, refs, stage)
                if entry is not None:
                    found.append(entry)
        return sorted(found, key=lambda entry: (entry.opened, int(entry.number)))

    def bring(self, entry: Entry) -> None:
        """It lies there already."""

    def proposal(self, number: str) -> Proposal:
        """All that the gate is to know of a proposal, as it stands now."""
        story = self._archive.load(number)
        main = self._archive.main_commit()
        if story.stage is Stage.MERGED:
            main = self._archive.voucher(story).before
        base = changes.base_of(self._git, main, story.head)
        return Proposal(
            id=story.number,
            title=story.title,
            author=story.author,
            base=base,
            head=story.head,
            commits=changes.commits(self._git, base, story.head),
            files=changes.files(self._git, base, story.head),
            reviews=tuple(story.reviews.values()),
            opened=story.opened,
            updated=story.updated,
            draft=story.draft,
            pushers=story.pushers,
        )

    def history(self, number: str) -> Sequence[Event]:
        """What was done with a proposal.

        Raises:
            TamperedError: The record does not hold together.
        """
        return self._archive.load(number).events

    def reported(self, number: str) -> Report | None:
        """What the gate last said of a proposal."""
        number = self._archive.number(number)
        ref = records.REPORTS + number
        tip = self._archive.refs(number).get(ref)
        if tip is None:
            return None
        text = self._git.run("cat-file", "blob", f"{tip}:report.json").text
        try:
            data = json.loads(text)
            labels = frozenset(data.get("labels", ()))
            return Report(data["commit"], data["passed"], data["line"], data["summary"], labels)
        except (ValueError, KeyError, TypeError):
            raise ForgeError(
                f"Kết quả xét đã lưu của đề xuất {number} không đọc được; hãy xét lại đề xuất."
            ) from None

    # --- Acting -----------------------------------------------------------------------------------

    def propose(self, commit: str, title: str, text: str = "", *, draft: bool = False) -> str:
        """Opens a proposal to publish a commit of this checkout.

        Returns:
            Its number.
        """
        title = _title(title)
        text = _words(text)
        found = self._put_forward(commit)
        try:
            for attempt in range(ATTEMPTS):
                number = self._archive.next_number()
                record = Opened(
                    proposal=number,
                    record=1,
                    who=self._me,
                    at=self._archive.moment(),
                    commit=found,
                    title=title,
                    text=text,
                    draft=draft,
                )
                made = self._archive.write(record, ())
                moves = (
                    Move(records.PROPOSALS + number, made),
                    self._archive.branch_move(number, found),
                )
                if self._archive.moved(moves, attempt):
                    return number
        finally:
            self._store.arrived(found)
        raise crowded()

    def push(self, number: str, commit: str) -> None:
        """Puts another commit in the place of a proposal's head. Also backwards.

        It also puts on record what was pushed past the forge: whoever does so answers for it.
        """
        found = self._put_forward(commit)

        def build(story: Story, at: dt.datetime) -> tuple[Record, Sequence[Move]] | None:
            _demand_open(story)
            branch = self._archive.refs(story.number).get(records.BRANCHES + story.number, ZERO)
            if story.head == found == branch:
                return None
            record = Pushed(**self._archive.common(story, at), commit=found)
            moves = (
                [self._archive.branch_move(story.number, found, branch)] if branch != found else []
            )
            return record, moves

        try:
            self._archive.append(number, build, strict=False)
        finally:
            self._store.arrived(found)

    def ready(self, number: str) -> None:
        """Says that a draft is a draft no more."""

        def build(story: Story, at: dt.datetime) -> tuple[Record, Sequence[Move]] | None:
            _demand_open(story)
            if not story.draft:
                return None
            return Ready(**self._archive.common(story, at), commit=story.head), ()

        self._archive.append(number, build)

    def review(
        self, number: str, verdict: Verdict, commit: str, text: str = "", ground: str | None = None
    ) -> None:
        """Gives a review of a commit. ``Verdict.DISMISSED`` takes one's own last review back."""
        said = _words(text)
        if ground is not None and verdict not in REFUSING:
            raise ForgeError(
                "Chỉ ý kiến yêu cầu sửa mới nêu lý do từ chối; hãy bỏ lý do, hoặc đổi ý kiến."
            )
        if ground is not None and not (0 < len(_words(ground)) <= 200):
            raise ForgeError("Lý do từ chối phải là mã của một lý do trong quy chế; hãy ghi lại.")

        def build(story: Story, at: dt.datetime) -> tuple[Record, Sequence[Move]]:
            _demand_open(story)
            if commit not in story.heads:
                raise ForgeError(
                    f"Bản {short(commit)} chưa từng là bản của đề xuất {story.number}; hãy xem bản "
                    f"hiện nay {short(story.head)} rồi cho ý kiến."
                )
            common = self._archive.common(story, at)
            if verdict is not Verdict.DISMISSED:
                return Reviewed(
                    **common, commit=commit, verdict=verdict, ground=ground, text=said
                ), ()
            last = story.last_review(self._me)
            if last is None or story.reviews[last].dismissed:
                raise ForgeError(
                    f"Tài khoản “{self._me}” không có ý kiến nào ở đề xuất {story.number} để rút; "
                    "hãy xem lại số đề xuất."
                )
            seen = story.reviews[last].commit
            return Dismissed(**common, commit=seen, review=last, text=said), ()

        self._archive.append(number, build)

    def withdraw(self, number: str, reason: str) -> None:
        """Closes a proposal without publishing it."""
        text = _words(reason)
        if not text.strip():
            raise ForgeError("Rút đề xuất phải có lý do; hãy ghi lý do.")

        def build(story: Story, at: dt.datetime) -> tuple[Record, Sequence[Move]]:
            _demand_open(story)
            return Withdrawn(**self._archive.common(story, at), commit=story.head, text=text), ()

        self._archive.append(number, build, strict=False)

    def preview(self, commit: str) -> str:
        """Nowhere: ``cong preview`` makes the page on this machine."""
        return ""

    def report(self, number: str, report: Report) -> None:
        """Keeps what the gate decided beside the proposal, in the place of what it said before.

        It is no record: whoever asks the gate again gets the same answer.
        """
        number = self._archive.load(number, strict=False).number
        data = {
            "commit": _words(report.commit),
            "passed": report.passed,
            "line": _words(report.line),
            "summary": _words(report.summary),
            "labels": sorted(report.labels),
        }
        text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        for attempt in range(ATTEMPTS):
            ref = records.REPORTS + number
            old = self._archive.refs(number).get(ref)
            if (
                old is not None
                and self._git.run("cat-file", "blob", f"{old}:report.json", ok=(0, 128)).out
                == text.encode()
            ):
                return
            tree = self._store.file_in_tree("report.json", text.encode())
            message = f"Đề xuất {number}: kết quả xét\n"
            parents = [old] if old else []
            made = self._store.commit(tree, parents, message, self._archive.moment(), sign=False)
            if self._archive.moved((Move(ref, made, old or ZERO),), attempt):
                return
        raise crowded()

    def merge(self, number: str, head: str, message: str, *, judged: Proposal | None = None) -> str:
        """Makes a proposal part of the main branch, as a merge of its own.

        Raises:
            ForgeError: The head has moved, something was done since it was judged, or both sides
                changed the same file.
        """
        message = _words(message)
        work = self._archive.work_tree
        with work.alone(wait=True) if work.find() or work.pending() else nullcontext():
            work.finish()
            for attempt in range(ATTEMPTS):
                made = self._try_merge(work, number, head, message, judged, attempt)
                if made is not None:
                    return made
        raise crowded()

    def _try_merge(
        self,
        work: WorkTree,
        number: str,
        head: str,
        message: str,
        judged: Proposal | None,
        attempt: int,
    ) -> str | None:
        story = self._archive.load(number)
        main = self._archive.main_commit()
        _demand_open(story)
        if story.draft:
            raise ForgeError(
                f"Đề xuất {story.number} còn là bản nháp; hãy đánh dấu đã sẵn sàng rồi duyệt."
            )
        if story.head != head:
            raise ForgeError(
                f"Đề xuất {story.number} nay là bản {short(story.head)}, không phải bản đã duyệt "
                f"{short(head)}; hãy xem bản hiện nay rồi duyệt lại."
            )
        said = (story.updated, story.pushers, tuple(story.reviews.values()))
        if judged is not None and said != (judged.updated, judged.pushers, judged.reviews):
            raise ForgeError(
                f"Đề xuất {story.number} đã có ý kiến hoặc thay đổi sau lúc xét; hãy xét lại rồi "
                "nhập."
            )
        changes.files(self._git, changes.base_of(self._git, main, head), head)
        tree = merged_tree(self._git, main, head)
        text = message_of(self._git, message, story.number, story.tip)
        at = self._archive.moment(story)
        merge = self._store.commit(tree, (main, head), text, at)
        record = Merged(**self._archive.common(story, at), commit=merge)
        written = self._archive.write(record, (story.tip,))
        opened = work.find()
        if opened is not None:
            work.demand_room(opened, main, merge)
            work.note(main, merge)
        # The main branch first: from there on it says by itself that this was merged, and the
        # record is made good. Both or none: a record that comes in between stops the merge.
        moves = (
            Move(self._archive.main_ref, merge, main),
            Move(records.PROPOSALS + story.number, written, story.tip),
        )
        try:
            moved = self._archive.moved(moves, attempt)
        finally:
            if opened is not None:
                try:
                    work.finish()
                except ForgeError:
                    # It is merged, whatever lies in the way; the next merge asks to clear it away.
                    opened = None
        return merge if moved else None

    def _entry(
        self, objects: Objects, number: str, refs: Mapping[str, str], stage: Stage
    ) -> Entry | None:
        """A proposal in the list of a stage; none when it is at another."""
        at = Stage.OPEN
        try:
            tip = refs.get(records.PROPOSALS + number)
            if tip is not None:
                at = _STAGES.get(read_link(objects, number, tip, None)[0].record.act, Stage.OPEN)
            if self._archive.vouchers(refs).get(number):
                at = Stage.MERGED
            if at is not stage:
                return None
            try:
                # What is closed is decided: its signatures are asked for with its history, and
                # not with a list of all the years.
                story = self._archive.judged(objects, number, refs, seals=stage is Stage.OPEN)
            except ForgeError:
                story = self._archive.load(number)  # it may just have been written
        except ForgeError as error:
            if at is not stage:
                return None
            now = self._archive.moment()
            return Entry(number, "", "", "", "", now, now, False, stage, fault=str(error))
        return Entry(
            number=number,
            title=story.title,
            author=story.author,
            branch=(records.BRANCHES + number).removeprefix("refs/heads/"),
            head=story.head,
            opened=story.opened,
            updated=story.updated,
            draft=story.draft,
            stage=story.stage,
        )

    def _put_forward(self, commit: str) -> str:
        """A commit of the checkout that can be proposed."""
        found = self._store.find(commit)
        try:
            main = self._archive.main_commit()
            base = changes.base_of(self._git, main, found)
            if base == found:
                raise ForgeError(
                    f"Bản {short(found)} đã nằm trong nhánh chính; hãy commit thay đổi rồi gửi lại."
                )
            changes.files(self._git, base, found)
        except ForgeError:
            self._store.arrived(found)
            raise
        return found


_STAGES = {Act.MERGED: Stage.MERGED, Act.WITHDRAWN: Stage.WITHDRAWN}


def _title(title: str) -> str:
    found = nfc(" ".join(_words(title).split()))
    found = "".join(letter if letter.isprintable() else "?" for letter in found)
    if not found:
        raise ForgeError("Đề xuất phải có tên; hãy ghi tên của bài hoặc của thay đổi.")
    return found


def _words(text: str) -> str:
    if len(text) > records.MAX_TEXT:
        raise ForgeError(
            f"Văn bản dài quá {format_number(records.MAX_TEXT)} ký tự; hãy viết ngắn lại, hoặc để "
            "phần dài vào một tệp của đề xuất."
        )
    try:
        text.encode()
    except UnicodeError:
        raise ForgeError("Văn bản có ký tự không hợp lệ; hãy gõ lại bằng Unicode.") from None
    return text


def _demand_open(story: Story) -> None:
    if story.stage is Stage.MERGED:
        raise ForgeError(
            f"Đề xuất {story.number} đã nhập vào nhánh chính bằng lần nhập {short(story.merge)}; "
            "muốn đổi nữa, hãy mở đề xuất mới."
        )
    if story.stage is Stage.WITHDRAWN:
        raise ForgeError(f"Đề xuất {story.number} đã rút; muốn đăng, hãy mở đề xuất mới.")
