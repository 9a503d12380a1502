"""Taking something down at once (gỡ khẩn), and having it approved afterwards.

An urgent withdrawal is a proposal like any other, with one difference: as long as it is open, what
is published is the main branch **with it**. It can only take items down, never add or change a
word; the main branch itself takes it when it is approved, and the item comes back when it is
withdrawn. So nothing ever reaches citizens past the gate; only what the gate let through can be
missing.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from accounts.staff import Person, Staff, fold_name
from regulation.calendar import due
from regulation.items import split
from regulation.model import Urgent
from regulation.portal import Portal
from regulation.vietnamese import format_date
from workflow.forge import Entry, Forge, ForgeError, Stage
from workflow.forge.merging import merged_tree
from workflow.gate.people import makers
from workflow.gate.places import CONTENT
from workflow.gate.words import clock, day, short
from workflow.git import Git
from workflow.proposals import FileStatus, Proposal

TRAILER = "Urgent"
"""The line of a commit that makes its proposal an urgent withdrawal; it holds the reason."""

_OWN_KEYS = ("status", "withdrawn")
_AUTHOR = "cong@cong.invalid"


@dataclass(frozen=True, slots=True)
class Standing:
    """An urgent withdrawal that is open.

    Attributes:
        entry: Its proposal.
        paths: The items it takes down.
        reason: Why.
        due: By when it must be approved.
        fault: Why it takes nothing down, in Vietnamese; none when it does.
    """

    entry: Entry
    paths: tuple[str, ...]
    reason: str
    due: dt.datetime | None
    fault: str = ""

    def line(self, now: dt.datetime) -> str:
        """How it stands, in a line."""
        if self.fault:
            return f"Gỡ khẩn không có hiệu lực: {self.fault}"
        until = f"phải được duyệt trước {clock(self.due)}" if self.due else "chờ duyệt"
        late = " – ĐÃ QUÁ HẠN" if self.due is not None and self.due < now else ""
        return f"Gỡ khẩn, {until}{late}. Lý do: {self.reason}"


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
    if fresh == text or re.search(r"^status: *withdrawn *$", text, re.M):
        raise ForgeError(f"{path} đã gỡ rồi; không cần gỡ nữa.")
    blob = git.run("hash-object", "-w", "--stdin", stdin=fresh.encode()).line
    tree = _tree_with(git, f"{main}^{{tree}}", path.split("/"), blob)
    title = re.search(r"^title: *[\"']?(.*?)[\"']? *$", text, re.M)
    name = title[1] if title else path
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
    git: Git, forge: Forge, staff: Staff, regulations: Mapping[str, Portal], now: dt.datetime
) -> Iterator[Standing]:
    """The urgent withdrawals that are open, those without effect included.

    Args:
        git: Git in the repository that has the main branch.
        forge: Where proposals live.
        staff: Who holds which post.
        regulations: Every portal by id, as on the main branch.
        now: The moment.
    """
    for entry in forge.entries(Stage.OPEN):
        if entry.fault or entry.draft or not _may_any(staff, entry.author, now):
            continue
        forge.bring(entry)
        reason = _reason(git, entry.head)
        if not reason:
            continue
        try:
            paths, rule = _demand_effect(git, forge, entry, staff, regulations, now)
        except ForgeError as error:
            yield Standing(entry, (), reason, None, str(error))
        else:
            portal = regulations[paths[0].split("/")[1]]
            last = due(portal.calendar, entry.opened, rule.duration)
            yield Standing(entry, paths, reason, last)


def taken_from(git: Git, forge: Forge, number: str) -> frozenset[str]:
    """The portals from which an urgent withdrawal takes something; none of any other proposal.

    Args:
        git: Git in the repository that has the main branch.
        forge: Where proposals live.
        number: The proposal's.
    """
    try:
        proposal = forge.proposal(number)
    except ForgeError:  # it is told by whatever is to be done with it
        return frozenset()
    if not _reason(git, proposal.head):
        return frozenset()
    parts = [file.path.split("/") for file in proposal.files]
    return frozenset(path[1] for path in parts if path[0] == CONTENT and len(path) > 1)


def _reason(git: Git, commit: str) -> str:
    """Why a commit takes something down at once; empty when it does not."""
    shape = f"--format=%(trailers:key={TRAILER},valueonly)"
    return git.run("log", "-1", "--no-color", shape, commit, ok=(0, 128)).line.strip()


def _demand_effect(
    git: Git,
    forge: Forge,
    entry: Entry,
    staff: Staff,
    regulations: Mapping[str, Portal],
    now: dt.datetime,
) -> tuple[tuple[str, ...], Urgent]:
    """The items that an urgent withdrawal takes down, and the rule by which it may.

    Raises:
        ForgeError: It does something else, or whoever opened it may not.
    """
    proposal = forge.proposal(entry.number)
    who = _makers(proposal, staff)
    rules: list[Urgent] = []
    for file in proposal.files:
        if file.status is not FileStatus.MODIFIED or not _only_taken_down(
            git, proposal.base, proposal.head, file.path
        ):
            raise ForgeError(
                f"{file.path} không chỉ bị gỡ; hãy gỡ khẩn bằng cong withdraw --urgent."
            )
        portal = regulations.get(file.path.split("/")[1])
        found = [] if portal is None else portal.in_force(portal.regulation.urgent, day(now))
        mine = [
            rule
            for rule in found
            if who and all(_may(staff, person, rule, file.path, now) for person in who)
        ]
        if not mine:
            raise ForgeError(
                "người mở, người đẩy bản mới hoặc người viết không giữ chức danh mà quy chế cho gỡ "
                "khẩn; hãy để người giữ chức danh ấy gỡ bằng một đề xuất riêng."
            )
        rules.append(mine[0])
    if not rules:
        raise ForgeError("đề xuất không gỡ mục nào.")
    return tuple(file.path for file in proposal.files), rules[0]


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


def _makers(proposal: Proposal, staff: Staff) -> tuple[Person, ...]:
    """Everybody who had a hand in it: what one of them puts there, the others did not take down.

    None when somebody is not known.
    """
    known, problems = makers(proposal, staff)
    found = [staff.person_of_login(login) for login in (proposal.author, *proposal.pushers)]
    for commit in proposal.commits:
        for address in (commit.author, commit.committer, *commit.co_authors):
            found.append(staff.person_of_email(fold_name(address)))
    people = {person.id: person for person in found if person is not None}
    if problems or None in found or set(people) != set(known):
        return ()
    return tuple(people.values())


def _may_any(staff: Staff, login: str, now: dt.datetime) -> bool:
    """Whether somebody holds a post now: nobody else need be looked at."""
    person = staff.person_of_login(fold_name(login))
    return person is not None and any(each.in_force(now) for each in staff.holdings(person, now))


def _may(staff: Staff, person: Person, rule: Urgent, path: str, now: dt.datetime) -> bool:
    if person.bot:
        return False
    held = [each for each in staff.holdings(person, now) if each.in_force(now)]
    return not any(each.suspended for each in held) and any(
        each.role in rule.roles and each.portal == path.split("/")[1] for each in held
    )


def with_withdrawals(git: Git, main: str, found: Sequence[Standing]) -> str:
    """The commit to publish: the main branch with what is urgently taken down.

    Nothing leads to it but the release that is made of it.

    Raises:
        ForgeError: A withdrawal does not fit the main branch any more.
    """
    commit = git.run("rev-parse", "--verify", f"{main}^{{commit}}").line
    for each in found:
        if each.fault:
            continue
        tree = merged_tree(git, commit, each.entry.head)
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
            f"Gỡ khẩn theo đề xuất {each.entry.number} ({short(each.entry.head)}), ngày "
            f"{format_date(day(each.entry.opened))}\n"
        )
        words = ("commit-tree", tree, "-p", commit, "-p", each.entry.head)
        commit = git.run(*words, stdin=message.encode(), extra=who).line
    return commit
