"""What people state of themselves: organisation, title, address, telephone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table; on SQLite also what keeps it from losing rows."""
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_contacts_person"),
    )
    op.create_index("ix_contacts_person", "contacts", ["person"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER contacts_keeps BEFORE DELETE ON contacts "
            "BEGIN SELECT RAISE(ABORT, 'nothing is deleted here'); END"
        )
