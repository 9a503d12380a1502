"""What Alembic runs: ``accounts.database`` hands over a connection with its transaction begun."""

from alembic import context

from accounts.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
)
with context.begin_transaction():
    context.run_migrations()
