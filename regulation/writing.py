"""How text must be written: Vietnamese in Unicode (S5, TCVN 6909:2001)."""

from collections.abc import Iterator
from functools import lru_cache

from regulation.findings import Finding
from regulation.vietnamese import Reason, detect_legacy, find_bad_characters, is_nfc, nfc

BASIS = "TCVN 6909:2001"


def unicode_findings(path: str, text: str) -> Iterator[Finding]:
    """What in a file is no proper Unicode Vietnamese, each at its line.

    Args:
        path: The file's name, for the findings.
        text: What it holds.
    """
    for message, line in _found(text):
        yield Finding(path, message, line, basis=BASIS)


@lru_cache(maxsize=64)  # a regulation is read as it was and as it is, and mostly is the same
def _found(text: str) -> tuple[tuple[str, int], ...]:
    return tuple(_look(text))


def _look(text: str) -> Iterator[tuple[str, int]]:
    """What is wrong, and on which line."""
    if not is_nfc(text):
        for number, line in enumerate(text.split("\n"), start=1):
            if not is_nfc(line):
                word = next((w for w in line.split() if not is_nfc(w)), line)
                message = (
                    f"Chữ “{nfc(word)}” gõ bằng Unicode tổ hợp (dấu rời); hãy đổi sang Unicode "
                    "dựng sẵn."
                )
                yield message, number
                break
    composed = nfc(text)
    legacy = detect_legacy(composed)
    for bad in find_bad_characters(composed):
        # In TCVN3 a soft hyphen is ư: converting the text, as the finding below asks, mends both.
        if legacy is None or bad.reason is not Reason.SOFT_HYPHEN:
            yield bad.message, _line(composed, bad.offset)
    if legacy:
        yield legacy.message, _line(composed, legacy.offset)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
