"""How rules are told to people, wherever they are told: on the pages and by the relay."""

import datetime as dt
import re
from dataclasses import dataclass

from regulation.calendar import Unit
from regulation.model import Agency, Deadline
from regulation.portal import Portal, UnknownError

_BEFORE = {"vi": "trước ít nhất {}", "en": "at least {} before"}
_UNITS = {
    "vi": {Unit.IMMEDIATE: "ngay", Unit.CONTINUOUS: "thường xuyên"},
    "en": {
        Unit.IMMEDIATE: "at once",
        Unit.CONTINUOUS: "at all times",
        Unit.HOUR: "{} hours",
        Unit.DAY: "{} days",
        Unit.WORKING_DAY: "{} working days",
        Unit.MONTH: "{} months",
    },
}


def how_long(deadline: Deadline, lang: str) -> str:
    """How long a deadline leaves, in words: "5 ngày làm việc", "thường xuyên"."""
    words = _UNITS[lang].get(deadline.unit)
    told = words.format(deadline.amount) if words else str(deadline.duration)
    return _BEFORE[lang].format(told) if deadline.before else told


def by_when(deadline: Deadline, lang: str) -> str:
    """A deadline as one line; how long it leaves is added where its title does not say so."""
    title, words = deadline.title.say(lang), how_long(deadline, lang)
    told = re.search("[0-9]", title) or words in title.lower()
    return title if told else f"{title}: {words}"


@dataclass(frozen=True, slots=True)
class Acting:
    """Who does an agency's work on a day, beside the name that the regulation gives it.

    Attributes:
        agency: Who does it; the agency itself where nobody took its work over.
        named: The regulation's own name where another does the work now; empty otherwise.
        checked: Whether the succession was read in an official text.
        gone: Whether nobody is known to do the work.
    """

    agency: Agency
    named: str
    checked: bool
    gone: bool


def acting(portal: Portal, agency_id: str, on: dt.date, lang: str) -> Acting:
    """Who does the work of an agency on a day.

    Raises:
        UnknownError: The portal has no such agency.
    """
    named = portal.agency(agency_id)
    try:
        today = portal.current(agency_id, on)
    except UnknownError:
        return Acting(named, named="", checked=True, gone=True)
    name = named.name.say(lang)
    moved = today.id != named.id
    return Acting(
        today,
        named=name if moved and name != today.name.say(lang) else "",
        checked=not moved or succession_checked(portal, named, today),
        gone=False,
    )


def succession_checked(portal: Portal, first: Agency, last: Agency) -> bool:
    """Whether every step from an agency to its successor was read in an official text."""
    agency = first
    while agency.id != last.id:
        if not agency.checked or agency.successor is None:
            return False
        agency = portal.agency(agency.successor)
    return agency.checked
