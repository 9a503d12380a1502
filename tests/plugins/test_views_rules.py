"""The page "Quy chế": every rule of the regulation, with its clause."""

import dataclasses
from typing import Any

import pytest

from plugins.site import Site
from plugins.views.rules import rules_page
from regulation.model import RULE_LISTS
from tests.plugins.portals import real_site
from tests.small import NOW, PORTALS


def view(site: Site) -> dict[str, Any]:
    return dict(rules_page(site).view())


@pytest.mark.parametrize("portal_id", PORTALS)
def test_every_rule_of_the_regulation_is_shown_with_its_clause(portal_id: str) -> None:
    site = real_site(portal_id)
    shown = view(site)
    rows: list[dict[str, Any]] = []
    for name in RULE_LISTS:
        parts = shown["groups"] if name == "sections" else shown[name]
        rows += [s for g in parts for s in g["sections"]] if name == "sections" else parts
    assert sorted(row["id"] for row in rows) == sorted(r.id for _, _, r in site.portal.rules())
    assert all(row["basis"] for row in rows)


def test_a_rule_no_longer_or_not_yet_in_force_says_so(site: Site) -> None:
    states = {row["id"]: row for row in view(site)["deadlines"]}
    assert "31/12/2025" in states["van-ban-cu"]["state"]
    assert not states["van-ban-cu"]["binds"]
    assert states["van-ban-moi"]["binds"]
    before = dataclasses.replace(site, now=NOW.replace(year=2025))
    states = {row["id"]: row for row in view(before)["deadlines"]}
    assert states["van-ban-cu"]["binds"]
    assert "01/01/2026" in states["van-ban-moi"]["state"]


def test_the_act_is_told_with_number_date_and_its_own_item(site: Site) -> None:
    act = view(site)["act"]
    assert (act["number"], act["date"], act["valid_from"]) == (
        "01/QĐ-UBND",
        "02/01/2024",
        "15/01/2024",
    )
    assert act["item"]["url"] == "/van-ban/2026/quy-che/"


def test_the_way_to_publication_is_shown_step_by_step(site: Site) -> None:
    steps = view(site)["steps"]
    assert [step["title"] for step in steps] == ["Biên tập", "Phê duyệt"]
    assert {w["title"] for w in steps[0]["who"]} == {
        "Thành viên phụ trách tin tức",
        "Thành viên phụ trách văn bản, số liệu",
    }


def test_a_route_says_who_receives_who_answers_and_the_way_up(site: Site) -> None:
    route = view(site)["routes"][0]
    assert route["receiver"]["name"] == "Sở Nội vụ tỉnh Mẫu"
    assert [a["name"] for a in route["escalation"]] == [
        "Sở Nội vụ tỉnh Mẫu",
        "Ủy ban nhân dân tỉnh Mẫu",
    ]
    assert route["deadlines"] == ["Trả lời: 15 ngày làm việc"]


@pytest.mark.parametrize("portal_id", PORTALS)
def test_whoever_acts_by_the_regulation_is_there_today_or_is_said_to_be_gone(
    portal_id: str,
) -> None:
    site = real_site(portal_id)
    shown = view(site)
    acting = [a for r in shown["routes"] for a in (r["receiver"], r["to"], *r["escalation"]) if a]
    acting += [p["agency"] for p in shown["posts"] if p["agency"]]
    acting += [r["payer"] for r in shown["royalties"] if r["payer"]]
    names = {
        agency.name.vi for agency in site.portal.agencies.values() if agency.exists(NOW.date())
    }
    assert acting
    assert all(a["gone"] or a["name"] in names for a in acting)


def test_the_name_the_regulation_gives_stands_beside_whoever_does_the_work_now() -> None:
    shown = view(real_site("quangnam-cchc"))
    routes = {route["id"]: route for route in shown["routes"]}
    receiver = routes["phan-anh"]["receiver"]
    assert receiver["name"] == "Sở Nội vụ thành phố Đà Nẵng"
    assert receiver["named"] == "Sở Nội vụ tỉnh Quảng Nam"
    assert receiver["checked"]
    inspectors = routes["to-cao"]["to"]
    assert inspectors["name"] == "Thanh tra thành phố Đà Nẵng"
    assert not inspectors["checked"]
    assert shown["royalties"][0]["payer"]["name"] == "Sở Nội vụ thành phố Đà Nẵng"


@pytest.mark.parametrize("portal_id", PORTALS)
def test_whoever_answers_is_named_once(portal_id: str) -> None:
    for route in view(real_site(portal_id))["routes"]:
        assert route["answered_by"] or route["to"], route["id"]
        if route["to"]:
            assert not route["answered_by"] or route["answered_by"] not in route["to"]["name"]


def test_a_deadline_says_for_whom_and_from_when() -> None:
    rows = {row["id"]: row for row in view(real_site("quangnam-cchc"))["deadlines"]}
    assert rows["khieu-nai-lan-dau-30-ngay"]["event"] == "ngày thụ lý"
    assert rows["van-ban-02-ngay"]["bearer"] == "Cơ quan ban hành văn bản"
    ahead = rows["bao-tam-ngung-07-ngay"]
    assert ahead["how_long"] == "Trước ít nhất 7 ngày làm việc"
    assert ahead["event"] == "đếm ngược từ lúc sự kiện diễn ra"


def test_a_rule_ends_after_its_last_day() -> None:
    rows = {row["id"]: row for row in view(real_site("quangnam-cchc"))["royalties"]}
    assert rows["nhuan-but-tac-gia"]["state"] == "Hết hiệu lực sau ngày 31/08/2026"


def test_nothing_is_kept_for_ever_unless_the_text_says_so() -> None:
    terms = {
        portal_id: {row["id"]: row["term"] for row in view(real_site(portal_id))["keeping"]}
        for portal_id in PORTALS
    }
    by_law = "Theo quy định của Nhà nước về lưu trữ"
    assert terms["laocai-cchc"]["luu-tru-vinh-vien"] == "Vĩnh viễn"
    assert terms["quangnam"]["luu-noi-dung"] == by_law
    assert terms["khanhhoa-dvc"]["luu-ban-sao"] == by_law
    assert terms["quangnam-cchc"]["luu-ban-sao"] == "12 tháng"
