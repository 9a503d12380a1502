"""What the four regulations say, against what their portal.yml says.

The expected values were read from the texts, clause by clause; the names of the tests say which.
"""

import csv
import datetime as dt
from pathlib import Path

import pytest

from regulation.calendar import Unit
from regulation.content_types import content_types
from regulation.library import read_library
from regulation.loading import load_portals
from regulation.model import Event, Every, Role
from regulation.portal import Portal

ROOT = Path(__file__).resolve().parents[2]
TODAY = dt.date(2026, 11, 22)

A, B, C, D = "quangnam-cchc", "quangnam", "laocai-cchc", "khanhhoa-dvc"


@pytest.fixture(scope="module")
def portals() -> dict[str, Portal]:
    return load_portals(ROOT / "content", ROOT, TODAY)


@pytest.mark.parametrize(
    ("portal_id", "number", "day"),
    [
        (A, "36/QĐ-UBND", dt.date(2022, 1, 7)),
        (B, "3069/QĐ-UBND", dt.date(2021, 10, 25)),
        (C, "399/QĐ-BCĐ", dt.date(2024, 3, 4)),
        (D, "818/QĐ-UBND", dt.date(2019, 3, 25)),
    ],
)
def test_act(portals: dict[str, Portal], portal_id: str, number: str, day: dt.date) -> None:
    act = portals[portal_id].regulation.act
    assert (act.number, act.date, act.valid_from) == (number, day, day)


@pytest.mark.duty("G1")
@pytest.mark.parametrize(
    ("portal_id", "roles"),
    [
        (A, {Role.HEAD, Role.SECRETARY, Role.MEMBER, Role.CONTRIBUTOR, Role.ADMIN, Role.OPERATOR}),
        (B, {Role.HEAD, Role.MEMBER, Role.OPERATOR}),
        (C, {Role.HEAD, Role.DEPUTY, Role.SECRETARY, Role.MEMBER, Role.ADMIN}),
        (D, {Role.HEAD, Role.MEMBER, Role.CONTRIBUTOR, Role.OPERATOR}),
    ],
)
def test_roles_that_the_text_names_are_there(
    portals: dict[str, Portal], portal_id: str, roles: set[Role]
) -> None:
    posts = portals[portal_id].in_force(portals[portal_id].regulation.posts, TODAY)
    assert roles <= {post.role for post in posts}


@pytest.mark.parametrize("portal_id", [A, B, D])
def test_only_lao_cai_has_a_deputy(portals: dict[str, Portal], portal_id: str) -> None:
    assert portals[portal_id].posts(Role.DEPUTY, TODAY) == ()


@pytest.mark.parametrize("portal_id", [A, B, C, D])
def test_member_reviews_by_field_then_the_head_approves(
    portals: dict[str, Portal], portal_id: str
) -> None:
    """A 7.2, B 10.2, C 8.2.a, D 5.4: two steps in this order, by two different persons."""
    steps = portals[portal_id].regulation.steps
    assert [(step.role, step.by_field) for step in steps] == [
        (Role.MEMBER, True),
        (Role.HEAD, False),
    ]
    assert steps[1].distinct


@pytest.mark.parametrize("portal_id", [A, B, C, D])
def test_every_section_has_a_member_for_its_field(
    portals: dict[str, Portal], portal_id: str
) -> None:
    portal = portals[portal_id]
    covered = {field for post in portal.posts(Role.MEMBER, TODAY) for field in post.fields}
    assert {section.field for section in portal.sections} <= covered


def test_lao_cai_counts_24_hours_for_events_and_48_for_documents(
    portals: dict[str, Portal],
) -> None:
    """C 8.1.c."""
    portal = portals[C]
    by_section = {
        section.type: {
            (rule.amount, rule.unit)
            for rule in portal.deadlines(section, TODAY)
            if rule.unit is Unit.HOUR
        }
        for section in portal.sections
        if section.id in ("tin-tuc", "van-ban")
    }
    assert by_section == {"article": {(24, Unit.HOUR)}, "legal_document": {(48, Unit.HOUR)}}


def test_khanh_hoa_counts_2_working_days_for_news_and_5_for_the_rest(
    portals: dict[str, Portal],
) -> None:
    """D 8.2.a, 8.2.b."""
    portal = portals[D]
    found = {
        section.id: {
            rule.amount
            for rule in portal.deadlines(section, TODAY)
            if rule.unit is Unit.WORKING_DAY
        }
        for section in portal.sections
    }
    assert found["tin-tuc"] == {2}
    for section_id in ("quy-hoach-ke-hoach", "thu-tuc-hanh-chinh", "co-che-chinh-sach"):
        assert found[section_id] == {5}, section_id


@pytest.mark.parametrize("portal_id", [A, B])
def test_quang_nam_takes_its_terms_from_decree_43(
    portals: dict[str, Portal], portal_id: str
) -> None:
    """A 5.3, B 8.1: Nghị định 43/2011/NĐ-CP Điều 17, in working days."""
    days = {
        rule.amount
        for rule in portals[portal_id].regulation.deadlines
        if rule.unit is Unit.WORKING_DAY and any("43/2011" in basis for basis in rule.basis)
    }
    assert {2, 10, 15, 20} <= days


def test_lao_cai_refuses_on_nine_grounds_and_no_other(portals: dict[str, Portal]) -> None:
    """C 4.6."""
    grounds = portals[C].in_force(portals[C].regulation.grounds, TODAY)
    assert len(grounds) == 9
    assert all("4.6" in ground.basis[0] for ground in grounds)


@pytest.mark.parametrize("portal_id", [A, B, C, D])
@pytest.mark.parametrize("kind", ["question", "feedback", "petition", "complaint", "denunciation"])
def test_every_kind_of_message_has_a_way(
    portals: dict[str, Portal], portal_id: str, kind: str
) -> None:
    portal = portals[portal_id]
    routes = portal.routes(kind, TODAY)  # type: ignore[arg-type]
    assert routes
    for route in routes:
        assert portal.current(route.receiver, TODAY).exists(TODAY)


@pytest.mark.parametrize("portal_id", [A, B, C, D])
def test_denunciations_are_sealed_and_told_what_the_law_takes(
    portals: dict[str, Portal], portal_id: str
) -> None:
    """Luật Tố cáo 2018 Điều 9, 22: identity secret; a signed letter or coming in person."""
    routes = portals[portal_id].routes("denunciation", TODAY)
    assert routes
    assert all(route.sealed and "trực tiếp" in route.told.vi for route in routes)


@pytest.mark.parametrize(
    ("portal_id", "way_up"),
    [(A, ("so-noi-vu", "ubnd-tinh")), (B, ("so-tttt", "ubnd-tinh"))],
)
def test_what_is_beyond_a_unit_goes_up(
    portals: dict[str, Portal], portal_id: str, way_up: tuple[str, ...]
) -> None:
    """A 8.4, B 11.4: from the operator to the department, then to the people's committee."""
    (route,) = portals[portal_id].routes("petition", TODAY)
    assert route.escalation == way_up
    assert route.written, "A 8.3, B 11.3: the head answers in writing"


def test_only_khanh_hoa_may_carry_paid_advertising(portals: dict[str, Portal]) -> None:
    """D 10."""
    allowed = {
        portal_id: [c.allowed for c in portal.regulation.clauses if c.kind == "advertising"]
        for portal_id, portal in portals.items()
    }
    assert allowed[D] == [True]
    assert all(not any(values) for portal_id, values in allowed.items() if portal_id != D)


def test_lao_cai_asks_one_item_a_month_and_two_meetings_a_year(
    portals: dict[str, Portal],
) -> None:
    """C 6.2.d and 12.1.b; C 5.4.c."""
    obligations = portals[C].regulation.obligations
    quota = [o for o in obligations if o.kind == "quota"]
    meetings = [o for o in obligations if o.kind == "meeting"]
    assert [(o.every, o.times) for o in quota] == [(Every.MONTH, 1)]
    assert [(o.every, o.times) for o in meetings] in (
        [(Every.YEAR, 2)],
        [(Every.HALF_YEAR, 1)],
    )


def test_khanh_hoa_backs_up_every_week(portals: dict[str, Portal]) -> None:
    """D 8.4."""
    backups = [o for o in portals[D].regulation.obligations if o.kind == "backup"]
    assert [o.every for o in backups] == [Every.WEEK]


@pytest.mark.parametrize("portal_id", [A, B, C, D])
def test_only_a_text_that_says_for_ever_keeps_for_ever(
    portals: dict[str, Portal], portal_id: str
) -> None:
    """C 8.4 says "vĩnh viễn"; the others keep by the State's rules and set no number."""
    kept = [k for k in portals[portal_id].regulation.keeping if k.what == "content"]
    assert kept and all(k.amount is None and k.for_ever is (portal_id == C) for k in kept)


@pytest.mark.parametrize("portal_id", [A, B, C, D])
def test_a_case_is_decided_within_days_of_its_acceptance(
    portals: dict[str, Portal], portal_id: str
) -> None:
    """Luật Khiếu nại Điều 28, Luật Tố cáo Điều 30: from "thụ lý", not from receipt."""
    portal = portals[portal_id]
    for kind in ("complaint", "denunciation"):
        rules = [
            portal.deadline(rule)
            for route in portal.regulation.routes
            if kind in route.kinds
            for rule in route.deadlines
        ]
        assert [r.event for r in rules if r.amount == 30] == [Event.ACCEPTED]
        assert {r.event for r in rules if r.amount != 30} == {Event.RECEIVED}


@pytest.mark.parametrize("portal_id", [A, B, C, D])
def test_planned_downtime_is_announced_seven_working_days_ahead(
    portals: dict[str, Portal], portal_id: str
) -> None:
    """Nghị định 224/2026/NĐ-CP Điều 13."""
    rules = [d for d in portals[portal_id].regulation.deadlines if d.before]
    assert [(d.event, d.amount, d.unit) for d in rules] == [(Event.HAPPENED, 7, Unit.WORKING_DAY)]


@pytest.mark.parametrize("portal_id", [A, B, C, D])
def test_the_four_rest_on_the_same_article_for_information_by_network(
    portals: dict[str, Portal], portal_id: str
) -> None:
    """Luật Tiếp cận thông tin 2016: Điều 29 at the office, Điều 30 by network, Điều 31 by post."""
    portal = portals[portal_id]
    (route,) = portal.routes("information-request", dt.date(2026, 8, 1))
    for rule in map(portal.deadline, route.deadlines):
        assert any("Điều 30" in basis for basis in rule.basis), rule.id


@pytest.mark.duty("C24", portal="quangnam")
def test_quang_nam_speaks_english_too_and_the_others_vietnamese(
    portals: dict[str, Portal],
) -> None:
    """B 4.3; A 3.4 leaves other languages to a permission that is not on record."""
    assert {
        p: [language.code for language in portals[p].regulation.languages] for p in portals
    } == {
        A: ["vi"],
        B: ["vi", "en"],
        C: ["vi"],
        D: ["vi"],
    }


@pytest.mark.parametrize("portal_id", [A, B, C, D])
def test_every_rule_has_an_id_of_its_own_and_a_clause(
    portals: dict[str, Portal], portal_id: str
) -> None:
    rules = [rule for _, _, rule in portals[portal_id].rules()]
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(rule.basis for rule in rules)


def test_every_section_that_the_texts_name_is_there(portals: dict[str, Portal]) -> None:
    """Each clause that gives a portal something to publish is the basis of a section."""
    table = ROOT / "tests" / "regulation" / "fixtures" / "clauses.csv"
    with table.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            portal = portals[row["portal"]]
            told = [" ".join(section.basis) for section in portal.sections]
            assert any(row["clause"] in basis for basis in told), row


def test_a_law_tells_the_same_facts_in_every_portal(portals: dict[str, Portal]) -> None:
    """Number, day, issuer, abstract and standing of a document that several regulations cite."""
    told: dict[str, dict[str, object]] = {}
    keys = ("form", "issuer", "issued", "effective", "expired", "standing", "abstract")
    for portal in portals.values():
        for item in read_library(portal, ROOT)[0].items:
            if item.type == "legal_document" and not item.sample:
                facts = {key: item.values.get(key) for key in keys}
                number = str(item.values["number"])
                assert told.setdefault(number, facts) == facts, f"{number} in {item.path}"
    assert len(told) > 60


def test_a_law_is_amended_by_the_same_in_every_portal(portals: dict[str, Portal]) -> None:
    told: dict[tuple[str, str], set[object]] = {}
    for portal in portals.values():
        for item in read_library(portal, ROOT)[0].items:
            if item.type == "legal_document" and not item.sample:
                for key in ("amended_by", "replaced_by"):
                    rows = {(row["number"], row.get("date")) for row in item.values.get(key) or ()}
                    number = str(item.values["number"])
                    assert told.setdefault((number, key), rows) == rows, f"{key} in {item.path}"


def test_every_content_type_stands_somewhere(portals: dict[str, Portal]) -> None:
    used = {item.type for p in portals.values() for item in read_library(p, ROOT)[0].items}
    assert used == set(content_types())
