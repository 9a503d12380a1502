"""Who wrote: kept under a key of the case's own, so that losing the key loses it in every copy."""

from collections.abc import Mapping

from sqlalchemy import Connection

from relay.store.keys import Keys


def contact_of(connection: Connection, case_id: str, keys: Keys) -> Mapping[str, str] | None:
    """Name, address, telephone and e-mail of who wrote; none if erased, sealed or not given."""
    raise NotImplementedError


def erase_contact(connection: Connection, case_id: str) -> bool:
    """Deletes who wrote and the case's key; whether there was anything to delete.

    Copies of the key are kept for 30 days: after that no backup tells who it was.
    """
    raise NotImplementedError
