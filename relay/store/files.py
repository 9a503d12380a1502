"""Attachments: in the database, so that a commit and a backup have them or have nothing."""

from sqlalchemy import Connection

from relay.store.values import FileRow, NewFile


def add_files(
    connection: Connection, case_id: str, files: tuple[NewFile, ...], text_id: int = 0
) -> None:
    """Keeps files of a case."""
    raise NotImplementedError


def files_of(connection: Connection, case_id: str) -> tuple[FileRow, ...]:
    """A case's files without their bytes, in the order they came."""
    raise NotImplementedError


def file_content(connection: Connection, file_id: int) -> tuple[FileRow, bytes] | None:
    """A file with its bytes; the caller asks whether whoever wants it may see its case."""
    raise NotImplementedError
