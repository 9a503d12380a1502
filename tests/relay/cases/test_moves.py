"""The table of moves: every move, every refusal, and what is said."""

import datetime as dt
import itertools

import pytest

from regulation.findings import Refused
from relay.cases.acts import allowed, happen, why_not, why_not_merge
from relay.cases.case import after
from relay.cases.kinds import kinds_open
from relay.cases.states import MOVES, Did, Party, State, moves, next_state
from relay.cases.words import DIDS, PARTIES, STATES
from tests.relay.cases.samples import AT, ENOUGH, PATHS, PORTALS, case_after, case_in, portal

S, D, P = State, Did, Party
LATER = AT + dt.timedelta(days=31)

WORKING = (S.ACCEPTED, S.ANSWERING, S.EXTENDED)
TABLE: dict[tuple[State, Party], set[Did]] = {
    (S.RECEIVED, P.OPERATOR): {D.TRIAGED, D.REFUSED, D.ESCALATED, D.MERGED, D.SEEN, D.NOTED},
    (S.RECEIVED, P.CITIZEN): {D.ADDED, D.WITHDRAWN, D.ADDRESS_CONFIRMED},
    (S.RECEIVED, P.UNIT): {D.SEEN, D.NOTED},
    (S.QUARANTINED, P.OPERATOR): {D.RELEASED, D.REFUSED, D.SEEN, D.NOTED},
    (S.QUARANTINED, P.CITIZEN): {D.WITHDRAWN, D.ADDRESS_CONFIRMED},
    (S.QUARANTINED, P.HEAD): {D.SEEN, D.NOTED},
    (S.TRIAGED, P.OPERATOR): {D.ASSIGNED, D.REFUSED, D.ESCALATED, D.MERGED, D.SEEN, D.NOTED},
    (S.ASSIGNED, P.UNIT): {D.FORWARDED, D.ACCEPTED, D.SEEN, D.NOTED},
    (S.ASSIGNED, P.HEAD): {
        D.FORWARDED, D.ACCEPTED, D.REFUSED, D.ESCALATED, D.MERGED, D.SEEN, D.NOTED,
    },
    (S.ASSIGNED, P.OPERATOR): {D.FORWARDED, D.ESCALATED, D.MERGED, D.SEEN, D.NOTED},
    (S.ASSIGNED, P.BOARD): {D.SEEN, D.NOTED},
    (S.ACCEPTED, P.UNIT): {D.FORWARDED, D.STARTED, D.ASKED, D.SEEN, D.NOTED, D.DRAFTED},
    (S.ACCEPTED, P.HEAD): {
        D.FORWARDED, D.STARTED, D.EXTENDED, D.ASKED, D.ESCALATED, D.ANSWERED, D.MERGED, D.SEEN,
        D.NOTED, D.DRAFTED,
    },
    (S.ANSWERING, P.UNIT): {D.FORWARDED, D.ASKED, D.SEEN, D.NOTED, D.DRAFTED},
    (S.EXTENDED, P.HEAD): {
        D.FORWARDED, D.STARTED, D.ASKED, D.ESCALATED, D.ANSWERED, D.MERGED, D.SEEN, D.NOTED,
        D.DRAFTED,
    },
    (S.SUSPENDED, P.CITIZEN): {D.ADDED, D.WITHDRAWN, D.ADDRESS_CONFIRMED},
    (S.SUSPENDED, P.UNIT): {D.RESUMED, D.SEEN, D.NOTED, D.DRAFTED},
    (S.ANSWERED, P.CITIZEN): {D.REOPENED, D.RATED, D.ADDRESS_CONFIRMED},
    (S.ANSWERED, P.BOARD): {D.CLEARED, D.WITHHELD, D.SEEN, D.NOTED, D.DRAFTED},
    (S.ANSWERED, P.UNIT): {D.SEEN, D.NOTED, D.DRAFTED},
    (S.ANSWERED, P.OPERATOR): {D.REOPENED, D.CLOSED, D.SEEN, D.NOTED},
    (S.PUBLISHED, P.BOARD): {D.WITHHELD, D.SEEN, D.NOTED},
    (S.WITHHELD, P.BOARD): {D.CLEARED, D.SEEN, D.NOTED, D.DRAFTED},
    (S.MERGED, P.OPERATOR): {D.REOPENED, D.CLOSED, D.SEEN, D.NOTED},
    (S.WITHDRAWN, P.OPERATOR): {D.CLOSED, D.SEEN, D.NOTED},
    (S.WITHDRAWN, P.CITIZEN): {D.ADDRESS_CONFIRMED},
    (S.REFUSED, P.CITIZEN): {D.REOPENED, D.ADDRESS_CONFIRMED},
    (S.REOPENED, P.UNIT): {D.FORWARDED, D.ACCEPTED, D.SEEN, D.NOTED},
    (S.CLOSED, P.CITIZEN): {D.REOPENED},
    (S.CLOSED, P.OPERATOR): {D.REOPENED, D.SEEN},
    (S.CLOSED, P.UNIT): {D.SEEN},
}  # fmt: skip


@pytest.mark.parametrize(("state", "party"), TABLE)
def test_buttons(state: State, party: Party) -> None:
    assert set(allowed(case_in(state), party, AT)) == TABLE[state, party]


@pytest.mark.parametrize("state", State)
def test_what_the_table_lacks_is_refused_in_words(state: State) -> None:
    case = case_in(state)
    for did, party in itertools.product(Did, Party):
        there = any(party in row.parties for row in moves(did, state, case.sealed))
        assert (did in allowed(case, party, AT)) <= there
        if there:
            continue
        why = why_not(case, did, party, AT, ENOUGH.get(did, {}))
        assert why
        assert why.endswith(".")
        assert DIDS[did] in why
        with pytest.raises(Refused) as refused:
            happen(case, did, party, "", AT, ENOUGH.get(did, {}))
        assert str(refused.value).startswith("V-7K3M-9QXA")


def test_every_state_is_reached_by_what_its_parties_may_do() -> None:
    reached = {State.RECEIVED}
    while True:
        more = {
            to for state in reached for row in MOVES if state in row.states and (to := row.to)
        } - reached
        if not more:
            break
        reached |= more
    assert reached == set(State)
    assert all(case_in(state).state is state for state in PATHS)


@pytest.mark.parametrize("state", [state for state in State if state is not State.CLOSED])
def test_no_state_is_a_trap(state: State) -> None:
    """From everywhere some way leads to the end, and not only because the citizen walks it."""
    seen, new = {state}, {state}
    while new:
        new = {
            row.to
            for at in new
            for row in MOVES
            if at in row.states and row.to and row.parties - {Party.CITIZEN}
        } - seen
        seen |= new
    assert State.CLOSED in seen


def test_two_rows_for_the_same_lead_to_the_same_state() -> None:
    for did in Did:
        for state in State:
            rows = moves(did, state)
            assert len({row.to for row in rows}) <= 1
            parties = [party for row in rows for party in row.parties]
            assert len(parties) == len(set(parties))
    assert next_state(Did.CLOSED, State.RECEIVED) is None
    assert next_state(Did.SEEN, State.CLOSED) is State.CLOSED


def test_everything_has_a_name() -> None:
    assert set(STATES) == set(State)
    assert set(DIDS) == set(Did)
    assert set(PARTIES) == set(Party)


@pytest.mark.parametrize(
    ("case", "did", "party", "data", "words"),
    [
        (case_in(S.ASSIGNED), D.ANSWERED, P.HEAD, {}, "hãy thụ lý"),
        (case_in(S.ACCEPTED), D.REFUSED, P.HEAD, ENOUGH[D.REFUSED], "đã thụ lý thì phải trả lời"),
        (case_in(S.ACCEPTED), D.ANSWERED, P.UNIT, {}, "việc của thủ trưởng đơn vị"),
        (case_in(S.EXTENDED), D.EXTENDED, P.HEAD, ENOUGH[D.EXTENDED], "chỉ được gia hạn một lần"),
        (case_in(S.SUSPENDED), D.ANSWERED, P.HEAD, {}, "“Tiếp tục xử lý”"),
        (case_in(S.QUARANTINED), D.TRIAGED, P.OPERATOR, {}, "cho qua kiểm tra"),
        (case_in(S.RECEIVED), D.ACCEPTED, P.UNIT, {}, "phân loại và giao đơn vị"),
        (case_in(S.CLOSED), D.ASKED, P.UNIT, {}, "mở lại"),
        (case_in(S.ASSIGNED), D.REFUSED, P.HEAD, {"ground": "x", "reason": "r"}, "danh mục"),
        (
            case_in(S.ASSIGNED), D.REFUSED, P.HEAD,
            {"ground": "to-cao-khong-du-dieu-kien", "reason": "r"}, "chuyển đúng nơi",
        ),
        (case_in(S.ASSIGNED), D.REFUSED, P.HEAD, {"ground": "thu-rac", "reason": " "}, "lý do"),
        (case_in(S.ASSIGNED), D.FORWARDED, P.UNIT, {"unit": "so-tc", "reason": "r"}, "đơn vị khác"),
        (
            case_in(S.FORWARDED), D.FORWARDED, P.UNIT, {"unit": "so-tc", "reason": "r"},
            "nơi tiếp nhận quyết định",
        ),
        (case_in(S.ESCALATED), D.ESCALATED, P.HEAD, {"unit": "tt-cntt-dvhcc"}, "cấp trên tiếp"),
        (case_in(S.ASSIGNED), D.MERGED, P.HEAD, {"into": "7K3M9QXA"}, "chính nó"),
        (case_in(S.ANSWERED), D.RATED, P.CITIZEN, {"score": 6}, "từ 1 đến 5"),
        (case_in(S.ANSWERED), D.RATED, P.CITIZEN, {"score": True}, "từ 1 đến 5"),
        (case_in(S.ANSWERED), D.PUBLISHED, P.SYSTEM, ENOUGH[D.PUBLISHED], "chưa duyệt"),
        (case_in(S.ANSWERED), D.DRAFTED, P.UNIT, {"part": "answer"}, "bản công khai"),
        (case_in(S.ANSWERED), D.CLEARED, P.BOARD, {}, "soạn và lưu trước"),
        (case_in(S.ASSIGNED), D.CLOSED, P.UNIT, {}, "chưa được trả lời"),
        (case_in(S.ACCEPTED), D.EXTENDED, P.HEAD,
         {"rule": "phan-anh-15-ngay", "amount": 0, "reason": "r"}, "Hãy ghi gia hạn"),
        (case_in(S.ACCEPTED), D.EXTENDED, P.HEAD,
         {"rule": "phan-anh-15-ngay", "amount": -2, "reason": "r"}, "số nguyên"),
        (case_in(S.ASSIGNED), D.FORWARDED, P.UNIT, {"unit": "so-tp", "reason": "a" * 1001},
         "viết gọn"),
        (case_after(D.REFUSED, D.REOPENED), D.ACCEPTED, P.UNIT, {}, "chưa có đơn vị"),
        (case_after(*PATHS[S.ANSWERED], D.REOPENED), D.WITHDRAWN, P.CITIZEN, {}, "không rút được"),
        (case_after(*PATHS[S.CLOSED], D.CONTACT_ERASED), D.SEEN, P.UNIT, {}, "đã xóa"),
        (case_in(S.TRIAGED, kind="denunciation", sealed=True), D.NOTED, P.UNIT, {}, "hồ sơ giấy"),
    ],
)  # fmt: skip
def test_refusals(case, did, party, data, words) -> None:  # type: ignore[no-untyped-def]
    why = why_not(case, did, party, AT, data)
    assert why
    assert words in why


class TestSealed:
    @pytest.mark.parametrize("did", [D.CLEARED, D.PUBLISHED])
    def test_is_never_published(self, did: Did) -> None:
        case = case_in(S.ANSWERED, kind="denunciation", sealed=True)
        for party in Party:
            assert did not in allowed(case, party, AT)
            assert why_not(case, did, party, AT, ENOUGH[did])

    def test_is_withheld_and_ends(self) -> None:
        case = case_in(S.ANSWERED, kind="denunciation", sealed=True)
        assert D.WITHHELD in allowed(case, P.BOARD, AT)

    def test_is_never_merged_nor_made_something_else(self) -> None:
        case = case_in(S.RECEIVED, kind="denunciation", sealed=True)
        assert D.MERGED not in allowed(case, P.OPERATOR, AT)
        question = {"kind": "question", "route": "tuyen-phan-anh"}
        why = why_not(case, D.TRIAGED, P.OPERATOR, AT, question, portal=portal())
        assert why
        assert "niêm phong không đổi loại" in why


class TestCitizenAsksAgain:
    def test_within_thirty_days(self) -> None:
        assert D.REOPENED in allowed(case_in(S.ANSWERED), P.CITIZEN, AT + dt.timedelta(days=30))
        why = why_not(case_in(S.ANSWERED), D.REOPENED, P.CITIZEN, LATER, {})
        assert why
        assert "23/12/2026" in why

    def test_once(self) -> None:
        case = case_in(S.ANSWERED)
        first = happen(case, D.REOPENED, P.CITIZEN, "", AT)
        again = case_after(*PATHS[S.ANSWERED])
        again = after(again, first)
        for did in (D.ACCEPTED, D.ANSWERED):
            again = after(again, happen(again, did, P.HEAD, "an", AT))
        why = why_not(again, D.REOPENED, P.CITIZEN, AT, {})
        assert why
        assert "một lần" in why
        assert D.REOPENED in allowed(again, P.OPERATOR, AT)

    def test_counted_messages_have_nothing_to_ask_again(self) -> None:
        case = case_after(D.TRIAGED, D.ASSIGNED, D.CLOSED, kind="rating")
        assert D.REOPENED not in allowed(case, P.CITIZEN, AT)


class TestMerging:
    def test_into_what_is_worked_or_answered(self) -> None:
        for state in (S.ASSIGNED, S.ANSWERING, S.ANSWERED, S.PUBLISHED):
            assert why_not_merge(case_in(S.ASSIGNED), case_in(state)) is None

    @pytest.mark.parametrize("state", [S.MERGED, S.CLOSED, S.WITHDRAWN, S.REFUSED, S.QUARANTINED])
    def test_never_into_what_leads_nowhere_or_on(self, state: State) -> None:
        assert why_not_merge(case_in(S.ASSIGNED), case_in(state))

    def test_never_into_what_is_sealed_or_of_another_portal(self) -> None:
        case = case_in(S.ASSIGNED)
        assert why_not_merge(case, case_in(S.ASSIGNED, sealed=True))
        assert why_not_merge(case, case_in(S.ASSIGNED, portal="quangnam"))


class TestPlace:
    """What only the regulation can say."""

    def test_a_unit_that_is_gone_is_told_with_its_successor(self) -> None:
        case = case_in(S.ASSIGNED)
        data = {"unit": "so-tttt", "reason": "Thuộc lĩnh vực"}
        why = why_not(case, D.FORWARDED, P.UNIT, AT, data, portal=portal())
        assert why
        assert "Sở Khoa học và Công nghệ" in why

    def test_a_unit_that_never_was(self) -> None:
        data = {"unit": "so-mat-trang", "reason": "x"}
        why = why_not(case_in(S.ASSIGNED), D.FORWARDED, P.UNIT, AT, data, portal=portal())
        assert why
        assert "chọn đơn vị khác" in why

    def test_escalation_goes_level_by_level(self) -> None:
        case = case_in(S.ASSIGNED)
        data = {"unit": "ubnd-tinh-khanh-hoa", "reason": "x"}
        why = why_not(case, D.ESCALATED, P.HEAD, AT, data, portal=portal())
        assert why
        assert "Cấp trên tiếp theo" in why
        right = {"unit": "tt-cntt-dvhcc", "reason": "x"}
        assert why_not(case, D.ESCALATED, P.HEAD, AT, right, portal=portal()) is None

    def test_an_extension_is_at_most_the_term_itself_and_before_its_end(self) -> None:
        case = case_in(S.ACCEPTED)
        data = {"rule": "phan-anh-15-ngay", "amount": 15, "reason": "x"}
        happened = happen(case, D.EXTENDED, P.HEAD, "an", AT, data, portal=portal())
        assert happened.data["due"] == {"phan-anh-15-ngay": "2027-01-06T23:59:59+07:00"}
        too_much = {**data, "amount": 16}
        why = why_not(case, D.EXTENDED, P.HEAD, AT, too_much, portal=portal())
        assert why == "Chỉ gia hạn thêm nhiều nhất 15 ngày làm việc, một lần."
        why = why_not(case, D.EXTENDED, P.HEAD, LATER, data, portal=portal())
        assert why
        assert "quá hạn" in why

    def test_triage_only_to_a_route_of_the_kind(self) -> None:
        case = case_in(S.RECEIVED)
        here = {"kind": "complaint", "route": "tuyen-khieu-nai"}
        assert why_not(case, D.TRIAGED, P.OPERATOR, AT, here, portal=portal()) is None
        wrong = {"kind": "complaint", "route": "tuyen-phan-anh"}
        assert why_not(case, D.TRIAGED, P.OPERATOR, AT, wrong, portal=portal())

    @pytest.mark.parametrize("name", PORTALS)
    @pytest.mark.parametrize("own", ["question", "complaint", "comment", "rating", "survey"])
    def test_a_kind_is_taken_when_and_only_when_it_is_offered(self, name: str, own: str) -> None:
        rules = portal(name)
        routes = [*rules.in_force(rules.regulation.routes, AT.date())]
        mine = next((route.id for route in routes if own in route.kinds), "tuyen-khac")
        case = case_in(S.RECEIVED, portal=name, kind=own, route=mine)
        offered = kinds_open(case, rules, AT.date())
        for route in routes:
            for kind in route.kinds:
                data = {"kind": kind, "route": route.id}
                why = why_not(case, D.TRIAGED, P.OPERATOR, AT, data, portal=rules)
                assert (why is None) is (offered.get(kind) == route.id)
        if own in ("comment", "rating", "survey"):
            assert list(offered) == [own]
        else:
            assert len(offered) > 1
            assert not {"comment", "rating", "survey", "denunciation"} & offered.keys()

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            ("survey", "không thụ lý"),
            ("rating", "không thụ lý"),
            ("comment", "không thụ lý"),
            ("denunciation", "nơi nhận đơn"),
            ("khong-co", "chọn lại loại thư"),
        ],
    )
    def test_what_to_do_instead_of_another_kind(self, kind: str, words: str) -> None:
        case, data = case_in(S.RECEIVED), {"kind": kind, "route": "tuyen-danh-gia-khao-sat"}
        why = why_not(case, D.TRIAGED, P.OPERATOR, AT, data, portal=portal())
        assert why
        assert words in why


def test_history_does_not_go_back_in_time() -> None:
    case = case_in(S.ASSIGNED)
    assert happen(case, D.ACCEPTED, P.UNIT, "an", AT - dt.timedelta(hours=1)).at == AT
