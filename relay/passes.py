"""What is done every hour: each case is asked what time alone has brought it.

Asking changes nothing; a case to which something is due is then locked, asked once more and
written, each in a transaction of its own. A pass that is broken off loses nothing: the next one
finds what is still due.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from regulation.portal import Portal
from relay.cases.case import Case, after
from relay.cases.clocks import next_due
from relay.cases.passing import Due, due_acts
from relay.cases.states import Did, State
from relay.store import schema
from relay.store.cases import Unknown, append, erase_contact, load, set_due
from relay.store.database import Store
from relay.store.keys import Keys
from relay.store.values import NewMail
from relay.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Passed:
    """What a pass did.

    Attributes:
        cases: How many cases it asked.
        changed: To how many something happened.
    """

    cases: int
    changed: int


def pass_over(
    portal: Portal, store: Store, writer: Writer, keys: Keys, now: Callable[[], dt.datetime]
) -> Passed:
    """Does to every case of a portal what is due.

    Args:
        portal: The rules as they are now.
        store: For asking.
        writer: For writing.
        keys: For the seals.
        now: Tells the time.

    Raises:
        Unavailable: The database does not answer; what was done until then stays.
    """
    with store.reading() as connection:
        waiting = awake(connection, portal.id)
    changed = 0
    for case_id in waiting:
        with store.reading() as connection:
            stored = load(connection, case_id)
            moment = now()
            found = _asked(connection, stored.case, portal, moment)
            moved = stored.due != next_due(stored.case, portal, moment)
        if found or moved:
            changed += writer.run_now(_work(case_id, portal, keys, now))
    return Passed(len(waiting), changed)


def awake(connection: Connection, portal_id: str) -> list[str]:
    """The cases to which time can still do something: not closed, or with a contact to erase."""
    cases, contacts = schema.cases, schema.contacts
    query = (
        select(cases.c.id)
        .outerjoin(contacts, contacts.c.case == cases.c.id)
        .where(cases.c.portal == portal_id)
        .where(or_(cases.c.state != State.CLOSED.value, contacts.c.case.is_not(None)))
        .order_by(cases.c.id)
    )
    return list(connection.execute(query).scalars())


def _work(
    case_id: str, portal: Portal, keys: Keys, now: Callable[[], dt.datetime]
) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        stored = load(connection, case_id, lock=True)
        moment = now()
        found = _asked(connection, stored.case, portal, moment)
        case = stored.case
        for each in found:
            case = after(case, each.happened)
        due = next_due(case, portal, moment)
        if not found:
            set_due(connection, case_id, due)
            return 0
        happened = [each.happened for each in found]
        append(connection, case_id, happened, keys, mail=[*_mail(found)], due=due)
        if any(each.did is Did.CONTACT_ERASED for each in happened):
            erase_contact(connection, case_id)
        return 1

    return work


def _asked(
    connection: Connection, case: Case, portal: Portal, moment: dt.datetime
) -> tuple[Due, ...]:
    into = None
    if case.merged_into:
        try:
            into = load(connection, case.merged_into).case
        except Unknown:
            into = None
    return due_acts(case, portal, moment, into=into)


def _mail(found: tuple[Due, ...]) -> Iterator[NewMail]:
    for each in found:
        for to in dict.fromkeys(each.to):
            yield NewMail(to, each.template, {})
