"""Finder pages: documents by kind, issuer, year, field and standing, as real pages.

Every choice, and every pair of choices that finds something, is a page of its own: the reader
needs no script, and a link to "Nghị định năm 2026" can be sent and kept.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

from plugins.site import Page, Site, View
from plugins.views.common import Crumb, head
from plugins.views.entry import entry
from plugins.views.lists import PER_PAGE, page_url, pager
from regulation.content_types import content_types
from regulation.items import Item
from regulation.vietnamese import slug, sort_key

URL = "/tra-cuu-van-ban/"


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the list: its part of the URL, its words, how an item's value is read."""

    slug: str
    words: str
    name: str

    def value(self, item: Item) -> tuple[str, str] | None:
        """The item's value as (part of the URL, words); none when it has none."""
        given = item.values.get(self.name)
        if given is None:
            return None
        if self.name == "issued":
            return str(given.year), str(given.year)
        spec = content_types()[item.type].fields[self.name]
        if spec.choices:
            return given, spec.choices[given].vi
        try:
            return slug(str(given), 200), str(given)
        except ValueError:  # nothing in it that an address can hold
            return None


FACETS = (
    Facet("loai", "filter_kind", "form"),
    Facet("co-quan", "filter_issuer", "issuer"),
    Facet("nam", "filter_year", "issued"),
    Facet("linh-vuc", "filter_area", "area"),
    Facet("hieu-luc", "filter_standing", "standing"),
)

Choice = tuple[Facet, str, str]
"""A facet, the chosen value's part of the URL, its words."""


def finder_pages(site: Site) -> Iterator[Page]:
    """Every page of the document finder."""
    found = _found(site)
    narrower = _narrower(found)
    for chosen, matching in found.items():
        for oldest_first in (False, True) if len(chosen) < 2 else (False,):
            listed = matching[::-1] if oldest_first else matching
            url = _url(chosen, oldest_first)
            count = max(1, math.ceil(len(listed) / PER_PAGE))
            for number in range(1, count + 1):
                view = partial(
                    _view, site, narrower, chosen, listed, url, number, count, oldest_first
                )
                first = number == 1 and not oldest_first
                yield Page(page_url(url, number), "finder", view, indexed=first)


def ways_in(site: Site) -> list[View]:
    """The finder's first pages by kind, issuer and year, for a reader who has chosen nothing."""
    narrower = _narrower(_found(site))
    facets = [facet for facet in FACETS if facet.name in ("form", "issuer", "issued")]
    return [made for facet in facets if (made := _facet(site, narrower, (), facet))["values"]]


def _found(site: Site) -> dict[tuple[Choice, ...], list[Item]]:
    """The documents of every choice and pair of choices that finds some, the newest first."""
    items = [
        item
        for item in site.library.items
        if item.listed and item.lang == "vi" and content_types()[item.type].finder == "documents"
    ]
    items.sort(key=lambda item: (item.values["issued"], item.id), reverse=True)
    found: dict[tuple[Choice, ...], list[Item]] = {(): items}
    # "Bộ Nội vụ" and "Bộ Nội Vụ" are one address, and so one choice: the newest spelling names it.
    named: dict[tuple[Facet, str], str] = {}
    for item in items:
        choices = [
            (facet, value[0], named.setdefault((facet, value[0]), value[1]))
            for facet in FACETS
            if (value := facet.value(item))
        ]
        for size in (1, 2):
            for combination in combinations(choices, size):
                found.setdefault(combination, []).append(item)
    return found


Narrower = Mapping[tuple[Choice, ...], list[tuple[Choice, int]]]
"""For what is chosen already: each further choice that finds something, with how many."""


def _narrower(found: Mapping[tuple[Choice, ...], list[Item]]) -> Narrower:
    further: dict[tuple[Choice, ...], list[tuple[Choice, int]]] = {}
    for choices, items in found.items():
        for own in choices:
            others = tuple(choice for choice in choices if choice is not own)
            further.setdefault(others, []).append((own, len(items)))
    return further


def _url(chosen: Sequence[Choice], oldest_first: bool = False) -> str:
    parts = "".join(f"{facet.slug}-{value}/" for facet, value, _ in chosen)
    return URL + parts + ("cu-nhat-truoc/" if oldest_first else "")


def _ordered(chosen: Sequence[Choice]) -> tuple[Choice, ...]:
    return tuple(sorted(chosen, key=lambda choice: FACETS.index(choice[0])))


def _view(
    site: Site,
    narrower: Narrower,
    chosen: tuple[Choice, ...],
    listed: list[Item],
    url: str,
    number: int,
    count: int,
    oldest_first: bool,
) -> View:
    say = partial(site.say, lang="vi")
    root = say("documents")
    parts = [f"{say(facet.words)}: {words}" for facet, _, words in chosen]
    title = f"{root} – {'; '.join(parts)}" if parts else root
    crumbs: list[Crumb] = [(root, URL)] if chosen else []
    return {
        "head": head(
            site,
            title="; ".join(parts) if parts else root,
            url=page_url(url, number),
            lang="vi",
            description=title,
            crumbs=crumbs,
            indexed=number == 1 and not oldest_first,
            alternates={"vi": page_url(url, number)},
        ),
        "title": root,
        "found": say("found_documents", count=len(listed)),
        "where": parts,
        "chosen": [
            {
                "text": words,
                "label": say(facet.words),
                "remove": say("remove_filter", value=words),
                "url": site.at(_url([c for c in chosen if c[0] is not facet])),
            }
            for facet, _, words in chosen
        ],
        "clear": site.at(URL) if chosen else "",
        "facets": [
            made for facet in FACETS if (made := _facet(site, narrower, chosen, facet))["values"]
        ],
        "sorts": [
            {"text": say("sort_new"), "url": site.at(_url(chosen)), "current": not oldest_first},
            {"text": say("sort_old"), "url": site.at(_url(chosen, True)), "current": oldest_first},
        ]
        if len(chosen) < 2
        else [],
        "entries": [
            entry(site, item) for item in listed[(number - 1) * PER_PAGE : number * PER_PAGE]
        ],
        "pager": pager(site, url, number, count, "vi"),
    }


def _facet(
    site: Site, narrower: Narrower, chosen: tuple[Choice, ...], facet: Facet
) -> dict[str, Any]:
    """The values of a facet that lead to a page, with how many documents each finds."""
    values = [
        {"text": own[2], "count": count, "url": site.at(_url(_ordered((*chosen, own))))}
        for own, count in narrower.get(chosen, ())
        if own[0] is facet
    ]
    if facet.name == "issued":
        values.sort(key=lambda value: str(value["text"]), reverse=True)
    else:
        values.sort(key=lambda value: (-int(str(value["count"])), sort_key(str(value["text"]))))
    return {"title": site.say(facet.words, "vi"), "values": values}
