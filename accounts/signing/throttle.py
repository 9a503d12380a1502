"""Guessing is slowed down, more and more, and nobody is ever locked out for good.

Failures count three ways: of one name from one place, of one name from anywhere, and from one
place whatever the name. A person who has signed in from a place before is not kept waiting there
by what others do elsewhere, or from beside them. Names that exist are treated as those that do not.
"""

import datetime as dt
import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from accounts.schema import attempts
from accounts.staff import fold_name
from regulation.vietnamese import nfc

KEPT = dt.timedelta(days=30)
"""How long an attempt is remembered."""

NONE = dt.timedelta()


@dataclass(frozen=True, slots=True)
class Growth:
    """How waiting grows: not at all at first, then twice as long after each failure.

    Attributes:
        free: Failures that cost nothing.
        first: How long to wait after one more.
        longest: How long to wait at most.
        window: Failures older than this are forgotten.
    """

    free: int
    first: dt.timedelta
    longest: dt.timedelta
    window: dt.timedelta

    def wait(self, failed: Sequence[dt.datetime], now: dt.datetime) -> dt.timedelta:
        """How long is left to wait after failures at these moments."""
        recent = [moment for moment in failed if now - moment < self.window]
        over = len(recent) - self.free
        if over < 0 or not recent:
            return NONE
        # Larger numbers do not fit into a span of time, and this is longer than any longest.
        pause = min(self.first * int(2 ** min(over, 30)), self.longest)
        return max(NONE, max(recent) + pause - now)


_SECOND = dt.timedelta(seconds=1)
_MINUTE = dt.timedelta(minutes=1)
_DAY = dt.timedelta(days=1)

NAME_HERE = Growth(5, 2 * _SECOND, 15 * _MINUTE, _DAY)
"""One name from one place: five slips are free, soon about a hundred guesses a day are left."""

NAME_ANYWHERE = Growth(20, _SECOND, _MINUTE, _DAY)
"""One name from anywhere: many machines that guess at one person."""

PLACE = Growth(30, _SECOND, _MINUTE, 60 * _MINUTE)
"""One place whatever the name: a whole office may stand behind one address."""


CHALLENGES = Growth(60, _SECOND, _MINUTE, 10 * _MINUTE)
"""Challenges for passkeys, which anybody may ask for and which are written down."""


def name_key(typed: str) -> str:
    """What stands for a typed name: what people type by mistake (a password) is not kept."""
    folded = fold_name(nfc(typed))
    return hashlib.sha256(folded.encode()).hexdigest()[:16]


def second_key(person: str) -> str:
    """What stands for somebody at their second step, which only their password leads to."""
    return f"2:{person}"


def prefix_of(address: str) -> str:
    """The first part of an address: /24, or /48 of IPv6, which is what one customer has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    found = mapped or parsed
    bits = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network((found, bits), strict=False))


def waiting(connection: Connection, name: str, prefix: str, now: dt.datetime) -> dt.timedelta:
    """How long somebody has to wait before the next attempt.

    Args:
        connection: See ``Database.writing``: who asks goes on to ``begin``, and nobody between.
        name: See ``name_key``.
        prefix: See ``prefix_of``.
        now: When.
    """
    of = attempts.c
    rows = connection.execute(
        select(of.at, of.prefix, of.passed)
        .where(of.name == name, of.at > now - KEPT)
        .order_by(of.id)
    ).all()
    here = [(row.at, row.passed) for row in rows if row.prefix == prefix]
    wait = NAME_HERE.wait(_since_passed(here), now)
    if any(passed for _, passed in here):
        return wait
    wait = max(wait, NAME_ANYWHERE.wait(_since_passed([(r.at, r.passed) for r in rows]), now))
    from_here = connection.execute(
        select(of.at).where(of.prefix == prefix, ~of.passed, of.at > now - PLACE.window)
    )
    return max(wait, PLACE.wait(list(from_here.scalars()), now))


def ask(connection: Connection, prefix: str, now: dt.datetime) -> dt.timedelta:
    """Counts a challenge that is asked for; says how long to wait when it is too many."""
    name = f"challenge:{prefix}"
    made = connection.execute(
        select(attempts.c.at).where(
            attempts.c.name == name, attempts.c.at > now - CHALLENGES.window
        )
    )
    wait = CHALLENGES.wait(list(made.scalars()), now)
    if not wait:
        begin(connection, name, "-", now)  # no failure of that place
    return wait


def _since_passed(made: Sequence[tuple[dt.datetime, bool]]) -> list[dt.datetime]:
    """The failures after the last success."""
    passed = [at for at, (_, right) in enumerate(made) if right]
    return [moment for moment, _ in made[passed[-1] + 1 if passed else 0 :]]


def begin(connection: Connection, name: str, prefix: str, now: dt.datetime) -> int:
    """Writes an attempt down as a failure, before it is known, and gives its number.

    Many that are made at once so count one after the other.
    """
    connection.execute(delete(attempts).where(attempts.c.at < now - KEPT))
    number = (connection.execute(select(func.max(attempts.c.id))).scalar() or 0) + 1
    values = {"id": number, "at": now, "name": name, "prefix": prefix, "passed": False}
    connection.execute(insert(attempts).values(values))
    return number


def passed(connection: Connection, number: int) -> None:
    """Says that an attempt was right after all."""
    connection.execute(update(attempts).where(attempts.c.id == number).values(passed=True))
