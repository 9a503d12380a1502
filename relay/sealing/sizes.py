"""How large a sealed message looks: one of a few sizes, so that its length tells little."""

from collections.abc import Iterator

KIB = 1024
MIB = 1024 * KIB

CLASSES = (64 * KIB, 1 * MIB, 4 * MIB, 8 * MIB, 16 * MIB, 32 * MIB)
"""Bytes before encryption. The first holds every message without files; the last holds the most
that a form takes, three files of 7 MB, written as base64."""

MOST = CLASSES[-1]
"""The most bytes that one sealed message may hold before encryption."""


def size_class(length: int) -> int | None:
    """The size to which so many bytes are padded; none when there are more than ``MOST``."""
    return next(_at_least(length), None)


def _at_least(length: int) -> Iterator[int]:
    return (size for size in CLASSES if length <= size)
