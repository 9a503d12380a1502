"""What is forgotten by itself: spent challenges and files of a first step whose time is over.

Contacts are not: the hourly pass erases them, each with an event in its case's history.
"""

import datetime as dt

from relay.store.held import sweep_held
from relay.store.spent import sweep_spent
from relay.store.writer import Writer


def sweep(writer: Writer, now: dt.datetime) -> tuple[int, int]:
    """Forgets what is past: how many challenges, how many files.

    Raises:
        Unavailable: The database does not answer; what is past is not taken all the same.
    """
    return writer.run_now(
        lambda connection: (sweep_spent(connection, now), sweep_held(connection, now))
    )
