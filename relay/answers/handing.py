"""Handing cleared answers out of the database, and writing down what became of them."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from regulation.findings import Finding, Refused, errors
from regulation.portal import Portal
from relay.answers.answer import Answer, answer_of, item_id
from relay.answers.looking import findings, given_out, private_in, senders_own
from relay.answers.public import read_public
from relay.answers.senders import senders_of
from relay.cases.acts import REASON_MOST, happen
from relay.cases.case import after
from relay.cases.clocks import next_due
from relay.cases.events import Happened
from relay.cases.states import Did, Party, State
from relay.store.cases import Row, StoredCase, append, listing, load
from relay.store.keys import Keys
from relay.store.texts import texts_of

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Held:
    """A cleared answer that is not handed out.

    Attributes:
        item: The id of the item that was to hold it.
        findings: Why; personal data in them are covered.
    """

    item: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Handed:
    """What waits for publication.

    Attributes:
        answers: What may be proposed.
        held: What was cleared and must be mended first.
    """

    answers: tuple[Answer, ...]
    held: tuple[Held, ...]


PRIVATE_REASON = (
    "Bản công khai không được duyệt. Lý do có dữ liệu cá nhân nên không ghi ở đây; xem ở đề xuất "
    "của Ban Biên tập."
)
"""What the history says for a reason that has somebody's data in it."""


class Stale(Exception):
    """What is told is about a version that is not the cleared one any more."""


def to_publish(
    connection: Connection, portal: Portal, keys: Keys, known: Collection[str]
) -> Handed:
    """Every answer of the portal that the board cleared and that is not published.

    Args:
        connection: For reading.
        portal: Which.
        keys: The server's.
        known: Addresses and numbers that the portal itself gives out.
    """
    answers: list[Answer] = []
    held: list[Held] = []
    for row in _answered(connection, portal.id):
        try:
            stored = load(connection, row.case_id)
            made = _answer(connection, stored, keys)
            found = tuple(_found(connection, stored, made, keys, known)) if made else ()
        except Refused as refused:
            made, found = None, refused.findings
        if found:
            held.append(Held(item_id(row.case_id, keys), found))
        elif made:
            answers.append(made)
    return Handed(tuple(answers), tuple(held))


def _found(
    connection: Connection, stored: StoredCase, made: Answer, keys: Keys, known: Collection[str]
) -> Iterator[Finding]:
    """What keeps an answer here: by the patterns, and by who sent it or what was merged into it."""
    yield from errors(findings(made.public, known))
    for sender in senders_of(connection, stored.case, keys).values():
        yield from senders_own(made.public, sender)


def _answered(connection: Connection, portal: str) -> Iterator[Row]:
    for offset in range(0, 10**9, _PAGE):
        rows = listing(connection, portal, states={State.ANSWERED}, limit=_PAGE, offset=offset)
        yield from rows
        if len(rows) < _PAGE:
            return


def _answer(connection: Connection, stored: StoredCase, keys: Keys) -> Answer | None:
    """The answer as its cleared text says it.

    Raises:
        Refused: The text that was cleared is not there, or cannot be read.
    """
    case = stored.case
    if not case.cleared or case.sealed:
        return None
    texts = [text for text in texts_of(connection, case.id) if text.sha256 == case.public]
    if not texts:
        message = "Không thấy bản công khai đã duyệt; hãy soạn lại và trình duyệt lại."
        raise Refused([Finding("bản công khai", message)])
    return answer_of(case, stored.events, stored.about, read_public(texts[-1].body), keys)


def published(
    connection: Connection,
    case_id: str,
    version: str,
    commit: str,
    address: str,
    keys: Keys,
    portal: Portal,
    at: dt.datetime,
) -> bool:
    """Writes down that an answer is live.

    Args:
        connection: The writer's.
        case_id: The case.
        version: The digest of what was published.
        commit: The commit that holds it.
        address: Where it stands on the site.
        keys: The server's.
        portal: The case's.
        at: When.

    Returns:
        Whether it was news: told a second time it changes nothing.

    Raises:
        Stale: Another version is the cleared one now.
        Refused: The case is not where it could be published.
        relay.store.cases.Unknown: There is no such case.
    """

    def done(stored: StoredCase) -> bool:
        case = stored.case
        return case.state is State.PUBLISHED and case.public == version

    data = {"commit": commit, "address": address}
    return _told(
        connection, case_id, version, keys, portal, at, done, Did.PUBLISHED, Party.SYSTEM, data
    )


def not_published(
    connection: Connection,
    case_id: str,
    version: str,
    reason: str,
    keys: Keys,
    portal: Portal,
    at: dt.datetime,
) -> bool:
    """Writes down that an answer is not published as it is: refused by the board, or sent back.

    The unit may draft another public version, which the board clears anew.

    Args:
        connection: The writer's.
        case_id: The case.
        version: The digest of what was refused.
        reason: The board's, or what the checks found. One with personal data in it is not kept,
            since a history is for ever: it is said that there was one.
        keys: The server's.
        portal: The case's.
        at: When.

    Returns:
        Whether it was news.

    Raises:
        Stale: Another version is the cleared one now.
        Refused: The case is not where it could be withheld.
        relay.store.cases.Unknown: There is no such case.
    """

    def done(stored: StoredCase) -> bool:
        case = stored.case
        return case.state is State.WITHHELD and case.public == version

    stored = load(connection, case_id, lock=True)
    senders = senders_of(connection, stored.case, keys).values()
    private = private_in(reason, senders, given_out(portal))
    data = {"reason": PRIVATE_REASON if private else reason[:REASON_MOST]}
    return _told(
        connection, case_id, version, keys, portal, at, done, Did.WITHHELD, Party.BOARD, data
    )


def _told(
    connection: Connection,
    case_id: str,
    version: str,
    keys: Keys,
    portal: Portal,
    at: dt.datetime,
    done: Callable[[StoredCase], bool],
    did: Did,
    party: Party,
    data: dict[str, str],
) -> bool:
    stored = load(connection, case_id, lock=True)
    case = stored.case
    if done(stored):
        return False
    if case.portal != portal.id or not case.cleared or case.public != version:
        raise Stale(case.shown)
    happened: Happened = happen(case, did, party, "", at, data, portal=portal)
    due = next_due(after(case, happened), portal, at)
    append(connection, case_id, [happened], keys, due=due)
    return True
