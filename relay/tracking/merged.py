"""What a citizen reads whose case was merged into another: the answer to that one."""

from sqlalchemy import Connection

from relay.store.cases import StoredCase, Unknown, load
from relay.store.texts import texts_of
from relay.store.values import Text, TextKind

_LONGEST = 20
"""Cases that one after another were merged into the next: more than people make."""


def texts_to_read(connection: Connection, stored: StoredCase) -> list[Text]:
    """A case's texts, and the answers of the case that it ended in.

    Whoever merged it was told that this sender will read the other's answer.

    Args:
        connection: For reading.
        stored: The case.
    """
    texts = texts_of(connection, stored.case.id)
    into = stored.case.merged_into
    for _ in range(_LONGEST):
        if not into:
            break
        try:
            other = load(connection, into).case
        except Unknown:
            break
        if other.portal != stored.portal or other.sealed:
            break
        if not other.merged_into:
            texts += texts_of(connection, other.id, TextKind.ANSWER)
        into = other.merged_into
    return texts
