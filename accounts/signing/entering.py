"""How somebody gets in: a password and a second step, a passkey alone, the province's accounts.

Whoever is not known, is suspended or has typed a wrong password is answered alike, after the same
work. Every attempt is written down as a failure before it is tried, so that many at once do not
pass by the count.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from accounts import schema
from accounts.acting import Act
from accounts.holders import LOCAL, id_of_email, id_of_login, is_suspended
from accounts.log import Action, Change, append
from accounts.schema import credentials
from accounts.signing import sessions, steps, throttle
from accounts.signing.codes import typed_code
from accounts.signing.credentials import (
    SECOND,
    Kind,
    count_of,
    kinds_of,
    of_handle,
    of_person,
    of_secret,
    set_count,
)
from accounts.signing.passkeys import check as check_passkey
from accounts.signing.service import Signing
from accounts.signing.sessions import How
from accounts.signing.steps import Purpose
from accounts.signing.totp import step_of
from accounts.signing.who import holds_anything


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks: the first part of their address, their browser's kind in words, and the value
    of the session's cookie that the browser still has, which ends when a new one begins."""

    prefix: str = ""
    agent: str = ""
    session: str = ""


class Why(StrEnum):
    """Why somebody is not let in."""

    WRONG = "wrong"  # whatever it is: not known, suspended, mistyped
    EXPIRED = "expired"  # the way took too long, or was gone already
    HOLDS_NOTHING = "holds-nothing"  # told only to who has proven who they are


@dataclass(frozen=True, slots=True)
class Waits:
    """Too many failures: nothing was tried, and it may be after so long."""

    wait: dt.timedelta


@dataclass(frozen=True, slots=True)
class Not:
    """Not let in."""

    why: Why


@dataclass(frozen=True, slots=True)
class Halfway:
    """The password was right: the value of the cookie that leads to the second step."""

    step: str


@dataclass(frozen=True, slots=True)
class Entered:
    """In: the value of the session's cookie, and whose it is."""

    secret: str
    person: str


def with_password(
    signing: Signing, typed: str, password: str, visitor: Visitor
) -> Waits | Not | Halfway:
    """The first step: an id or e-mail address with its password."""
    name = throttle.name_key(typed)
    with signing.database.writing() as connection:
        now = _now(signing)
        wait = throttle.waiting(connection, name, visitor.prefix, now)
        if wait:
            return Waits(wait)
        person = id_of_email(connection, typed) or id_of_login(connection, LOCAL, typed)
        attempt = throttle.begin(connection, name, visitor.prefix, now)
        kept = _password(connection, person, now)
    secret = str(kept["secret"]) if kept else None
    right = signing.hasher.check(secret, password)
    fresh = signing.hasher.make(password) if right and signing.hasher.is_stale(secret or "") else ""
    with signing.database.writing() as connection:
        now = _now(signing)
        there = _password(connection, person, now)
        same = right and there is not None and there["secret"] == secret
        if not (person and there and same and _may_enter(connection, person, now)):
            _fail(connection, signing, person, now)
            return Not(Why.WRONG)
        throttle.passed(connection, attempt)
        if fresh:
            act = Act(connection, now)
            act.change(credentials, there["id"], secret=fresh)
            who = (person, signing.account)
            append(connection, now, who, Action.PASSWORD_CHANGED, person, act.changes)
        step = sessions.new_secret(signing.entropy)
        steps.put(connection, step, Purpose.SECOND, person, {}, now)
        return Halfway(step)


def with_code(signing: Signing, step: str, typed: str, visitor: Visitor) -> Waits | Not | Entered:
    """The second step: the authenticator app's code, or a recovery code."""
    with signing.database.writing() as connection:
        now = _now(signing)
        found = steps.find(connection, step, Purpose.SECOND, now)
        if found is None or found.person is None:
            return Not(Why.EXPIRED)
        person = found.person
        name = throttle.second_key(person)
        wait = throttle.waiting(connection, name, visitor.prefix, now)
        if wait:
            return Waits(wait)
        attempt = throttle.begin(connection, name, visitor.prefix, now)
        act = Act(connection, now)
        how = _code(act, person, typed)
        if how is None:
            _fail(connection, signing, person, now)
            return Not(Why.WRONG)
        throttle.passed(connection, attempt)
        steps.drop(connection, step)
        return _enter(signing, act, person, how, visitor)


def _code(act: Act, person: str, typed: str) -> How | None:
    """By what a typed code is right; it is not again."""
    for row in of_person(act.connection, person, Kind.TOTP, act.now):
        last = count_of(act.connection, row["id"])
        taken = step_of(str(row["secret"]), typed, act.now, last)
        if taken is not None:
            set_count(act.connection, row["id"], taken)
            return How.PASSWORD_AND_CODE
    code = typed_code(typed)
    spare = of_secret(act.connection, Kind.RECOVERY, code, act.now) if code else None
    if spare is None or spare["person"] != person:
        return None
    act.change(credentials, int(spare["id"]), ended_at=act.now)
    return How.PASSWORD_AND_RECOVERY


def passkeys_for(signing: Signing, step: str, visitor: Visitor) -> Waits | tuple[str, list[str]]:
    """Makes a challenge for a passkey: the value of its cookie, and the passkeys that will do.

    Args:
        signing: What it stands on.
        step: The cookie of the second step; without one any passkey will do, and alone.
        visitor: Who asks.
    """
    secret = sessions.new_secret(signing.entropy)
    with signing.database.writing() as connection:
        now = _now(signing)
        wait = throttle.ask(connection, visitor.prefix, now)
        if wait:
            return Waits(wait)
        found = steps.find(connection, step, Purpose.SECOND, now)
        person = found.person if found else None
        rows = of_person(connection, person, Kind.PASSKEY, now)
        steps.put(connection, secret, Purpose.PASSKEY, person, {}, now)
    return secret, [str(row["handle"]) for row in rows]


def with_passkey(
    signing: Signing, challenge: str, answer: str, handle: str, visitor: Visitor
) -> Not | Entered:
    """A passkey's answer: alone, or as the second step.

    Args:
        signing: What it stands on.
        challenge: The value of its cookie, out of which ``challenge_bytes`` makes what was signed.
        answer: What the browser says, JSON.
        handle: Which passkey it says has signed.
        visitor: Who asks.
    """
    with signing.database.writing() as connection:
        now = _now(signing)
        found = steps.find(connection, challenge, Purpose.PASSKEY, now)
        if found is None:
            return Not(Why.EXPIRED)
        steps.drop(connection, challenge)
        row = of_handle(connection, handle, now)
        if row is None or found.person not in (None, row["person"]):
            _fail(connection, signing, found.person, now)
            return Not(Why.WRONG)
        person, number = str(row["person"]), int(row["id"])
        key, before = str(row["secret"]), max(0, count_of(connection, number))
        count = check_passkey(signing.settings, answer, challenge_bytes(challenge), key, before)
        if count is None:
            _fail(connection, signing, person, now)
            return Not(Why.WRONG)
        set_count(connection, number, count)
        if found.person is not None:
            steps.drop_of(connection, person)
        how = How.PASSKEY if found.person is None else How.PASSWORD_AND_PASSKEY
        return _enter(signing, Act(connection, now), person, how, visitor)


def challenge_bytes(secret: str) -> bytes:
    """What a passkey has to sign, made of its cookie's value, which no script can read."""
    return hmac.digest(secret.encode(), b"passkey", hashlib.sha256)


def with_claim(signing: Signing, claim: str, value: str, visitor: Visitor) -> Not | Entered:
    """Somebody whom the province's provider has told: found among those registered, never made.

    Args:
        signing: What it stands on.
        claim: By which of its claims.
        value: What it says.
        visitor: Who asks.
    """
    with signing.database.writing() as connection:
        now = _now(signing)
        if claim == "email":
            person = id_of_email(connection, value)
        else:
            person = id_of_login(connection, LOCAL, value)
        if person is None:
            _fail(connection, signing, None, now)
            return Not(Why.HOLDS_NOTHING)
        return _enter(signing, Act(connection, now), person, How.PROVIDER, visitor)


def sign_out(signing: Signing, secret: str) -> None:
    """Ends the session of a cookie's value, if there is one."""
    with signing.database.writing() as connection:
        act = Act(connection, _now(signing))
        person = _end_own(act, secret)
        if person:
            who = (person, signing.account)
            append(connection, act.now, who, Action.SESSIONS_ENDED, person, act.changes)


def _enter(signing: Signing, act: Act, person: str, how: How, visitor: Visitor) -> Not | Entered:
    if is_suspended(act.connection, person, act.now):
        _fail(act.connection, signing, person, act.now, act.changes)
        return Not(Why.WRONG)
    if not holds_anything(act.connection, person, act.now):
        _fail(act.connection, signing, person, act.now, act.changes)
        return Not(Why.HOLDS_NOTHING)
    _end_own(act, visitor.session)
    secret = sessions.new_secret(signing.entropy)
    begun = sessions.begin(act.connection, person, secret, how, visitor.agent, act.now)
    who = (person, signing.account)
    append(act.connection, act.now, who, Action.SIGNED_IN, person, [*act.changes, begun])
    return Entered(secret, person)


def _end_own(act: Act, secret: str) -> str | None:
    """Ends the session that a browser still has, and says whose it was."""
    old = sessions.find(act.connection, secret, act.now)
    if old is None:
        return None
    act.change(schema.sessions, old["id"], ended_at=act.now)
    return str(old["person"])


def _fail(
    connection: Connection,
    signing: Signing,
    person: str | None,
    now: dt.datetime,
    changes: list[Change] | None = None,
) -> None:
    """Writes a failure into the log; also that of nobody known, so that it takes as long."""
    who = ("", signing.account)
    append(connection, now, who, Action.SIGN_IN_FAILED, person or "", changes or [])


def _password(
    connection: Connection, person: str | None, now: dt.datetime
) -> Mapping[str, Any] | None:
    rows = of_person(connection, person, Kind.PASSWORD, now)
    return rows[-1] if rows else None


def _may_enter(connection: Connection, person: str, now: dt.datetime) -> bool:
    """Whether a right password leads on: nobody comes in by one alone."""
    kinds = kinds_of(connection, person, now)
    return bool(kinds & {*map(Kind, SECOND)}) and not is_suspended(connection, person, now)


def _now(signing: Signing) -> dt.datetime:
    return signing.now().astimezone(dt.UTC)
