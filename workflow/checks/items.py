"""What is looked at in every item: each check yields findings about one item."""

import datetime as dt
from collections.abc import Callable, Iterator

from regulation.findings import Finding
from regulation.items import Item
from regulation.library import Shelf
from workflow.checks import advertising, alternatives, attribution, scheduled
from workflow.checks.duplicate import duplicates

ItemCheck = Callable[[Item, Shelf, dt.datetime], Iterator[Finding]]
"""Told the item, the others of its portal, and the moment."""

ITEM_CHECKS: tuple[ItemCheck, ...] = (
    attribution.check,
    alternatives.check,
    advertising.check,
    scheduled.check,
)

__all__ = ["ITEM_CHECKS", "ItemCheck", "duplicates"]
