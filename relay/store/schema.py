"""The tables, as this version of the code knows them. ``migrations`` makes and changes them."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    column,
    text,
)

from accounts.schema import Moment
from accounts.schema import metadata as accounts_metadata

HEAD = "0002"
"""The version of the tables that this code works with: the newest of ``migrations``."""

metadata = MetaData(naming_convention=accounts_metadata.naming_convention)


def _case(*, one: bool = False) -> Column[str]:
    """Which case a row belongs to; ``one`` if a case has at most one."""
    key = ForeignKey("cases.id")
    if one:
        return Column("case", Text, key, primary_key=True)
    return Column("case", Text, key, nullable=False, index=True)


submissions = Table(
    "submissions",
    metadata,
    Column("token", Text, primary_key=True),
    Column(
        "case",
        Text,
        # Asked at the commit: the submission is written first, since it says whether it is new.
        ForeignKey("cases.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
        unique=True,
    ),
    Column("at", Moment, nullable=False),
    Column("sent", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("quarantine", Text, nullable=False),
)
"""What citizens sent. ``sent`` is the print of all of it; ``fields`` is JSON, without the contact,
"{}" if sealed."""

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("portal", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("code_hash", Text, nullable=False, unique=True),
    Column("sealed", LargeBinary),
    Column("state", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("due", Moment),
    Column("number", Integer, nullable=False),
    Column("seal", Text, nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index("ix_cases_portal_unit", "portal", "unit", "state"),
    Index("ix_cases_portal_due", "portal", "due"),
    Index("ix_cases_portal_submitted", "portal", "submitted_at"),
)
"""Cases. From ``kind`` and ``state`` on they are what the events make of them, kept for lists;
``number`` and ``seal`` are the last event's."""

contacts = Table(
    "contacts",
    metadata,
    _case(one=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""Who wrote, AES-GCM under a key of the case's own."""

case_keys = Table(
    "case_keys",
    metadata,
    _case(one=True),
    Column("wrapped", LargeBinary, nullable=False),
)
"""Each case's own key, wrapped by the server's. Backups of these rows are a file of their own that
is kept for 30 days only: what is deleted here is then deleted everywhere."""

events = Table(
    "events",
    metadata,
    Column("running", Integer, primary_key=True),
    Column("case", Text, ForeignKey("cases.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("did", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("seal", Text, nullable=False),
    UniqueConstraint("case", "number", name="uq_events_case"),
    Index("ix_events_at", "at"),
    Index(
        "ix_events_merged",
        "case",
        sqlite_where=text("did = 'merged'"),
        postgresql_where=text("did = 'merged'"),
    ),
    sqlite_autoincrement=True,
)
"""What happened: ``text`` is what was sealed, byte for byte; ``did`` and ``at`` repeat it for
lists. ``running`` counts all events in the order they came; on PostgreSQL it may leap."""

texts = Table(
    "texts",
    metadata,
    Column("id", Integer, primary_key=True),
    _case(),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("sha256", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""What was written in a case after it was opened; never changed."""

attachments = Table(
    "attachments",
    metadata,
    Column("id", Integer, primary_key=True),
    _case(),
    Column("text", Integer, ForeignKey("texts.id")),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""Files, here and not in a folder: a commit and a backup have them or have nothing. The bytes come
last, so that SQLite reads the rest without them."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    _case(),
    Column("to", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("values", Text, nullable=False),
    Column("message_id", Text, nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("outcome", Text, nullable=False),
    Index(
        "ix_outbox_waiting",
        "next_at",
        sqlite_where=column("done_at").is_(None),
        postgresql_where=column("done_at").is_(None),
    ),
    sqlite_autoincrement=True,
)
"""Mail. It waits until ``next_at``, which also keeps it for whoever took it; ``outcome`` is the
last fault, "sent", or why it was dropped."""

spent = Table(
    "spent",
    metadata,
    Column("challenge", Text, primary_key=True),
    Column("expires", Moment, nullable=False, index=True),
)
"""What counts so often until a moment (``spent.py``): challenges that were solved, letters that ask
an address, by its print, chores that one process does for all."""

held = Table(
    "held",
    metadata,
    Column("token", Text, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("content", LargeBinary, nullable=False),
)
"""Files of a form's first step."""

ratings = Table(
    "ratings",
    metadata,
    _case(one=True),
    Column("score", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
"""What citizens thought of the answer."""

addresses = Table(
    "addresses",
    metadata,
    _case(one=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("asked_at", Moment, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("confirmed_at", Moment),
)
"""Whether a case's e-mail address, which is among its contact, was asked and has confirmed itself;
``asked`` counts how often."""
