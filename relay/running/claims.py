"""What one of several processes over the same database does for all of them."""

import contextlib
import datetime as dt
from collections.abc import Callable

from relay.store.spent import let_go_of, spend_one_of
from relay.store.writer import Unavailable, Writer

CLAIM = "việc {}"
"""How the row is called that says that a chore is done for now."""


def claimed(
    writer: Writer,
    name: str,
    lasting: dt.timedelta,
    now: Callable[[], dt.datetime],
    do: Callable[[], object],
) -> Callable[[], None]:
    """A chore that is done once in so long, by whichever process asks first.

    One that fails gives its claim back, for another to try. Of one that is killed the claim lasts
    until its end: the chore is late then and loses nothing.

    Args:
        writer: Over the database that the processes share.
        name: Of the chore, the same in all of them.
        lasting: How long nobody else does it, from its beginning.
        now: Tells the time.
        do: The chore.
    """
    claim = CLAIM.format(name)

    def chore() -> None:
        at = now()
        if not writer.run_now(lambda c: spend_one_of(c, claim, 1, at + lasting, at)):
            return
        try:
            do()
        except BaseException:
            with contextlib.suppress(Unavailable):
                writer.run_now(lambda c: let_go_of(c, claim, at + lasting))
            raise

    return chore
