"""Texts that belong to a case: additions, questions, drafts, answers, public versions, notes."""

import datetime as dt
import hashlib

from sqlalchemy import Connection, insert, select

from relay.store.files import add_files
from relay.store.schema import texts
from relay.store.values import NewFile, Text, TextKind


def write_text(
    connection: Connection,
    case_id: str,
    kind: TextKind,
    body: str,
    author: str,
    at: dt.datetime,
    files: tuple[NewFile, ...] = (),
) -> Text:
    """Keeps a text, with the files sent with it; what its event carries is its id and SHA-256."""
    sha256 = hashlib.sha256(body.encode()).hexdigest()
    values = {
        "case": case_id,
        "kind": kind.value,
        "body": body,
        "author": author,
        "at": at,
        "sha256": sha256,
    }
    number: int = connection.execute(insert(texts).returning(texts.c.id), values).scalar_one()
    add_files(connection, case_id, files, number)
    return Text(number, case_id, kind, body, author, at, sha256)


def texts_of(connection: Connection, case_id: str, kind: TextKind | None = None) -> list[Text]:
    """A case's texts, oldest first; those of a kind if one is named."""
    query = select(texts).where(texts.c.case == case_id).order_by(texts.c.id)
    if kind is not None:
        query = query.where(texts.c.kind == kind.value)
    return [
        Text(row.id, row.case, TextKind(row.kind), row.body, row.author, row.at, row.sha256)
        for row in connection.execute(query)
    ]
