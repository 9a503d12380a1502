"""Bodies of forms, read as a stream within bounds: what is too much is refused as soon as it is."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a body may hold and how long it may take.

    Attributes:
        body: Bytes in all.
        file: Bytes of one file; what goes beyond is not kept, and the file says so.
        files: Files; those beyond are not kept.
        value: Bytes of one field's value.
        text: Bytes of all values together.
        parts: Fields and files together.
        header: Bytes of the headers of one part.
        seconds: For the whole body.
        grace: Seconds before the rate counts.
        rate: Bytes a second that a sender must reach on average.
    """

    body: int = 24 * MB
    file: int = 7 * MB
    files: int = 3
    value: int = 400_000
    text: int = 1 * MB
    parts: int = 80
    header: int = 2_000
    seconds: float = 300.0
    grace: float = 20.0
    rate: float = 2_000.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form.

    Attributes:
        field: The form's field.
        name: As the browser called it, uncleaned.
        content: Empty when it was too big or one too many.
        size: How many bytes came.
    """

    field: str
    name: str
    content: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Body:
    """What a form sent.

    Attributes:
        values: Values by the field's name, as typed: not cleaned, not yet held against the form.
        files: Files, in their order; a file field left empty is not there.
    """

    values: Mapping[str, str]
    files: tuple[Upload, ...] = ()


class BodyRefused(Exception):
    """A body that cannot be taken.

    Attributes:
        status: 400, 408, 413 or 415.
        message: Vietnamese: what to do.
        values: What had come of the fields until then: kept for the page that is shown.
    """

    def __init__(self, status: int, message: str, values: Mapping[str, str] | None = None) -> None:
        """Says why."""
        super().__init__(message)
        self.status, self.message, self.values = status, message, values or {}


@dataclass(slots=True)
class Room:
    """Memory that all bodies being read may hold together.

    Attributes:
        most: Bytes.
        held: Bytes held now.
    """

    most: int = 256 * MB
    held: int = field(default=0)


async def read_form(
    chunks: AsyncIterator[bytes],
    content_type: str,
    length: str | None,
    names: frozenset[str],
    files: frozenset[str] = frozenset(),
    bounds: Bounds = Bounds(),  # noqa: B008
    room: Room | None = None,
) -> Body:
    """Reads a body of ``application/x-www-form-urlencoded`` or ``multipart/form-data``.

    Args:
        chunks: The body as it comes (Starlette's ``request.stream()``).
        content_type: The header.
        length: The header Content-Length, if there was one.
        names: Names that fields may have.
        files: Names that files may have.
        bounds: How much, how long.
        room: Memory shared with the others that send now.

    Raises:
        BodyRefused: Too much, too slow, or no form.
    """
    raise NotImplementedError
