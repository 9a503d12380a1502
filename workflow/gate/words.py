"""How moments, commits and paths are written in what the gate says."""

import datetime as dt

from regulation.vietnamese import format_date, format_time, nfc
from regulation.yamlfile import VIETNAM

_PLAIN = " ._/-"


def day(moment: dt.datetime) -> dt.date:
    """The day in Viet Nam."""
    return moment.astimezone(VIETNAM).date()


def clock(moment: dt.datetime) -> str:
    """The moment in Viet Nam: "10:05 ngày 22/11/2026"."""
    local = moment.astimezone(VIETNAM)
    return f"{format_time(local)} ngày {format_date(local)}"


def short(commit: str) -> str:
    """A commit as people name it."""
    return plain(commit[:7])


def plain(text: str) -> str:
    """Text that somebody outside may have chosen, made harmless in a comment.

    What could be a line break, a link, a mention or a mark of Markdown becomes a question mark;
    letters of every language stay.
    """
    return "".join(c if c.isalnum() or c in _PLAIN else "?" for c in nfc(text))[:200]
