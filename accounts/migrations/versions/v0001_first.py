"""The first tables.

The types are written out here: what this version made does not change when the code does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEPT = ("people", "logins", "emails", "keys", "holdings", "suspensions", "delegations", "log")
"""Tables from which nothing is deleted."""


def upgrade() -> None:
    """Makes the tables; on SQLite also what keeps them from losing rows."""
    op.create_table(
        "people",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("bot", sa.Boolean, nullable=False),
        _moment("added_at"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_table(
        "logins",
        *_numbered("logins", "person"),
        sa.Column("forge", sa.Text, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        _moment("added_at"),
        _moment("ended_at", nullable=True),
    )
    op.create_table(
        "emails",
        *_numbered("emails", "person"),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        _moment("added_at"),
        _moment("ended_at", nullable=True),
    )
    op.create_table(
        "keys",
        *_numbered("keys", "person"),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        _moment("added_at"),
        _moment("revoked_at", nullable=True),
        sa.UniqueConstraint("fingerprint", name="uq_keys_fingerprint"),
    )
    op.create_table(
        "holdings",
        *_numbered("holdings", "person"),
        sa.Column("portal", sa.Text, nullable=False),
        sa.Column("post", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        _moment("since"),
        _moment("until", nullable=True),
        _moment("recorded_at"),
    )
    op.create_table(
        "suspensions",
        *_numbered("suspensions", "person"),
        _moment("since"),
        _moment("until", nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        _moment("recorded_at"),
    )
    op.create_table(
        "delegations",
        *_numbered("delegations", "grantor", "delegate"),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("portal", sa.Text, nullable=False),
        _moment("since"),
        _moment("until"),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("document_date", sa.Date, nullable=False),
        _moment("recorded_at"),
        _moment("revoked_at", nullable=True),
    )
    op.create_table(
        "log",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        _moment("at"),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_log"),
    )
    for table in ("logins", "emails", "keys", "holdings", "suspensions"):
        op.create_index(f"ix_{table}_person", table, ["person"])
    for column in ("grantor", "delegate"):
        op.create_index(f"ix_delegations_{column}", "delegations", [column])
    current = sa.text("ended_at IS NULL")
    for table, columns in (("logins", ["forge", "folded"]), ("emails", ["folded"])):
        op.create_index(
            f"uq_{table}_current",
            table,
            columns,
            unique=True,
            sqlite_where=current,
            postgresql_where=current,
        )
    if op.get_bind().dialect.name == "sqlite":
        _keep_rows()


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _numbered(table: str, *people: str) -> list[sa.Column[object] | sa.Constraint]:
    columns: list[sa.Column[object] | sa.Constraint] = [
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]
    for name in people:
        columns.append(sa.Column(name, sa.Text, nullable=False))
        columns.append(sa.ForeignKeyConstraint([name], ["people.id"], name=f"fk_{table}_{name}"))
    return columns


def _keep_rows() -> None:
    """Against a slip of the hand; against whoever may write the file there is the log's chain."""
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_keeps BEFORE DELETE ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'nothing is deleted here'); END"
        )
    op.execute(
        "CREATE TRIGGER log_stays BEFORE UPDATE ON log "
        "BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END"
    )
