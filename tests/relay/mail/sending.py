"""One pass over the outbox, as a process that can be killed."""

import datetime as dt
import os
import sys

from sqlalchemy.engine import make_url

from relay.mail.worker import send_due
from relay.store.database import open_store
from relay.store.keys import keys_from
from relay.store.writer import Writer
from tests.relay.mail.office import post_to


def main(url: str, way: str, moment: str) -> None:
    """Sends what is due at a moment."""
    now = dt.datetime.fromisoformat(moment)
    store = open_store(make_url(url), os.environ)
    with Writer(store) as writer:
        send_due(post_to(way, store, writer, keys_from(b"\x07" * 32), lambda: now))


if __name__ == "__main__":
    main(*sys.argv[1:])
