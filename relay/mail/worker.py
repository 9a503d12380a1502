"""From the outbox to the way out: each letter until it was taken, with the same Message-ID."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from sqlalchemy import Connection

from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.mail.directory import address_of
from relay.mail.letters import BadAddress, From, Letters
from relay.mail.ways import NotSent, Way
from relay.store.addresses import confirmed_address, question
from relay.store.cases import load
from relay.store.database import Store
from relay.store.keys import Keys
from relay.store.outbox import Mail, dropped, due, failed, sent
from relay.store.writer import Unavailable, Writer

TOGETHER = 10
"""Letters that are taken at once."""

CLAIM = dt.timedelta(minutes=10)
"""How long nobody else takes them: longer than a slow server needs for as many."""

GIVE_UP = dt.timedelta(days=5)
"""How long a letter is tried that the server itself refuses for good; others for ever."""

NO_ADDRESS = "no address"


@dataclass(frozen=True, slots=True)
class Post:
    """What sending stands on.

    Attributes:
        store: For reading.
        writer: For the outbox.
        keys: The server's.
        letters: Writes them.
        way: Sends them.
        author: Who sends.
        portal: The rules of today.
        written: Addresses that the operator wrote down.
        now: Tells the time.
    """

    store: Store
    writer: Writer
    keys: Keys
    letters: Letters
    way: Way
    author: Callable[[], From]
    portal: Callable[[], Portal]
    written: Mapping[str, str]
    now: Callable[[], dt.datetime]


@dataclass(slots=True)
class Sent:
    """What became of the letters of a pass."""

    sent: int = 0
    failed: int = 0
    dropped: int = 0


def send_due(post: Post) -> Sent:
    """Sends what is due, until nothing is or the server does not answer.

    Whoever is killed on the way leaves the letters in the outbox; the one that was just handed
    over may go out once more, with the same Message-ID.

    Raises:
        Unavailable: The database does not answer.
    """
    whole = Sent()
    while True:
        taken = post.writer.run_now(lambda c: due(c, post.now(), TOGETHER, CLAIM))
        if not taken or not _send(post, taken, whole):
            return whole


def _send(post: Post, taken: list[Mail], whole: Sent) -> bool:
    """Sends some letters; whether the server answers."""
    ready: list[tuple[Mail, str, EmailMessage]] = []
    for mail in taken:
        try:
            with post.store.reading() as connection:
                to, letter = _letter(post, connection, mail)
        except BadAddress:
            post.writer.run_now(_dropping(mail, post.now(), NO_ADDRESS))
            whole.dropped += 1
        except Unavailable:
            raise
        except Exception as error:  # one letter that cannot be written keeps no other one back
            post.writer.run_now(_failing(mail, post.now(), NotSent(type(error).__name__)))
            whole.failed += 1
        else:
            ready.append((mail, to, letter))
    answers = post.way.send((to, letter) for _, to, letter in ready)
    gone = False
    for (mail, _, _), fault in zip(ready, answers, strict=True):
        now = post.now()
        if fault is None:
            post.writer.run_now(_sending(mail, now))
            whole.sent += 1
        elif fault.final and now - mail.at > GIVE_UP:
            post.writer.run_now(_dropping(mail, now, str(fault)))
            whole.dropped += 1
        else:
            post.writer.run_now(_failing(mail, now, fault))
            whole.failed += 1
        gone = gone or (fault is not None and fault.gone)
    return not gone


def _letter(post: Post, connection: Connection, mail: Mail) -> tuple[str, EmailMessage]:
    """The address and the letter.

    Raises:
        BadAddress: There is nobody, or no longer anybody, to send it to.
    """
    stored = load(connection, mail.case_id)
    token = ""
    to: str | None
    match mail.to:
        case "citizen":
            to = confirmed_address(connection, mail.case_id, post.keys)
        case "address-confirm":
            asked = question(connection, mail.case_id, post.keys)
            to, token = asked or (None, "")
        case _:
            day = post.now().astimezone(VIETNAM).date()
            receiver = stored.case.receiver
            to = address_of(mail.to, receiver, post.portal(), post.written, day)
            if to is None and post.way.placeholder:
                name = mail.to.rpartition(":")[2]
                to = f"{name}@chua-co-dia-chi.invalid"  # RFC 2606: leads nowhere
    if to is None:
        raise BadAddress(NO_ADDRESS)
    return to, post.letters.letter(mail, to, stored.case.shown, post.author(), token)


def _sending(mail: Mail, now: dt.datetime) -> Callable[[Connection], None]:
    return lambda connection: sent(connection, mail.id, now)


def _dropping(mail: Mail, now: dt.datetime, why: str) -> Callable[[Connection], None]:
    return lambda connection: dropped(connection, mail.id, now, why)


def _failing(mail: Mail, now: dt.datetime, fault: NotSent) -> Callable[[Connection], None]:
    return lambda connection: failed(connection, mail, now, str(fault))
