"""What ends together: somebody's desks, ways in, sessions. Part of an act, which logs it."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import or_

from accounts.acting import Act
from accounts.schema import credentials, desks, sessions


def end_desks(act: Act, person: str, at: dt.datetime) -> None:
    """Ends all that somebody answers for, from a moment."""
    lasting = or_(desks.c.until.is_(None), desks.c.until > at)
    for row in act.rows(desks, desks.c.person == person, lasting):
        act.change(desks, row["id"], until=at)


def end_credentials(
    act: Act, person: str, at: dt.datetime, kinds: Sequence[str] | None = None
) -> None:
    """Ends by what somebody proves who they are, from a moment: all of it, or some kinds."""
    lasting = or_(credentials.c.ended_at.is_(None), credentials.c.ended_at > at)
    chosen = [] if kinds is None else [credentials.c.kind.in_(kinds)]
    for row in act.rows(credentials, credentials.c.person == person, lasting, *chosen):
        act.change(credentials, row["id"], ended_at=at)


def end_sessions(act: Act, person: str, *, but: int | None = None) -> int:
    """Ends somebody's sessions at once, all or all but one, and says how many.

    What is ended is no longer there for the next request, which asks the database.
    """
    open_ones = act.rows(sessions, sessions.c.person == person, sessions.c.ended_at.is_(None))
    ended = [row["id"] for row in open_ones if row["id"] != but]
    for number in ended:
        act.change(sessions, number, ended_at=act.now)
    return len(ended)
