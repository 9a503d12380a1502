"""When an item is to appear and to leave the lists (hẹn giờ đăng, hết thời sự).

Until its hour an item has no page, so nothing that citizens see by then may lead to it. What has
left the lists keeps its page, and may be led to.
"""

import datetime as dt
from collections.abc import Iterator

from regulation.findings import Finding, Severity
from regulation.items import Item, is_live
from regulation.library import Shelf, namings
from regulation.vietnamese import format_date, format_time
from regulation.yamlfile import VIETNAM

FOR_EVER = frozenset(
    """legal_document directive plan report index_ranking survey_result answer procedure
    dossier_stat budget statistic register""".split()
)
"""Types that people look for years later: none of them may leave the lists by the clock."""


def check(item: Item, library: Shelf, now: dt.datetime) -> Iterator[Finding]:
    """Hours of an item that contradict one another, and a day of posting still to come."""
    if item.status != "published":
        return
    start, end = item.values.get("publish_at"), item.values.get("expires_at")
    if start is not None and start != item.posted:
        message = (
            f"Hẹn giờ đăng là {_at(start)} nhưng posted ghi {_at(item.posted)}; hãy ghi hai mục "
            "trùng nhau, vì người đọc thấy bài từ giờ hẹn."
        )
        yield Finding(item.path, message, item.line("publish_at"), "publish_at")
    if end is not None and end <= (start or item.posted):
        message = (
            f"Giờ hết thời sự {_at(end)} không sau giờ đăng {_at(start or item.posted)}; hãy sửa "
            "expires_at."
        )
        yield Finding(item.path, message, item.line("expires_at"), "expires_at")
    if end is not None and item.type in FOR_EVER:
        kept = [rule for rule in library.portal.regulation.keeping if rule.what == "content"]
        title = library.portal.type_of(library.portal.section(item.section)).title
        message = (
            f"Loại nội dung “{title}” phải tra cứu được lâu dài nên không rời danh sách theo giờ; "
            "hãy bỏ expires_at."
        )
        basis = "; ".join(clause for rule in kept for clause in rule.basis)
        yield Finding(item.path, message, item.line("expires_at"), "expires_at", basis)
    if start is None and item.posted > now:
        message = (
            f"Ngày đăng {_at(item.posted)} chưa đến mà bài không hẹn giờ; hãy thêm publish_at cùng "
            "giờ ấy, sửa posted, hoặc ghi status: draft."
        )
        yield Finding(item.path, message, item.line("posted"), "posted", severity=Severity.WARNING)
    yield from _leads_ahead(item, library, max(now, start or now))


def _leads_ahead(item: Item, library: Shelf, live: dt.datetime) -> Iterator[Finding]:
    """What an item leads to that has no page yet when the item itself is seen."""
    for naming in namings(item, library):
        others = [other for other in naming.items if other.status != "draft"]
        if any(is_live(other, live) for other in others):
            continue
        hours = [other.values["publish_at"] for other in others]
        if hours:  # else told of as a draft
            message = (
                f"“{naming.name}” đến {_at(min(hours))} mới lên cổng nên trước giờ ấy liên kết này "
                "không dẫn đến đâu; hãy hẹn giờ đăng bài này không sớm hơn, hoặc bỏ liên kết đến "
                "khi bài kia đã lên."
            )
            yield Finding(item.path, message, naming.line, naming.key)


def _at(moment: dt.datetime) -> str:
    there = moment.astimezone(VIETNAM)
    return f"{format_date(there.date())}, {format_time(there)}"
