"""What leaves the relay by an officer's hand: who wrote, a file, the sealed text.

Each look at personal data is an event of the case, written in the transaction that reads what is
looked at: what is not written down is not handed out.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from regulation.portal import Portal
from relay.cases.states import Did
from relay.inbox.desk import Desk
from relay.inbox.seeing import Viewer, parties, sees_matter, sees_sealed
from relay.store.cases import StoredCase, Unknown, append, contact_of, file_content, load
from relay.store.keys import Keys
from relay.store.values import FileRow

SENDER, FILE, SEALED = "sender", "file", "sealed"
"""What was looked at, as the event says it in ``what``."""


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks at what, when.

    Attributes:
        who: The officer.
        portal: The case's portal.
        keys: For the seals.
        now: When.
    """

    who: Viewer
    portal: Portal
    keys: Keys
    now: dt.datetime


def take_sender(connection: Connection, case_id: str, by: Looker) -> Mapping[str, str]:
    """Who sent the case; empty where they left nothing.

    Raises:
        Unknown: There is no such case for them.
        Refused: The contact is erased.
    """
    stored = _load(connection, case_id, by)
    if stored.case.sealed or not _reads(stored, by):
        raise Unknown(case_id)
    _looked(connection, stored, by, what=SENDER)
    return contact_of(connection, case_id, by.keys) or {}


def take_file(
    connection: Connection, case_id: str, file_id: int, by: Looker
) -> tuple[FileRow, bytes]:
    """A file of the case.

    Raises:
        Unknown: There is no such case for them, or it has no such file.
    """
    stored = _load(connection, case_id, by)
    theirs = file_id in {each.id for each in stored.files}
    if stored.case.sealed or not theirs or not _reads(stored, by):
        raise Unknown(case_id)
    found = file_content(connection, file_id)
    if found is None:
        raise Unknown(case_id)
    _looked(connection, stored, by, what=FILE, id=file_id)
    return found


def take_sealed(connection: Connection, case_id: str, by: Looker) -> tuple[str, bytes]:
    """The sealed text as it lies here, and what to call it: opened where the unit's own key is.

    Raises:
        Unknown: There is no such case for them, or nothing sealed in it.
    """
    stored = _load(connection, case_id, by)
    if stored.sealed is None or not sees_sealed(stored.case, by.who, by.portal):
        raise Unknown(case_id)
    _looked(connection, stored, by, what=SEALED)
    return f"{stored.case.shown}.age", stored.sealed


def _load(connection: Connection, case_id: str, by: Looker) -> StoredCase:
    stored = load(connection, case_id, lock=True)
    if stored.portal != by.portal.id:
        raise Unknown(case_id)
    return stored


def _reads(stored: StoredCase, by: Looker) -> bool:
    return sees_matter(stored.case, parties(stored.case, by.who, by.portal))


def _looked(connection: Connection, stored: StoredCase, by: Looker, **what: Any) -> None:
    desk = Desk(connection, stored, by.portal, by.who, by.now, {}, (), by.keys, stored.case)
    desk.add(Did.SEEN, **what)
    append(connection, stored.case.id, desk.happened, by.keys)
