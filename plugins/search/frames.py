"""What every file of the index begins with, and how it is named.

Nine bytes: ``CGX``, a letter for the kind, a byte for the edition of the format, and the CRC-32 of
the letter, the edition and all that follows, lowest byte first. A spoilt byte anywhere, a page of a
server's own in its place or a file that was cut off is recognised, and so is a whole file that
belongs elsewhere: its name holds the lower 24 bits of the same sum. Three bytes are enough, since
the number of the shard is in the name too: a name lies only if the same shard had the same sum
before. Not against an attacker: who can write here can write the page as well. Files of items are
named by the sum of their batch, which they hold with their number (`items`).
"""

import zlib
from typing import Literal

from plugins.search.codings import Unreadable

Kind = Literal["manifest", "page", "shard", "tail", "words", "items", "filter"]
_LETTERS: dict[Kind, str] = {
    "manifest": "m",
    "page": "p",
    "shard": "s",
    "tail": "t",
    "words": "w",
    "items": "i",
    "filter": "f",
}
_MAGIC = b"CGX"
EDITION = 1
HEADER = len(_MAGIC) + 6
"""Bytes before the payload."""
HASH_BYTES = 3
"""Bytes of the sum that a name holds …"""
SUM_BITS = (1 << 8 * HASH_BYTES) - 1
"""… as a mask."""
NO_FILE = 0
"""The hash that stands where there is nothing to fetch."""


def framed(kind: Kind, payload: bytes) -> bytes:
    """A file of the index with its beginning."""
    body = _LETTERS[kind].encode() + bytes([EDITION])
    return _MAGIC + body + zlib.crc32(payload, zlib.crc32(body)).to_bytes(4, "little") + payload


def payload_of(kind: Kind, data: bytes, expected: int | None = None) -> bytes:
    """What a file holds, if it is whole, of this kind and edition, and the one that was asked for.

    `expected` is the hash in its name. Raises `Unreadable`.
    """
    if len(data) < HEADER or data[:3] != _MAGIC:
        raise Unreadable("no file of the index")
    if data[3:4] != _LETTERS[kind].encode():
        raise Unreadable("a file of another kind")
    if data[4] != EDITION:
        raise Unreadable("a file of another edition")
    if zlib.crc32(data[HEADER:], zlib.crc32(data[3:5])) != int.from_bytes(data[5:9], "little"):
        raise Unreadable("a file is spoilt")
    if expected is not None and name_hash(data) != expected:
        raise Unreadable("a whole file, but another one than asked for")
    return data[HEADER:]


def name_hash(data: bytes) -> int:
    """The 24 bits of a framed file's sum that its name holds; never `NO_FILE`."""
    return int.from_bytes(data[5 : 5 + HASH_BYTES], "little") or 1


def file_name(kind: Kind, number: int, sum_: int) -> str:
    """Where a file lies below the folder of the index."""
    return f"{_LETTERS[kind]}/{number:x}-{sum_:06x}.bin"


def manifest_name(language: str) -> str:
    """The one file whose name stays; everything else is named by its content."""
    return f"{language}.bin"


def text_hash(text: str) -> int:
    """32 bits of a text, the same in every language and every year."""
    return zlib.crc32(text.encode())
