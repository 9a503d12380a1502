"""Items that say again what is published (S8, lý do từ chối “trùng lặp”).

The later of two items that are alike is told about the earlier one. Thresholds were measured: see
docs/decisions/0014-checks.md.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from regulation.findings import Finding, Severity
from regulation.items import Item
from regulation.portal import Portal
from workflow.alike import Alike, alike, shingles

SHARE = 0.55
"""From this share of all shingles on, two items are the same told again."""

WITHIN = 0.8
"""From this share of the shorter item's shingles on, one item holds the other."""

FEWEST = 30
"""Of fewer shingles than this nothing can be said: a link, a place, a form."""

_TELLS_APART = tuple(
    "number code period year from to as_of starts opens url works_at email".split()
)
"""Fields that make one filled-in form another than the next: the week, the month, the number."""

_EVERYWHERE = frozenset(("legal_document", "directive", "link", "procedure"))
"""Types that several portals rightly have: a law is the same law."""


def duplicates(
    item: Item,
    portal: Portal,
    near: Sequence[Item],
    portal_of: Callable[[Item], Portal],
    is_new: Callable[[Item], bool] = lambda _: False,
) -> Iterator[Finding]:
    """A reminder about the published item that this one is most like.

    Args:
        item: The item.
        portal: Its portal.
        near: The items of every portal that are worth comparing.
        portal_of: The portal of any of these.
        is_new: Whether an item is published by the change that is looked at: what stood there
            before is the earlier one, whatever date the new one gives itself.
    """
    if not item.listed:
        return
    own = shingles(item, portal.type_of(portal.section(item.section)))
    if len(own) < FEWEST:
        return
    best: tuple[float, bool, str, Item, Alike] | None = None
    for other in near:
        if not _comparable(item, other, is_new):
            continue
        there = portal_of(other)
        theirs = shingles(other, there.type_of(there.section(other.section)))
        if len(theirs) < FEWEST:
            continue
        how = alike(own, theirs)
        if how.share < SHARE and how.within < WITHIN:
            continue
        rank = (max(how.share, how.within), other.portal == item.portal, other.path)
        if best is None or rank > best[:3]:
            best = (*rank, other, how)
    if best is not None:
        yield _finding(item, portal, best[3], best[4])


def _comparable(item: Item, other: Item, is_new: Callable[[Item], bool]) -> bool:
    """Whether the other was published before, and the two are not plainly two things."""
    if not other.listed or (other.id == item.id and other.portal == item.portal):
        return False
    new, new_too = is_new(item), is_new(other)
    later = (other.posted, other.path) >= (item.posted, item.path)
    if other.lang != item.lang or (later if new == new_too else new_too):
        return False
    if other.portal != item.portal and item.type in _EVERYWHERE:
        return False
    return other.type != item.type or not any(
        _differ(item.values.get(name), other.values.get(name)) for name in _TELLS_APART
    )


def _differ(one: Any, other: Any) -> bool:
    return one is not None and other is not None and one != other


def _finding(item: Item, portal: Portal, other: Item, how: Alike) -> Finding:
    percent = round(100 * max(how.share, how.within))
    ground = next(
        (g for g in portal.regulation.grounds if "trùng" in g.title.vi.lower().split()), None
    )
    basis = "; ".join(ground.basis) if ground else ""
    if other.portal != portal.id:
        message = (
            f"Giống {percent}% với “{other.title}” đã đăng ở cổng {other.portal} ({other.path}); "
            "nếu là cùng một tin, hãy dẫn liên kết đến bài ấy thay vì đăng lại."
        )
        return Finding(item.path, message, item.line("title"), "title", "", Severity.WARNING)
    held = " (bài này chứa gần trọn hoặc nằm gần trọn trong bài kia)" if how.share < SHARE else ""
    named = f" Có thể thuộc lý do từ chối “{ground.title}”." if ground else ""
    message = (
        f"Giống {percent}% với “{other.title}” đã đăng ở {other.url} ({other.path}){held}; hãy sửa "
        f"bài cũ thay vì đăng thêm, hoặc bỏ bài này.{named}"
    )
    return Finding(item.path, message, item.line("title"), "title", basis, Severity.WARNING)
