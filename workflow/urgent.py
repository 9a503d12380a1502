"""Taking something down at once (gỡ khẩn), and having it approved afterwards.

An urgent withdrawal is a proposal like any other, with one difference: as long as it is open, what
is published is the main branch **with it**. It can only take items down, never add or change a
word; the main branch itself takes it when it is approved, and the item comes back when it is
withdrawn. So nothing ever reaches citizens past the gate; only what the gate let through can be
missing.

What is down stays down until somebody who may decide it brings it back: of a proposal the last
version counts that was put there by people who may take down, and that does nothing else. What
others push to it afterwards is told, and changes nothing of what citizens see.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import shorten

from accounts.rules import role_words
from accounts.staff import Person, Staff, fold_name
from regulation.calendar import due
from regulation.items import split
from regulation.model import Role, Urgent
from regulation.portal import Portal
from regulation.vietnamese import format_date
from workflow.forge import Act, Entry, Event, Forge, ForgeError, Stage, TamperedError, changes
from workflow.gate.places import CONTENT
from workflow.gate.words import clock, day, plain, short
from workflow.git import Git
from workflow.proposals import Commit, FileStatus

TRAILER = "Urgent"
"""The line of a commit that makes its proposal an urgent withdrawal; it holds the reason."""

_OWN_KEYS = ("status", "withdrawn")
_AUTHOR = "cong@cong.invalid"
_NAME = 150  # characters


@dataclass(frozen=True, slots=True)
class Standing:
    """An urgent withdrawal that is open.

    Attributes:
        entry: Its proposal.
        paths: The items it takes down.
        reason: Why.
        due: By when it must be approved.
        fault: Why it takes nothing down, in Vietnamese; none when it does.
        commit: The version of the proposal that does it.
        note: What else is to be known of it, as a sentence in Vietnamese.
    """

    entry: Entry
    paths: tuple[str, ...]
    reason: str
    due: dt.datetime | None
    fault: str = ""
    commit: str = ""
    note: str = ""

    @property
    def portals(self) -> frozenset[str]:
        """The portals from which it takes something."""
        return frozenset(_portal_of(path) for path in self.paths)

    def line(self, now: dt.datetime) -> str:
        """How it stands, in a line."""
        if self.fault:
            return f"Gỡ khẩn không có hiệu lực: {self.fault}"
        until = f"phải được duyệt trước {clock(self.due)}" if self.due else "chờ duyệt"
        late = " – ĐÃ QUÁ HẠN" if self.due is not None and self.due < now else ""
        note = f" {self.note}" if self.note else ""
        return f"Gỡ khẩn, {until}{late}.{note} Lý do: {self.reason}"


def withdrawn(text: str, reason: str, on: dt.date) -> str:
    """The text of an item's file, taken down.

    Raises:
        ForgeError: It has no front matter.
    """
    parts = split(text)
    if parts is None:
        raise ForgeError("Tệp này không có phần khai báo giữa hai dòng ---; hãy sửa tệp trước.")
    kept = _without(parts.front, _OWN_KEYS)
    said = reason.replace("\\", "\\\\").replace('"', '\\"')
    front = f'{kept}status: withdrawn\nwithdrawn:\n  date: {on.isoformat()}\n  reason: "{said}"\n'
    return f"---\n{front}---\n{parts.body}"


def _without(front: str, keys: Sequence[str]) -> str:
    """Front matter without some of its keys, and what is indented below them."""
    kept: list[str] = []
    inside = False
    for line in front.splitlines(keepends=True):
        if re.match(r"\S", line):
            inside = line.partition(":")[0] in keys and not line.startswith("#")
        if not inside:
            kept.append(line)
    return "".join(kept)


def take_down(
    git: Git,
    checkout: Git,
    forge: Forge,
    path: str,
    reason: str,
    author: Sequence[str],
    now: dt.datetime,
) -> str:
    """Opens the proposal that takes an item of the main branch down.

    It is made beside the checkout: what lies about there is not touched.

    Args:
        git: Git in the repository that has the main branch.
        checkout: Git where whoever does it works: the forge takes commits from there.
        forge: Where proposals live.
        path: The item's file.
        reason: Why; citizens read it.
        author: Name and e-mail address of whoever does it.
        now: The moment.

    Returns:
        The proposal's number.

    Raises:
        ForgeError: The item is down already, or Git or the forge refuses.
    """
    main = git.run("rev-parse", "--verify", f"refs/heads/{forge.main}").line
    text = git.run("cat-file", "blob", f"{main}:{path}").text
    fresh = withdrawn(text, reason, day(now))
    if fresh == text or _is_down(text):
        raise ForgeError(f"{path} đã gỡ rồi; không cần gỡ nữa.")
    blob = git.run(
        "hash-object", "-w", "--stdin", stdin=fresh.encode("utf-8", "surrogateescape")
    ).line
    tree = _tree_with(git, f"{main}^{{tree}}", path.split("/"), blob)
    title = re.search(r"^title: *[\"']?(.*?)[\"']? *$", text, re.M)
    # Forges take no longer titles of proposals than they show.
    name = shorten(title[1], _NAME, placeholder="…") if title else path
    message = f"Gỡ khẩn: {name}\n\n{TRAILER}: {' '.join(reason.split())}\n"
    who = {
        key: value
        for part in ("AUTHOR", "COMMITTER")
        for key, value in {
            f"GIT_{part}_NAME": author[0],
            f"GIT_{part}_EMAIL": author[1],
            f"GIT_{part}_DATE": now.isoformat(),
        }.items()
    }
    words = ("commit-tree", tree, "-p", main)
    commit = git.run(*words, stdin=message.encode(), extra=who).line
    if checkout.run("cat-file", "-e", commit, ok=(0, 1, 128)).code:
        # The second version of Git's protocol gives what no branch leads to.
        fetch = ("-c", "protocol.version=2", "fetch", "--quiet", "--no-tags", "--no-auto-gc")
        checkout.run(*fetch, "--no-write-fetch-head", str(git.path), commit)
    return forge.propose(commit, f"Gỡ khẩn: {name}", reason)


def _tree_with(git: Git, tree: str, path: Sequence[str], blob: str) -> str:
    """A tree in which one file holds something else."""
    name, *rest = path
    lines = []
    for line in filter(None, git.run("ls-tree", "-z", tree).text.split("\0")):
        told, _, entry = line.partition("\t")
        mode, kind, old = told.split()
        if entry == name:
            old = _tree_with(git, old, rest, blob) if rest else blob
        lines.append(f"{mode} {kind} {old}\t{entry}")
    return git.run("mktree", "-z", stdin=("\0".join(lines) + "\0").encode()).line


def standing(
    git: Git,
    forge: Forge,
    staff: Staff,
    regulations: Mapping[str, Portal],
    now: dt.datetime,
    *,
    number: str = "",
) -> Iterator[Standing]:
    """The urgent withdrawals that are open, those without effect included.

    Also those that are marked as drafts: on a forge others than their makers may mark them.

    Args:
        git: Git in the repository that has the main branch.
        forge: Where proposals live.
        staff: Who holds which post.
        regulations: Every portal by id, as on the main branch.
        now: The moment.
        number: Of which proposal; empty for all.
    """
    down: dict[str, str] = {}
    for entry in forge.entries(Stage.OPEN):
        if number in ("", entry.number):
            found = _standing(git, forge, entry, staff, regulations, now)
            if found is None:
                continue
            before = sorted({down[path] for path in found.paths if path in down}, key=int)
            if before:
                told = f"Đề xuất {', '.join(before)} cũng gỡ mục này."
                found = replace(found, note=f"{found.note} {told}".strip())
            down |= dict.fromkeys(found.paths, entry.number)
            yield found


def _standing(
    git: Git,
    forge: Forge,
    entry: Entry,
    staff: Staff,
    regulations: Mapping[str, Portal],
    now: dt.datetime,
) -> Standing | None:
    """An open proposal as an urgent withdrawal; none when it never was one."""
    reason = ""
    if not entry.fault:
        held = _held(staff, entry.author, entry.opened)
        urgent = {
            role
            for portal in regulations.values()
            for rule in portal.in_force(portal.regulation.urgent, day(now))
            for role in rule.roles
        }
        if not held:
            return None  # of nobody else's need anybody be told
        forge.bring(entry)
        reason = _reason(git, entry.head)
        if not reason and urgent.isdisjoint(held):
            return None
    try:
        events = forge.history(entry.number)
    except ForgeError as error:
        if entry.fault or isinstance(error, TamperedError):
            return Standing(entry, (), reason, None, str(error)) if reason else None
        raise  # to go on without it would bring back what may be down
    put = [event for event in events if event.act in (Act.OPENED, Act.PUSHED)]
    if entry.fault:
        first, last = put[0], put[-1]
        entry = replace(entry, author=first.who, opened=first.at, head=last.commit)
    judged = _Judging(git, forge, entry, staff, regulations, put)
    why = ""
    for event in reversed(put):
        try:
            paths, rule, reason = judged.effect(event)
        except _NotUrgent as error:
            why = why or str(error)
        except ForgeError as error:
            why, reason = why or str(error), reason or "?"
        else:
            portal = regulations[_portal_of(paths[0])]
            last_moment = due(portal.calendar, entry.opened, rule.duration)
            note = (
                f"Có bản mới hơn ({short(entry.head)}) không tính: {why.rstrip('.')}."
                if event.commit != entry.head
                else ""
            )
            return Standing(entry, paths, reason, last_moment, "", event.commit, note)
    return Standing(entry, (), reason, None, why) if reason else None


class _NotUrgent(ForgeError):
    """A version of a proposal is an ordinary one."""


@dataclass(frozen=True)
class _Judging:
    """Judges the versions of one proposal: which takes something down, and who put it there."""

    git: Git
    forge: Forge
    entry: Entry
    staff: Staff
    regulations: Mapping[str, Portal]
    put: Sequence[Event]

    def effect(self, event: Event) -> tuple[tuple[str, ...], Urgent, str]:
        """The items that a version takes down, the rule by which it may, and why it does.

        Raises:
            _NotUrgent: It does not say that it is one.
            ForgeError: It does something else, or one of those who made it may not.
        """
        git, head = self.git, event.commit
        self.forge.bring(replace(self.entry, head=head))
        reason = _reason(git, head)
        if not reason:
            raise _NotUrgent("bản ấy không ghi là gỡ khẩn.")
        base = changes.base_of(git, self.forge.main, head)
        files = changes.files(git, base, head)
        if not files:
            raise ForgeError("đề xuất không gỡ mục nào.")
        who = self._makers(event, changes.commits(git, base, head))
        rules = []
        for file in files:
            if file.status is not FileStatus.MODIFIED or not _only_taken_down(
                git, base, head, file.path
            ):
                raise ForgeError(
                    f"{plain(file.path)} không chỉ bị gỡ; hãy gỡ khẩn bằng cong withdraw --urgent."
                )
            portal = self.regulations.get(_portal_of(file.path))
            found = [] if portal is None else rules_of(portal, event.at)
            mine = [
                rule
                for rule in found
                if who
                and all(_may(self.staff, person, rule, file.path, event.at) for person in who)
            ]
            if portal is None or not mine:
                posts = "" if portal is None else f" ({posts_of(portal, event.at)})"
                raise ForgeError(
                    "người mở, người gửi bản mới hoặc người viết không giữ chức danh mà quy chế "
                    f"cho gỡ khẩn{posts}; hãy để người giữ chức danh ấy gỡ bằng một đề xuất riêng."
                )
            rules.append(mine[0])
        return tuple(file.path for file in files), rules[0], reason

    def _makers(self, event: Event, commits: Iterable[Commit]) -> tuple[Person, ...]:
        """Everybody who had a hand in a version: what one of them puts there, the others did not.

        None when somebody is not known.
        """
        try:
            proposal = self.forge.proposal(self.entry.number)
        except ForgeError:  # of its last version, which is then none that takes anything down
            pushers: tuple[str, ...] = ()
            told: dict[str, Commit] = {}
        else:
            pushers = proposal.pushers
            told = {commit.id: commit for commit in proposal.commits}
        logins = {self.entry.author, event.who}
        if event.act is Act.OPENED:
            # What lay there when it was opened may have been pushed by others.
            later = {each.who for each in self.put if each.act is Act.PUSHED}
            logins |= set(pushers) - later
        found = [self.staff.person_of_login(fold_name(login)) for login in logins]
        for each in commits:
            commit = told.get(each.id, each)  # the forge knows whom it made a commit for
            for address in (commit.author, commit.committer, *commit.co_authors):
                found.append(self.staff.person_of_email(fold_name(address)))
        people = {person.id: person for person in found if person is not None}
        return () if None in found else tuple(people.values())


def _reason(git: Git, commit: str) -> str:
    """Why a commit takes something down at once; empty when it does not."""
    shape = f"--format=%(trailers:key={TRAILER},valueonly)"
    said = git.run("log", "-1", "--no-color", shape, commit, ok=(0, 128)).line
    return " ".join(said.split())


def rules_of(portal: Portal, at: dt.datetime) -> tuple[Urgent, ...]:
    """The rules by which something may be taken down at once at a moment."""
    return portal.in_force(portal.regulation.urgent, day(at))


def posts_of(portal: Portal, at: dt.datetime) -> str:
    """The posts that may take something down at once, by their titles."""
    roles = dict.fromkeys(role for rule in rules_of(portal, at) for role in rule.roles)
    titles = [
        [post.title.vi for post in portal.posts(role, day(at))] or [role_words(role)]
        for role in roles
    ]
    return ", ".join(dict.fromkeys(title for each in titles for title in each))


def demand_may(
    staff: Staff, regulations: Mapping[str, Portal], login: str, path: str, now: dt.datetime
) -> None:
    """Demands that somebody may take an item down at once.

    Args:
        staff: Who holds which post.
        regulations: Every portal by id, as on the main branch.
        login: Theirs.
        path: The item's file.
        now: The moment.

    Raises:
        ForgeError: They may not; with the posts that may.
    """
    portal = regulations.get(_portal_of(path))
    rules = () if portal is None else rules_of(portal, now)
    if portal is None or not rules:
        raise ForgeError(
            f"Quy chế của cổng {_portal_of(path)} không có quy định về gỡ khẩn; hãy ghi status: "
            "withdrawn vào tệp rồi gửi đề xuất gỡ như thường lệ."
        )
    person = staff.person_of_login(fold_name(login))
    if person is None or not any(_may(staff, person, rule, path, now) for rule in rules):
        raise ForgeError(
            f"Bạn không giữ chức danh mà quy chế của cổng {portal.id} cho gỡ khẩn "
            f"({'; '.join(dict.fromkeys(word for rule in rules for word in rule.basis))}). Hãy báo "
            f"ngay một trong các chức danh được gỡ khẩn: {posts_of(portal, now)}."
        )


def _only_taken_down(git: Git, base: str, head: str, path: str) -> bool:
    """Whether a file changes in nothing but that it is taken down."""
    if not path.startswith(f"{CONTENT}/") or not path.endswith(".md"):
        return False
    before = split(git.run("cat-file", "blob", f"{base}:{path}").text)
    after = split(git.run("cat-file", "blob", f"{head}:{path}").text)
    if before is None or after is None or before.body != after.body:
        return False
    down = re.search(r"^status: *withdrawn *$", after.front, re.M) is not None
    return down and _without(before.front, _OWN_KEYS) == _without(after.front, _OWN_KEYS)


def _is_down(text: str) -> bool:
    """Whether an item's file says that it is taken down."""
    parts = split(text)
    return parts is not None and bool(re.search(r"^status: *withdrawn *$", parts.front, re.M))


def _portal_of(path: str) -> str:
    """The portal to which a file belongs; empty when to none."""
    parts = path.split("/")
    return parts[1] if parts[0] == CONTENT and len(parts) > 2 else ""


def _held(staff: Staff, login: str, at: dt.datetime) -> frozenset[Role]:
    """The roles that somebody holds at a moment."""
    person = staff.person_of_login(fold_name(login))
    if person is None:
        return frozenset()
    return frozenset(each.role for each in staff.holdings(person, at) if each.in_force(at))


def _may(staff: Staff, person: Person, rule: Urgent, path: str, now: dt.datetime) -> bool:
    if person.bot:
        return False
    held = [each for each in staff.holdings(person, now) if each.in_force(now)]
    return not any(each.suspended for each in held) and any(
        each.role in rule.roles and each.portal == _portal_of(path) for each in held
    )


def with_withdrawals(git: Git, main: str, found: Sequence[Standing]) -> str:
    """The commit to publish: the main branch with what is urgently taken down.

    Every item is taken down as the main branch has it now: what was changed there since stops no
    withdrawal, and of two withdrawals of one item the second finds nothing left to do. Nothing
    leads to the commit but the release that is made of it.
    """
    commit = git.run("rev-parse", "--verify", f"{main}^{{commit}}").line
    for each in found:
        if each.fault:
            continue
        tree = before = git.run("rev-parse", f"{commit}^{{tree}}").line
        for path in each.paths:
            for place in _places(git, commit, each.commit, path):
                text = git.run("cat-file", "blob", f"{commit}:{place}").text
                if split(text) is None or _is_down(text):
                    continue  # no item that could be shown; or down already
                down = withdrawn(text, each.reason, day(each.entry.opened))
                raw = down.encode("utf-8", "surrogateescape")
                blob = git.run("hash-object", "-w", "--stdin", stdin=raw).line
                tree = _tree_with(git, tree, place.split("/"), blob)
        if tree == before:
            continue
        who = {
            f"GIT_{part}_{key}": value
            for part in ("AUTHOR", "COMMITTER")
            for key, value in {
                "NAME": "cong",
                "EMAIL": _AUTHOR,
                # The same withdrawals on the same main branch make the same commit.
                "DATE": each.entry.opened.isoformat(),
            }.items()
        }
        message = (
            f"Gỡ khẩn theo đề xuất {each.entry.number} ({short(each.commit)}), ngày "
            f"{format_date(day(each.entry.opened))}\n"
        )
        words = ("commit-tree", tree, "-p", commit, "-p", each.commit)
        commit = git.run(*words, stdin=message.encode(), extra=who).line
    return commit


def _places(git: Git, commit: str, version: str, path: str) -> list[str]:
    """Where an item lies in a commit: where it lay, else wherever its id has gone in its portal."""
    if not git.run("cat-file", "-e", f"{commit}:{path}", ok=(0, 1, 128)).code:
        return [path]
    parts = split(git.run("cat-file", "blob", f"{version}:{path}").text)
    known = re.search(r"^id: *[\"']?([\w-]+)[\"']? *$", parts.front, re.M) if parts else None
    if known is None:
        return []
    words = ("grep", "-z", "--name-only", "--full-name", "-E", f"^id: *[\"']?{known[1]}[\"']? *$")
    where = f"{CONTENT}/{_portal_of(path)}/"
    told = git.run(*words, commit, "--", where, ok=(0, 1)).text.split("\0")
    return [name.partition(":")[2] for name in told if name.endswith(".md")]
