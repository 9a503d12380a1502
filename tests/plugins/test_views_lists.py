"""Home, headings of the menu, sections: what is listed, in what order, over how many pages."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from plugins.site import Site
from plugins.views.furniture import furniture
from plugins.views.lists import PER_PAGE, group_page, home_page, pager, section_pages
from plugins.views.pages import pages
from regulation.model import Words
from regulation.telling import by_when
from tests.plugins.portals import real_site, with_items
from tests.small import NOW, PORTALS


def section_views(site: Site, section_id: str, lang: str = "vi") -> list[dict[str, Any]]:
    return [
        dict(page.view()) for page in section_pages(site, site.portal.section(section_id), lang)
    ]


def many(site: Site, count: int) -> Site:
    model = site.library.item("cau-moi")
    assert model is not None
    return with_items(
        site,
        [
            dataclasses.replace(
                model,
                id=f"tin-{n:03}",
                slug=f"tin-{n:03}",
                posted=model.posted + dt.timedelta(hours=n),
            )
            for n in range(count)
        ],
    )


@pytest.mark.parametrize("count", [0, 1, PER_PAGE, PER_PAGE + 1, 5 * PER_PAGE])
def test_a_section_lists_every_item_once_the_latest_first(site: Site, count: int) -> None:
    views = section_views(many(site, count), "tin-tuc")
    listed = [entry["id"] for view in views for entry in view["entries"]]
    assert listed == [f"tin-{n:03}" for n in reversed(range(count))]
    assert len(views) == max(1, -(-count // PER_PAGE))
    assert all(len(view["entries"]) <= PER_PAGE for view in views)


def test_drafts_and_tombstones_are_not_listed(site: Site) -> None:
    listed = {entry["id"] for view in section_views(site, "tin-tuc") for entry in view["entries"]}
    assert "cau-moi" in listed
    assert not {"ban-nhap", "da-go"} & listed


def test_a_set_order_goes_before_the_day(site: Site) -> None:
    made = many(site, 3)
    first = made.library.items[0]
    later = dataclasses.replace(made.library.items[2], values={**first.values, "order": 1})
    listed = section_views(with_items(site, [*made.library.items[:2], later]), "tin-tuc")[0]
    assert [entry["id"] for entry in listed["entries"]] == ["tin-001", "tin-000", "tin-002"]


def test_pages_of_a_list_lead_to_each_other_and_to_themselves_alone(site: Site) -> None:
    made = many(site, 5 * PER_PAGE)
    listed = list(section_pages(made, site.portal.section("tin-tuc"), "vi"))
    urls = [page.url for page in listed]
    assert urls[:2] == ["/tin-tuc/", "/tin-tuc/trang-2/"]
    for number, page in enumerate(listed):
        shown = page.view()["pager"]
        assert shown["previous"] == (urls[number - 1] if number else "")
        assert shown["next"] == (urls[number + 1] if number + 1 < len(urls) else "")
        assert [p["number"] for p in shown["pages"] if p["current"]] == [number + 1]
        assert {p["url"] for p in shown["pages"]} <= set(urls)


def test_a_long_pager_shows_the_ends_the_near_pages_and_the_gaps(site: Site) -> None:
    shown = pager(site, "/tin-tuc/", 50, 100, "vi")
    assert shown is not None
    assert [p["number"] for p in shown["pages"]] == [1, 48, 49, 50, 51, 52, 100]
    assert [p["number"] for p in shown["pages"] if p["gap"]] == [48, 100]
    assert pager(site, "/tin-tuc/", 1, 1, "vi") is None


def test_a_section_says_who_keeps_it_by_when_on_what_basis(site: Site) -> None:
    about = section_views(site, "van-ban")[0]["about"]
    assert [owner["name"] for owner in about["owners"]] == ["Sở Tài chính tỉnh Mẫu mới"]
    assert about["basis"] == "Điều 6.2 Quy chế"
    assert [rule["basis"] for rule in about["deadlines"]] == ["Điều 5 Quy chế sửa đổi"]


@pytest.mark.duty("G6")
def test_a_section_shows_the_deadline_in_force_on_the_day(site: Site) -> None:
    before = dataclasses.replace(site, now=NOW.replace(year=2025))
    for made, basis in ((before, "Điều 5 Quy chế"), (site, "Điều 5 Quy chế sửa đổi")):
        about = section_views(made, "van-ban")[0]["about"]
        assert [rule["basis"] for rule in about["deadlines"]] == [basis]


@pytest.mark.duty("C2")
def test_a_section_shows_deadlines_that_are_no_number_of_days(site: Site) -> None:
    titles = [rule["title"] for rule in section_views(site, "tin-tuc")[0]["about"]["deadlines"]]
    assert titles == ["Tin sự kiện: 24 giờ", "Thường xuyên"]
    access = next(page for page in pages(site) if page.url == "/tiep-can-thong-tin/").view()
    told = {row["url"]: row["when"] for row in access["sections"]}
    assert told["/tin-tuc/"] == titles
    assert told["/van-ban/"] == ["Văn bản: 1 ngày làm việc"]


def test_a_deadline_says_how_long_once_and_in_the_language_of_the_page(site: Site) -> None:
    first, *_, always, _ = site.portal.regulation.deadlines
    assert by_when(first, "en") == "Tin sự kiện: 24 hours"
    assert by_when(always, "en") == "Thường xuyên: at all times"
    counted = first.model_copy(update={"title": Words(vi="Gửi tin trong 24 giờ")})
    assert by_when(counted, "vi") == "Gửi tin trong 24 giờ"


def test_the_english_home_page_tells_the_state_of_a_consultation_in_english(site: Site) -> None:
    (shown,) = home_page(site, "en").view()["consultations"]
    assert shown["lang"] == "vi"
    assert shown["state"]["text"] == "23 days left"
    assert shown["state"]["detail"].startswith("Open until ")


def test_an_empty_section_leads_on_to_its_siblings(site: Site) -> None:
    view = section_views(with_items(site, []), "van-ban")[0]
    assert view["entries"] == []
    assert {s["url"] for s in view["siblings"]} == {"/so-lieu/", "/gop-y/", "/thu-tuc/"}


def test_a_heading_lists_its_sections_each_with_its_latest_item(site: Site) -> None:
    view = group_page(site, "tin-bai", "vi").view()
    listed = {s["url"]: s for s in view["sections"]}
    assert {*listed} == {"/tin-tuc/", "/am-thanh/"}
    assert listed["/tin-tuc/"]["count"] == 4
    assert listed["/tin-tuc/"]["latest"]["date"]["text"] == "01/04/2026"


def test_home_shows_what_is_open_what_is_new_and_figures(site: Site) -> None:
    view = home_page(site, "vi").view()
    assert [c["id"] for c in view["consultations"]] == ["du-thao"]
    assert view["lead"]["type"] == "article"
    assert {d["id"] for d in view["documents"]} == {"ke-hoach", "chi-thi", "quy-che"}
    assert [f["chart"]["finding"] for f in view["figures"]] == ["Huyện Đông đông dân nhất."]


def test_home_leaves_out_consultations_that_are_closed(site: Site) -> None:
    later = dataclasses.replace(site, now=NOW.replace(year=2027))
    assert home_page(later, "vi").view()["consultations"] == []


def test_home_of_an_empty_portal_stands(site: Site) -> None:
    view = home_page(with_items(site, []), "vi").view()
    assert (view["lead"], view["news"], view["documents"], view["figures"]) == (None, [], [], [])


@pytest.mark.parametrize("portal_id", PORTALS)
def test_the_furniture_is_the_same_whatever_items_there_are(portal_id: str) -> None:
    site = real_site(portal_id)
    for lang in site.langs:
        whole = furniture(site, lang)
        assert furniture(with_items(site, []), lang) == whole
        assert furniture(with_items(site, list(site.library.items[::2])), lang) == whole


@pytest.mark.parametrize("portal_id", PORTALS)
def test_every_listed_item_of_a_real_portal_stands_in_its_section(portal_id: str) -> None:
    site = real_site(portal_id)
    for lang in site.langs:
        for section in site.portal.sections:
            if not section.title.has(lang):
                continue
            wanted = {i.id for i in site.library.in_section(section, lang)}
            views = section_views(site, section.id, lang)
            listed = [entry["id"] for view in views for entry in view["entries"]]
            assert sorted(listed) == sorted(wanted)
