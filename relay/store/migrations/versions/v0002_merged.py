"""Which cases were merged is found without reading every event."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds an index over the few events that merge a case into another."""
    merged = sa.text("did = 'merged'")
    op.create_index(
        "ix_events_merged", "events", ["case"], sqlite_where=merged, postgresql_where=merged
    )
