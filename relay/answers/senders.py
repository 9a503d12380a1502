"""Whose words an answer answers: the sender of the case, and of each that was merged into it."""

from collections.abc import Mapping

from sqlalchemy import Connection

from relay.cases.case import Case
from relay.store.cases import load
from relay.store.contacts import contact_of
from relay.store.history import merged_into
from relay.store.keys import Keys


def senders_of(connection: Connection, case: Case, keys: Keys) -> Mapping[str, Mapping[str, str]]:
    """By case, who sent it: of the case, and of those merged into it, directly or by another.

    Who left nothing, and whose contact is erased, is there with nothing.

    Args:
        connection: For reading.
        case: The case that is answered.
        keys: The server's.
    """
    found: dict[str, Mapping[str, str]] = {}
    left = [case.id]
    while left:
        one = left.pop()
        found[one] = contact_of(connection, one, keys) or {}
        for other in merged_into(connection, one):
            if other not in found and load(connection, other).case.merged_into == one:
                left.append(other)
    return found
