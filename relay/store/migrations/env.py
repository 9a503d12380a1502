"""What Alembic runs: ``accounts.opening`` hands over a connection with its transaction begun."""

from accounts.opening import migrate
from relay.store.schema import metadata

migrate(metadata)
