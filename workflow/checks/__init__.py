"""What is looked at before people look: each check yields findings for a civil servant to mend."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from regulation.findings import Finding, Refused, Severity, in_order
from regulation.library import Library, item_files, read_library
from regulation.loading import load_portal, portal_folders
from regulation.vietnamese import format_date, format_time
from regulation.yamlfile import VIETNAM

Progress = Callable[[str, int], None]
"""Told before each portal: its id, how many items it has."""


def check(
    root: Path,
    portal_ids: Iterable[str],
    now: dt.datetime,
    progress: Progress = lambda portal_id, items: None,
) -> list[Finding]:
    """Checks the regulation and every item of some portals.

    Front matter by content type, Unicode, links and files; the regulation itself and the agencies
    it leads to. A portal whose regulation cannot be read has no other findings yet.

    Args:
        root: The root of the checkout.
        portal_ids: Which portals.
        now: The moment for which owners and routes must lead to an agency that is there, and
            after which nothing is posted yet.
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
            portal = load_portal(folder, root, now.astimezone(VIETNAM).date())
        except Refused as refused:
            found += refused.findings
            continue
        library, wrong = read_library(portal, root)
        found += wrong
        found += _not_yet(library, now)
    return in_order(found)


def _not_yet(library: Library, now: dt.datetime) -> Iterator[Finding]:
    """Items whose day of posting is still to come: nothing holds them back until then."""
    for item in library.items:
        if item.listed and item.posted > now:
            at = item.posted.astimezone(VIETNAM)
            message = (
                f"Ngày đăng {format_date(at.date())}, {format_time(at)} chưa đến, nhưng mục sẽ lên "
                "cổng ngay ở lần dựng tới; hãy sửa posted, hoặc ghi status: draft cho đến ngày ấy."
            )
            yield Finding(
                item.path, message, item.line("posted"), "posted", severity=Severity.WARNING
            )
