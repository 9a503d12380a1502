"""Who wrote: kept under a key of the case's own, so that losing the key loses it in every copy."""

import json
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, insert, select

from relay.store.keys import SIZE, Keys
from relay.store.schema import addresses, case_keys, contacts

_NONCE = 12
"""Bytes; each nonce stands before what was encrypted with it."""

_WRITE_CONTACT, _WRITE_KEY = insert(contacts), insert(case_keys)


def keep_contact(
    connection: Connection,
    case_id: str,
    contact: Mapping[str, str],
    keys: Keys,
    *,
    fresh: bool = False,
) -> None:
    """Keeps who wrote in place of what was kept before, under a new key of the case's own.

    Nothing is kept, not even a key, if all of it is empty. ``fresh`` spares the deleting where the
    case is only being opened.
    """
    said = {name: value for name, value in contact.items() if value}
    for table in () if fresh else (contacts, case_keys):
        connection.execute(delete(table).where(table.c.case == case_id))
    if not said:
        return
    own = keys.random(SIZE)
    text = json.dumps(said, ensure_ascii=False).encode()
    sealed = _encrypted(own, text, case_id, keys)
    connection.execute(_WRITE_CONTACT, {"case": case_id, "sealed": sealed})
    wrapped = _encrypted(keys.contacts, own, case_id, keys)
    connection.execute(_WRITE_KEY, {"case": case_id, "wrapped": wrapped})


def contact_of(connection: Connection, case_id: str, keys: Keys) -> Mapping[str, str] | None:
    """Name, address, telephone and e-mail of who wrote; none if erased, sealed or not given.

    Raises:
        cryptography.exceptions.InvalidTag: Somebody changed it, or the server's key is another.
    """
    row = connection.execute(
        select(contacts.c.sealed, case_keys.c.wrapped)
        .join(case_keys, case_keys.c.case == contacts.c.case)
        .where(contacts.c.case == case_id)
    ).one_or_none()
    if row is None:
        return None
    own = _decrypted(keys.contacts, row.wrapped, case_id)
    read: dict[str, str] = json.loads(_decrypted(own, row.sealed, case_id))
    return read


def erase_contact(connection: Connection, case_id: str) -> bool:
    """Deletes who wrote and the case's key; whether there was anything to delete.

    Copies of the key are kept for 30 days: after that no backup tells who it was.
    """
    gone = False
    for table in (addresses, contacts, case_keys):
        gone |= bool(connection.execute(delete(table).where(table.c.case == case_id)).rowcount)
    return gone


def _encrypted(key: bytes, data: bytes, case_id: str, keys: Keys) -> bytes:
    nonce = keys.random(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, case_id.encode())


def _decrypted(key: bytes, data: bytes, case_id: str) -> bytes:
    return AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], case_id.encode())
