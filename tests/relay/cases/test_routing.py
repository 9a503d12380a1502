"""Where messages go, by the four portals' own regulations."""

import datetime as dt

import pytest

from regulation.findings import Refused
from relay.cases.acts import open_events
from relay.cases.case import after, opened
from relay.cases.routing import KINDS, escalation_left, route_of, routed
from relay.cases.states import Did, State
from tests.relay.cases.samples import AT, PORTALS, TODAY, moment, portal


@pytest.mark.duty("F1")
@pytest.mark.parametrize("name", PORTALS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_goes_somewhere_that_exists(name: str, kind: str) -> None:
    rules = portal(name)
    try:
        found = routed(rules, kind, agency="", owner="", on=TODAY)  # type: ignore[arg-type]
    except Refused as refused:
        assert "không nhận loại thư này" in str(refused)
        assert not rules.routes(kind, TODAY)  # type: ignore[arg-type]
        return
    assert rules.agency(found.receiver).exists(TODAY)
    assert found.needs_triage is not bool(found.unit)
    if found.unit:
        assert rules.agency(found.unit).exists(TODAY)


@pytest.mark.parametrize(
    ("name", "kind", "agency", "owner", "unit"),
    [
        ("khanhhoa-dvc", "question", "", "", ""),
        ("khanhhoa-dvc", "question", "so-tc", "", "so-tc"),
        ("khanhhoa-dvc", "question", "so-tttt", "", "so-khcn"),  # merged in 2025
        ("khanhhoa-dvc", "question", "khong-co", "", ""),
        ("khanhhoa-dvc", "question", "", "so-tp", "so-tp"),
        ("khanhhoa-dvc", "letter", "so-tc", "", "bbt"),
        ("khanhhoa-dvc", "denunciation", "so-tc", "", "thanh-tra-tinh"),
        (
            "quangnam",
            "comment",
            "thanh-tra-tinh",
            "so-tttt",
            None,
        ),  # the owner before who was chosen
        ("laocai-cchc", "rating", "", "", "ban-bien-tap"),
    ],
)
def test_unit(name: str, kind: str, agency: str, owner: str, unit: str | None) -> None:
    rules = portal(name)
    found = routed(rules, kind, agency=agency, owner=owner, on=TODAY)  # type: ignore[arg-type]
    expected = rules.current(owner, TODAY).id if unit is None else unit
    assert found.unit == expected


def test_rules_of_the_day() -> None:
    with pytest.raises(Refused):
        routed(portal("quangnam"), "rating", agency="", on=dt.date(2026, 6, 30))
    found = routed(portal("quangnam"), "rating", agency="", on=dt.date(2026, 7, 1))
    assert found.route.id == "danh-gia-hai-long"


def test_a_route_is_found_by_id() -> None:
    assert route_of(portal(), "tuyen-phan-anh", TODAY)
    assert route_of(portal(), "khong-co", TODAY) is None
    assert list(escalation_left(portal(), None, (), "so-tc", TODAY)) == []


class TestOpening:
    def opened(self, kind: str, signs: tuple[str, ...] = (), agency: str = "") -> list[Did]:
        rules = portal()
        way = routed(rules, kind, agency=agency, on=TODAY)  # type: ignore[arg-type]
        events = open_events(rules, kind, way, AT, signs=signs)  # type: ignore[arg-type]
        case = opened("7K3M9QXA", events[0])
        for each in events[1:]:
            case = after(case, each)
        assert case.received_at == AT
        return [each.did for each in events]

    def test_known_answerer(self) -> None:
        assert self.opened("question", agency="so-tc") == [
            Did.RECEIVED,
            Did.TRIAGED,
            Did.ASSIGNED,
        ]

    def test_unknown_answerer(self) -> None:
        assert self.opened("question") == [Did.RECEIVED]

    def test_suspicion(self) -> None:
        assert self.opened("letter", signs=("nhanh",)) == [Did.RECEIVED, Did.QUARANTINED]

    def test_counted(self) -> None:
        assert self.opened("rating")[-1] is Did.CLOSED

    def test_people_are_told_by_when(self) -> None:
        rules = portal()
        way = routed(rules, "question", agency="so-tc", on=TODAY)
        first, *_ = open_events(rules, "question", way, AT)
        assert first.data["due"] == {"phan-anh-15-ngay": "2026-12-15T23:59:59+07:00"}
        case = opened("7K3M9QXA", first)
        assert case.told == {"phan-anh-15-ngay": moment("2026-12-15 23:59:59")}
        assert case.state is State.RECEIVED
