"""The regulation as the relay follows it: read at the start, read anew when its files change.

A relay runs for months; an agency that is merged, a working day that is swapped or a draft that is
opened for comment in between must count without anybody starting it again.
"""

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from regulation import calendar
from regulation.findings import Refused
from regulation.items import Item
from regulation.library import item_files, read_file
from regulation.loading import load_portal
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM

CONSULTATION = "consultation"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that is, was or will be open for comment.

    Attributes:
        id: The item's id.
        title: Its title.
        url: Its page, from the root of the site.
        agency: Who drafted it, and so reads the comments.
        opens, closes: The first and the last day for comments.
    """

    id: str
    title: str
    url: str
    agency: str
    opens: dt.date
    closes: dt.date

    def is_open(self, on: dt.date) -> bool:
        """Whether comments are taken on the day."""
        return self.opens <= on <= self.closes


class Rules:
    """A portal's rules, kept as its files are.

    Args:
        root: The root of the checkout.
        portal_id: Which portal.
        now: Tells the time.

    Raises:
        Refused: The files have mistakes at the start. Later ones leave what was read before.
    """

    def __init__(self, root: Path, portal_id: str, now: Callable[[], dt.datetime]) -> None:
        self._root = root
        self._folder = root / "content" / portal_id
        self._now = now
        self._lock = threading.Lock()
        self._seen = self._stamps()
        self._portal, self._drafts = self._read()
        self.faults: tuple[str, ...] = ()

    def portal(self) -> Portal:
        """The portal's rules as they were last read without a mistake."""
        with self._lock:
            return self._portal

    def drafts(self) -> Mapping[str, Draft]:
        """Drafts for comment by the item's id."""
        with self._lock:
            return self._drafts

    def refresh(self) -> bool:
        """Reads the files again if they changed; says whether what counts is new.

        Mistakes leave what was read before: ``faults`` says what they are.
        """
        stamps = self._stamps()
        if stamps == self._seen:
            return False
        calendar.default_swaps.cache_clear()
        try:
            portal, drafts = self._read()
        except Refused as refused:
            self._seen = stamps
            self.faults = tuple(str(finding) for finding in refused.findings)
            return False
        with self._lock:
            self._portal, self._drafts = portal, drafts
        self._seen, self.faults = stamps, ()
        return True

    def _read(self) -> tuple[Portal, Mapping[str, Draft]]:
        today = self._now().astimezone(VIETNAM).date()
        portal = load_portal(self._folder, self._root, today)
        return portal, {draft.id: draft for draft in self._consultations(portal)}

    def _consultations(self, portal: Portal) -> Iterator[Draft]:
        for path in self._draft_files(portal):
            item, _ = read_file(portal, path, self._root)
            if item and item.type == CONSULTATION and item.lang == "vi" and item.listed:
                yield _draft(item)

    def _draft_files(self, portal: Portal) -> Iterator[Path]:
        sections = {each.id for each in portal.sections if each.type == CONSULTATION}
        for path in item_files(self._folder):
            if path.relative_to(self._folder).parts[0] in sections:
                yield path

    def _stamps(self) -> tuple[tuple[str, int, int], ...]:
        """What tells whether a file is another than before: of rules, swaps and drafts."""
        swaps = self._root / "regulation" / "data" / "swapped_days.yml"
        paths = [swaps, *sorted(self._folder.glob("*.yml")), *sorted(self._folder.glob("*/*/*.md"))]
        stamps = []
        for path in paths:
            try:
                stat = path.stat()
            except OSError:
                continue  # just moved; the next look finds its place
            stamps.append((path.as_posix(), stat.st_mtime_ns, stat.st_size))
        return tuple(stamps)


def _draft(item: Item) -> Draft:
    values = item.values
    return Draft(
        item.id, item.title, item.url, values["drafted_by"], values["opens"], values["closes"]
    )
