"""What is looked at before people look: each check yields findings for a civil servant to mend.

``check`` looks at whole portals. ``check_change`` looks at what a proposal changes and at what that
breaks elsewhere, and asks besides what only a change shows: whether something published vanishes,
comes late, is a sample.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from regulation.checkout import shown_path, within
from regulation.findings import Finding, Refused, in_order
from regulation.items import Item
from regulation.library import (
    NOT_SECTIONS,
    Library,
    is_leftover,
    item_files,
    read_library,
)
from regulation.loading import load_portal, portal_folders
from regulation.machine import os_words
from regulation.yamlfile import VIETNAM
from workflow.alike import nearest, prints, shingles
from workflow.checks import samples
from workflow.checks.changed import Outcome, check_change
from workflow.checks.files import FILE_CHECKS, FileCheck, names, not_told
from workflow.checks.items import ITEM_CHECKS, duplicates

__all__ = ["Outcome", "Progress", "check", "check_change"]

Progress = Callable[[str, int], None]
"""Told before each portal: its id, how many items it has."""


def check(
    root: Path,
    portal_ids: Iterable[str],
    now: dt.datetime,
    progress: Progress = lambda portal_id, items: None,
    *,
    production: bool = False,
    file_checks: Collection[FileCheck] = FILE_CHECKS,
) -> list[Finding]:
    """Checks the regulation, every file and every item of some portals.

    A portal whose regulation cannot be read has no findings of its items yet.

    Args:
        root: The root of the checkout.
        portal_ids: Which portals.
        now: The moment for which owners and routes must lead to an agency that is there, and
            after which nothing is posted yet.
        progress: Told before each portal.
        production: Whether the portals are in use, so that samples are refused.
        file_checks: What is looked at in every file of ``media/`` and ``data/``.

    Returns:
        Every finding of every portal, in the order of files and lines.
    """
    wanted = set(portal_ids)
    found: list[Finding] = []
    of_files: list[Finding] = []
    libraries: dict[str, Library] = {}
    for folder in portal_folders(root / "content"):
        if folder.name not in wanted:
            continue
        progress(folder.name, len(item_files(folder)))
        of_files += _files(folder, root, file_checks)
        try:
            portal = load_portal(folder, root, now.astimezone(VIETNAM).date())
        except Refused as refused:
            found += refused.findings
            continue
        libraries[folder.name], wrong = read_library(portal, root)
        found += wrong
    for library in libraries.values():
        for item in library.items:
            for item_check in ITEM_CHECKS:
                found += item_check(item, library, now)
            if production:
                found += samples.check(item, production=True)
    found += _repeated(libraries)
    return in_order([*found, *not_told(of_files, found)])


def _files(folder: Path, root: Path, file_checks: Iterable[FileCheck]) -> Iterator[Finding]:
    """What is wrong with a portal's pictures, tables and attachments, whoever brought them."""
    paths: list[str] = []
    for place in NOT_SECTIONS:
        for path in sorted((folder / place).rglob("*")):
            if not path.is_file() or is_leftover(path.name):
                continue
            shown = shown_path(path, root)
            paths.append(shown)
            if not within(path, folder):
                message = "Tệp này dẫn ra ngoài thư mục của cổng; hãy thay bằng tệp thật."
                yield Finding(shown, message)
                continue
            try:
                data = path.read_bytes()
            except OSError as error:
                yield Finding(shown, f"Không mở được tệp: {os_words(error)}.")
                continue
            for file_check in file_checks:
                yield from file_check(shown, data)
    yield from names.check_names(paths)


def _repeated(libraries: dict[str, Library]) -> Iterator[Finding]:
    """Items that say again what another, of any of the portals, has said."""
    owners: defaultdict[int, list[str]] = defaultdict(list)
    by_path: dict[str, Item] = {}
    numbers: dict[str, frozenset[int]] = {}
    for library in libraries.values():
        for item in library.items:
            spec = library.portal.type_of(library.portal.section(item.section))
            by_path[item.path] = item
            numbers[item.path] = prints(shingles(item, spec))
            for number in numbers[item.path]:
                owners[number].append(item.path)
    for path, item in by_path.items():
        counts = Counter(other for number in numbers[path] for other in owners[number])
        del counts[path]
        near = [by_path[other] for other in nearest(counts)]
        portal = libraries[item.portal].portal
        yield from duplicates(item, portal, near, lambda other: libraries[other.portal].portal)
