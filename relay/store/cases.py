"""Cases in the database: kept, read, added to."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Connection, insert, select, update

from relay.cases.case import BrokenHistory, Case, replay
from relay.cases.chain import sealed_all
from relay.cases.events import Event, Happened
from relay.store.contacts import contact_of, erase_contact, keep_contact
from relay.store.files import add_files, file_content, files_of
from relay.store.history import events_of, heads, write_events
from relay.store.inserting import insert_once
from relay.store.keys import Keys
from relay.store.listing import listing
from relay.store.outbox import post
from relay.store.schema import cases, submissions
from relay.store.values import FileRow, Kept, NewCase, NewFile, NewMail, Row

__all__ = [
    "AS_IT_WAS",
    "Kept",
    "NewCase",
    "NewFile",
    "NewMail",
    "Row",
    "StoredCase",
    "Unknown",
    "append",
    "contact_of",
    "erase_contact",
    "file_content",
    "files_of",
    "find_by_code",
    "find_by_token",
    "heads",
    "keep",
    "listing",
    "load",
    "set_due",
]


class _AsItWas(Enum):
    AS_IT_WAS = "as it was"


AS_IT_WAS = _AsItWas.AS_IT_WAS


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as it stands, and what was sent.

    Attributes:
        case: What its events make of it: state, unit and all else that changes.
        events: Its history.
        token: Of its submission; the tracking code is ``Keys.code`` of it.
        portal: The portal's name.
        kind: The kind of message, as it is now.
        route: The route's id, as it is now.
        lang: The language it was sent in.
        about: The item it is about; empty if none.
        unit: The agency that has it; empty while that is to be told.
        fields: The form's fields; empty if sealed.
        sealed: The age ciphertext, if it is sealed.
        files: Its files, without their bytes, those of additions too.
        submitted_at: When it was received.
        due: When it is due; a cache.
        quarantine: Why it was kept apart; empty if it was not.
    """

    case: Case
    events: tuple[Event, ...]
    token: str
    portal: str
    kind: str
    route: str
    lang: str
    about: str
    unit: str
    fields: Mapping[str, str]
    sealed: bytes | None
    files: tuple[FileRow, ...]
    submitted_at: dt.datetime
    due: dt.datetime | None
    quarantine: str


_OPEN = insert(cases)  # made once: making a statement takes as long as running it


class Unknown(Exception):
    """There is no such case."""


def keep(connection: Connection, new: NewCase, keys: Keys, at: dt.datetime) -> Kept:
    """Writes a submission, its case, its first events, its files and the mail to be sent.

    A second time with the same token nothing is written and the same case is told.

    Args:
        connection: The writer's: all of it is committed, or none.
        new: What was sent.
        keys: The server's.
        at: When it was received.

    Raises:
        relay.cases.case.BrokenHistory: The events are no case's beginning.
    """
    sent = _sent(new, keys)
    case_id = _submitted(connection, new, sent, keys, at)
    if case_id is None:
        before = connection.execute(
            select(submissions.c.case, submissions.c.sent).where(submissions.c.token == new.token)
        ).one()
        return Kept(before.case, fresh=False, same=before.sent == sent)
    events = sealed_all(case_id, new.events, keys.history)
    case = replay(events)
    connection.execute(
        _OPEN,
        {
            "id": case_id,
            "portal": new.portal,
            "kind": case.kind,
            "route": case.route,
            "lang": new.lang,
            "about": new.about,
            "code_hash": keys.code_hash(keys.code(new.token)),
            "sealed": new.sealed,
            "state": case.state.value,
            "unit": case.unit or new.unit,
            "due": new.due,
            "number": case.number,
            "seal": case.head,
            "submitted_at": at,
            "changed_at": case.changed_at,
            "closed_at": case.closed_at,
        },
    )
    write_events(connection, events)
    keep_contact(connection, case_id, new.contact, keys, fresh=True)
    add_files(connection, case_id, new.files)
    post(connection, case_id, "event 1", new.mail, keys, at)
    return Kept(case_id, fresh=True, same=True)


def _submitted(
    connection: Connection, new: NewCase, sent: str, keys: Keys, at: dt.datetime
) -> str | None:
    """The id of the case to be opened; none if the token was there already."""
    attempt = 0
    while True:
        case_id = keys.case_id(new.token, attempt)
        if insert_once(
            connection,
            submissions,
            token=new.token,
            case=case_id,
            at=at,
            sent=sent,
            fields=json.dumps(dict(new.fields), ensure_ascii=False),
            quarantine=new.quarantine,
        ):
            return case_id
        there = select(submissions.c.token).where(submissions.c.token == new.token)
        if connection.execute(there).one_or_none() is not None:
            return None
        attempt += 1  # another submission has these eight letters


def _sent(new: NewCase, keys: Keys) -> str:
    """The print of what was sent. What is sealed is another ciphertext each time: left out."""
    words = {
        "portal": new.portal,
        "kind": new.kind,
        "about": new.about,
        "fields": dict(new.fields),
        "contact": dict(new.contact),
        "files": [[each.name, hashlib.sha256(each.content).hexdigest()] for each in new.files],
    }
    return keys.sent_hash(json.dumps(words, sort_keys=True).encode())


def load(connection: Connection, case_id: str, *, lock: bool = False) -> StoredCase:
    """A case.

    Args:
        connection: Of ``Store.reading``, or the writer's.
        case_id: Its 8 letters.
        lock: Whether nobody else may change it until the commit; for a work of the writer.

    Raises:
        Unknown: There is none.
    """
    query = (
        select(cases, submissions.c.token, submissions.c.fields, submissions.c.quarantine)
        .join(submissions, submissions.c.case == cases.c.id)
        .where(cases.c.id == case_id)
    )
    if lock:
        query = query.with_for_update(of=cases)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Unknown(case_id)
    events = events_of(connection, case_id)
    case = replay(events)
    return StoredCase(
        case=case,
        events=events,
        token=row.token,
        portal=row.portal,
        kind=case.kind,
        route=case.route,
        lang=row.lang,
        about=row.about,
        unit=case.unit or row.unit,
        fields=json.loads(row.fields),
        sealed=row.sealed,
        files=files_of(connection, case_id),
        submitted_at=row.submitted_at,
        due=row.due,
        quarantine=row.quarantine,
    )


def find_by_code(connection: Connection, code_hash: str, portal: str | None = None) -> str | None:
    """The case that a tracking code's hash (``Keys.code_hash``) belongs to.

    Args:
        connection: Of ``Store.reading``, or the writer's.
        code_hash: The hash.
        portal: Only a case of this portal; of any if None.
    """
    query = select(cases.c.id).where(cases.c.code_hash == code_hash)
    if portal is not None:
        query = query.where(cases.c.portal == portal)
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found


def find_by_token(connection: Connection, token: str) -> str | None:
    """The case that a submission opened; none if it was never kept."""
    found: str | None = connection.execute(
        select(submissions.c.case).where(submissions.c.token == token)
    ).scalar_one_or_none()
    return found


def append(
    connection: Connection,
    case_id: str,
    happened: Sequence[Happened],
    keys: Keys,
    *,
    mail: Sequence[NewMail] = (),
    due: dt.datetime | _AsItWas | None = AS_IT_WAS,
) -> tuple[Event, ...]:
    """Adds to a case's history, and sends mail about it.

    The caller has asked ``relay.cases`` whether it may happen, in the same work, on what
    ``load(…, lock=True)`` gave. State, unit, kind and route are worked out anew from all events.

    Args:
        connection: The writer's.
        case_id: The case.
        happened: What, in order; at least one.
        keys: For the seals.
        mail: What is to be sent.
        due: When the case is due from now on; None when no clock runs.

    Raises:
        Unknown: There is no such case.
        relay.cases.case.BrokenHistory: It cannot have happened, or the chain's end is not where
            the case says.
    """
    if not happened:
        raise ValueError("nothing happened")
    row = connection.execute(
        select(cases.c.number, cases.c.seal).where(cases.c.id == case_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise Unknown(case_id)
    before = events_of(connection, case_id)
    if (len(before), before[-1].seal) != (row.number, row.seal):
        raise BrokenHistory(f"Vụ việc {case_id}: lịch sử không kết thúc ở sự kiện mà vụ việc ghi.")
    events = sealed_all(case_id, happened, keys.history, number=row.number, previous=row.seal)
    case = replay((*before, *events))
    write_events(connection, events)
    changed = {
        "kind": case.kind,
        "route": case.route,
        "state": case.state.value,
        "unit": case.unit,
        "number": case.number,
        "seal": case.head,
        "changed_at": case.changed_at,
        "closed_at": case.closed_at,
    }
    if due is not AS_IT_WAS:
        changed["due"] = due
    connection.execute(update(cases).where(cases.c.id == case_id).values(changed))
    post(connection, case_id, f"event {row.number + 1}", mail, keys, events[0].happened.at)
    return events


def set_due(connection: Connection, case_id: str, due: dt.datetime | None) -> None:
    """Keeps when a case is due, for lists; None when no clock runs."""
    connection.execute(update(cases).where(cases.c.id == case_id).values(due=due))
