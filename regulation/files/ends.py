"""Where a picture, a recording or a document ends by its own account."""

import re
import struct

CUT = -1
"""The file is cut off before it ends."""

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_MAX_PARTS = 100_000


def surplus(form: str, data: bytes) -> int:
    """How many bytes lie behind the end of a file; ``CUT`` when the end is missing.

    Forms that have no end of their own (MP3, OGG, WebM, text) have nothing behind it.
    """
    reader = {
        "png": _png,
        "jpeg": _jpeg,
        "gif": _gif,
        "webp": _riff,
        "wav": _riff,
        "mp4": _boxes,
        "avif": _boxes,
        "pdf": _pdf,
    }.get(form)
    return reader(data) if reader else 0


def _png(data: bytes) -> int:
    at = 8
    for _ in range(_MAX_PARTS):
        if at + 12 > len(data):
            return CUT
        (size,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        at += 12 + size
        if kind == b"IEND":
            return len(data) - at if at <= len(data) else CUT
    return CUT


def _jpeg(data: bytes) -> int:
    at = 2
    for _ in range(_MAX_PARTS):
        # Padding before a marker, and what stands between restart markers of the drawing itself.
        found = _MARKER.search(data, at)
        if found is None:
            return CUT
        at, marker = found.end(), data[found.end() - 1]
        if marker == 0xD9:
            return _behind_jpeg(data, at)
        if marker in (0x01, 0xD8):
            continue
        if at + 2 > len(data):
            return CUT
        (size,) = struct.unpack_from(">H", data, at)
        at += size
    return CUT


def _behind_jpeg(data: bytes, at: int) -> int:
    """A telephone puts a second, smaller picture behind the first: it is a part of the file."""
    rest = data[at:].lstrip(b"\0")
    if rest.startswith(b"\xff\xd8\xff"):
        last = rest.rfind(b"\xff\xd9")
        return len(rest) - last - 2 if last >= 0 else len(rest)
    return len(rest)


def _gif(data: bytes) -> int:
    if len(data) < 14:
        return CUT
    at = 13 + _colours(data[10])
    for _ in range(_MAX_PARTS):
        kind = data[at : at + 1]
        if kind == b";":
            return len(data) - at - 1
        if kind == b"!":
            at += 2
        elif kind == b"," and at + 10 <= len(data):
            at += 11 + _colours(data[at + 9])
        else:
            return CUT
        while size := data[at] if at < len(data) else 0:
            at += size + 1
        at += 1
    return CUT


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _riff(data: bytes) -> int:
    if len(data) < 12:
        return CUT
    size = int.from_bytes(data[4:8], "little")
    size += size % 2
    return CUT if size + 8 > len(data) + 1 else max(0, len(data) - size - 8)


def _boxes(data: bytes) -> int:
    at = 0
    for _ in range(_MAX_PARTS):
        left = len(data) - at
        if left == 0:
            return 0
        if left < 8:
            return left
        size, kind = struct.unpack_from(">I4s", data, at)
        if not re.fullmatch(rb"[ -~\xa9]{4}", kind):
            return left
        if size == 0:  # the last box goes to the end
            return 0
        if size == 1 and left >= 16:
            (size,) = struct.unpack_from(">Q", data, at + 8)
        if size < 8 or size > left:
            return CUT
        at += size
    return 0


def _pdf(data: bytes) -> int:
    end = data.rfind(b"%%EOF")
    if end < 0:
        return CUT
    return len(data[end + 5 :].strip(b"\r\n\t \0\x1a"))
