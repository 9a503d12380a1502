"""What is proposed, who said what about it, and who may say it: plain frozen values.

Where proposals live (a forge) and where the staff is listed (accounts, a forge's teams) fill these
in; the gate judges them. Nothing here knows Git, the network or the clock.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from regulation.model import Role


class FileStatus(StrEnum):
    """What a proposal does to a file."""

    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One changed file.

    Attributes:
        path: From the root of the checkout, with forward slashes.
        status: What is done to it.
        old_path: Where it was, when it is renamed.
    """

    path: str
    status: FileStatus = FileStatus.MODIFIED
    old_path: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that the change touches: a rename touches two."""
        return (self.path,) if self.old_path is None else (self.old_path, self.path)


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of a proposal; the people in it are e-mail addresses.

    Attributes:
        id: The full hash.
        author: Who wrote the change.
        committer: Who made the commit.
        co_authors: Those of its ``Co-authored-by`` lines.
    """

    id: str
    author: str
    committer: str
    co_authors: tuple[str, ...] = ()


class Verdict(StrEnum):
    """What a review says. A comment is no verdict."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    COMMENT = "comment"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Review:
    """One review (biên tập, thẩm định) of a proposal.

    Attributes:
        who: The login of whoever gave it.
        verdict: What it says; ``DISMISSED`` when it was taken back and what it said is lost.
        commit: The commit that was looked at.
        at: When it was given.
        ground: The id of the ground for refusal (lý do từ chối), if it refuses.
        bot: Whether the forge says that a program gave it.
        dismissed_at: When it was taken back, if it was.
    """

    who: str
    verdict: Verdict
    commit: str
    at: dt.datetime
    ground: str | None = None
    bot: bool = False
    dismissed_at: dt.datetime | None = None

    @property
    def dismissed(self) -> bool:
        """Whether it was taken back."""
        return self.verdict is Verdict.DISMISSED or self.dismissed_at is not None

    @property
    def settled(self) -> dt.datetime:
        """When it came to say what it says now: when given, or when taken back."""
        return self.at if self.dismissed_at is None else self.dismissed_at


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal (đề xuất): a change that somebody asks to publish.

    Attributes:
        id: The forge's number.
        title: In the words of whoever opened it.
        author: The login of whoever opened it.
        base: The commit of the base branch it stands on.
        head: The commit that would be published.
        commits: Those between the two, the head among them.
        files: Every file that changes.
        reviews: In any order.
        opened, updated: When it was opened and last changed.
        draft: Whether its author still works on it.
        from_fork: Whether its branch lies in another repository.
        pushers: Logins of those who pushed to it, where the forge tells. A commit's e-mail
            addresses are written by whoever makes it; who pushed is not.
        commits_truncated, files_truncated, reviews_truncated: Whether the forge gave only a part.
    """

    id: str
    title: str
    author: str
    base: str
    head: str
    commits: tuple[Commit, ...]
    files: tuple[ChangedFile, ...]
    reviews: tuple[Review, ...]
    opened: dt.datetime
    updated: dt.datetime
    draft: bool = False
    from_fork: bool = False
    pushers: tuple[str, ...] = ()
    commits_truncated: bool = False
    files_truncated: bool = False
    reviews_truncated: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known, under all their names.

    Attributes:
        id: What tells one person from another, whatever the login.
        logins: On the forges. Upper and lower case are the same.
        emails: For commits. Upper and lower case are the same.
        bot: Whether it is a program. It may write what it is known for; it never reviews.
    """

    id: str
    logins: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody holds a role at a portal from one moment until before another.

    Attributes:
        person: Who.
        role: What the post may do.
        portal: The portal's id.
        fields: The fields (lĩnh vực) a member answers for; none means none.
        since: The first moment.
        until: The first moment no more; none means until further notice.
        suspended: Whether the person's access is suspended (tạm ngừng).

    Raises:
        ValueError: A time without its time zone.
    """

    person: Person
    role: Role
    portal: str
    since: dt.datetime
    until: dt.datetime | None = None
    fields: frozenset[str] = frozenset()
    suspended: bool = False

    def __post_init__(self) -> None:
        _demand_zones((self.since, self.until))

    def in_force(self, at: dt.datetime) -> bool:
        """Whether it holds at the moment."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Grant:
    """The record of a delegation (giấy ủy quyền): one person lets another act in a role.

    It always ends: a regulation lets a head be stood in for, not replaced.

    Attributes:
        grantor: Who delegates.
        delegate: Who may act.
        role: The role handed over.
        portal: The portal's id.
        since, until: From which moment, until before which.
        recorded_at: When it was written down.
        revoked_at: When it was revoked (thu hồi), if it was.

    Raises:
        ValueError: A time without its time zone.
    """

    grantor: Person
    delegate: Person
    role: Role
    portal: str
    since: dt.datetime
    until: dt.datetime
    recorded_at: dt.datetime
    revoked_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        _demand_zones((self.since, self.until, self.recorded_at, self.revoked_at))


class Staff(Protocol):
    """Who is who and who holds what. Logins and e-mail addresses come folded (``fold_name``)."""

    def person_of_login(self, login: str) -> Person | None:
        """Whose login it is; none when nobody's."""

    def person_of_email(self, email: str) -> Person | None:
        """Whose e-mail address it is; none when nobody's."""

    def holdings(self, person: Person, at: dt.datetime) -> Iterable[Holding]:
        """What the person holds at a moment, the suspended included."""

    def delegations(self, at: dt.datetime) -> Iterable[Grant]:
        """What is on record at a moment: begun or not, ended and revoked included."""


def fold_name(name: str) -> str:
    """A login or e-mail address as it is compared: upper and lower case are the same."""
    return name.strip().casefold()


def is_aware(moment: dt.datetime) -> bool:
    """Whether the moment says its time zone, so that it can be compared."""
    return moment.utcoffset() is not None


def _demand_zones(moments: Iterable[dt.datetime | None]) -> None:
    for moment in moments:
        if moment is not None and not is_aware(moment):
            raise ValueError(f"Thời điểm {moment} không ghi múi giờ.")
