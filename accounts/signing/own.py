"""What somebody who is signed in does about their own ways in: sessions, password."""

import datetime as dt

from accounts.acting import Act
from accounts.log import Action, append
from accounts.schema import sessions
from accounts.signing import passwords, throttle
from accounts.signing.credentials import Kind, of_person
from accounts.signing.ending import end_credentials, end_sessions
from accounts.signing.entering import Visitor, Waits
from accounts.signing.service import Signing
from accounts.signing.setting_up import add_credential
from accounts.signing.who import SignedIn


def end_session(signing: Signing, who: SignedIn, number: int) -> bool:
    """Ends one of their own sessions; says whether there was one to end."""
    with signing.database.writing() as connection:
        act = Act(connection, signing.now().astimezone(dt.UTC))
        mine = (sessions.c.id == number, sessions.c.person == who.person)
        if not act.rows(sessions, *mine, sessions.c.ended_at.is_(None)):
            return False
        act.change(sessions, number, ended_at=act.now)
        _log(signing, act, who, Action.SESSIONS_ENDED)
        return True


def end_others(signing: Signing, who: SignedIn) -> int:
    """Ends all their sessions but the one that asks, and says how many these were."""
    with signing.database.writing() as connection:
        act = Act(connection, signing.now().astimezone(dt.UTC))
        ended = end_sessions(act, who.person, but=who.session)
        if ended:
            _log(signing, act, who, Action.SESSIONS_ENDED)
        return ended


def has_password(signing: Signing, who: SignedIn) -> bool:
    """Whether they have a password to change."""
    with signing.database.reading() as connection:
        now = signing.now().astimezone(dt.UTC)
        return bool(of_person(connection, who.person, Kind.PASSWORD, now))


def change_password(
    signing: Signing, who: SignedIn, old: str, new: str, again: str, visitor: Visitor
) -> Waits | list[str]:
    """Changes the password of whoever knows the old one; their other sessions end.

    Returns:
        What is wrong, in Vietnamese; nothing when it is done.
    """
    wrong = list(passwords.faults(new, who.person, who.name))
    if new != again:
        wrong.append("Hai lần gõ mật khẩu mới không giống nhau; hãy gõ lại cả hai.")
    if new == old:
        wrong.append("Mật khẩu mới giống mật khẩu đang dùng; hãy chọn mật khẩu khác.")
    if wrong:
        return wrong
    name = throttle.second_key(who.person)
    with signing.database.writing() as connection:
        now = signing.now().astimezone(dt.UTC)
        wait = throttle.waiting(connection, name, visitor.prefix, now)
        if wait:
            return Waits(wait)
        attempt = throttle.begin(connection, name, visitor.prefix, now)
        rows = of_person(connection, who.person, Kind.PASSWORD, now)
    kept = str(rows[-1]["secret"]) if rows else None
    right = signing.hasher.check(kept, old)
    made = signing.hasher.make(new) if right else ""
    with signing.database.writing() as connection:
        act = Act(connection, signing.now().astimezone(dt.UTC))
        rows = of_person(connection, who.person, Kind.PASSWORD, act.now)
        if not right or not rows or rows[-1]["secret"] != kept:
            append(
                connection, act.now, ("", signing.account), Action.SIGN_IN_FAILED, who.person, []
            )
            return ["Mật khẩu đang dùng không đúng; hãy gõ lại."]
        throttle.passed(connection, attempt)
        end_credentials(act, who.person, act.now, [Kind.PASSWORD.value])
        add_credential(act, who.person, Kind.PASSWORD, made)
        end_sessions(act, who.person, but=who.session)
        _log(signing, act, who, Action.PASSWORD_CHANGED)
    return []


def _log(signing: Signing, act: Act, who: SignedIn, action: Action) -> None:
    account = (who.person, signing.account)
    append(act.connection, act.now, account, action, who.person, act.changes)
