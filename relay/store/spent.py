"""What counts so often until a moment: a solved challenge, a letter to an address, an hour's chore.

ALTCHA's own library takes a solution as often as it comes.
"""

import datetime as dt

from sqlalchemy import Connection, delete, select

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


def spend_one_of(
    connection: Connection, name: str, most: int, until: dt.datetime, now: dt.datetime
) -> bool:
    """Whether one of so many is left; it is taken then, until the moment.

    Args:
        connection: The writer's.
        name: What they are of: no challenge is called so.
        most: How many there are.
        until: When the one that is taken now is there again.
        now: Now.
    """
    places = [f"{name} {place}" for place in range(most)]
    rows = connection.execute(
        select(spent.c.challenge, spent.c.expires).where(spent.c.challenge.in_(places))
    )
    taken = {row.challenge: row.expires for row in rows}
    for place in places:
        if place in taken and taken[place] <= now:
            connection.execute(
                delete(spent).where(spent.c.challenge == place, spent.c.expires <= now)
            )
        elif place in taken:
            continue
        if insert_once(connection, spent, challenge=place, expires=until):
            return True
    return False


def let_go_of(connection: Connection, name: str, until: dt.datetime) -> None:
    """Gives back what was taken of ``spend_one_of`` until the moment."""
    mine = spent.c.challenge.like(f"{name} %") & (spent.c.expires == until)
    connection.execute(delete(spent).where(mine))


def sweep_spent(connection: Connection, now: dt.datetime) -> int:
    """Forgets what is past: it would not be taken anyway. How many."""
    return connection.execute(delete(spent).where(spent.c.expires <= now)).rowcount
