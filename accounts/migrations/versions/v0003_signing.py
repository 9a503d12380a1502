"""Signing in: desks, credentials, sessions, and what passes away: steps, attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEPT = ("desks", "credentials", "sessions")
"""Tables from which nothing is deleted."""


def upgrade() -> None:
    """Makes the tables; on SQLite also what keeps them from losing rows."""
    op.create_table(
        "desks",
        *_numbered("desks"),
        sa.Column("portal", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        _moment("since"),
        _moment("until", nullable=True),
        _moment("recorded_at"),
    )
    op.create_table(
        "credentials",
        *_numbered("credentials"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("handle", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        _moment("added_at"),
        _moment("expires_at", nullable=True),
        _moment("ended_at", nullable=True),
    )
    op.create_table(
        "counts",
        sa.Column("credential", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("credential", name="pk_counts"),
        sa.ForeignKeyConstraint(["credential"], ["credentials.id"], name="fk_counts_credential"),
    )
    op.create_table(
        "sessions",
        *_numbered("sessions"),
        sa.Column("hash", sa.Text, nullable=False),
        _moment("begun_at"),
        _moment("seen_at"),
        _moment("ended_at", nullable=True),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.UniqueConstraint("hash", name="uq_sessions_hash"),
    )
    op.create_table(
        "steps",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=True),
        sa.Column("data", sa.JSON, nullable=False),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("hash", name="pk_steps"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_steps_person"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        _moment("at"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    for table in KEPT:
        op.create_index(f"ix_{table}_person", table, ["person"])
    op.create_index("ix_credentials_secret", "credentials", ["secret"])
    for column in ("name", "prefix"):
        op.create_index(f"ix_attempts_{column}", "attempts", [column])
    given = sa.text("handle != ''")
    op.create_index(
        "uq_credentials_handle",
        "credentials",
        ["handle"],
        unique=True,
        sqlite_where=given,
        postgresql_where=given,
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in KEPT:
            op.execute(
                f"CREATE TRIGGER {table}_keeps BEFORE DELETE ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'nothing is deleted here'); END"
            )


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _numbered(table: str) -> list[sa.Column[object] | sa.Constraint]:
    return [
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=f"fk_{table}_person"),
    ]
