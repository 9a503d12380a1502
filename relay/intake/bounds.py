"""How much a body may hold, how long it may take, and what all of them may hold together."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType

from regulation.forms import FILE_BYTES
from relay.abuse.pace import Pace

MB = 1 << 20

USUAL_PACE = Pace()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a body may hold and how slowly it may come.

    Attributes:
        body: Bytes in all.
        file: Bytes of one file; what goes beyond is not kept, and the file says so.
        files: Files; those beyond are not kept.
        value: Bytes of one field's value.
        text: Bytes of all values together.
        parts: Fields and files together.
        header: Bytes of the headers of one part.
        pace: What a sender has to reach.
    """

    body: int = 24 * MB
    file: int = FILE_BYTES
    files: int = 3
    value: int = 256 * 1024
    text: int = 1 * MB
    parts: int = 80
    header: int = 2_000
    pace: Pace = USUAL_PACE


SMALL = Bounds(body=64 * 1024, files=0, value=32 * 1024, text=64 * 1024, parts=20, pace=Pace(30.0))
"""For forms of a few short fields: a tracking code, a rating."""


USUAL = Bounds()
"""For a form with files."""


class BodyRefused(Exception):
    """A body that cannot be taken.

    Attributes:
        status: 400, 408, 413, 415 or 503.
        message: Vietnamese: what to do.
        values: What had come of the fields until then: kept for the page that is shown.
    """

    def __init__(self, status: int, message: str, values: Mapping[str, str] | None = None) -> None:
        """Says why."""
        super().__init__(message)
        self.status, self.message, self.values = status, message, dict(values or {})


class Room:
    """Memory that all bodies being read may hold together.

    Args:
        most: Bytes.
    """

    def __init__(self, most: int = 256 * MB) -> None:
        self._most = most
        self.held = 0
        """Bytes held now."""

    def lease(self) -> "Lease":
        """A share of it, given back when its ``with`` ends."""
        return Lease(self)

    def take(self, size: int) -> bool:
        """Takes bytes, when there are so many left."""
        if self.held + size > self._most:
            return False
        self.held += size
        return True

    def give_back(self, size: int) -> None:
        """Gives bytes back."""
        self.held -= size


class Lease:
    """What one request holds of the room."""

    def __init__(self, room: Room) -> None:
        """Holds nothing yet."""
        self._room = room
        self._held = 0

    def __enter__(self) -> "Lease":
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Gives everything back."""
        self.shrink(self._held)

    def grow(self, size: int) -> None:
        """Takes bytes.

        Raises:
            BodyRefused: 503: too many send large files now.
        """
        if not self._room.take(size):
            raise BodyRefused(503, _BUSY)
        self._held += size

    def shrink(self, size: int) -> None:
        """Gives bytes back."""
        self._room.give_back(size)
        self._held -= size


_BUSY = (
    "Lúc này có quá nhiều người cùng gửi tệp, hệ thống chưa nhận thêm được. Nội dung của bạn chưa "
    "được gửi: hãy chờ một phút rồi bấm gửi lại."
)
