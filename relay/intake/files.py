"""Attachments: what may come with a message, what is taken out of it, what it is called."""

from collections.abc import Sequence
from dataclasses import dataclass

from relay.intake.fields import Fault
from relay.intake.multipart import Upload

MOST = 3
LARGEST = 7_000_000
ENDINGS = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".odt")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that may be kept.

    Attributes:
        name: Cleaned: no folder, nothing unseen, an ending that is true.
        kind: Media type.
        content: Pictures drawn anew, without what a camera wrote into them.
        scanned: Whether ClamAV looked at it and found nothing; false where none is configured.
    """

    name: str
    kind: str
    content: bytes
    scanned: bool = False


def attached(uploads: Sequence[Upload]) -> tuple[tuple[Attached, ...], tuple[Fault, ...]]:
    """Files that may be kept, and what is wrong with the others. Blocking: run it in a thread."""
    raise NotImplementedError
