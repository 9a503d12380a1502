"""Codes that people type: 80 random bits as 16 letters, in groups of four."""

from collections.abc import Callable

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, which are read as others."""

LENGTH = 16
"""Letters: five bits each."""

_READ_AS = str.maketrans("OIL", "011")


def new_code(entropy: Callable[[int], bytes]) -> str:
    """A code out of ten random bytes: "7K3M-9QXA-0TWE-R5ZC"."""
    number = int.from_bytes(entropy(LENGTH * 5 // 8))
    letters = "".join(LETTERS[number >> shift & 31] for shift in range(LENGTH * 5 - 5, -1, -5))
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def typed_code(text: str) -> str:
    """A code as it is compared, however it was typed; empty when it cannot be one."""
    letters = "".join(each for each in text.upper() if each.isalnum()).translate(_READ_AS)
    if len(letters) != LENGTH or not set(letters) <= set(LETTERS):
        return ""
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))
