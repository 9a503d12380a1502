"""Setting up with a code from the operator: a password, then an app or a passkey, then spare codes.

Nothing counts before the end: the code works until it has led through, once. What was there before
ends then, and nobody is signed in by it: the first sign-in shows that it works.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from accounts.acting import Act
from accounts.holders import is_suspended
from accounts.log import Action, append
from accounts.schema import credentials, people
from accounts.signing import passwords, sessions, steps, throttle
from accounts.signing.codes import new_code, typed_code
from accounts.signing.credentials import Kind, digest, lasting, of_secret, set_count
from accounts.signing.ending import end_credentials, end_sessions
from accounts.signing.entering import Not, Visitor, Waits, Why, challenge_bytes
from accounts.signing.passkeys import NewPasskey, check_new
from accounts.signing.service import Signing
from accounts.signing.steps import Purpose, Step
from accounts.signing.totp import new_secret, step_of

SPARE = 10
"""How many recovery codes (mã dự phòng) somebody is given."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The code was right: the value of the cookie that leads on."""

    step: str


@dataclass(frozen=True, slots=True)
class SettingUp:
    """How far somebody is.

    Attributes:
        person, name: Who.
        totp: The secret for their app; empty before a password was chosen.
    """

    person: str
    name: str
    totp: str


@dataclass(frozen=True, slots=True)
class Done:
    """Set up: the recovery codes, told only now."""

    spare: tuple[str, ...]


def begin(signing: Signing, typed: str, visitor: Visitor) -> Waits | Not | Begun:
    """Takes a set-up code; it works on until the set-up is done, or its time is over."""
    name = f"set-up:{visitor.prefix}"
    with signing.database.writing() as connection:
        now = _now(signing)
        wait = throttle.waiting(connection, name, visitor.prefix, now)
        if wait:
            return Waits(wait)
        attempt = throttle.begin(connection, name, visitor.prefix, now)
        code = typed_code(typed)
        row = of_secret(connection, Kind.SET_UP, code, now) if code else None
        if row is None or is_suspended(connection, row["person"], now):
            append(connection, now, ("", signing.account), Action.SIGN_IN_FAILED, "", [])
            return Not(Why.WRONG)
        throttle.passed(connection, attempt)
        steps.drop_of(connection, row["person"])
        step = sessions.new_secret(signing.entropy)
        steps.put(connection, step, Purpose.SET_UP, row["person"], {"code": row["id"]}, now)
        return Begun(step)


def look(signing: Signing, step: str) -> SettingUp | None:
    """How far somebody is; none when it took too long."""
    with signing.database.reading() as connection:
        found = _find(connection, step, _now(signing))
        return _told(connection, found) if found else None


def choose_password(signing: Signing, step: str, password: str, again: str) -> Not | list[str]:
    """Takes a password, or says what is wrong with it; a second time it takes the new one."""
    with signing.database.reading() as connection:
        found = _find(connection, step, _now(signing))
        who = _told(connection, found) if found else None
    if who is None:
        return Not(Why.EXPIRED)
    wrong = list(passwords.faults(password, who.person, who.name))
    if not wrong and password != again:
        wrong = ["Hai lần gõ mật khẩu không giống nhau; hãy gõ lại cả hai."]
    if wrong:
        return wrong
    made = signing.hasher.make(password)
    with signing.database.writing() as connection:
        found = _find(connection, step, _now(signing))
        if found is None:
            return Not(Why.EXPIRED)
        totp = found.data.get("totp") or new_secret(signing.entropy)
        steps.change(connection, step, {**found.data, "password": made, "totp": totp})
    return []


def by_app(signing: Signing, step: str, typed: str, visitor: Visitor) -> Waits | Not | Done:
    """Ends the set-up with an app that shows the right code."""
    with signing.database.writing() as connection:
        now = _now(signing)
        found = _ready(connection, step, now)
        if found is None or found.person is None:
            return Not(Why.EXPIRED)
        name = throttle.second_key(found.person)
        wait = throttle.waiting(connection, name, visitor.prefix, now)
        if wait:
            return Waits(wait)
        attempt = throttle.begin(connection, name, visitor.prefix, now)
        taken = step_of(found.data["totp"], typed, now)
        if taken is None:
            return Not(Why.WRONG)
        throttle.passed(connection, attempt)
        act = Act(connection, now)
        return _finish(signing, act, step, found, found.data["totp"], taken)


def passkey_challenge(signing: Signing, step: str) -> tuple[str, SettingUp] | None:
    """Makes a challenge for a new passkey: the value of its cookie, and whose it will be."""
    with signing.database.writing() as connection:
        now = _now(signing)
        found = _ready(connection, step, now)
        if found is None:
            return None
        secret = sessions.new_secret(signing.entropy)
        steps.put(connection, secret, Purpose.PASSKEY, found.person, {}, now)
        return secret, _told(connection, found)


def by_passkey(signing: Signing, step: str, challenge: str, answer: str, label: str) -> Not | Done:
    """Ends the set-up with a passkey that was just made.

    Args:
        signing: What it stands on.
        step: The cookie of the set-up.
        challenge: The cookie of the challenge.
        answer: What the browser says, JSON.
        label: What the passkey is to be called: the browser's kind in words.
    """
    with signing.database.writing() as connection:
        now = _now(signing)
        found = _ready(connection, step, now)
        asked = steps.find(connection, challenge, Purpose.PASSKEY, now)
        if found is None or asked is None or asked.person != found.person:
            return Not(Why.EXPIRED)
        steps.drop(connection, challenge)
        made = check_new(signing.settings, answer, challenge_bytes(challenge))
        taken = credentials.c.handle == (made.handle if made else "")
        if made is None or connection.execute(select(credentials.c.id).where(taken)).first():
            return Not(Why.WRONG)
        return _finish(signing, Act(connection, now), step, found, made, made.count, label)


def _finish(
    signing: Signing,
    act: Act,
    step: str,
    found: Step,
    second: str | NewPasskey,
    count: int,
    label: str = "",
) -> Done:
    person = str(found.person)
    end_credentials(act, person, act.now)
    end_sessions(act, person)
    steps.drop_of(act.connection, person)
    add_credential(act, person, Kind.PASSWORD, str(found.data["password"]))
    if isinstance(second, NewPasskey):
        values = {"handle": second.handle, "label": label}
        number = add_credential(act, person, Kind.PASSKEY, second.public_key, **values)
    else:
        number = add_credential(act, person, Kind.TOTP, second)
    set_count(act.connection, number, count)
    spare = tuple(new_code(signing.entropy) for _ in range(SPARE))
    for code in spare:
        add_credential(act, person, Kind.RECOVERY, digest(code))
    who = (person, signing.account)
    append(act.connection, act.now, who, Action.SET_UP, person, act.changes)
    return Done(spare)


def add_credential(
    act: Act, person: str, kind: Kind, secret: str, *, handle: str = "", label: str = ""
) -> int:
    """Writes a credential down that counts from now until it is ended, and gives its number."""
    return act.add(
        credentials,
        person=person,
        kind=kind.value,
        secret=secret,
        handle=handle,
        label=label,
        added_at=act.now,
        expires_at=None,
        ended_at=None,
    )


def _find(connection: Connection, step: str, now: dt.datetime) -> Step | None:
    """The step, while the code that led to it still counts: the operator may have ended it."""
    found = steps.find(connection, step, Purpose.SET_UP, now)
    if found is None or is_suspended(connection, str(found.person), now):
        return None
    code = select(credentials.c.id).where(credentials.c.id == found.data["code"], lasting(now))
    return found if connection.execute(code).first() else None


def _ready(connection: Connection, step: str, now: dt.datetime) -> Step | None:
    """The step, when a password has been chosen."""
    found = _find(connection, step, now)
    return found if found and _has_password(found.data) else None


def _has_password(data: Mapping[str, Any]) -> bool:
    return "password" in data


def _told(connection: Connection, step: Step) -> SettingUp:
    name = connection.execute(select(people.c.name).where(people.c.id == step.person)).scalar()
    return SettingUp(str(step.person), str(name), str(step.data.get("totp", "")))


def _now(signing: Signing) -> dt.datetime:
    return signing.now().astimezone(dt.UTC)
