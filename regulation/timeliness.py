"""Was an item posted in time? (S6: thời hạn cung cấp, đăng tải thông tin)"""

import datetime as dt
from dataclasses import dataclass

from regulation.calendar import Lateness, Unit, due, lateness
from regulation.items import Item
from regulation.model import Bearer, Deadline
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM

_UNMEASURED = (Unit.CONTINUOUS, Unit.IMMEDIATE)


@dataclass(frozen=True, slots=True)
class Timeliness:
    """An item against the deadline that binds it.

    Attributes:
        rule: The deadline.
        started_by: The item's field that set the clock going.
        due: The last moment that is in time.
        late: How late the item was posted, if at all.
    """

    rule: Deadline
    started_by: str
    due: dt.datetime
    late: Lateness


def timeliness(portal: Portal, item: Item, at: dt.datetime | None = None) -> Timeliness | None:
    """The first deadline of the item's section that counts, and how the item stands to it.

    Args:
        portal: The portal.
        item: The item.
        at: When it reaches citizens; none means when it says that it was posted.

    None when nothing was counted: no deadline with a term, no day in the item to count from, or an
    item that was entered when the portal was set up.
    """
    if item.values.get("backfilled"):
        return None
    at = item.posted if at is None else at
    section = portal.section(item.section)
    spec = portal.type_of(section)
    for rule in portal.deadlines(section, at.astimezone(VIETNAM).date()):
        if rule.before or rule.unit in _UNMEASURED or not _binds(rule, portal, item):
            continue
        name = spec.started_by.get(rule.event)
        started = item.values.get(name) if name else None
        if name is None or started is None:
            continue
        latest = due(portal.calendar, _moment(started, rule.unit), rule.duration)
        if latest is not None:
            return Timeliness(rule, name, latest, lateness(portal.calendar, latest, at))
    return None


def _binds(rule: Deadline, portal: Portal, item: Item) -> bool:
    """Whether a rule that tells the issuer from the others is for whoever provided the item."""
    if rule.binds is Bearer.ANYONE:
        return True
    issued_it = item.values.get("issuer") == portal.agency(item.agency).name.vi
    return issued_it is (rule.binds is Bearer.ISSUER)


def _moment(started: dt.date | dt.datetime, unit: Unit) -> dt.datetime:
    """When a clock starts. A day without an hour counts from its end where hours are counted."""
    if isinstance(started, dt.datetime):
        return started
    time = dt.time(23, 59) if unit is Unit.HOUR else dt.time()
    return dt.datetime.combine(started, time, VIETNAM)
