"""The finder: every choice is a page that exists, and its counts are true."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.site import Page, Site, View
from plugins.views.finder import FACETS, finder_pages
from regulation.content_types import content_types
from regulation.items import Item
from tests.plugins.portals import real_site, with_items
from tests.small import PORTALS

LEGAL = content_types()["legal_document"].fields
ISSUERS = ("UBND tỉnh Mẫu", "Ubnd tỉnh mẫu", "Chính phủ", "Bộ Nội vụ", "Bộ Nội Vụ", "…", "HĐND")
AREAS = ("Đất đai", "đất đai", "Thuế – phí", "Thuế, phí", "Y tế", "?")

documents = st.fixed_dictionaries(
    {
        "form": st.sampled_from([*LEGAL["form"].choices]),
        "issuer": st.sampled_from(ISSUERS) | st.text("ABc đ-/", min_size=1, max_size=4),
        "issued": st.dates(dt.date(2023, 1, 1), dt.date(2026, 11, 1)),
        "standing": st.sampled_from([*LEGAL["standing"].choices]),
        "area": st.sampled_from(AREAS),
    }
)


def made_up(site: Site, rows: list[dict[str, Any]]) -> Site:
    """The small portal with made-up documents in place of its items."""
    model = site.library.item("quy-che")
    assert model is not None
    items = [
        dataclasses.replace(
            model,
            id=f"vb-{n}",
            slug=f"vb-{n}",
            path=f"v/2026/vb-{n}.md",
            values={**model.values, **row},
        )
        for n, row in enumerate(rows)
    ]
    return with_items(site, items)


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A page with its view, drawn once."""

    page: Page
    shown: View

    def view(self) -> View:
        return self.shown


def by_url(site: Site) -> dict[str, Drawn]:
    listed = list(finder_pages(site))
    found = {page.url: Drawn(page, page.view()) for page in listed}
    assert len(found) == len(listed), "two pages claim one address"
    return found


def results(pages: Mapping[str, Drawn], url: str) -> list[str]:
    """Ids of everything found at an address, over all its pages."""
    found: list[str] = []
    following = url
    while following:
        view = pages[following].view()
        found += [entry["id"] for entry in view["entries"]]
        following = view["pager"]["next"] if view["pager"] else ""
    return found


def check_finder(site: Site) -> None:
    pages = by_url(site)
    for url, page in pages.items():
        view = page.view()
        here = urlsplit(url).path.split("trang-")[0]
        everything = results(pages, here)
        assert len(everything) == len(set(everything))
        assert str(len(everything)) in view["found"]
        for facet in view["facets"]:
            assert facet["values"]
            for value in facet["values"]:
                there = results(pages, value["url"])
                assert len(there) == value["count"], f"{url} → {value['url']}"
                assert set(there) <= set(everything)
        for chip in view["chosen"]:
            wider = pages[chip["url"]].view()
            assert set(everything) <= set(results(pages, chip["url"]))
            chosen = {(c["label"], c["text"]) for c in view["chosen"]}
            left = chosen - {(chip["label"], chip["text"])}
            assert {(c["label"], c["text"]) for c in wider["chosen"]} == left
        if view["sorts"]:
            new, old = (results(pages, sort["url"]) for sort in view["sorts"])
            assert new == old[::-1]
            assert sum(sort["current"] for sort in view["sorts"]) == 1


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(documents, max_size=12))
def test_facets_chips_and_sorts_lead_to_pages_whose_counts_are_true(
    site: Site, rows: list[dict[str, Any]]
) -> None:
    check_finder(made_up(site, rows))


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(documents, min_size=1, max_size=12))
def test_every_document_is_found_by_each_of_its_own_values(
    site: Site, rows: list[dict[str, Any]]
) -> None:
    made = made_up(site, rows)
    pages = by_url(made)
    start = pages["/tra-cuu-van-ban/"].view()
    assert sum(entry["id"] != "" for entry in start["entries"]) == len(rows)
    for index, facet in enumerate(start["facets"]):
        found = [i for v in facet["values"] for i in results(pages, v["url"])]
        assert len(found) == len(set(found)), index
        named = facet["title"]
        if named in {made.say(f.words, "vi") for f in FACETS if f.name in ("form", "issued")}:
            assert len(found) == len(rows)


def test_many_documents_go_over_several_pages(site: Site) -> None:
    row = {
        "form": "luat",
        "issuer": "Quốc hội",
        "issued": dt.date(2026, 1, 1),
        "standing": "in-force",
        "area": "Y tế",
    }
    made = made_up(site, [row] * 45)
    pages = by_url(made)
    assert {"/tra-cuu-van-ban/", "/tra-cuu-van-ban/trang-2/", "/tra-cuu-van-ban/trang-3/"} <= {
        *pages
    }
    assert len(results(pages, "/tra-cuu-van-ban/")) == 45
    first, third = (pages[f"/tra-cuu-van-ban/{at}"] for at in ("", "trang-3/"))
    assert first.page.indexed and not third.page.indexed
    assert third.view()["head"]["canonical"].endswith("/tra-cuu-van-ban/trang-3/")


def test_a_finder_without_documents_is_one_page_that_says_so(site: Site) -> None:
    pages = by_url(with_items(site, []))
    assert {*pages} == {"/tra-cuu-van-ban/", "/tra-cuu-van-ban/cu-nhat-truoc/"}
    assert pages["/tra-cuu-van-ban/"].view()["facets"] == []


def test_drafts_and_tombstones_are_not_found(site: Site) -> None:
    items = [
        dataclasses.replace(item, status=status, id=f"{item.id}-{status}")
        for item in site.library.items
        if item.type == "legal_document"
        for status in ("draft", "withdrawn")
    ]
    pages = by_url(with_items(site, items))
    assert results(pages, "/tra-cuu-van-ban/") == []


@pytest.mark.parametrize("portal_id", PORTALS)
def test_the_finder_of_a_real_portal_keeps_its_promises(portal_id: str) -> None:
    site = real_site(portal_id)
    pages = by_url(site)
    listed: list[Item] = [
        item
        for item in site.library.items
        if item.listed and item.lang == "vi" and content_types()[item.type].finder == "documents"
    ]
    assert len(results(pages, "/tra-cuu-van-ban/")) == len(listed)
    start = pages["/tra-cuu-van-ban/"].view()
    for facet in start["facets"]:
        for value in facet["values"]:
            assert len(results(pages, value["url"])) == value["count"]
            narrowed = pages[value["url"]].view()
            for further in narrowed["facets"]:
                for choice in further["values"]:
                    assert len(results(pages, choice["url"])) == choice["count"]
