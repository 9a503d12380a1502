"""An answer that the board cleared for publication, as the workflow is given it. Pure."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from regulation.yamlfile import VIETNAM
from relay.answers.public import PublicVersion
from relay.cases.case import Case
from relay.cases.events import Event
from relay.cases.states import Did
from relay.store.crockford import letters
from relay.store.keys import Keys

FORMS: Mapping[str, str] = {
    "question": "question",
    "feedback": "feedback",
    "petition": "petition",
    "complaint": "complaint",
    "comment": "comment",
    "information-request": "question",
    "letter": "feedback",
}
"""By the kind of message the form under which its answer is published (content type ``answer``); a
comment stands under its consultation. What is not here is never published: denunciations, ratings,
answers to surveys."""

_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """What may be published of a case. There is no contact in it, and no word of the original.

    Attributes:
        case: The case's id. It goes no further than the private interface: not into Git.
        item: The id of the item that is to hold it, which tells nobody the case's.
        version: The digest of the public version that was cleared.
        portal: The portal's id.
        form: One of ``FORMS``'s values.
        public: The words.
        received: The day of receipt in Viet Nam.
        answered: The day of the answer.
        answered_by: The agency's id.
        about: The id of the item that it is about; empty if none.
        cleared: When the board cleared it: what was decided of it before is decided anew.
    """

    case: str
    item: str
    version: str
    portal: str
    form: str
    public: PublicVersion
    received: dt.date
    answered: dt.date
    answered_by: str
    about: str
    cleared: dt.datetime

    def to_json(self) -> dict[str, Any]:
        """As the private interface tells it."""
        return {
            "case": self.case,
            "item": self.item,
            "version": self.version,
            "portal": self.portal,
            "form": self.form,
            "title": self.public.title,
            "subject": self.public.subject,
            "question": self.public.question,
            "answer": self.public.answer,
            "received": self.received.isoformat(),
            "answered": self.answered.isoformat(),
            "answered_by": self.answered_by,
            "about": self.about,
            "cleared": self.cleared.isoformat(),
        }


def answer_of(
    case: Case, events: Iterable[Event], about: str, public: PublicVersion, keys: Keys
) -> Answer | None:
    """What may be published of a case; none when nothing may.

    Args:
        case: The case.
        events: Its history.
        about: The id of the item that it is about.
        public: The text whose digest the case says was cleared.
        keys: For the item's id.
    """
    form = FORMS.get(case.kind)
    cleared = [e.happened.at for e in events if e.happened.did is Did.CLEARED]
    if case.sealed or not case.cleared or form is None or case.answered_at is None:
        return None
    if form == "comment" and not about:
        return None
    return Answer(
        case=case.id,
        item=item_id(case.id, keys),
        version=case.public,
        portal=case.portal,
        form=form,
        public=public,
        received=_day(case.received_at),
        answered=_day(case.answered_at),
        answered_by=case.unit,
        about=about,
        cleared=cleared[-1],
    )


def item_id(case_id: str, keys: Keys) -> str:
    """The id of the item that publishes a case: the same each time, and of no use to find the case.

    A case's id has 40 bits: a plain digest of it could be tried out, so it is made with a secret
    of the server.
    """
    made = hmac.new(keys.cases, b"cong answer item\0" + case_id.encode(), hashlib.sha256)
    return f"hd-{letters(made.digest(), _LETTERS).lower()}"


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(VIETNAM).date()
