"""Sessions: a random value in a cookie, its hash in the database, and when it has to end.

A cookie's value is never kept: who reads the database cannot sign in with what stands there.
"""

import base64
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from accounts.log import Change
from accounts.schema import sessions
from accounts.signing.credentials import digest

IDLE = dt.timedelta(minutes=30)
"""Without a request for so long a session ends."""

ABSOLUTE = dt.timedelta(hours=12)
"""A session ends after so long whatever is done in it: a working day and its overtime."""

TOUCH = dt.timedelta(minutes=1)
"""How exactly it is known when somebody was last seen: not every request writes."""


class How(StrEnum):
    """How somebody signed in."""

    PASSWORD_AND_CODE = "password+totp"  # noqa: S105 - words
    PASSWORD_AND_RECOVERY = "password+recovery"  # noqa: S105
    PASSWORD_AND_PASSKEY = "password+passkey"  # noqa: S105
    PASSKEY = "passkey"
    PROVIDER = "oidc"


HOW: Mapping[str, str] = {
    How.PASSWORD_AND_CODE: "mật khẩu và mã xác thực",
    How.PASSWORD_AND_RECOVERY: "mật khẩu và mã dự phòng",
    How.PASSWORD_AND_PASSKEY: "mật khẩu và khóa truy cập",
    How.PASSKEY: "khóa truy cập",
    How.PROVIDER: "tài khoản của tỉnh",
}
"""What each way is called."""


def new_secret(entropy: Callable[[int], bytes]) -> str:
    """A value for a cookie: 256 random bits."""
    return base64.urlsafe_b64encode(entropy(32)).decode().rstrip("=")


def begin(
    connection: Connection, person: str, secret: str, how: How, agent: str, now: dt.datetime
) -> Change:
    """Writes a new session down, and gives what the log says of it."""
    number = (connection.execute(select(func.max(sessions.c.id))).scalar() or 0) + 1
    told = {"person": person, "how": how.value, "agent": agent}
    times = {"begun_at": now, "seen_at": now, "ended_at": None}
    row = {"id": number, "hash": digest(secret), **told, **times}
    connection.execute(insert(sessions).values(row))
    return Change(sessions.name, number, told)


def find(connection: Connection, secret: str, now: dt.datetime) -> Mapping[str, Any] | None:
    """The session that goes with a cookie's value, if it lasts."""
    if not secret:
        return None
    query = select(sessions).where(sessions.c.hash == digest(secret))
    row = connection.execute(query).mappings().first()
    return dict(row) if row and lasts(row, now) else None


def lasts(row: Mapping[Any, Any], now: dt.datetime) -> bool:
    """Whether a session lasts at a moment, as far as its own times go."""
    return (
        row["ended_at"] is None and now < row["seen_at"] + IDLE and now < row["begun_at"] + ABSOLUTE
    )


def touch(connection: Connection, number: int, now: dt.datetime) -> None:
    """Writes down that somebody was seen in a session, unless it was ended meanwhile."""
    this = (sessions.c.id == number) & sessions.c.ended_at.is_(None)
    connection.execute(update(sessions).where(this).values(seen_at=now))


def open_sessions(
    connection: Connection, now: dt.datetime, person: str | None = None
) -> Sequence[Mapping[str, Any]]:
    """Sessions that last at a moment, the newest first; of one person or of all."""
    query = select(sessions).where(sessions.c.ended_at.is_(None))
    query = query.where(sessions.c.begun_at > now - ABSOLUTE, sessions.c.seen_at > now - IDLE)
    if person is not None:
        query = query.where(sessions.c.person == person)
    rows = connection.execute(query.order_by(sessions.c.id.desc())).mappings()
    return [dict(row) for row in rows]


_BROWSERS = (
    ("Edge", r"\bEdg"),
    ("Cốc Cốc", r"\bcoc_coc"),
    ("Opera", r"\bOPR/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|CriOS|Chromium)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("máy Mac", "Macintosh"),
    ("Linux", "Linux"),
)


def agent_words(agent: str) -> str:
    """A browser's kind in words, "Firefox trên Windows": nothing that tells one apart."""
    browser = next((name for name, mark in _BROWSERS if re.search(mark, agent)), "trình duyệt khác")
    system = next((name for name, mark in _SYSTEMS if mark in agent), "máy khác")
    return f"{browser} trên {system}"
