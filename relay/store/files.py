"""Attachments: in the database, so that a commit and a backup have them or have nothing."""

import hashlib
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from relay.store.schema import attachments
from relay.store.values import FileRow, NewFile

_WRITE = insert(attachments)
_SHOWN = [each for each in attachments.c if each.name != "content"]


def add_files(
    connection: Connection, case_id: str, files: tuple[NewFile, ...], text_id: int = 0
) -> None:
    """Keeps files of a case; ``text_id`` is the addition that they came with."""
    for file in files:
        connection.execute(
            _WRITE,
            {
                "case": case_id,
                "text": text_id or None,
                "name": file.name,
                "kind": file.kind,
                "size": len(file.content),
                "sha256": hashlib.sha256(file.content).hexdigest(),
                "content": file.content,
            },
        )


def files_of(connection: Connection, case_id: str) -> tuple[FileRow, ...]:
    """A case's files without their bytes, in the order they came."""
    rows = connection.execute(
        select(*_SHOWN).where(attachments.c.case == case_id).order_by(attachments.c.id)
    )
    return tuple(_row(row) for row in rows)


def file_content(connection: Connection, file_id: int) -> tuple[FileRow, bytes] | None:
    """A file with its bytes; the caller asks whether whoever wants it may see its case."""
    row = connection.execute(select(attachments).where(attachments.c.id == file_id)).one_or_none()
    return None if row is None else (_row(row), bytes(row.content))


def _row(row: Row[Any]) -> FileRow:
    return FileRow(row.id, row.case, row.name, row.kind, row.size, row.sha256, row.text or 0)
