"""What is proposed and who said what about it: plain frozen values.

Where proposals live (a forge) fills these in; the gate judges them, and asks accounts who may say
it. Nothing here knows Git, the network or the clock.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


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
