"""What machines read: feeds, sitemap.xml, robots.txt, and the links between languages."""

import dataclasses
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from plugins.pages import FEED_ITEMS, feed, robots, sitemap
from plugins.site import Site
from plugins.views.pages import pages
from tests.plugins.portals import real_site, with_items
from tests.small import PORTALS, Small

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)\Z")


def read_feed(text: str) -> Any:
    return ElementTree.fromstring(text)


def texts(tree: Any, path: str) -> list[str]:
    return [element.text or "" for element in tree.findall(path, ATOM)]


@pytest.mark.parametrize("portal_id", PORTALS)
def test_every_feed_is_atom_with_what_atom_asks_for(portal_id: str) -> None:
    site = real_site(portal_id)
    ids: list[str] = []
    for lang in site.langs:
        for section in site.portal.sections:
            if not section.title.has(lang):
                continue
            tree = read_feed(feed(site, section, lang))
            assert tree.tag == f"{{{ATOM['a']}}}feed"
            for name in ("id", "title", "updated"):
                assert len(texts(tree, f"a:{name}")) == 1
            assert MOMENT.match(texts(tree, "a:updated")[0])
            entries = tree.findall("a:entry", ATOM)
            assert len(entries) == min(FEED_ITEMS, len(site.library.in_section(section, lang)))
            for entry in entries:
                for name in ("id", "title", "updated", "published"):
                    assert len(entry.findall(f"a:{name}", ATOM)) == 1
                assert entry.findall("a:author/a:name", ATOM)
                assert MOMENT.match(entry.findtext("a:updated", "", ATOM))
                links = [link.get("href", "") for link in entry.findall("a:link", ATOM)]
                assert links[0].startswith(site.portal.regulation.url)
            days = [e.findtext("a:published", "", ATOM) for e in entries]
            assert days == sorted(days, reverse=True)
            ids += [e.findtext("a:id", "", ATOM) for e in entries]
    assert len(ids) == len(set(ids)) > 0


def test_a_feed_says_nothing_of_the_moment_of_the_build(site: Site) -> None:
    later = dataclasses.replace(site, now=site.now.replace(year=2027))
    for section in site.portal.sections:
        assert feed(later, section, "vi") == feed(site, section, "vi")


def test_an_entry_keeps_its_id_when_its_title_address_and_text_change(site: Site) -> None:
    section = site.portal.section("tin-tuc")

    def ids(made: Site) -> set[str]:
        return set(texts(read_feed(feed(made, section, "vi")), "a:entry/a:id"))

    changed = [
        dataclasses.replace(item, title="Khác", slug=f"khac-{item.slug}", summary="Khác")
        for item in site.library.items
    ]
    assert ids(with_items(site, changed)) == ids(site)
    assert "tag:mau.example,2026:portal-nho/cau-moi/vi" in ids(site)


def test_drafts_and_tombstones_are_in_no_feed(site: Site) -> None:
    told = feed(site, site.portal.section("tin-tuc"), "vi")
    assert "Bài còn nháp" not in told
    assert "Tin đã gỡ" not in told


def test_a_feed_of_an_empty_section_is_dated_by_the_regulation(site: Site) -> None:
    tree = read_feed(feed(with_items(site, []), site.portal.section("tin-tuc"), "vi"))
    assert texts(tree, "a:updated") == ["2024-01-15T00:00:00+07:00"]


def test_a_long_feed_holds_the_newest(site: Site) -> None:
    model = site.library.item("cau-moi")
    assert model is not None
    items = [
        dataclasses.replace(
            model, id=f"t-{n:02}", slug=f"t-{n:02}", posted=model.posted.replace(day=1 + n % 28)
        )
        for n in range(FEED_ITEMS + 5)
    ]
    tree = read_feed(feed(with_items(site, items), site.portal.section("tin-tuc"), "vi"))
    days = texts(tree, "a:entry/a:published")
    assert len(days) == FEED_ITEMS
    assert days[0].startswith("2026-04-28")
    assert days == sorted(days, reverse=True)


def locations(text: str) -> list[str]:
    tree = ElementTree.fromstring(text)
    return [element.text or "" for element in tree.findall("s:url/s:loc", MAP)]


def expected_in_sitemap(site: Site) -> set[str]:
    found = {page.url for page in pages(site) if page.indexed}
    return found | {item.url for item in site.library.items if item.listed}


@pytest.mark.parametrize("portal_id", PORTALS)
def test_the_sitemap_lists_every_page_and_listed_item_once(portal_id: str) -> None:
    site = real_site(portal_id)
    listed = locations(sitemap(site, pages(site)))
    assert [url for url, times in Counter(listed).items() if times > 1] == []
    assert set(listed) == {site.absolute(url) for url in expected_in_sitemap(site)}


def test_the_sitemap_leaves_out_what_is_no_place_to_arrive_at(drawn: Small) -> None:
    listed = locations((drawn.output / "sitemap.xml").read_text(encoding="utf-8"))
    for url in (
        "/tin-tuc/2026/da-go/",
        "/tin-tuc/2026/ban-nhap/",
        "/tin-tuc/2026/cho-cu/",
        "/404.html",
        "/tim-kiem/",
        "/tra-cuu-van-ban/cu-nhat-truoc/",
    ):
        assert f"https://mau.example{url}" not in listed
    assert "https://mau.example/tin-tuc/2026/doi-cho/" in listed


def test_whatever_the_sitemap_lists_is_written_and_asks_to_be_found(house: Small) -> None:
    house.build(production=True, allow_samples=True)
    listed = locations((house.output / "sitemap.xml").read_text(encoding="utf-8"))
    for url in listed:
        path = url.removeprefix("https://mau.example").lstrip("/") + "index.html"
        page = (house.output / path).read_text(encoding="utf-8")
        assert 'content="noindex"' not in page, path
        assert f'<link rel="canonical" href="{url}">' in page
    everything = {path.parent for path in house.output.rglob("index.html")}
    hidden = [f for f in everything if 'content="noindex"' in (f / "index.html").read_text("utf-8")]
    assert len(everything) == len(listed) + len(hidden)


def test_the_languages_of_an_item_name_each_other_in_sitemap_and_page(drawn: Small) -> None:
    both = {
        "vi": "https://mau.example/tin-tuc/2026/hop-ban/",
        "en": "https://mau.example/en/tin-tuc/2026/hop-ban/",
    }
    tree = ElementTree.fromstring((drawn.output / "sitemap.xml").read_text(encoding="utf-8"))
    for entry in tree.findall("s:url", MAP):
        links = {x.get("hreflang"): x.get("href") for x in entry.findall("x:link", MAP)}
        assert links == (both if entry.findtext("s:loc", "", MAP) in both.values() else {})


def hreflangs(path: Path) -> dict[str, str]:
    page = path.read_text(encoding="utf-8")
    return dict(re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', page))


def test_every_page_that_names_another_language_is_named_back(drawn: Small) -> None:
    named = 0
    for path in drawn.output.rglob("index.html"):
        for url in hreflangs(path).values():
            other = drawn.output / url.removeprefix("https://mau.example/") / "index.html"
            assert other.is_file(), f"{path} names {url}"
            assert hreflangs(other) == hreflangs(path)
            named += 1
    assert named > 20


def test_a_demonstration_asks_search_engines_to_stay_out(site: Site) -> None:
    assert "Disallow: /\n" in robots(site)
    shown = robots(dataclasses.replace(site, production=True))
    assert "Allow: /\n" in shown and "Disallow" not in shown
    assert "Sitemap: https://mau.example/sitemap.xml" in shown
