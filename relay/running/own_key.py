"""The key of this database and no other: looked at before anything is written with it.

With another key the relay would run and look well, while every tracking code that was given out
opens nothing, no contact can be read, and every history goes on with seals that do not hold.
"""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, select

from regulation.findings import Finding, Refused
from relay.cases.chain import verify
from relay.store.database import Store, Unavailable
from relay.store.history import events_of
from relay.store.keys import Keys, load_keys
from relay.store.schema import cases

LOOKED_AT = 7
"""Cases whose first event is looked at. More than one: that somebody changed a case is for
``cong relay prove`` to find, and must not keep the right key out."""


def keys_of(store: Store, path: Path, environment: Mapping[str, str]) -> Keys:
    """The server's secrets; made when the database holds no case yet, never afterwards.

    Args:
        store: The database, open.
        path: The file of the secrets.
        environment: For Git, which is asked whether the file could be committed.

    Raises:
        Refused: There are cases and the file is gone, or is the key of another database; or it is
            no such file, or the database does not answer.
    """
    try:
        with store.reading() as connection:
            some = select(cases.c.id).order_by(cases.c.id).limit(LOOKED_AT)
            there = list(connection.execute(some).scalars())
            keys = load_keys(path, environment, create=not there)
            if there and not any(_sealed(connection, each, keys.history) for each in there):
                message = (
                    f"Tệp này không phải khóa của cơ sở dữ liệu {store.shown}: lịch sử các vụ việc "
                    "ở đó niêm bằng khóa khác. Hãy trả đúng tệp khóa về chỗ này từ bản sao lưu "
                    "khóa, hoặc xem lại CONG_RELAY_SECRET, CONG_RELAY_DATABASE; các cổng chung "
                    "một cơ sở dữ liệu phải chung một khóa."
                )
                raise Refused([Finding(str(path), message)])
            return keys
    except Unavailable as error:
        raise Refused([Finding(store.shown, str(error))]) from error


def _sealed(connection: Connection, case_id: str, key: bytes) -> bool:
    """Whether a case's first event bears a seal of this key."""
    try:
        first = events_of(connection, case_id)[:1]
    except ValueError:
        return False
    return not any(verify(first, key))
