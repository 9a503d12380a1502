"""What Alembic runs: ``accounts.opening`` hands over a connection with its transaction begun."""

from accounts.opening import migrate
from accounts.schema import metadata

migrate(metadata)
