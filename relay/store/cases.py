"""Cases in the database: kept, read, added to."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from relay.cases.events import Event, Happened
from relay.cases.states import State
from relay.store.keys import Keys
from relay.store.values import FileRow, Head, Kept, NewCase, NewMail, Row

if TYPE_CHECKING:
    from relay.cases.case import Case  # type: ignore[import-not-found]


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as it stands: what CASES knows of it (``case``) and what was sent.

    Attributes:
        case: Its events replayed.
        events: Its history.
        portal, kind, route, lang, about, unit: As it was sent; ``unit`` as it is now.
        fields: The form's fields; empty if sealed.
        sealed: The age ciphertext, if it is sealed.
        files: Its files, without their bytes, those of additions too.
        submitted_at: When it was received.
        due: When it is due; a cache.
        quarantine: Why it was kept apart; empty if it was not.
    """

    case: "Case"
    events: tuple[Event, ...]
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


class Unknown(Exception):
    """There is no such case."""


def keep(connection: Connection, new: NewCase, keys: Keys, at: dt.datetime) -> Kept:
    """Writes a submission, its case, its first events, its files and the mail to be sent.

    A second time with the same token nothing is written and the same case is told.
    """
    raise NotImplementedError


def load(connection: Connection, case_id: str, *, lock: bool = False) -> StoredCase:
    """A case.

    Args:
        connection: Of ``Store.reading``, or the writer's.
        case_id: Its 8 letters.
        lock: Whether nobody else may change it until the commit; for a work of the writer.

    Raises:
        Unknown: There is none.
    """
    raise NotImplementedError


def find_by_code(connection: Connection, code_hash: str) -> str | None:
    """The case that a tracking code's hash (``Keys.code_hash``) belongs to."""
    raise NotImplementedError


def append(
    connection: Connection,
    case_id: str,
    happened: Sequence[Happened],
    keys: Keys,
    *,
    mail: Sequence[NewMail] = (),
    due: dt.datetime | None = None,
) -> tuple[Event, ...]:
    """Adds to a case's history, and sends mail about it.

    The caller has asked ``relay.cases`` whether it may happen, in the same work, on what
    ``load(…, lock=True)`` gave. State and unit are worked out anew from all events.

    Args:
        connection: The writer's.
        case_id: The case.
        happened: What, in order.
        keys: For the seals.
        mail: What is to be sent.
        due: When the case is due from now on; None when no clock runs.

    Raises:
        Unknown: There is no such case.
    """
    raise NotImplementedError


def listing(
    connection: Connection,
    portal: str,
    *,
    units: Collection[str] | None = None,
    states: Collection[State] | None = None,
    kinds: Collection[str] | None = None,
    routes: Collection[str] | None = None,
    due_before: dt.datetime | None = None,
    newest_first: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> list[Row]:
    """Cases of a portal, those due first before the others; newest first if asked."""
    raise NotImplementedError


def heads(connection: Connection, portal: str | None = None) -> Iterator[Head]:
    """The end of every case's chain, in the order of their ids."""
    raise NotImplementedError
