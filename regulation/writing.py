"""How text must be written: Vietnamese in Unicode (S5, TCVN 6909:2001)."""

from collections.abc import Iterator

from regulation.findings import Finding
from regulation.vietnamese import detect_legacy, find_bad_characters, is_nfc, nfc

BASIS = "TCVN 6909:2001"


def unicode_findings(path: str, text: str) -> Iterator[Finding]:
    """What in a file is no proper Unicode Vietnamese, each at its line.

    Args:
        path: The file's name, for the findings.
        text: What it holds.
    """
    if not is_nfc(text):
        for number, line in enumerate(text.split("\n"), start=1):
            if not is_nfc(line):
                word = next((w for w in line.split() if not is_nfc(w)), line)
                message = (
                    f"Chữ “{nfc(word)}” gõ bằng Unicode tổ hợp (dấu rời); hãy đổi sang Unicode "
                    "dựng sẵn."
                )
                yield Finding(path, message, number, basis=BASIS)
                break
    composed = nfc(text)
    for bad in find_bad_characters(composed):
        yield Finding(path, bad.message, _line(composed, bad.offset), basis=BASIS)
    if legacy := detect_legacy(composed):
        yield Finding(path, legacy.message, _line(composed, legacy.offset), basis=BASIS)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
