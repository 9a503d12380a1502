"""Proof of work (ALTCHA): made here, bound to one submission, taken once.

ALTCHA's library makes challenges and verifies them; whether one is past is told here by the moment
that is given, and that each counts once by a table (``relay.store.spent``): the library takes one
as often as it comes.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

import altcha

LIFE = dt.timedelta(hours=2)
"""How long a challenge may be solved."""

COST = 2_000
"""Rounds of PBKDF2 a try."""

TRIES = range(200, 1_000)
"""How many tries lie before the right one: about a second on a telephone."""

_ALGORITHM = "PBKDF2/SHA-256"
_MAX_PAYLOAD = 4_000


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
    key: bytes,
    *,
    portal: str,
    kind: str,
    token: str,
    now: dt.datetime,
    cost: int = COST,
    tries: range = TRIES,
) -> dict[str, Any]:
    """A challenge as ALTCHA's scripts read it (version 2), bound to one submission.

    Args:
        key: The server's secret for challenges.
        portal: The portal that is written to.
        kind: The kind of message.
        token: The submission's id.
        now: The moment.
        cost: Rounds a try.
        tries: How many tries lie before the right one, at random.

    Returns:
        ``parameters`` (``data.until`` is when it ends, in seconds since 1970) and ``signature``.
    """
    made = altcha.create_challenge(
        _ALGORITHM,
        cost,
        counter=secrets.choice(tries),
        data=_bound(portal, kind, token, now + LIFE),
        hmac_secret=_derived(key, "challenge"),
        hmac_key_secret=_derived(key, "solution"),
    )
    said: dict[str, Any] = made.to_dict()
    return said


def proved(
    payload: str, key: bytes, *, portal: str, kind: str, token: str, now: dt.datetime
) -> Proved | None:
    """The challenge that a payload solves; nothing when it solves none of this submission.

    Args:
        payload: What ALTCHA's script sends: JSON in base64, ``challenge`` and ``solution``.
        key: As given to ``challenge``.
        portal: As given to ``challenge``.
        kind: As given to ``challenge``.
        token: As given to ``challenge``.
        now: The moment.
    """
    if not payload or len(payload) > _MAX_PAYLOAD:
        return None
    try:
        sent = altcha.Payload.from_dict(json.loads(base64.b64decode(payload, validate=True)))
        bound = sent.challenge.parameters.data or {}
        until = dt.datetime.fromtimestamp(int(bound["until"]), dt.UTC)
        if bound != _bound(portal, kind, token, until) or until < now:
            return None
        # Without a signature of the solution the library would work it out at the sender's cost.
        if not sent.challenge.parameters.key_signature:
            return None
        said = altcha.verify_solution(
            sent, _derived(key, "challenge"), hmac_key_secret=_derived(key, "solution")
        )
    except Exception:  # a third party's reader of what anybody may send
        return None
    return Proved(str(sent.challenge.signature), until) if said.verified else None


def _bound(portal: str, kind: str, token: str, until: dt.datetime) -> dict[str, Any]:
    return {"portal": portal, "kind": kind, "token": token, "until": int(until.timestamp())}


def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()
