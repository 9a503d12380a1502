"""Moments as people type and read them: a day begins at midnight and counts to its end."""

import contextlib
import datetime as dt
import re

from accounts.rules import clock
from regulation.findings import Finding, Mistyped
from regulation.vietnamese import format_date
from regulation.yamlfile import VIETNAM

_MOMENT = re.compile(
    r"(?:(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)|(?P<d2>\d\d?)/(?P<m2>\d\d?)/(?P<y2>\d{4}))"
    r"(?:[T ](?P<hour>\d\d?):(?P<minute>\d\d))?\Z"
)


def _moment(option: str, typed: str) -> tuple[dt.datetime, bool] | None:
    """A moment in Viet Nam, and whether the time of day was typed; none when nothing was."""
    if not typed.strip():
        return None
    found = _MOMENT.match(typed.strip())
    with contextlib.suppress(ValueError):
        if found:
            year, month, day = (
                int(found[a] or found[b]) for a, b in (("y", "y2"), ("m", "m2"), ("d", "d2"))
            )
            hour, minute = int(found["hour"] or 0), int(found["minute"] or 0)
            moment = dt.datetime(year, month, day, hour, minute, tzinfo=VIETNAM)
            if 2000 <= year < 2200:
                return moment, found["hour"] is not None
    message = (
        f"Không đọc được “{typed}”; hãy ghi ngày dạng 2026-11-22 hoặc 22/11/2026, muốn kèm giờ thì "
        "22/11/2026 08:00."
    )
    raise Mistyped([Finding(option, message)])


def first_moment(option: str, typed: str) -> dt.datetime | None:
    """When something begins: a day begins at midnight."""
    found = _moment(option, typed)
    return found[0] if found else None


def end_moment(option: str, typed: str) -> dt.datetime | None:
    """When something has ended: a day that is typed is the last one."""
    found = _moment(option, typed)
    if found is None:
        return None
    moment, with_time = found
    return moment if with_time else moment + dt.timedelta(days=1)


def until_words(until: dt.datetime | None) -> str:
    """Until when something lasts: "đến hết ngày 31/12/2026"."""
    if until is None:
        return "đến khi có thay đổi"
    local = until.astimezone(VIETNAM)
    if local.time() == dt.time():
        return f"đến hết ngày {format_date(local - dt.timedelta(days=1))}"
    return f"đến trước {clock(until)}"
