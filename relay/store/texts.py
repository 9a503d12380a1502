"""Texts that belong to a case: additions, questions, drafts, answers, public versions, notes."""

import datetime as dt

from sqlalchemy import Connection

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
    raise NotImplementedError


def texts_of(connection: Connection, case_id: str, kind: TextKind | None = None) -> list[Text]:
    """A case's texts, oldest first."""
    raise NotImplementedError
