"""The portals as the browser tests meet them: built, served, with one page of every kind."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from regulation.content_types import content_types
from regulation.library import Library, read_library
from regulation.loading import load_portal
from regulation.portal import Portal
from tests.browser.site import NOW, PORTALS, ROOT, built_site, kinds_of_pages, served

EVERY_KIND = "CONG_EVERY_KIND"
"""Set (``make test-browser``): every kind of page is visited on every portal that has it.

Otherwise each is visited on one portal, for all four have the same templates; what differs, the
accent, the furniture and the length of names, is seen on the kinds of ``ON_EVERY_PORTAL``.
"""

ON_EVERY_PORTAL = ("home", "section", "item-legal_document")


def shared_out(kinds: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Each kind of page on one portal, the one that has the fewest so far.

    Args:
        kinds: The kinds that each portal has: name → address.
    """
    shares: dict[str, dict[str, str]] = {
        portal: {name: url for name, url in pages.items() if name in ON_EVERY_PORTAL}
        for portal, pages in kinds.items()
    }
    for name in sorted({name for pages in kinds.values() for name in pages}):
        if name not in ON_EVERY_PORTAL:
            having = [portal for portal, pages in kinds.items() if name in pages]
            portal = min(having, key=lambda portal: len(shares[portal]))
            shares[portal][name] = kinds[portal][name]
    return shares


@dataclass(frozen=True)
class ServedSite:
    """A portal's site, answering on this machine.

    Attributes:
        portal: The portal.
        library: Its items.
        folder: The built site.
        base: Where it is served, without a slash at the end.
        pages: One page of every kind: name → address.
        kinds: Those of them that a test of every kind visits here: see ``EVERY_KIND``.
    """

    portal: Portal
    library: Library
    folder: Path
    base: str
    pages: dict[str, str]
    kinds: dict[str, str]

    @property
    def host(self) -> str:
        """The address that the portal gives itself."""
        return self.portal.regulation.url.rstrip("/")


def variants(portal: Portal, library: Library) -> Iterator[tuple[str, str]]:
    """Pages whose template draws them differently by what their item says."""
    for item in library.items:
        if item.status == "withdrawn":
            continue
        if item.lang != "vi":
            yield f"item-{item.lang}", item.url
            yield f"list-{item.lang}", f"/{item.lang}/{item.section}/"
        elif item.type == "media":
            yield f"item-media-{item.values['form']}", item.url
        elif item.type == "legal_document":
            yield f"item-legal_document-{item.values['standing']}", item.url
        elif item.type == "consultation":
            is_open = item.values["closes"] >= NOW.date()
            yield f"item-consultation-{'open' if is_open else 'closed'}", item.url


def without_repeating(pages: Mapping[str, str]) -> dict[str, str]:
    """The same pages, each address once, and each manner of listing."""
    seen: set[str] = set()
    kept = {}
    for name, url in pages.items():
        of_type = content_types().get(name.removeprefix("list-"))
        manner = f"listing {of_type.listing}" if of_type else url
        if url not in seen and manner not in seen:
            kept[name] = url
        seen |= {url, manner}
    return kept


class Sites:
    """The portals of this process, built together and each served when it is first asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._known: dict[str, ServedSite] = {}

    def __getitem__(self, portal_id: str) -> ServedSite:
        if portal_id not in self._known:
            portal, library, pages = self._built[portal_id]
            folder = built_site(portal_id)
            base = self._stack.enter_context(served(folder))
            kinds = self._kinds[portal_id]
            self._known[portal_id] = ServedSite(portal, library, folder, base, pages, kinds)
        return self._known[portal_id]

    @cached_property
    def _built(self) -> dict[str, tuple[Portal, Library, dict[str, str]]]:
        found = {}
        for portal_id in PORTALS:
            portal = load_portal(ROOT / "content" / portal_id, ROOT, NOW.date())
            library, _ = read_library(portal, ROOT)
            pages = kinds_of_pages(built_site(portal_id), portal_id)
            found[portal_id] = (portal, library, {**pages, **dict(variants(portal, library))})
        return found

    @cached_property
    def _kinds(self) -> dict[str, dict[str, str]]:
        kinds = {name: without_repeating(pages) for name, (_, _, pages) in self._built.items()}
        return kinds if os.environ.get(EVERY_KIND) else shared_out(kinds)
