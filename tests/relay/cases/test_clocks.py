"""Clocks: tables by the regulations' days, Vietnamese holidays, suspensions, swapped days."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.calendar import SwappedDay, Unit, WorkCalendar
from relay.cases.case import Case, after
from relay.cases.clocks import Clock, clocks, next_due
from relay.cases.states import Did, Party, State
from tests.relay.cases.samples import (
    AT,
    PORTALS,
    case_after,
    case_in,
    happened,
    moment,
    portal,
    walk,
)

D = Did
END = "23:59:59"


def clock(case: Case, rule: str, now: str = "2026-11-23 09:00", **more: Any) -> Clock:
    """One clock of the case."""
    found = {c.rule: c for c in clocks(case, portal(), moment(now), **more)}
    return found[rule]


def due(case: Case, rule: str = "phan-anh-15-ngay", now: str = "2026-11-23 09:00") -> str:
    """When it is due, as people write it."""
    ends = clock(case, rule, now).due
    assert ends
    return f"{ends:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        # 15 working days; the day of receipt does not count.
        ("2026-11-23 09:00", "2026-12-15"),  # Ngày Văn hóa Việt Nam, 24/11, is a day off
        ("2026-11-25 09:00", "2026-12-16"),
        ("2026-12-21 16:59", "2027-01-12"),  # Tết Dương lịch
        ("2027-01-25 08:00", "2027-02-22"),  # Tết, 04/02 to 10/02/2027 as the package guesses
        ("2026-11-28 23:59", "2026-12-18"),  # received on a Saturday night
    ],
)
def test_fifteen_working_days(at: str, ends: str) -> None:
    case = case_in(State.ASSIGNED, at=moment(at))
    assert due(case, now=at) == f"{ends} {END}"


def complaint(at: dt.datetime = AT) -> dict[str, Any]:
    return {"kind": "complaint", "route": "tuyen-khieu-nai", "at": at}


class TestRules:
    def test_from_acceptance_nothing_runs_before(self) -> None:
        case = case_in(State.ASSIGNED, **complaint())
        assert [c.rule for c in clocks(case, portal(), AT)] == ["khieu-nai-thu-ly"]
        case = walk(case, ("2026-12-01 10:00", D.ACCEPTED))
        assert due(case, "khieu-nai-giai-quyet", "2026-12-01 10:00") == f"2026-12-31 {END}"

    def test_acceptance_stops_the_clock_of_acceptance(self) -> None:
        case = walk(case_in(State.ASSIGNED, **complaint()), ("2026-12-01 10:00", D.ACCEPTED))
        first = clock(case, "khieu-nai-thu-ly", "2027-01-20 10:00")
        assert first.ended == moment("2026-12-01 10:00")
        assert not first.late(moment("2027-01-20 10:00"))

    def test_refusal_stops_it_too(self) -> None:
        case = walk(case_in(State.ASSIGNED, **complaint()), ("2026-12-01 10:00", D.REFUSED))
        assert not clock(case, "khieu-nai-thu-ly").running
        assert next_due(case, portal(), AT) is None

    def test_a_second_unit_does_not_begin_anew(self) -> None:
        case = walk(
            case_in(State.ASSIGNED, **complaint()),
            ("2026-12-01 10:00", D.ACCEPTED),
            ("2026-12-10 10:00", D.FORWARDED),
            ("2026-12-12 10:00", D.ACCEPTED),
        )
        assert due(case, "khieu-nai-giai-quyet", "2026-12-12 10:00") == f"2026-12-31 {END}"

    @pytest.mark.duty("M5")
    def test_publishing_counts_from_the_answer(self) -> None:
        rules = portal("laocai-cchc")
        case = case_in(
            State.ASSIGNED, portal="laocai-cchc", route="chuyen-cau-hoi", receiver="ban-bien-tap"
        )
        assert {c.rule for c in clocks(case, rules, AT)} == {
            "thong-bao-xu-ly-10-ngay",
            "tra-loi-kip-thoi",
        }
        case = walk(case, ("2026-12-01 10:00", D.ACCEPTED), ("2026-12-02 15:00", D.ANSWERED))
        now = moment("2026-12-02 15:01")
        found = {c.rule: c for c in clocks(case, rules, now)}
        assert found["dang-tra-loi-ngay"].due == moment("2026-12-02 23:59:59")
        assert found["dang-tra-loi-ngay"].running
        assert found["tra-loi-kip-thoi"].due is None
        case = walk(case, ("2026-12-02 16:00", D.WITHHELD))
        found = {c.rule: c for c in clocks(case, rules, now)}
        assert not found["dang-tra-loi-ngay"].running

    def test_rules_of_the_day_of_receipt(self) -> None:
        rules = portal()
        old = [
            replace_rule(rule, valid_to=dt.date(2026, 11, 30))
            if rule.id == "phan-anh-15-ngay"
            else rule
            for rule in rules.regulation.deadlines
        ]
        changed = replace(
            rules, regulation=rules.regulation.model_copy(update={"deadlines": tuple(old)})
        )
        before = case_in(State.ASSIGNED)
        later = case_in(State.ASSIGNED, at=moment("2026-12-01 09:00"))
        assert clocks(before, changed, moment("2026-12-05 09:00"))
        assert not clocks(later, changed, moment("2026-12-05 09:00"))

    @pytest.mark.parametrize("name", PORTALS)
    def test_every_answered_route_of_the_four_has_a_clock_that_ends(self, name: str) -> None:
        rules = portal(name)
        for route in rules.regulation.routes:
            if not route.deadlines:
                continue
            case = case_after(
                D.TRIAGED, D.ASSIGNED, D.ACCEPTED, portal=name, route=route.id, kind=route.kinds[0]
            )
            for one in clocks(case, rules, AT):
                ends = one.due is None or one.due > AT
                assert ends
            case = walk(case, ("2026-11-23 10:00", D.ANSWERED), ("2026-11-23 11:00", D.WITHHELD))
            assert next_due(case, rules, AT) is None


def replace_rule(rule: Any, **changes: Any) -> Any:
    return rule.model_copy(update=changes)


class TestSuspension:
    @pytest.mark.parametrize(
        ("asked", "back", "ends"),
        [
            ("2026-11-30 10:00", "2026-12-02 10:00", "2026-12-17"),  # two working days
            ("2026-11-30 10:00", "2026-11-30 16:00", "2026-12-15"),  # the same day
            ("2026-12-04 10:00", "2026-12-06 10:00", "2026-12-15"),  # a weekend: none
            ("2026-12-15 10:00", "2026-12-16 10:00", "2026-12-16"),  # on the last day
            ("2026-12-16 10:00", "2026-12-28 10:00", "2026-12-15"),  # too late to save anything
        ],
    )
    def test_working_days(self, asked: str, back: str, ends: str) -> None:
        case = walk(case_in(State.ACCEPTED), (asked, D.ASKED), (back, D.ADDED))
        assert due(case, now=back) == f"{ends} {END}"

    def test_calendar_days(self) -> None:
        case = walk(
            case_in(State.ASSIGNED, **complaint()),
            ("2026-12-01 10:00", D.ACCEPTED),
            ("2026-12-10 10:00", D.ASKED),
            ("2026-12-15 10:00", D.RESUMED),
        )
        # 31/12 and five days
        assert due(case, "khieu-nai-giai-quyet", "2026-12-15 10:00") == f"2027-01-05 {END}"

    def test_while_it_lasts_the_end_moves_on(self) -> None:
        case = walk(case_in(State.ACCEPTED), ("2026-11-30 10:00", D.ASKED))
        assert due(case, now="2026-12-01 10:00") == f"2026-12-16 {END}"
        assert due(case, now="2026-12-02 10:00") == f"2026-12-17 {END}"
        standing = clock(case, "phan-anh-15-ngay", "2026-12-01 10:00")
        later = clock(case, "phan-anh-15-ngay", "2026-12-02 10:00")
        assert standing.suspended
        assert standing.share * 15 < later.share * 17

    def test_twice(self) -> None:
        case = walk(
            case_in(State.ACCEPTED),
            ("2026-11-30 10:00", D.ASKED),
            ("2026-12-01 10:00", D.ADDED),
            ("2026-12-07 10:00", D.ASKED),
            ("2026-12-09 10:00", D.ADDED),
        )
        assert due(case, now="2026-12-09 10:00") == f"2026-12-18 {END}"

    def test_hours_to_the_second(self) -> None:
        rules = portal()
        rule = replace_rule(rules.deadline("phan-anh-15-ngay"), amount=24, unit=Unit.HOUR)
        others = [r for r in rules.regulation.deadlines if r.id != rule.id]
        changed = replace(
            rules,
            regulation=rules.regulation.model_copy(update={"deadlines": (*others, rule)}),
        )
        case = walk(
            case_in(State.ACCEPTED), ("2026-11-23 12:00", D.ASKED), ("2026-11-23 13:30", D.ADDED)
        )
        (found,) = clocks(case, changed, moment("2026-11-23 13:30"))
        assert found.due == moment("2026-11-24 10:30")
        assert found.share == pytest.approx(3 / 24)


def test_an_extension_lengthens_the_term() -> None:
    case = walk(case_in(State.ACCEPTED), ("2026-12-01 09:00", D.EXTENDED))
    assert due(case, now="2026-12-01 09:00") == f"2026-12-22 {END}"


def test_a_reopened_case_begins_anew() -> None:
    case = walk(
        case_in(State.ACCEPTED),
        ("2026-11-25 09:00", D.EXTENDED),
        ("2026-12-01 09:00", D.ANSWERED),
        ("2026-12-10 09:00", D.REOPENED),
    )
    assert due(case, now="2026-12-10 09:00") == f"2026-12-31 {END}"


@pytest.mark.parametrize(
    ("now", "share"),
    [
        ("2026-11-23 09:00", 0),
        ("2026-11-24 09:00", 0),  # a holiday
        ("2026-12-04 09:00", 8 / 15),
        ("2026-12-05 09:00", 8 / 15),  # a Saturday
        ("2026-12-15 23:59", 0.999),
        ("2026-12-16 00:00", 16 / 15),
    ],
)
def test_share(now: str, share: float) -> None:
    assert clock(case_in(State.ASSIGNED), "phan-anh-15-ngay", now).share == pytest.approx(share)


def test_late_from_the_second_after() -> None:
    found = clock(case_in(State.ASSIGNED), "phan-anh-15-ngay")
    assert not found.late(moment("2026-12-15 23:59:59"))
    assert found.late(moment("2026-12-16 00:00"))


def test_an_unchecked_swap_moves_nothing() -> None:
    swap = SwappedDay(dt.date(2026, 12, 11), dt.date(2026, 12, 19), "Thông báo", checked=False)
    case = case_in(State.ASSIGNED)
    unchecked = WorkCalendar((*portal().calendar.swaps, swap))
    checked = WorkCalendar((*portal().calendar.swaps, replace(swap, checked=True)))
    assert clock(case, "phan-anh-15-ngay", calendar=unchecked).due == moment("2026-12-15 23:59:59")
    assert clock(case, "phan-anh-15-ngay", calendar=checked).due == moment("2026-12-16 23:59:59")


HOURS = st.integers(0, 24 * 120)


@given(asked=HOURS, waited=HOURS, extended=st.booleans(), looked=st.tuples(HOURS, HOURS))
@settings(max_examples=80, deadline=None)
def test_time_given_is_never_taken(
    asked: int, waited: int, extended: bool, looked: tuple[int, int]
) -> None:
    """A suspension or an extension never brings an end nearer, and what is gone stays gone."""
    plain = case_in(State.ACCEPTED)
    case = plain
    if extended:
        case = after(case, happened(Did.EXTENDED, Party.HEAD))
    start = AT + dt.timedelta(hours=asked)
    end = start + dt.timedelta(hours=waited)
    case = after(case, happened(Did.ASKED, Party.UNIT, start))
    case = after(case, happened(Did.ADDED, Party.CITIZEN, end))
    first, second = (end + dt.timedelta(hours=each) for each in sorted(looked))
    (before,), (early,), (later,) = (
        clocks(plain, portal(), second),
        clocks(case, portal(), first),
        clocks(case, portal(), second),
    )
    assert before.due
    assert early.due == later.due
    assert later.due
    assert later.due >= before.due
    assert early.share <= later.share
    assert later.late(second) is (later.share >= 1)
