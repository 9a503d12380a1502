"""Citizens' e-mail addresses: nothing but the question itself is sent before it is answered."""

import datetime as dt

from sqlalchemy import Connection

from relay.store.keys import Keys


def ask_address(connection: Connection, case_id: str, keys: Keys, at: dt.datetime) -> bool:
    """Asks the case's address to confirm itself by a mail; false if it has none.

    Asked again while the first question is open it sends nothing: nobody's box is flooded.
    """
    raise NotImplementedError


def confirm_address(connection: Connection, token: str, keys: Keys, now: dt.datetime) -> str | None:
    """Takes an address as confirmed; the case it belongs to, or none for a token not or no
    longer good."""
    raise NotImplementedError


def confirmed_address(connection: Connection, case_id: str, keys: Keys) -> str | None:
    """The address that mail about a case may go to, if there is one and it was confirmed."""
    raise NotImplementedError
