"""Is what a change publishes in time? (S6) A reminder that blocks nothing, and a value to keep."""

import datetime as dt
from dataclasses import dataclass

from regulation.calendar import Unit
from regulation.findings import Finding, Severity
from regulation.items import Item
from regulation.portal import Portal
from regulation.timeliness import timeliness
from regulation.vietnamese import format_date, format_time
from regulation.yamlfile import VIETNAM


@dataclass(frozen=True, slots=True)
class Late:
    """An item against the deadline that binds it, to be kept with its publication.

    Attributes:
        path: The item's file.
        id: The item.
        portal: The portal's id.
        rule: The id of the deadline in ``portal.yml``.
        title: What the deadline is called.
        basis: The clauses it rests on.
        started_by: The item's field that set the clock going.
        due: The last moment that is in time.
        amount: How late, in ``unit``; 0 when in time.
        unit: Hours or working days.
    """

    path: str
    id: str
    portal: str
    rule: str
    title: str
    basis: tuple[str, ...]
    started_by: str
    due: dt.datetime
    amount: int
    unit: Unit

    @property
    def late(self) -> bool:
        """Whether the deadline is missed."""
        return self.amount > 0

    @property
    def trailer(self) -> str:
        """One line for the message of a merge: the item, the rule, when due, how late."""
        due = self.due.astimezone(VIETNAM).isoformat(timespec="minutes")
        return f"{self.portal}/{self.id} {self.rule} {due} {self.amount} {self.unit.value}"


def deadline(item: Item, portal: Portal, now: dt.datetime) -> Late | None:
    """How an item that would now be published stands to its deadline; none when it has no clock.

    Citizens see it when it is merged, and not when its author says that it was posted; or later,
    when it is to appear at an hour still to come.
    """
    if not item.listed or item.lang != "vi":
        return None  # the clock is the information's; a translation may follow it
    hour = item.values.get("publish_at") or item.posted
    found = timeliness(portal, item, max(now, item.posted, hour))
    if found is None:
        return None
    return Late(
        item.path,
        item.id,
        portal.id,
        found.rule.id,
        found.rule.title.vi,
        found.rule.basis,
        found.started_by,
        found.due,
        found.late.amount,
        found.late.unit,
    )


def finding(item: Item, late: Late) -> Finding:
    """The reminder about an item that is late."""
    counted = "giờ" if late.unit is Unit.HOUR else "ngày làm việc"
    due = late.due.astimezone(VIETNAM)
    message = (
        f"Đăng chậm {late.amount} {counted} so với hạn {format_date(due.date())}, "
        f"{format_time(due)} (“{late.title}”); vẫn đăng được, lần sau hãy gửi sớm hơn, hoặc ghi "
        "backfilled: true nếu là bài nhập bổ sung khi lập cổng."
    )
    basis = "; ".join(late.basis)
    line = item.line(late.started_by)
    return Finding(item.path, message, line, late.started_by, basis, Severity.WARNING)
