"""Agencies: what each owns, provides and answers, before and after a merger."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from plugins.site import Site
from plugins.views.agency import LISTED, agencies_page, agency_page
from tests.plugins.portals import real_site, with_items
from tests.small import NOW, PORTALS


def view(site: Site, agency_id: str, lang: str = "vi") -> dict[str, Any]:
    return dict(agency_page(site, site.portal.agency(agency_id), lang).view())


def test_an_agency_shows_what_it_keeps_and_what_it_provides(site: Site) -> None:
    shown = view(site, "so-noi-vu")
    assert [s["url"] for s in shown["sections"]] == ["/tin-tuc/", "/am-thanh/"]
    assert {e["id"] for e in shown["provided"]} == {
        "cau-moi",
        "doi-cho",
        "mau",
        "hop-ban",
        "ban-tin",
    }
    assert [p["title"] for p in shown["posts"]] == ["Trưởng ban"]


def test_sections_and_items_of_an_agency_that_is_gone_go_to_its_successor(site: Site) -> None:
    shown = view(site, "so-tai-chinh-moi")
    assert "/van-ban/" in [s["url"] for s in shown["sections"]]
    assert [a["name"] for a in shown["before"]] == ["Sở Tài chính tỉnh Mẫu"]
    gone = view(site, "so-ke-hoach")
    assert gone["sections"] == []
    assert gone["state"]["gone"]
    assert "28/02/2025" in gone["state"]["text"]
    assert gone["state"]["successor"]["url"] == "/co-quan/so-tai-chinh-cu/"


def test_an_agency_was_there_on_the_days_before_it_went(site: Site) -> None:
    before = dataclasses.replace(site, now=NOW.replace(year=2025, month=1))
    assert not view(before, "so-ke-hoach")["state"]["gone"]
    assert "/van-ban/" in [s["url"] for s in view(before, "so-ke-hoach")["sections"]]


def test_an_agency_gone_without_a_successor_keeps_its_page(site: Site) -> None:
    shown = view(site, "so-giai-the")
    assert shown["state"]["gone"]
    assert shown["state"]["successor"] is None


def test_only_the_latest_items_are_shown(site: Site) -> None:
    model = site.library.item("cau-moi")
    assert model is not None
    items = [
        dataclasses.replace(
            model, id=f"t-{n}", slug=f"t-{n}", posted=model.posted + dt.timedelta(n)
        )
        for n in range(LISTED + 5)
    ]
    shown = view(with_items(site, items), "so-noi-vu")
    assert [e["id"] for e in shown["provided"]] == [f"t-{n}" for n in range(LISTED + 4, 4, -1)]


@pytest.mark.parametrize("portal_id", PORTALS)
def test_every_agency_stands_once_in_the_list_of_agencies(portal_id: str) -> None:
    site = real_site(portal_id)
    for lang in site.langs:
        shown = agencies_page(site, lang).view()
        urls = [row["url"] for row in (*shown["now"], *shown["gone"])]
        assert sorted(urls) == sorted(
            agency_page(site, agency, lang).url for agency in site.portal.agencies.values()
        )


@pytest.mark.parametrize("portal_id", PORTALS)
def test_every_section_with_owners_stands_on_the_page_of_one(portal_id: str) -> None:
    site = real_site(portal_id)
    shown = {
        row["url"] for agency in site.portal.agencies for row in view(site, agency)["sections"]
    }
    assert {f"/{section.id}/" for section in site.portal.sections if section.owners} == shown
