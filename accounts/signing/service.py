"""Signing in as one thing that a server holds: the database, the clock, the settings."""

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request

from accounts.database import Database
from accounts.signing.passwords import Hasher
from accounts.signing.settings import Settings


def peer(request: Request) -> str:
    """The address of whoever is connected: right where no proxy stands before the server."""
    return request.client.host if request.client else ""


@dataclass(frozen=True, slots=True)
class Signing:
    """What every page of signing in needs.

    Attributes:
        database: The accounts.
        now: Tells the time.
        settings: Where the pages are reached.
        account: What the log has as the account on the machine.
        address: Tells from which address somebody asks; behind a proxy, one that knows it.
        entropy: Gives so many random bytes.
        hasher: Makes and checks the hashes of passwords.
    """

    database: Database
    now: Callable[[], dt.datetime]
    settings: Settings
    account: str = ""
    address: Callable[[Request], str] = peer
    entropy: Callable[[int], bytes] = field(default=secrets.token_bytes)
    hasher: Hasher = field(default_factory=Hasher)
