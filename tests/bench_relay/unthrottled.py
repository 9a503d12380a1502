"""The relay as it runs, but that nobody is told to wait: for measuring how long guesses take."""

import datetime as dt
import os
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from accounts.database import open_database
from accounts.place import find_place
from regulation.yamlfile import VIETNAM
from relay.abuse.limits import Door, Limits, Rate
from relay.assembly import assembled
from relay.serving import run
from relay.settings import read_settings
from tests.small import ROOT

NO_LIMIT = Rate(1e9, 1e9)


def main(portal: str, port: int, private: int) -> None:
    """Serves until it is ended."""
    environment = dict(os.environ)
    settings = read_settings(environment, Path.home(), ROOT, portal)
    limits = Limits(dict.fromkeys(Door, (NO_LIMIT, NO_LIMIT, NO_LIMIT)))
    here = "127.0.0.1"
    with (
        socket.create_server((here, port)) as front,
        socket.create_server((here, private)) as back,
        open_database(find_place(environment, Path.home()), environment, create=True) as accounts,
        assembled(
            settings,
            accounts,
            environment,
            lambda: dt.datetime.now(VIETNAM),
            time.monotonic,
            limits=limits,
        ) as made,
        suppress(KeyboardInterrupt),
    ):
        run(made.public, made.private, (front, back), made.chores)


if __name__ == "__main__":
    said = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    main(said["--portal"], int(said["--port"]), int(said["--private"]))
