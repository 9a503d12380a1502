"""What citizens thought of an answer."""

import datetime as dt

from sqlalchemy import Connection, delete, insert

from relay.store.schema import ratings

SCORES = range(1, 6)


def rate(connection: Connection, case_id: str, score: int, words: str, at: dt.datetime) -> None:
    """Keeps a rating; a later one of the same case takes its place.

    Raises:
        ValueError: The score is not from 1 to 5.
    """
    if score not in SCORES:
        raise ValueError(f"no score: {score}")
    connection.execute(delete(ratings).where(ratings.c.case == case_id))
    connection.execute(insert(ratings), {"case": case_id, "score": score, "words": words, "at": at})
