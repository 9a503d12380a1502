"""How text must be written: Vietnamese in Unicode (S5, TCVN 6909:2001)."""

from collections.abc import Iterator

from regulation.findings import Finding
from regulation.vietnamese import Reason, detect_legacy, find_bad_characters, is_nfc, nfc

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
    legacy = detect_legacy(composed)
    for bad in find_bad_characters(composed):
        # In TCVN3 a soft hyphen is ư: converting the text, as the finding below asks, mends both.
        if legacy is None or bad.reason is not Reason.SOFT_HYPHEN:
            yield Finding(path, bad.message, _line(composed, bad.offset), basis=BASIS)
    if legacy:
        yield Finding(path, legacy.message, _line(composed, legacy.offset), basis=BASIS)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
