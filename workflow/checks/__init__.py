"""What is looked at before people look: each check yields findings for a civil servant to mend."""

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

from regulation.findings import Finding, Refused, in_order
from regulation.library import item_files, read_library
from regulation.loading import load_portal, portal_folders

Progress = Callable[[str, int], None]
"""Told before each portal: its id, how many items it has."""


def check(
    root: Path,
    portal_ids: Iterable[str],
    today: dt.date,
    progress: Progress = lambda portal_id, items: None,
) -> list[Finding]:
    """Checks the regulation and every item of some portals.

    Front matter by content type, Unicode, links and files; the regulation itself and the agencies
    it leads to. A portal whose regulation cannot be read has no other findings yet.

    Args:
        root: The root of the checkout.
        portal_ids: Which portals.
        today: The day for which owners and routes must lead to an agency that is there.
        progress: Told before each portal.

    Returns:
        Every finding of every portal, in the order of files and lines.
    """
    wanted = set(portal_ids)
    found: list[Finding] = []
    for folder in portal_folders(root / "content"):
        if folder.name not in wanted:
            continue
        progress(folder.name, len(item_files(folder)))
        try:
            portal = load_portal(folder, root, today)
        except Refused as refused:
            found += refused.findings
            continue
        found += read_library(portal, root)[1]
    return in_order(found)
