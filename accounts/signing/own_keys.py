"""The passkeys of somebody who is signed in: one more, or one less but never the last way in.

Both take a session that has just begun: whoever finds a browser that was left open neither makes
themselves a key nor takes the owner's away.
"""

import datetime as dt
from enum import StrEnum

from sqlalchemy import select

from accounts.acting import Act
from accounts.log import Action, append
from accounts.schema import credentials
from accounts.signing import sessions, steps
from accounts.signing.credentials import SECOND, Kind, kinds_of, of_person, set_count
from accounts.signing.ending import end_sessions
from accounts.signing.entering import challenge_bytes
from accounts.signing.passkeys import check_new
from accounts.signing.service import Signing
from accounts.signing.setting_up import add_credential
from accounts.signing.steps import Purpose
from accounts.signing.who import SignedIn

FRESH = dt.timedelta(minutes=15)
"""For how long after signing in passkeys may be changed."""

MOST = 10
"""Passkeys of one person."""


class Changed(StrEnum):
    """What became of it."""

    DONE = "done"
    NOT_FRESH = "not-fresh"  # the session began too long ago
    NOT_HERE = "not-here"  # they set up no way in here: the province's accounts answer for them
    TOO_MANY = "too-many"
    WRONG = "wrong"  # what the browser says is no new passkey, or took too long
    LAST = "last"  # nothing would stand beside the password any more
    NONE = "none"  # they have no such passkey


def is_fresh(who: SignedIn, now: dt.datetime) -> bool:
    """Whether they have signed in just now."""
    return now - who.since <= FRESH


def ask(signing: Signing, who: SignedIn) -> Changed | tuple[str, list[str]]:
    """Makes a challenge for one more passkey: its cookie's value, and the passkeys there are."""
    with signing.database.writing() as connection:
        now = _now(signing)
        if not is_fresh(who, now):
            return Changed.NOT_FRESH
        if Kind.PASSWORD not in kinds_of(connection, who.person, now):
            return Changed.NOT_HERE
        there = of_person(connection, who.person, Kind.PASSKEY, now)
        if len(there) >= MOST:
            return Changed.TOO_MANY
        secret = sessions.new_secret(signing.entropy)
        steps.put(connection, secret, Purpose.PASSKEY, who.person, _FOR, now)
        return secret, [str(row["handle"]) for row in there]


def add(signing: Signing, who: SignedIn, challenge: str, answer: str, label: str) -> Changed:
    """Takes a passkey that was just made.

    Args:
        signing: What it stands on.
        who: Whose.
        challenge: The cookie of the challenge.
        answer: What the browser says, JSON.
        label: What it is to be called: the browser's kind in words.
    """
    with signing.database.writing() as connection:
        now = _now(signing)
        asked = steps.find(connection, challenge, Purpose.PASSKEY, now)
        if asked is None or asked.person != who.person or asked.data != _FOR:
            return Changed.WRONG
        steps.drop(connection, challenge)
        if not is_fresh(who, now):
            return Changed.NOT_FRESH
        made = check_new(signing.settings, answer, challenge_bytes(challenge))
        taken = credentials.c.handle == (made.handle if made else "")
        if made is None or connection.execute(select(credentials.c.id).where(taken)).first():
            return Changed.WRONG
        act = Act(connection, now)
        number = add_credential(
            act, who.person, Kind.PASSKEY, made.public_key, handle=made.handle, label=label
        )
        set_count(connection, number, made.count)
        account = (who.person, signing.account)
        append(connection, now, account, Action.PASSKEY_ADDED, who.person, act.changes)
    return Changed.DONE


def remove(signing: Signing, who: SignedIn, number: int) -> Changed:
    """Ends one of their passkeys and their other sessions: it may be lost with the device.

    Args:
        signing: What it stands on.
        who: Whose.
        number: Which, as ``credentials`` has it.
    """
    with signing.database.writing() as connection:
        now = _now(signing)
        if not is_fresh(who, now):
            return Changed.NOT_FRESH
        keys = [row["id"] for row in of_person(connection, who.person, Kind.PASSKEY, now)]
        if number not in keys:
            return Changed.NONE
        if len(keys) == 1 and not kinds_of(connection, who.person, now) & (_SECOND - _THIS):
            return Changed.LAST
        act = Act(connection, now)
        act.change(credentials, number, ended_at=now)
        end_sessions(act, who.person, but=who.session)
        steps.drop_of(connection, who.person)
        account = (who.person, signing.account)
        append(connection, now, account, Action.PASSKEY_ENDED, who.person, act.changes)
    return Changed.DONE


_FOR = {"for": "own"}
"""What tells the challenge of a further passkey from that of signing in."""

_SECOND, _THIS = frozenset(map(Kind, SECOND)), frozenset({Kind.PASSKEY})


def _now(signing: Signing) -> dt.datetime:
    return signing.now().astimezone(dt.UTC)
