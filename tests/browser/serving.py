"""The portals as the browser tests meet them: built, served, with one page of every kind."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from regulation.content_types import content_types
from regulation.library import Library, read_library
from regulation.portal import Portal, load_portal
from tests.browser.site import NOW, ROOT, built_site, kinds_of_pages, served


@dataclass(frozen=True)
class ServedSite:
    """A portal's site, answering on this machine.

    Attributes:
        portal: The portal.
        library: Its items.
        folder: The built site.
        base: Where it is served, without a slash at the end.
    """

    portal: Portal
    library: Library
    folder: Path
    base: str

    @property
    def host(self) -> str:
        """The address that the portal gives itself."""
        return self.portal.regulation.url.rstrip("/")

    @cached_property
    def pages(self) -> dict[str, str]:
        """One page of every kind: name → address."""
        return {**kinds_of_pages(self.folder, self.portal.id), **dict(self._variants())}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The same without repeating: each address once, and each manner of listing."""
        seen: set[str] = set()
        kept = {}
        for name, url in self.pages.items():
            of_type = content_types().get(name.removeprefix("list-"))
            manner = f"listing {of_type.listing}" if of_type else url
            if url not in seen and manner not in seen:
                kept[name] = url
            seen |= {url, manner}
        return kept

    def _variants(self) -> Iterator[tuple[str, str]]:
        """Pages whose template draws them differently by what their item says."""
        for item in self.library.items:
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


class Sites:
    """The portals of this process, each built and served when it is first asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._known: dict[str, ServedSite] = {}

    def __getitem__(self, portal_id: str) -> ServedSite:
        if portal_id not in self._known:
            folder = built_site(portal_id)
            portal = load_portal(ROOT / "content" / portal_id, ROOT, NOW.date())
            library, _ = read_library(portal, ROOT)
            base = self._stack.enter_context(served(folder))
            self._known[portal_id] = ServedSite(portal, library, folder, base)
        return self._known[portal_id]
