"""The local forge: proposals in plain Git, on one machine, without a server."""

import datetime as dt
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypedDict

from accounts.staff import fold_name, is_aware
from regulation.vietnamese import format_number, nfc
from regulation.yamlfile import VIETNAM
from workflow.forge.interface import Act, Entry, Event, ForgeError, Stage, TamperedError
from workflow.forge.local import changes, records, signing
from workflow.forge.local.chain import REFUSING, Link, Story, read_chain, read_link, tampered, tell
from workflow.forge.local.git import ZERO, Git, Objects
from workflow.forge.local.merging import Voucher, merged_tree, message_of, vouchers
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
from workflow.forge.local.store import Keys, LockedError, Move, Store
from workflow.forge.local.worktree import WorkTree
from workflow.gate.words import clock, plain, short
from workflow.proposals import Proposal, Verdict

_ATTEMPTS = 60  # how often somebody who was not the fastest tries again
_LOCKED_ATTEMPTS = 12  # how often behind a lock that does not go away
_LOOKS = 4  # how often what does not fit together is looked at, if it is just being written
_LOOK_PAUSE = 0.04  # seconds


class _Common(TypedDict):
    """What every record says besides what it is about."""

    proposal: str
    record: int
    who: str
    at: dt.datetime


Build = Callable[[Story, dt.datetime], tuple[Record, Sequence[Move]] | None]
"""What is to be recorded after a story, and the refs that move after it; none: nothing is."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the gate last said of a proposal, as it was shown."""

    commit: str
    passed: bool
    line: str
    summary: str


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
        self._now = now
        self._git = Git(repository.absolute(), environment)
        work = Git((checkout or repository).absolute(), environment)
        self._store = Store(self._git, work, login, keys)
        self._keys = keys
        self._vouched: dict[str, dict[str, list[Voucher]]] = {}
        self._checked: dict[tuple[str, tuple[str, ...]], bool] = {}

    def me(self) -> str:
        """The login of whoever is asking."""
        return self._me

    # --- Reading ----------------------------------------------------------------------------------

    def entries(self, stage: Stage = Stage.OPEN) -> Sequence[Entry]:
        """The proposals at a stage, the oldest first.

        One whose record does not hold together stands there with what is wrong with it: it must
        not hide the others, nor itself.
        """
        self._catch_up()
        refs = self._refs()
        numbers = {ref.rpartition("/")[2] for ref in refs if ref != self._main_ref}
        numbers |= set(self._vouchers(refs))
        found = []
        with self._git.objects() as objects:
            for number in sorted(filter(records.NUMBER.match, numbers), key=int):
                entry = self._entry(objects, number, refs, stage)
                if entry is not None:
                    found.append(entry)
        return sorted(found, key=lambda entry: (entry.opened, int(entry.number)))

    def proposal(self, number: str) -> Proposal:
        """All that the gate is to know of a proposal, as it stands now."""
        story = self._load(number)
        main = self._main_commit()
        if story.stage is Stage.MERGED:
            main = self._voucher(story).before
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
        return self._load(number).events

    def reported(self, number: str) -> Report | None:
        """What the gate last said of a proposal."""
        number = self._number(number)
        ref = records.REPORTS + number
        tip = self._refs(number).get(ref)
        if tip is None:
            return None
        text = self._git.run("cat-file", "blob", f"{tip}:report.json").text
        try:
            data = json.loads(text)
            return Report(data["commit"], data["passed"], data["line"], data["summary"])
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
            for attempt in range(_ATTEMPTS):
                number = self._next_number()
                record = Opened(
                    proposal=number,
                    record=1,
                    who=self._me,
                    at=self._moment(),
                    commit=found,
                    title=title,
                    text=text,
                    draft=draft,
                )
                made = self._write(record, ())
                moves = (Move(records.PROPOSALS + number, made), self._branch_move(number, found))
                if self._moved(moves, attempt):
                    return number
        finally:
            self._store.arrived(found)
        raise _crowded()

    def push(self, number: str, commit: str) -> None:
        """Puts another commit in the place of a proposal's head. Also backwards.

        It also puts on record what was pushed past the forge: whoever does so answers for it.
        """
        found = self._put_forward(commit)

        def build(story: Story, at: dt.datetime) -> tuple[Record, Sequence[Move]] | None:
            _demand_open(story)
            branch = self._refs(story.number).get(records.BRANCHES + story.number, ZERO)
            if story.head == found == branch:
                return None
            record = Pushed(**self._common(story, at), commit=found)
            moves = [self._branch_move(story.number, found, branch)] if branch != found else []
            return record, moves

        try:
            self._append(number, build, strict=False)
        finally:
            self._store.arrived(found)

    def ready(self, number: str) -> None:
        """Says that a draft is a draft no more."""

        def build(story: Story, at: dt.datetime) -> tuple[Record, Sequence[Move]] | None:
            _demand_open(story)
            if not story.draft:
                return None
            return Ready(**self._common(story, at), commit=story.head), ()

        self._append(number, build)

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
            common = self._common(story, at)
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

        self._append(number, build)

    def withdraw(self, number: str, reason: str) -> None:
        """Closes a proposal without publishing it."""
        text = _words(reason)
        if not text.strip():
            raise ForgeError("Rút đề xuất phải có lý do; hãy ghi lý do.")

        def build(story: Story, at: dt.datetime) -> tuple[Record, Sequence[Move]]:
            _demand_open(story)
            return Withdrawn(**self._common(story, at), commit=story.head, text=text), ()

        self._append(number, build, strict=False)

    def report(self, number: str, commit: str, *, passed: bool, line: str, summary: str) -> None:
        """Keeps what the gate decided beside the proposal, in the place of what it said before.

        It is no record: whoever asks the gate again gets the same answer.
        """
        number = self._load(number, strict=False).number
        said = Report(_words(commit), passed, _words(line), _words(summary))
        data = {slot: getattr(said, slot) for slot in Report.__slots__}
        text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        for attempt in range(_ATTEMPTS):
            ref = records.REPORTS + number
            old = self._refs(number).get(ref)
            if (
                old is not None
                and self._git.run("cat-file", "blob", f"{old}:report.json", ok=(0, 128)).out
                == text.encode()
            ):
                return
            tree = self._store.file_in_tree("report.json", text.encode())
            message = f"Đề xuất {number}: kết quả xét\n"
            parents = [old] if old else []
            made = self._store.commit(tree, parents, message, self._moment(), sign=False)
            if self._moved((Move(ref, made, old or ZERO),), attempt):
                return
        raise _crowded()

    def merge(self, number: str, head: str, message: str, *, judged: Proposal | None = None) -> str:
        """Makes a proposal part of the main branch, as a merge of its own.

        Raises:
            ForgeError: The head has moved, something was done since it was judged, or both sides
                changed the same file.
        """
        message = _words(message)
        work = self._work_tree
        with work.alone(wait=True) if work.find() or work.pending() else nullcontext():
            work.finish()
            for attempt in range(_ATTEMPTS):
                made = self._try_merge(work, number, head, message, judged, attempt)
                if made is not None:
                    return made
        raise _crowded()

    def _try_merge(
        self,
        work: WorkTree,
        number: str,
        head: str,
        message: str,
        judged: Proposal | None,
        attempt: int,
    ) -> str | None:
        story = self._load(number)
        main = self._main_commit()
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
        at = self._moment(story)
        merge = self._store.commit(tree, (main, head), text, at)
        record = Merged(**self._common(story, at), commit=merge)
        written = self._write(record, (story.tip,))
        opened = work.find()
        if opened is not None:
            work.demand_room(opened, main, merge)
            work.note(main, merge)
        # The main branch first: from there on it says by itself that this was merged, and the
        # record is made good. Both or none: a record that comes in between stops the merge.
        moves = (
            Move(self._main_ref, merge, main),
            Move(records.PROPOSALS + story.number, written, story.tip),
        )
        try:
            moved = self._moved(moves, attempt)
        finally:
            if opened is not None:
                try:
                    work.finish()
                except ForgeError:
                    # It is merged, whatever lies in the way; the next merge asks to clear it away.
                    opened = None
        return merge if moved else None

    # --- One proposal -----------------------------------------------------------------------------

    def _load(self, number: str, *, strict: bool = True) -> Story:
        """How a proposal stands, checked.

        What does not fit together may be just being written: it is looked at again before it is
        called wrong.

        Args:
            number: Which.
            strict: Whether its branch must be where its record says.
        """
        number = self._number(number)
        self._catch_up()
        refs = self._refs(number)
        for look in range(_LOOKS):
            try:
                with self._git.objects() as objects:
                    return self._judged(objects, number, refs, strict=strict)
            except ForgeError:
                time.sleep(_LOOK_PAUSE)
                before, refs = refs, self._refs(number)
                if refs == before or look == _LOOKS - 1:
                    raise
        raise AssertionError

    def _judged(
        self,
        objects: Objects,
        number: str,
        refs: Mapping[str, str],
        *,
        strict: bool = True,
        seals: bool = True,
    ) -> Story:
        vouched = self._vouchers(refs).get(number, [])
        links = self._links(objects, number, refs, vouched)
        story = tell(number, [self._sealed(number, link) for link in links] if seals else links)
        known = {link.id for link in story.links}
        for voucher in vouched:
            if voucher.record not in known or voucher.head not in story.heads:
                raise tampered(
                    number,
                    None,
                    f"không còn bản ghi {short(voucher.record)} mà lần nhập "
                    f"{short(voucher.merge)} của nhánh chính nêu tên",
                )
        merges = {voucher.merge: voucher for voucher in vouched}
        if story.stage is Stage.OPEN and merges:
            story = self._completed(story, vouched[-1])
        elif story.stage is Stage.WITHDRAWN and merges:
            raise tampered(number, None, "ghi là đã rút, mà nhánh chính đã nhập đề xuất này")
        elif story.stage is Stage.MERGED and story.merge not in merges:
            raise ForgeError(
                f"Đề xuất {number} đã được ghi là nhập vào nhánh chính bằng lần nhập "
                f"{short(story.merge)}, mà nhánh chính ở đây không có; hãy lấy nhánh chính mới "
                "nhất về, hoặc báo đơn vị vận hành nếu nhánh chính đã bị đẩy lùi."
            )
        if story.stage is Stage.OPEN and strict:
            self._demand_branch(story, refs.get(records.BRANCHES + number))
        if story.stage is Stage.MERGED:
            who = merges[story.merge].who
            last = story.events[-1]
            if who is not None and last.act is Act.MERGED:
                story = replace(story, events=(*story.events[:-1], replace(last, who=who)))
        return story

    def _links(
        self,
        objects: Objects,
        number: str,
        refs: Mapping[str, str],
        vouched: Sequence[Voucher],
    ) -> tuple[Link, ...]:
        tip = refs.get(records.PROPOSALS + number)
        if tip is None:
            if vouched or records.BRANCHES + number in refs:
                raise TamperedError(
                    f"Đề xuất {number} không còn hồ sơ ở {records.PROPOSALS}{number}; nếu vừa đẩy "
                    f"nhánh de-xuat/{number} bằng tay, hãy xóa nhánh ấy rồi mở đề xuất bằng lệnh "
                    "cong; nếu không, hãy khôi phục hồ sơ từ bản sao."
                )
            raise ForgeError(f"Không có đề xuất {number}; hãy xem lại số trong danh sách đề xuất.")
        return read_chain(objects, number, tip)

    def _sealed(self, number: str, link: Link) -> Link:
        """A record whose signature was looked at."""
        record = link.record
        keys = tuple(self._keys(record.who, record.at))
        if not keys:
            if link.sealed:
                raise tampered(
                    number,
                    record.record,
                    f"ký bằng khóa mà tài khoản “{record.who}” không đăng ký vào lúc ấy",
                )
            return link
        if not link.sealed:
            raise tampered(
                number,
                record.record,
                f"không có chữ ký, mà tài khoản “{record.who}” đã đăng ký khóa để ký",
            )
        checked = (link.id, (record.who, *keys))
        if checked not in self._checked:
            good = signing.is_signed_by(self._git, link.id, record.who, keys)
            self._checked[checked] = good
        if not self._checked[checked]:
            raise tampered(
                number,
                record.record,
                f"chữ ký không phải bằng khóa đăng ký của tài khoản “{record.who}”",
            )
        return replace(link, signed=True)

    def _demand_branch(self, story: Story, branch: str | None) -> None:
        """The branch of an open proposal is where its record says."""
        if branch == story.head:
            return
        late = story.heads[-2] if len(story.heads) > 1 else None
        if branch == late:
            # The record came first and then nothing: what was put on record is what was pushed.
            try:
                self._store.move((self._branch_move(story.number, story.head, branch or ZERO),))
            except ForgeError:
                return  # the record holds, whether or not it can be written here
            return
        where = f"đang ở bản {short(branch)}" if branch else "không còn"
        raise ForgeError(
            f"Nhánh de-xuat/{story.number} {where}, mà hồ sơ ghi bản được đẩy sau cùng là "
            f"{short(story.head)}: có người đã đổi nhánh ngoài lệnh cong. Hãy đẩy lại bằng lệnh "
            "cong để ghi nhận người đẩy, hoặc đưa nhánh về bản đã ghi: git update-ref "
            f"{records.BRANCHES}{story.number} {story.head}"
        )

    def _completed(self, story: Story, voucher: Voucher) -> Story:
        """A merged proposal whose last record is missing: it is made good, if it can be written."""
        try:
            at = self._moment(story)
            record = Merged(**self._common(story, at), commit=voucher.merge)
            made = self._write(record, (story.tip,))
            self._store.move((Move(records.PROPOSALS + story.number, made, story.tip),))
        except ForgeError:
            at = story.updated  # told as it is, without being written
        event = Event(Act.MERGED, voucher.who or self._me, at, voucher.merge)
        return replace(
            story,
            stage=Stage.MERGED,
            merge=voucher.merge,
            updated=at,
            events=(*story.events, event),
        )

    def _entry(
        self, objects: Objects, number: str, refs: Mapping[str, str], stage: Stage
    ) -> Entry | None:
        """A proposal in the list of a stage; none when it is at another."""
        at = Stage.OPEN
        try:
            tip = refs.get(records.PROPOSALS + number)
            if tip is not None:
                at = _STAGES.get(read_link(objects, number, tip, None)[0].record.act, Stage.OPEN)
            if self._vouchers(refs).get(number):
                at = Stage.MERGED
            if at is not stage:
                return None
            try:
                # What is closed is decided: its signatures are asked for with its history, and
                # not with a list of all the years.
                story = self._judged(objects, number, refs, seals=stage is Stage.OPEN)
            except ForgeError:
                story = self._load(number)  # it may just have been written
        except ForgeError as error:
            if at is not stage:
                return None
            now = self._moment()
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

    # --- Writing ----------------------------------------------------------------------------------

    def _append(self, number: str, build: Build, *, strict: bool = True) -> None:
        """Adds a record after the last one, whoever else is writing."""
        for attempt in range(_ATTEMPTS):
            story = self._load(number, strict=strict)
            built = build(story, self._moment(story))
            if built is None:
                return
            record, moves = built
            shown = (record.commit,) if isinstance(record, Pushed) else ()
            made = self._write(record, (story.tip, *shown))
            first = Move(records.PROPOSALS + story.number, made, story.tip)
            if self._moved((first, *moves), attempt):
                return
        raise _crowded()

    def _write(self, record: Record, parents: Sequence[str]) -> str:
        """Writes a record, of which no ref knows yet."""
        if isinstance(record, Opened):
            parents = (record.commit,)
        tree = self._store.file_in_tree(records.FILE, records.to_text(record))
        message = f"Đề xuất {record.proposal}, bản ghi {record.record}: {record.act}\n"
        return self._store.commit(tree, parents, message, record.at)

    def _moved(self, moves: Sequence[Move], attempt: int) -> bool:
        """Moves refs; after a lost race it waits a moment, a different one for everybody."""
        try:
            if self._store.move(moves):
                return True
        except LockedError:
            if attempt >= _LOCKED_ATTEMPTS:
                raise
        time.sleep(secrets.SystemRandom().uniform(0, 0.02 * min(attempt + 1, 5)))
        return False

    def _common(self, story: Story, at: dt.datetime) -> "_Common":
        return _Common(proposal=story.number, record=len(story.links) + 1, who=self._me, at=at)

    def _moment(self, story: Story | None = None) -> dt.datetime:
        """Now, as records write it."""
        now = self._now()
        if not is_aware(now):
            raise ForgeError("Đồng hồ không ghi múi giờ; hãy chạy lại với đồng hồ có múi giờ.")
        if story is not None and now < story.updated:
            raise ForgeError(
                f"Đồng hồ của máy ({clock(now)}) chậm hơn bản ghi cuối của đề xuất {story.number} "
                f"({clock(story.updated)}); hãy chỉnh lại đồng hồ rồi làm lại."
            )
        return now.astimezone(VIETNAM)

    def _put_forward(self, commit: str) -> str:
        """A commit of the checkout that can be proposed."""
        found = self._store.find(commit)
        try:
            main = self._main_commit()
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

    def _next_number(self) -> str:
        """A number that no record has, nor any merge, nor a branch that somebody made by hand."""
        refs = self._refs()
        taken = {ref.removeprefix(records.PROPOSALS) for ref in refs} | set(self._vouchers(refs))
        number = max(map(int, filter(records.NUMBER.match, taken)), default=0) + 1
        while f"{records.BRANCHES}{number}" in refs:
            number += 1
        if not records.NUMBER.match(str(number)):
            raise ForgeError(
                f"Kho {self._git.path} có hồ sơ mang số quá lớn ({number - 1}); hãy nhờ đơn vị vận "
                f"hành xem lại {records.PROPOSALS}."
            )
        return str(number)

    # --- The repository ---------------------------------------------------------------------------

    @property
    def _main_ref(self) -> str:
        return f"refs/heads/{self.main}"

    def _refs(self, number: str | None = None) -> dict[str, str]:
        """Where the refs of a proposal, or of all, and of the main branch point."""
        if number is None:
            return self._store.refs(self._main_ref, records.BRANCHES, records.PROPOSALS)
        rooms = (records.BRANCHES, records.PROPOSALS, records.REPORTS)
        return self._store.refs(self._main_ref, *(room + number for room in rooms))

    def _main_commit(self) -> str:
        found = self._refs("0").get(self._main_ref)
        if found is None:
            raise ForgeError(
                f"Kho {self._git.path} không có nhánh {self.main}; hãy kiểm tra lại đường dẫn của "
                "kho."
            )
        return found

    def _vouchers(self, refs: Mapping[str, str]) -> dict[str, list[Voucher]]:
        main = refs.get(self._main_ref)
        if main is None:
            self._main_commit()
            return {}
        if main not in self._vouched:
            self._vouched = {main: vouchers(self._git, main)}
        return self._vouched[main]

    def _voucher(self, story: Story) -> Voucher:
        mine = self._vouchers(self._refs(story.number)).get(story.number, [])
        return next(voucher for voucher in mine if voucher.merge == story.merge)

    def _branch_move(self, number: str, new: str, old: str = ZERO) -> Move:
        return Move(records.BRANCHES + number, new, old)

    @cached_property
    def _work_tree(self) -> WorkTree:
        return WorkTree(self._git, self._store.folder(), self._main_ref)

    def _catch_up(self) -> None:
        """Finishes what a kill interrupted in the work tree, unless somebody is at it."""
        work = self._work_tree
        if not work.pending():
            return
        try:
            with work.alone(wait=False) as held:
                if held:
                    work.finish()
        except ForgeError:
            return  # the next merge says what lies in the way; reading goes on without it

    @staticmethod
    def _number(number: str) -> str:
        if not records.NUMBER.match(number):
            raise ForgeError(
                f"“{plain(number)}” không phải số của đề xuất; hãy ghi bằng chữ số, ví dụ 12."
            )
        return number


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


def _crowded() -> ForgeError:
    return ForgeError("Quá nhiều người cùng ghi vào kho một lúc; hãy làm lại sau giây lát.")
