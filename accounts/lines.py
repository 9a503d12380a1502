"""A line that people typed of somebody: it stands as it is in lists, in the log and in letters."""

from regulation.findings import Finding, Refused
from regulation.vietnamese import Reason, find_bad_characters, nfc

_UNSEEN = frozenset(
    {Reason.CONTROL, Reason.BIDI, Reason.ZERO_WIDTH, Reason.SOFT_HYPHEN, Reason.REPLACEMENT}
)


def one_line(typed: str, option: str) -> str:
    """What was typed, in NFC, with one space between words.

    Args:
        typed: What was typed.
        option: Where, such as ``--name``, for the refusal.

    Raises:
        Refused: It has several lines, or something in it is not seen: a name that reads otherwise
            than it is, or that makes two lines of a list out of one.
    """
    bad = next((each for each in find_bad_characters(typed) if each.reason in _UNSEEN), None)
    if bad is not None:
        raise Refused([Finding(option, bad.message)])
    if len(typed.strip().splitlines()) > 1:
        message = "Phải viết trên một dòng; hãy bỏ chỗ xuống dòng."
        raise Refused([Finding(option, message)])
    return nfc(" ".join(typed.split()))
