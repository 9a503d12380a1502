"""The proposals of a repository: each read and checked as a whole, and written to by one way."""

import datetime as dt
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypedDict

from accounts.staff import is_aware
from regulation.yamlfile import VIETNAM
from workflow.forge.interface import Act, Event, ForgeError, Stage, TamperedError
from workflow.forge.local import records, signing
from workflow.forge.local.chain import Link, Story, read_chain, tampered, tell
from workflow.forge.local.merging import Voucher, vouchers
from workflow.forge.local.records import Merged, Opened, Pushed, Record
from workflow.forge.local.store import Keys, LockedError, Move, Store
from workflow.forge.local.worktree import WorkTree
from workflow.forge.merging import merged_tree
from workflow.forge.vouching import disagreements
from workflow.gate.words import clock, plain, short
from workflow.git import ZERO, Git, Objects

ATTEMPTS = 60  # how often somebody who was not the fastest tries again
_LOCKED_ATTEMPTS = 12  # how often behind a lock that does not go away
_LOOKS = 4  # how often what does not fit together is looked at, if it is just being written
_LOOK_PAUSE = 0.04  # seconds


class Common(TypedDict):
    """What every record says besides what it is about."""

    proposal: str
    record: int
    who: str
    at: dt.datetime


Build = Callable[[Story, dt.datetime], tuple[Record, Sequence[Move]] | None]
"""What is to be recorded after a story, and the refs that move after it; none: nothing is."""


class Archive:
    """The proposals of a repository, as somebody reads and writes them.

    Args:
        store: The repository underneath.
        keys: The public SSH keys that are registered for a login at a moment.
        now: The clock.
        main: The branch that is published.
    """

    def __init__(self, store: Store, keys: Keys, now: Callable[[], dt.datetime], main: str) -> None:
        self.store = store
        self.git: Git = store.git
        self.me = store.me
        self.main = main
        self._keys = keys
        self._now = now
        self._vouched: dict[str, dict[str, list[Voucher]]] = {}
        self._checked: dict[tuple[str, tuple[str, ...]], bool] = {}

    # --- One proposal -----------------------------------------------------------------------------

    def load(self, number: str, *, strict: bool = True) -> Story:
        """How a proposal stands, checked.

        What does not fit together may be just being written: it is looked at again before it is
        called wrong.

        Args:
            number: Which.
            strict: Whether its branch must be where its record says.
        """
        number = self.number(number)
        self.catch_up()
        refs = self.refs(number)
        for look in range(_LOOKS):
            try:
                with self.git.objects() as objects:
                    return self.judged(objects, number, refs, strict=strict)
            except ForgeError:
                time.sleep(_LOOK_PAUSE)
                before, refs = refs, self.refs(number)
                if refs == before or look == _LOOKS - 1:
                    raise
        raise AssertionError

    def judged(
        self,
        objects: Objects,
        number: str,
        refs: Mapping[str, str],
        *,
        strict: bool = True,
        seals: bool = True,
    ) -> Story:
        """How a proposal stands by the refs as they were read.

        Args:
            objects: Of the repository.
            number: Which.
            refs: Where the refs point.
            strict: Whether its branch must be where its record says.
            seals: Whether the signatures are looked at.

        Raises:
            TamperedError: The record does not hold together.
            ForgeError: There is none, or its branch was moved past it.
        """
        vouched = self.vouchers(refs).get(number, [])
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
            good = signing.is_signed_by(self.git, link.id, record.who, keys)
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
                self.store.move((self.branch_move(story.number, story.head, branch or ZERO),))
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
        """A merged proposal whose last record is missing: it is made good, if it can be written.

        Raises:
            TamperedError: The forge did not make that merge: somebody did by hand.
        """
        if wrong := self._by_hand(story, voucher):
            raise TamperedError(
                f"Đề xuất {story.number}: nhánh chính có lần nhập {short(voucher.merge)} làm ngoài "
                f"lệnh cong ({wrong}), nên hồ sơ không ghi nhận. Hãy giữ nguyên kho, đừng phát "
                "hành, và báo đơn vị vận hành bỏ lần nhập ấy khỏi nhánh chính."
            )
        try:
            at = self.moment(story)
            record = Merged(**self.common(story, at), commit=voucher.merge)
            made = self.write(record, (story.tip,))
            self.store.move((Move(records.PROPOSALS + story.number, made, story.tip),))
        except ForgeError:
            at = story.updated  # told as it is, without being written
        event = Event(Act.MERGED, voucher.who or self.me, at, voucher.merge)
        return replace(
            story,
            stage=Stage.MERGED,
            merge=voucher.merge,
            updated=at,
            events=(*story.events, event),
        )

    def _by_hand(self, story: Story, voucher: Voucher) -> str:
        """Why the forge cannot have made a merge that no record tells of; empty when it may."""
        if voucher.who is None:
            return "không do lệnh cong ghi"
        if voucher.head != story.head or voucher.record != story.tip:
            return "không phải bản và bản ghi cuối của đề xuất"
        if wrong := next(disagreements(voucher.stood, story.events), ""):
            return wrong
        try:
            wanted = merged_tree(self.git, voucher.before, voucher.head)
        except ForgeError as error:
            return str(error)
        found = self.git.run("rev-parse", f"{voucher.merge}^{{tree}}").line
        return "" if found == wanted else "nội dung khác với đề xuất"

    # --- Writing ----------------------------------------------------------------------------------

    def append(self, number: str, build: Build, *, strict: bool = True) -> None:
        """Adds a record after the last one, whoever else is writing."""
        for attempt in range(ATTEMPTS):
            story = self.load(number, strict=strict)
            built = build(story, self.moment(story))
            if built is None:
                return
            record, moves = built
            shown = (record.commit,) if isinstance(record, Pushed) else ()
            made = self.write(record, (story.tip, *shown))
            first = Move(records.PROPOSALS + story.number, made, story.tip)
            if self.moved((first, *moves), attempt):
                return
        raise crowded()

    def write(self, record: Record, parents: Sequence[str]) -> str:
        """Writes a record, of which no ref knows yet."""
        if isinstance(record, Opened):
            parents = (record.commit,)
        tree = self.store.file_in_tree(records.FILE, records.to_text(record))
        message = f"Đề xuất {record.proposal}, bản ghi {record.record}: {record.act}\n"
        return self.store.commit(tree, parents, message, record.at)

    def moved(self, moves: Sequence[Move], attempt: int) -> bool:
        """Moves refs; after a lost race it waits a moment, a different one for everybody."""
        try:
            if self.store.move(moves):
                return True
        except LockedError:
            if attempt >= _LOCKED_ATTEMPTS:
                raise
        time.sleep(secrets.SystemRandom().uniform(0, 0.02 * min(attempt + 1, 5)))
        return False

    def common(self, story: Story, at: dt.datetime) -> "Common":
        """What the next record says besides what it is about."""
        return Common(proposal=story.number, record=len(story.links) + 1, who=self.me, at=at)

    def moment(self, story: Story | None = None) -> dt.datetime:
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

    def next_number(self) -> str:
        """A number that no record has, nor any merge, nor a branch that somebody made by hand."""
        refs = self.refs()
        taken = {ref.removeprefix(records.PROPOSALS) for ref in refs} | set(self.vouchers(refs))
        number = max(map(int, filter(records.NUMBER.match, taken)), default=0) + 1
        while f"{records.BRANCHES}{number}" in refs:
            number += 1
        if not records.NUMBER.match(str(number)):
            raise ForgeError(
                f"Kho {self.git.path} có hồ sơ mang số quá lớn ({number - 1}); hãy nhờ đơn vị vận "
                f"hành xem lại {records.PROPOSALS}."
            )
        return str(number)

    # --- The repository ---------------------------------------------------------------------------

    @property
    def main_ref(self) -> str:
        """The branch that is published, as a ref."""
        return f"refs/heads/{self.main}"

    def refs(self, number: str | None = None) -> dict[str, str]:
        """Where the refs of a proposal, or of all, and of the main branch point."""
        if number is None:
            return self.store.refs(self.main_ref, records.BRANCHES, records.PROPOSALS)
        rooms = (records.BRANCHES, records.PROPOSALS, records.REPORTS)
        return self.store.refs(self.main_ref, *(room + number for room in rooms))

    def main_commit(self) -> str:
        """Where the main branch is."""
        found = self.refs("0").get(self.main_ref)
        if found is None:
            raise ForgeError(
                f"Kho {self.git.path} không có nhánh {self.main}; hãy kiểm tra lại đường dẫn của "
                "kho."
            )
        return found

    def vouchers(self, refs: Mapping[str, str]) -> dict[str, list[Voucher]]:
        """The merges of the main branch that name a record, by the proposal's number."""
        main = refs.get(self.main_ref)
        if main is None:
            self.main_commit()
            return {}
        if main not in self._vouched:
            self._vouched = {main: vouchers(self.git, main)}
        return self._vouched[main]

    def voucher(self, story: Story) -> Voucher:
        """The merge by which a proposal became part of the main branch."""
        mine = self.vouchers(self.refs(story.number)).get(story.number, [])
        return next(voucher for voucher in mine if voucher.merge == story.merge)

    def branch_move(self, number: str, new: str, old: str = ZERO) -> Move:
        """A move of a proposal's branch."""
        return Move(records.BRANCHES + number, new, old)

    @cached_property
    def work_tree(self) -> WorkTree:
        """The checkout that has the main branch open, if any."""
        return WorkTree(self.git, self.store.folder(), self.main_ref)

    def catch_up(self) -> None:
        """Finishes what a kill interrupted in the work tree, unless somebody is at it."""
        work = self.work_tree
        if not work.pending():
            return
        try:
            with work.alone(wait=False) as held:
                if held:
                    work.finish()
        except ForgeError:
            return  # the next merge says what lies in the way; reading goes on without it

    @staticmethod
    def number(number: str) -> str:
        """A number as it stands in refs."""
        if not records.NUMBER.match(number):
            raise ForgeError(
                f"“{plain(number)}” không phải số của đề xuất; hãy ghi bằng chữ số, ví dụ 12."
            )
        return number


def crowded() -> ForgeError:
    """Too many wrote at once for this one to get a turn."""
    return ForgeError("Quá nhiều người cùng ghi vào kho một lúc; hãy làm lại sau giây lát.")
