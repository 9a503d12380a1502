"""Proof of work (ALTCHA): made here, bound to one submission, taken once."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

LIFE = dt.timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Proved:
    """A challenge that was solved.

    Attributes:
        challenge: Its id, to be spent in the same transaction (``relay.store.spent``).
        expires: When it could be forgotten.
    """

    challenge: str
    expires: dt.datetime


def challenge(
    key: bytes, *, portal: str, kind: str, token: str, now: dt.datetime
) -> dict[str, Any]:
    """A challenge as ALTCHA's scripts read it (version 2), bound to one submission."""
    raise NotImplementedError


def proved(
    payload: str, key: bytes, *, portal: str, kind: str, token: str, now: dt.datetime
) -> Proved | None:
    """The challenge that a payload solves; nothing when it solves none of this submission."""
    raise NotImplementedError
