"""Who is who and who holds what: plain frozen values, and the questions that are asked of a staff.

What is listed in a database (``accounts.holders``) or by a forge's teams fills these in; the gate
asks. Nothing here knows a database, the network or the clock.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from regulation.model import Role


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
        """What is on record: begun or not, ended and revoked included.

        What was written down only after the moment may be among it, since it says when it was.
        """


OWN_HOST = "cong.invalid"
"""Where nobody has mail (RFC 2606): the addresses that are made of ids end so."""


def own_address(person: str) -> str:
    """What stands for somebody's address in what is made here: their id, and nothing of theirs.

    Who has which id only the database tells (G5).
    """
    return f"{person}@{OWN_HOST}"


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
