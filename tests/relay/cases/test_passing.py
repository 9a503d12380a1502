"""What time brings: reminders, escalation, moved days, going on, closing, erasing."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from regulation.calendar import SwappedDay, WorkCalendar
from relay.cases.acts import happen, open_events
from relay.cases.case import Case, after, opened
from relay.cases.passing import Due, due_acts
from relay.cases.routing import routed
from relay.cases.states import Did, Party, State
from tests.relay.cases.samples import PATHS, case_after, case_in, moment, portal, walk

D, S = Did, State
RULE = "phan-anh-15-ngay"


def told(case: Case, at: str = "2026-11-23 09:00") -> Case:
    """The case, after its people were told by when."""
    for each in due_acts(case, portal(), moment(at)):
        if each.happened.did is D.DUE_MOVED:
            case = after(case, each.happened)
    return case


def passed(case: Case, at: str, **more: Any) -> tuple[Case, list[Due]]:
    """The case after the pass at a moment, and what it brought."""
    found = list(due_acts(case, portal(), moment(at), **more))
    for each in found:
        case = after(case, each.happened)
    return case, found


def dids(found: list[Due]) -> list[Did]:
    return [each.happened.did for each in found]


class TestReminders:
    def test_each_level_once(self) -> None:
        case = told(case_in(S.ASSIGNED))
        levels = []
        for day in range(24, 31):
            case, found = passed(case, f"2026-11-{day} 09:00")
            assert not found
        for day in range(1, 17):
            for hour in (0, 9, 23):
                case, found = passed(case, f"2026-12-{day:02} {hour:02}:00")
                levels += [(day, *each.happened.data["levels"]) for each in found]
        assert levels == [(4, 50), (10, 80), (16, 100)]

    def test_at_a_hundred_the_head_and_the_operator_too(self) -> None:
        case, _ = passed(told(case_in(S.ASSIGNED)), "2026-12-15 09:00")
        _, (hundred,) = passed(case, "2026-12-16 00:05")
        assert hundred.to == ("unit:so-tc", "head:so-tc", "operator")
        assert hundred.template == "reminder"

    def test_what_was_missed_is_one_reminder(self) -> None:
        case = told(case_in(S.ASSIGNED))
        _, found = passed(case, "2026-12-16 09:00")
        (reminder,) = found
        assert reminder.happened.data["levels"] == [50, 80, 100]

    def test_who_receives_is_reminded_while_nobody_has_it(self) -> None:
        _, found = passed(told(case_in(S.RECEIVED)), "2026-12-04 09:00")
        assert found[0].to == ("unit:bbt",)

    def test_none_while_it_stands_still(self) -> None:
        case = walk(told(case_in(S.ACCEPTED)), ("2026-12-03 09:00", D.ASKED))
        assert passed(case, "2026-12-15 09:00")[1] == []


class TestEscalation:
    def test_a_working_day_after_and_then_every_five(self) -> None:
        case = told(case_in(S.ASSIGNED))
        ways = []
        at = dt.datetime(2026, 12, 15, 8, tzinfo=moment("2026-12-15 08:00").tzinfo)
        for _ in range(60):
            for each in due_acts(case, portal(), at):
                if each.happened.did is D.ESCALATED:
                    ways.append((f"{at:%d/%m}", each.happened.data["unit"]))
                case = after(case, each.happened)
            at += dt.timedelta(days=1)
        # 16/12 is the working day after; Sở TT&TT is gone, Sở KH&CN took its work over
        assert ways == [
            ("17/12", "tt-cntt-dvhcc"),
            ("25/12", "so-khcn"),
            ("05/01", "ubnd-tinh-khanh-hoa-moi"),
        ]

    @pytest.mark.duty("F3")
    @pytest.mark.parametrize("name", ["quangnam", "quangnam-cchc"])
    def test_up_to_the_peoples_committee(self, name: str) -> None:
        """Vượt thẩm quyền: về sở (ở cổng cải cách hành chính, sở cũng là đơn vị vận hành)."""
        rules = portal(name)
        on = moment("2026-11-23 09:00").date()
        way = routed(rules, "question", agency="thanh-tra-tinh", on=on)
        first, *rest = open_events(rules, "question", way, moment("2026-11-23 09:00"))
        case = opened("7K3M9QXA", first)
        for each in rest:
            case = after(case, each)
        told: list[str] = []
        at = moment("2026-11-24 09:00")
        for _ in range(60):
            for due in due_acts(case, rules, at):
                if due.happened.did is D.ESCALATED:
                    told += due.to
                case = after(case, due.happened)
            at += dt.timedelta(days=1)
        department, committee = case.escalated
        assert department.startswith("so-")
        assert committee.startswith("ubnd-")
        assert {f"unit:{department}", f"unit:{committee}", "operator"} <= set(told)

    def test_never_to_one_that_had_it(self) -> None:
        case = case_after(D.TRIAGED)
        case = after(case, happen(case, D.ASSIGNED, Party.OPERATOR, "a", case.changed_at,
                                  {"unit": "tt-cntt-dvhcc"}))  # fmt: skip
        case, _ = passed(case, "2026-12-17 08:00")
        assert case.unit == "so-khcn"

    def test_not_once_it_is_answered(self) -> None:
        case = walk(told(case_in(S.ACCEPTED)), ("2026-12-14 09:00", D.ANSWERED))
        assert passed(case, "2026-12-20 09:00")[1] == []


class TestMoved:
    SWAP = SwappedDay(dt.date(2026, 12, 11), dt.date(2026, 12, 19), "Thông báo 1/TB-VPCP")

    def test_a_swapped_day_announced_in_between(self) -> None:
        case = told(case_in(S.ASSIGNED))
        days = WorkCalendar((*portal().calendar.swaps, self.SWAP))
        case, found = passed(case, "2026-12-01 09:00", calendar=days)
        (moved,) = found
        assert moved.happened.data == {
            "clock": RULE,
            "before": "2026-12-15T23:59:59+07:00",
            "because": "calendar",
            "due": {RULE: "2026-12-16T23:59:59+07:00"},
        }
        assert passed(case, "2026-12-01 10:00", calendar=days)[1] == []

    def test_an_unchecked_one_moves_nothing(self) -> None:
        days = WorkCalendar((*portal().calendar.swaps, replace(self.SWAP, checked=False)))
        assert passed(told(case_in(S.ASSIGNED)), "2026-12-01 09:00", calendar=days)[1] == []

    def test_what_an_act_moved_and_told_is_no_news(self) -> None:
        case = told(case_in(S.ACCEPTED))
        data = {"rule": RULE, "amount": 3, "reason": "Chờ xác minh"}
        at = moment("2026-12-01 09:00")
        extended = happen(case, D.EXTENDED, Party.HEAD, "an", at, data, portal=portal())
        assert extended.data["due"] == {RULE: "2026-12-18T23:59:59+07:00"}
        assert passed(after(case, extended), "2026-12-01 10:00")[1] == []

    def test_what_an_act_moved_and_did_not_tell_is_not_the_calendars_doing(self) -> None:
        case = walk(told(case_in(S.ACCEPTED)), ("2026-12-01 09:00", D.EXTENDED))
        _, (moved,) = passed(case, "2026-12-01 10:00")
        assert moved.happened.data["because"] == "history"


def test_a_citizen_who_says_nothing() -> None:
    case = walk(told(case_in(S.ACCEPTED)), ("2026-11-25 09:00", D.ASKED))
    assert passed(case, "2026-12-16 23:00")[1] == []
    case, found = passed(case, "2026-12-17 00:10")
    assert dids(found)[0] is D.RESUMED
    assert found[0].to == ("unit:so-tc",)
    assert case.state is S.ANSWERING
    assert not case.suspended


class TestEnd:
    @pytest.mark.parametrize("state", [S.ANSWERED, S.PUBLISHED, S.WITHHELD, S.REFUSED])
    def test_closes_after_thirty_days(self, state: State) -> None:
        case = case_in(state)
        assert dids(passed(case, "2026-12-23 23:00")[1]) == []
        assert dids(passed(case, "2026-12-24 00:10")[1]) == [D.CLOSED]

    def test_an_approved_answer_is_published_first(self) -> None:
        case = case_after(*PATHS[S.ANSWERED], D.CLEARED)
        assert D.CLOSED not in dids(passed(case, "2027-03-01 00:00")[1])

    def test_withdrawn_closes_at_once(self) -> None:
        assert dids(passed(case_in(S.WITHDRAWN), "2026-11-23 10:00")[1]) == [D.CLOSED]

    def test_merged_closes_once_the_other_is_answered(self) -> None:
        case = case_in(S.MERGED)
        assert passed(case, "2027-05-01 09:00")[1] == []
        for state in (S.ASSIGNED, S.SUSPENDED):
            assert passed(case, "2027-05-01 09:00", into=case_in(state))[1] == []
        for state, words in ((S.ANSWERED, "answered"), (S.REFUSED, "refused")):
            ended, (closed,) = passed(case, "2026-11-23 10:00", into=case_in(state))
            assert (ended.state, closed.to, closed.template) == (S.CLOSED, ("citizen",), words)

    def test_merged_is_opened_again_when_the_other_is_withdrawn(self) -> None:
        for other in (case_in(S.WITHDRAWN), case_after(D.WITHDRAWN, D.CLOSED)):
            case, found = passed(case_in(S.MERGED), "2026-11-25 10:00", into=other)
            assert dids(found) == [D.REOPENED]
            assert (case.state, case.unit, case.merged_into) == (S.REOPENED, "so-tc", "")
            assert case.told[RULE] == moment("2026-12-16 23:59:59")

    def test_contact_is_erased_once_thirty_days_later(self) -> None:
        case = case_in(S.CLOSED)
        assert passed(case, "2026-12-23 23:00")[1] == []
        case, found = passed(case, "2026-12-24 00:10")
        assert dids(found) == [D.CONTACT_ERASED]
        assert passed(case, "2027-12-24 00:10")[1] == []


def test_asking_twice_brings_nothing_new() -> None:
    case = case_in(S.ASSIGNED)
    for at in ("2026-12-04 09:00", "2026-12-16 09:00", "2027-02-01 09:00"):
        case, _ = passed(case, at)
        assert passed(case, at)[1] == []
