"""What makes a message suspect: it is then looked at by a person first, and has its receipt."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why somebody should look first."""

    HONEYPOT = "honeypot"
    TOO_FAST = "too-fast"
    NO_PROOF_WHEN_BUSY = "no-proof-when-busy"
    LINKS = "links"
    SAME_TEXT = "same-text"


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a submission besides its matter.

    Attributes:
        honeypot: What stood in the field that nobody sees.
        took: From the token's making to the commit.
        proved: Whether a proof of work came with it.
        busy: Whether the limits in all are nearly used up.
        text: What was written.
        again: How often the same text came lately.
    """

    honeypot: str
    took: dt.timedelta
    proved: bool
    busy: bool
    text: str
    again: int = 0


def reasons(signs: Signs) -> tuple[Reason, ...]:
    """Every reason to look first; none for most people. It never refuses."""
    raise NotImplementedError
