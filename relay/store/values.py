"""What goes into the database and comes out of it, as plain values."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from relay.cases.events import Happened
from relay.cases.states import State


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be kept.

    Attributes:
        name: What it is called, as it may be shown.
        kind: Its media type, as its bytes say.
        content: The bytes.
    """

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail to be sent once what it tells of is committed.

    Attributes:
        to: Whom: "citizen" (sent only if the address was confirmed), "address-confirm" (the
            citizen's address, asked to confirm itself), "unit:<agency>", "head:<agency>",
            "operator".
        template: Which of theme/templates/mail/, without its ending.
        values: What the template is given beside the case; never personal data or the matter.
    """

    to: str
    template: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewCase:
    """A submission and the case that it opens, all of which is written or nothing.

    Attributes:
        token: The submission's id, its key of idempotency.
        portal: The portal's name.
        kind: The kind of message.
        route: The route's id.
        lang: The language it was sent in.
        about: The item it is about; empty if none.
        unit: The agency it goes to; empty while that is to be told.
        fields: The form's fields, without the contact; empty if sealed.
        contact: ``ho-ten``, ``dia-chi``, ``dien-thoai``, ``thu``; empty if sealed.
        sealed: The age ciphertext, if the route is sealed.
        files: Files sent with it.
        events: What happened, the first of all "received".
        mail: What is to be sent.
        due: When it is due, as the clocks say now; a cache.
        quarantine: Why it is kept apart; empty if it is not.
    """

    token: str
    portal: str
    kind: str
    route: str
    lang: str
    about: str
    unit: str
    fields: Mapping[str, str]
    contact: Mapping[str, str]
    sealed: bytes | None
    files: tuple[NewFile, ...]
    events: tuple[Happened, ...]
    mail: tuple[NewMail, ...]
    due: dt.datetime | None = None
    quarantine: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of keeping a submission.

    Attributes:
        case_id: Its case.
        fresh: Whether it was written now; false if it had been before.
        same: Whether what was sent is what had been sent before under this token.
    """

    case_id: str
    fresh: bool
    same: bool


@dataclass(frozen=True, slots=True)
class FileRow:
    """A kept file without its bytes; ``sha256`` in hex, ``text_id`` 0 if sent at the beginning."""

    id: int
    case_id: str
    name: str
    kind: str
    size: int
    sha256: str
    text_id: int


class TextKind(StrEnum):
    """Whose words they are. Events carry no matter: they carry a text's id and SHA-256."""

    ADDITION = "addition"  # the citizen adds to the case
    QUESTION = "question"  # the unit asks the citizen
    DRAFT = "draft"  # of an answer
    ANSWER = "answer"
    PUBLIC_DRAFT = "public-draft"  # of the version to be published
    PUBLIC = "public"  # the version approved for publication
    NOTE = "note"  # among officers


@dataclass(frozen=True, slots=True)
class Text:
    """A text that belongs to a case; never changed once written.

    Attributes:
        id: Its number.
        case_id: The case.
        kind: Whose words.
        body: The words.
        author: The officer's id; empty for the citizen.
        at: When.
        sha256: Of the words in UTF-8, in hex.
    """

    id: int
    case_id: str
    kind: TextKind
    body: str
    author: str
    at: dt.datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list.

    Attributes:
        case_id: The case.
        portal: The portal's name.
        kind: The kind of message.
        route: The route's id.
        about: The item it is about.
        title: Its title (``tieu-de``); empty if it has none or is sealed.
        state: Where it stands.
        unit: The agency.
        due: When it is due; a cache.
        submitted_at: When it was received.
        changed_at: When something last happened.
        sealed: Whether only the unit's own key opens it.
        quarantine: Why it was kept apart; empty if it was not.
    """

    case_id: str
    portal: str
    kind: str
    route: str
    about: str
    title: str
    state: State
    unit: str
    due: dt.datetime | None
    submitted_at: dt.datetime
    changed_at: dt.datetime
    sealed: bool
    quarantine: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a case's chain: how many events, and the seal of the last."""

    case_id: str
    number: int
    seal: str
