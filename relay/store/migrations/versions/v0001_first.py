"""The first tables.

The types are written out here: what this version made does not change when the code does.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STAYING = ("submissions", "events", "texts", "attachments")
"""Tables whose rows are neither changed nor deleted by what the relay does day by day."""


def upgrade() -> None:
    """Makes the tables; on SQLite also what keeps history from being changed by a slip."""
    op.create_table(
        "cases",
        _text("id"),
        _text("portal"),
        _text("kind"),
        _text("route"),
        _text("lang"),
        _text("about"),
        _text("code_hash"),
        sa.Column("sealed", sa.LargeBinary),
        _text("state"),
        _text("unit"),
        _moment("due", maybe=True),
        _count("number"),
        _text("seal"),
        _moment("submitted_at"),
        _moment("changed_at"),
        _moment("closed_at", maybe=True),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("code_hash", name="uq_cases_code_hash"),
    )
    op.create_index("ix_cases_portal_unit", "cases", ["portal", "unit", "state"])
    op.create_index("ix_cases_portal_due", "cases", ["portal", "due"])
    op.create_index("ix_cases_portal_submitted", "cases", ["portal", "submitted_at"])
    op.create_table(
        "submissions",
        _text("token"),
        _text("case"),
        _moment("at"),
        _text("sent"),
        _text("fields"),
        _text("quarantine"),
        sa.PrimaryKeyConstraint("token", name="pk_submissions"),
        sa.UniqueConstraint("case", name="uq_submissions_case"),
        sa.ForeignKeyConstraint(
            ["case"],
            ["cases.id"],
            name="fk_submissions_case",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    _of_a_case("contacts", _bytes("sealed"))
    _of_a_case("case_keys", _bytes("wrapped"))
    op.create_table(
        "events",
        _count("running"),
        _text("case"),
        _count("number"),
        _text("did"),
        _moment("at"),
        _text("text"),
        _text("seal"),
        sa.PrimaryKeyConstraint("running", name="pk_events"),
        sa.UniqueConstraint("case", "number", name="uq_events_case"),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_events_case"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_at", "events", ["at"])
    _numbered(
        "texts",
        _text("kind"),
        _text("body"),
        _text("author"),
        _moment("at"),
        _text("sha256"),
    )
    _numbered(
        "attachments",
        sa.Column("text", sa.Integer),
        _text("name"),
        _text("kind"),
        _count("size"),
        _text("sha256"),
        _bytes("content"),
        sa.ForeignKeyConstraint(["text"], ["texts.id"], name="fk_attachments_text"),
    )
    _numbered(
        "outbox",
        _text("to"),
        _text("template"),
        _text("values"),
        _text("message_id"),
        _moment("at"),
        _count("tries"),
        _moment("next_at"),
        _moment("done_at", maybe=True),
        _text("outcome"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
    )
    waiting = sa.text("done_at IS NULL")
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["next_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "spent",
        _text("challenge"),
        _moment("expires"),
        sa.PrimaryKeyConstraint("challenge", name="pk_spent"),
    )
    op.create_index("ix_spent_expires", "spent", ["expires"])
    op.create_table(
        "held",
        _text("token"),
        sa.Column("place", sa.Integer, autoincrement=False, nullable=False),
        _text("name"),
        _text("kind"),
        _moment("expires"),
        _bytes("content"),
        sa.PrimaryKeyConstraint("token", "place", name="pk_held"),
    )
    op.create_index("ix_held_expires", "held", ["expires"])
    _of_a_case("ratings", _count("score"), _text("words"), _moment("at"))
    _of_a_case(
        "addresses",
        _text("token_hash"),
        _moment("asked_at"),
        _count("asked"),
        _moment("confirmed_at", maybe=True),
        sa.UniqueConstraint("token_hash", name="uq_addresses_token_hash"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in STAYING:
            for what in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'what was received is only added to'); END"
                )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _moment(name: str, *, maybe: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=maybe)


def _of_a_case(table: str, *columns: "sa.Column[Any] | sa.Constraint") -> None:
    """A table of which a case has at most one row."""
    op.create_table(
        table,
        _text("case"),
        *columns,
        sa.PrimaryKeyConstraint("case", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=f"fk_{table}_case"),
    )


def _numbered(table: str, *columns: "sa.Column[Any] | sa.Constraint") -> None:
    """A table of which a case has many rows, counted by the database."""
    op.create_table(
        table,
        _count("id"),
        _text("case"),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=f"fk_{table}_case"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_case", table, ["case"])
