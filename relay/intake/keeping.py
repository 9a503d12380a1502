"""A message becomes a case: what is written, and the one transaction that writes it."""

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from regulation.forms import CONTACT, MessageForm
from regulation.portal import Portal
from relay.abuse.proof import Proved
from relay.abuse.suspicion import Reason
from relay.cases.acts import open_events
from relay.cases.case import Case, after, opened
from relay.cases.clocks import next_due
from relay.cases.events import Happened
from relay.cases.routing import Routed
from relay.intake.tokens import UNSCANNED
from relay.sealing.age import seal
from relay.store.addresses import ADDRESS, ask_address
from relay.store.cases import find_by_token, keep
from relay.store.held import let_go
from relay.store.keys import Keys
from relay.store.spent import spend
from relay.store.values import NewCase, NewFile, NewMail

NEW, SEALED, TO_LOOK = "new-case", "sealed", "quarantined"
"""The mails that tell of a case that has just come (``theme/templates/mail/``)."""


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody sends, checked and about to be kept.

    Attributes:
        id: Of the submission: the key of idempotency.
        form: By which form.
        routed: Where it goes.
        about: The item it is about; empty if none.
        values: What was typed, contact included.
        files: What came with it.
        reasons: Why somebody should look first; none for most.
        unscanned: Whether nobody looked for malware in the files.
        sealed: The message as the sender's browser sealed it: then there are no values and no
            files here.
    """

    id: str
    form: MessageForm
    routed: Routed
    about: str
    values: Mapping[str, str] = field(repr=False)
    files: tuple[NewFile, ...] = ()
    reasons: tuple[Reason, ...] = ()
    unscanned: bool = False
    sealed: bytes | None = field(default=None, repr=False)


BROWSER = "sealed_by_browser"
"""In the first event of a case: its fields and files were seen by nobody and by no check here."""


def new_case(portal: Portal, message: Message, at: dt.datetime) -> NewCase:
    """What is written of a message. What is sealed leaves this function as ciphertext only.

    Args:
        portal: The rules of the day.
        message: The message.
        at: When it is received.

    Raises:
        Refused: It must be sealed and cannot be.
    """
    contact = {name: message.values[name] for name in CONTACT if name in message.values}
    fields = {name: text for name, text in message.values.items() if name not in CONTACT}
    routed = message.routed
    events = list(
        open_events(
            portal,
            message.form.kind,
            routed,
            at,
            signs=[reason.value for reason in message.reasons],
        )
    )
    more = {
        UNSCANNED: message.unscanned and bool(message.files or message.sealed),
        BROWSER: message.sealed is not None,
    }
    said = {name: True for name, holds in more.items() if holds}
    events[0] = replace(events[0], data={**events[0].data, **said})
    case = _case(events)
    made = NewCase(
        token=message.id,
        portal=portal.id,
        kind=message.form.kind,
        route=routed.route.id,
        lang="vi",
        about=message.about,
        unit=case.unit,
        fields=fields,
        contact=contact,
        sealed=None,
        files=message.files,
        events=tuple(events),
        mail=tuple(_mail(message)),
        due=next_due(case, portal, at),
        quarantine=",".join(message.reasons),
    )
    if not routed.route.sealed:
        return made
    if message.sealed is not None:
        return replace(made, sealed=message.sealed)
    sealed = seal(
        portal,
        routed.route,
        routed.sealed_to,
        {
            "kind": message.form.kind,
            "moment": at,
            "fields": fields,
            "contact": contact,
            "files": message.files,
        },
    )
    return replace(made, fields={}, contact={}, files=(), sealed=sealed)


def _case(events: Sequence[Happened]) -> Case:
    return functools.reduce(after, events[1:], opened("", events[0]))


def _mail(message: Message) -> list[NewMail]:
    routed = message.routed
    if message.form.kind in ("rating", "survey"):
        return []  # nobody answers them: they are counted
    # Who receives also triages what nobody has yet, and looks at what seems automatic; at what is
    # sealed only its own unit can look.
    looks = routed.sealed_to or routed.receiver
    to = looks if message.reasons else routed.unit or routed.receiver
    template = TO_LOOK if message.reasons else SEALED if routed.route.sealed else NEW
    return [NewMail(f"unit:{to}" if to else "operator", template, {})]


def keeping(
    new: NewCase,
    keys: Keys,
    at: dt.datetime,
    proof: Proved | None = None,
) -> Callable[[Connection], bool]:
    """The work that keeps a case, for the writer.

    It is done once however often it is asked: a second time it finds the case there. It tells
    whether the case is there: it is not when the proof that came with it was spent before.
    """

    def work(connection: Connection) -> bool:
        if proof is not None:
            if find_by_token(connection, new.token) is not None:
                return True
            if not spend(connection, proof.challenge, proof.expires, at):
                return False
        kept = keep(connection, new, keys, at)
        if kept.fresh:
            if new.files:
                let_go(connection, new.token)  # they were held until now
            if new.contact.get(ADDRESS):
                ask_address(connection, kept.case_id, keys, at)
        return True

    return work
