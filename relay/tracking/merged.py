"""What a citizen reads whose case was merged into another: the answer to that one.

It was written to somebody else. So it is read by others only where nothing in it is anybody's own;
else the public version is, once the board has cleared one; else it is said how to be answered.
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from sqlalchemy import Connection

from regulation.findings import Refused
from relay.answers.looking import private_in
from relay.answers.public import read_public
from relay.answers.senders import senders_of
from relay.cases.case import Case
from relay.store.cases import StoredCase, Unknown, load
from relay.store.keys import Keys
from relay.store.texts import texts_of
from relay.store.values import Text, TextKind

Known = Callable[[], Collection[str]]
ANOTHERS = (
    "Cơ quan đã trả lời vụ việc mà ý kiến của bạn được gộp vào, nhưng câu trả lời nêu việc riêng "
    "của người gửi khác nên không hiện ở đây. Hãy gửi ý kiến mới và nhắc mã vụ việc này để được "
    "trả lời riêng."
)
"""What stands in place of an answer that others may not read."""

_LONGEST = 20
"""Cases that one after another were merged into the next: more than people make."""


def texts_to_read(
    connection: Connection, stored: StoredCase, keys: Keys, known: Known
) -> list[Text]:
    """A case's texts, and the answers of the case that it ended in, as others may read them.

    Args:
        connection: For reading.
        stored: The case.
        keys: The server's.
        known: Tells addresses and numbers that the portal itself gives out; asked only if needed.
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
            texts += _answers(connection, other, stored.case.id, keys, known)
        into = other.merged_into
    return texts


def _answers(
    connection: Connection, other: Case, reader: str, keys: Keys, known: Known
) -> list[Text]:
    answers = texts_of(connection, other.id, TextKind.ANSWER)
    if not answers:
        return []
    senders = senders_of(connection, other, keys)
    others = [contact for case_id, contact in senders.items() if case_id != reader]
    # Once it is erased who wrote, nobody can say any more whether it is named.
    public_ones = known()
    if not other.contact_erased and not any(
        private_in(answer.body, others, public_ones) for answer in answers
    ):
        return answers
    public = _public(connection, other)
    return [replace(answers[-1], body=public or ANOTHERS)]


def _public(connection: Connection, case: Case) -> str:
    """The answer in the public version that was cleared; empty where there is none."""
    if not case.cleared:
        return ""
    for text in texts_of(connection, case.id, TextKind.PUBLIC):
        if text.sha256 == case.public:
            try:
                return read_public(text.body).answer
            except Refused:
                break
    return ""
