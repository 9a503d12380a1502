"""Challenges that were solved: each counts once. ALTCHA's own library takes one twice."""

import datetime as dt

from sqlalchemy import Connection, delete

from relay.store.inserting import insert_once
from relay.store.schema import spent


def spend(connection: Connection, challenge: str, expires: dt.datetime, now: dt.datetime) -> bool:
    """Whether a challenge is spent now for the first time; one that is past is never taken.

    Args:
        connection: The writer's, in the same work as ``keep``.
        challenge: What tells it from every other.
        expires: Until before when it can be solved; it is remembered until then.
        now: Now.
    """
    return now < expires and insert_once(connection, spent, challenge=challenge, expires=expires)


def sweep_spent(connection: Connection, now: dt.datetime) -> int:
    """Forgets what is past: it would not be taken anyway. How many."""
    return connection.execute(delete(spent).where(spent.c.expires <= now)).rowcount
