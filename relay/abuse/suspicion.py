"""What makes a message suspect: it is then looked at by a person first, and has its receipt.

Nothing here refuses anybody. A wrong suspicion costs a person a little time, never the message.
"""

import datetime as dt
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why somebody should look first."""

    HONEYPOT = "honeypot"
    TOO_FAST = "too-fast"
    NO_PROOF_WHEN_BUSY = "no-proof-when-busy"
    LINKS = "links"
    SAME_TEXT = "same-text"


WORDS: Mapping[str, str] = {
    Reason.HONEYPOT: "điền vào ô ẩn mà người không thấy",
    Reason.TOO_FAST: "gửi nhanh hơn người điền được",
    Reason.NO_PROOF_WHEN_BUSY: "gửi lúc cổng đông mà không kèm phép thử chống máy gửi",
    Reason.LINKS: "nhiều đường dẫn như thư quảng cáo",
    Reason.SAME_TEXT: "cùng một nội dung được gửi nhiều lần trong ngày",
}
"""What each reason is called before whoever looks."""


def reason_words(reasons: Iterable[str]) -> str:
    """Reasons as a person reads them; one that is not known (any more) by its name."""
    return "; ".join(WORDS.get(reason, reason) for reason in reasons if reason)


FASTEST = dt.timedelta(seconds=2)
"""Nobody reads a review page faster."""

FASTEST_PROVED = dt.timedelta(seconds=1)
"""With a proof of work, which takes its own time."""

MOST_LINKS = 5
MOST_SAME = 3
"""The same letter is sent by several people who agree; beyond this somebody looks first."""

REMEMBERED = dt.timedelta(hours=24)

_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_MARKUP = re.compile(r"\[url[=\]]|<a\s+href\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a submission besides its matter.

    Attributes:
        honeypot: What stood in the field that nobody sees.
        took: From the token's making to the commit.
        proved: Whether a proof of work came with it.
        busy: Whether the limits in all are nearly used up.
        text: What was written.
        again: How often the same text came before, lately.
    """

    honeypot: str
    took: dt.timedelta
    proved: bool
    busy: bool
    text: str = field(repr=False)
    again: int = 0


def reasons(signs: Signs) -> tuple[Reason, ...]:
    """Every reason to look first; none for most people. It never refuses."""
    said = (
        (Reason.HONEYPOT, bool(signs.honeypot)),
        (Reason.TOO_FAST, signs.took < (FASTEST_PROVED if signs.proved else FASTEST)),
        (Reason.NO_PROOF_WHEN_BUSY, signs.busy and not signs.proved),
        (
            Reason.LINKS,
            len(_LINK.findall(signs.text)) > MOST_LINKS or bool(_MARKUP.search(signs.text)),
        ),
        (Reason.SAME_TEXT, signs.again >= MOST_SAME),
    )
    return tuple(reason for reason, there in said if there)


class Recent:
    """Texts that came lately, as hashes and in memory only: which comes again, and how often.

    Args:
        most: How many are remembered; the one not seen for longest is forgotten.
    """

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._seen: OrderedDict[bytes, tuple[int, dt.datetime]] = OrderedDict()

    def again(self, text: str, now: dt.datetime) -> int:
        """How often the text came before, blanks and capitals apart; counts it once more."""
        words = " ".join(text.casefold().split())
        if len(words) < 20:  # “Cảm ơn” may come from many
            return 0
        key = hashlib.sha256(words.encode()).digest()
        with self._lock:
            count, at = self._seen.get(key, (0, now))
            if now - at > REMEMBERED:
                count = 0
            self._seen[key] = (count + 1, now)
            self._seen.move_to_end(key)
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)
        return count
