"""What a browser sealed, looked at from outside: nobody here can look inside.

age's header says how many keys open a file, not which: the stanza of an X25519 recipient names
nobody (age-encryption.org/v1). So the page says beside it to which keys it sealed.
"""

import re
from collections.abc import Collection

from relay.sealing.sizes import CLASSES, KIB

_LETTERS = rb"[A-Za-z0-9+/]{43}\n"
"""32 bytes in base64 without padding: a share, a wrapped key, the header's seal."""

_HEADER = re.compile(
    rb"age-encryption\.org/v1\n((?:-> X25519 " + _LETTERS + _LETTERS + rb")+)--- " + _LETTERS
)
_NONCE, _CHUNK, _TAG = 16, 64 * KIB, 16

HEADER = 4 * KIB
"""The most bytes that a header takes: of some twenty keys."""


def sealed_size(size: int) -> int:
    """The bytes behind the header that so many bytes become when they are sealed."""
    return _NONCE + size + _TAG * -(-size // _CHUNK)


def classes(files: int) -> tuple[int, ...]:
    """The sizes that a message with at most so many files may have before encryption."""
    return CLASSES if files else CLASSES[:1]


def is_sealed(content: bytes, keys: int, files: int) -> bool:
    """Whether bytes look like a message that was sealed to so many keys and padded to a class.

    Noise behind a header looks the same: only who has a key can tell.

    Args:
        content: What came.
        keys: How many public keys it should have been sealed to.
        files: How many files the form takes: without any, it is of the smallest class.
    """
    header = _HEADER.match(content[:HEADER])
    if header is None or header[1].count(b"-> ") != keys:
        return False
    return len(content) - header.end() in {sealed_size(size) for size in classes(files)}


def same_keys(said: str, keys: Collection[str]) -> bool:
    """Whether the public keys that a page says it sealed to are those of the day."""
    return sorted(said.split()) == sorted(keys)
