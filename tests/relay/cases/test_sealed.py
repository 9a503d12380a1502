"""A sealed case stays with the unit whose key opens it, whatever anybody and time do to it."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from regulation.case_rules import case_rules
from regulation.portal import Portal
from relay.cases.acts import allowed, happen, open_events, why_not
from relay.cases.case import Case, after, opened, replay
from relay.cases.events import Event, Happened
from relay.cases.passing import due_acts
from relay.cases.placing import why_not_here
from relay.cases.routing import routed
from relay.cases.sealed import key_holder, sealed_to
from relay.cases.states import Did, Party, State, moves
from relay.inbox.seeing import Viewer, parties, sees, sees_sealed
from tests.relay.cases.samples import AT, ENOUGH, case_in, happened, moment, portal, received

D, P, S = Did, Party, State
KEY, ABOVE, NEXT = "thanh-tra-tinh", "ubnd-tinh-khanh-hoa", "so-nv"
SEALED: Mapping[str, Any] = {
    "kind": "denunciation",
    "route": "tuyen-to-cao",
    "receiver": KEY,
    "sealed": True,
    "sealed_to": KEY,
}
OLD: Mapping[str, Any] = {name: value for name, value in SEALED.items() if name != "sealed_to"}
"""A receipt of before receipts said to whom they were sealed."""
FREE = "Ông A ở Sở Tài chính bị tố cáo"
LISTED = {
    act: tuple(each.title.vi for each in case_rules().reasons_for(act.value, AT.date()))
    for act in (D.FORWARDED, D.EXTENDED, D.REOPENED, D.WITHHELD)
}
GIVEN = {"reason": LISTED[D.FORWARDED][0]}
GROUND = "to-cao-khong-du-dieu-kien"


def succeeded(rules: Portal, on: dt.date) -> Portal:
    """The portal once another agency does the work of the one that has the key."""
    ended = rules.agencies[KEY].model_copy(
        update={"valid_to": on - dt.timedelta(days=1), "successor": NEXT}
    )
    return dataclasses.replace(rules, agencies={**rules.agencies, KEY: ended})


def at_desk(agency: str, *, operator: bool = False) -> Viewer:
    """An officer of an agency."""
    return Viewer("x", {agency: "head"} if agency else {}, operator, False)


def sealed_in(state: State, unit: str = KEY, receipt: Mapping[str, Any] = SEALED) -> Case:
    case = case_in(state, **receipt)
    return dataclasses.replace(case, unit=unit, units=(unit,)) if case.unit else case


class TestToWhom:
    def test_receipt_says_it(self) -> None:
        on = AT.date()
        way = routed(portal(), "denunciation", agency="so-tc", on=on)
        first, *_ = open_events(portal(), "denunciation", way, AT, signs=("nhanh",))
        assert first.data["sealed_to"] == KEY
        assert sealed_to(opened("7K3M9QXA", first), portal()) == KEY

    def test_what_is_not_sealed_is_sealed_to_nobody(self) -> None:
        way = routed(portal(), "question", agency="so-tc", on=AT.date())
        first, *_ = open_events(portal(), "question", way, AT)
        assert "sealed_to" not in first.data
        assert sealed_to(case_in(S.ASSIGNED), portal()) == ""
        assert key_holder(case_in(S.ASSIGNED), portal(), AT.date()) == ""

    @pytest.mark.parametrize("state", [S.QUARANTINED, S.ASSIGNED, S.FORWARDED, S.ESCALATED])
    def test_an_old_history_is_read_by_its_route(self, state: State) -> None:
        assert sealed_to(case_in(state, **OLD), portal()) == KEY
        nowhere = {**OLD, "route": "khong-con", "receiver": "bbt"}
        expected = "bbt" if state is S.QUARANTINED else "so-tc"
        assert sealed_to(case_in(state, **nowhere), portal()) == expected

    def test_a_successor_holds_the_key(self) -> None:
        on = AT.date()
        assert key_holder(sealed_in(S.ASSIGNED), succeeded(portal(), on), on) == NEXT


class TestGiving:
    @pytest.mark.parametrize("party", [P.UNIT, P.HEAD, P.OPERATOR])
    @pytest.mark.parametrize("state", [S.ASSIGNED, S.ACCEPTED, S.ANSWERING, S.REOPENED])
    def test_never_to_who_cannot_open_it(self, state: State, party: Party) -> None:
        case = sealed_in(state)
        for unit in ("so-tc", ABOVE, NEXT):
            data = {"unit": unit, **GIVEN}
            why = why_not(case, D.FORWARDED, party, AT, data, portal=portal())
            assert why
            assert "niêm phong cho “Thanh tra tỉnh" in why

    def test_what_to_do_instead_is_said(self) -> None:
        data = {"unit": "so-tc", "reason": "Thuộc thẩm quyền của Sở Tài chính"}
        words = placed(sealed_in(S.ASSIGNED), D.FORWARDED, data)
        assert words
        for said in ("bàn giao hồ sơ giấy", "khóa của đơn vị", "đơn vị vận hành"):
            assert said in words

    def test_the_operator_assigns_it_to_the_key_alone(self) -> None:
        case = case_in(S.TRIAGED, **SEALED)
        for unit, may in ((KEY, True), ("so-tc", False), (ABOVE, False)):
            why = why_not(case, D.ASSIGNED, P.OPERATOR, AT, {"unit": unit}, portal=portal())
            assert (why is None) is may

    def test_to_the_successor(self) -> None:
        rules = succeeded(portal(), AT.date())
        assert placed(sealed_in(S.ASSIGNED), D.FORWARDED, {"unit": NEXT}, rules) is None
        why = placed(sealed_in(S.ASSIGNED), D.FORWARDED, {"unit": "so-tc"}, rules)
        assert why
        assert "Sở Nội vụ" in why

    def test_back_from_where_it_should_not_be(self) -> None:
        strayed = sealed_in(S.FORWARDED, "so-tc")
        strayed = dataclasses.replace(strayed, units=(KEY, "so-tc"))
        assert placed(strayed, D.FORWARDED, {"unit": KEY}) is None

    @pytest.mark.parametrize("state", [S.RECEIVED, S.TRIAGED, S.ASSIGNED, S.ACCEPTED, S.REOPENED])
    def test_nobody_escalates_it(self, state: State) -> None:
        case = sealed_in(state)
        for party in Party:
            assert D.ESCALATED not in allowed(case, party, AT)
        why = why_not(case, D.ESCALATED, P.OPERATOR, AT, {"unit": ABOVE}, portal=portal())
        assert why
        assert "bằng văn bản" in why


def placed(
    case: Case, did: Did, data: Mapping[str, Any], rules: Portal | None = None
) -> str | None:
    """What the portal says of giving it to somebody."""
    return why_not_here(case, did, rules or portal(), AT, data)


class TestReasons:
    @pytest.mark.parametrize(
        ("did", "state", "party", "more"),
        [
            (D.FORWARDED, S.FORWARDED, P.OPERATOR, {"unit": KEY}),
            (D.EXTENDED, S.ACCEPTED, P.HEAD, {"rule": "to-cao-giai-quyet", "amount": 5}),
            (D.REOPENED, S.ANSWERED, P.HEAD, {}),
            (D.WITHHELD, S.ANSWERED, P.BOARD, {}),
            (D.REFUSED, S.ASSIGNED, P.HEAD, {"ground": GROUND}),
        ],
    )
    def test_of_the_list_only(
        self, did: Did, state: State, party: Party, more: dict[str, Any]
    ) -> None:
        case = sealed_in(state, "so-tc" if did is D.FORWARDED else KEY)
        words = case_rules().grounds[GROUND].title.vi if did is D.REFUSED else LISTED[did][0]
        why = why_not(case, did, party, AT, {**more, "reason": FREE})
        assert why
        assert "trong danh sách" in why
        assert why_not(case, did, party, AT, {**more, "reason": words}) is None

    def test_of_another_act_is_none(self) -> None:
        data = {"rule": "to-cao-giai-quyet", "amount": 5, "reason": LISTED[D.REOPENED][0]}
        assert why_not(sealed_in(S.ACCEPTED), D.EXTENDED, P.HEAD, AT, data)

    def test_what_is_not_sealed_has_free_ones(self) -> None:
        data = {"unit": "so-tp", "reason": "Thuộc lĩnh vực của Sở Tư pháp"}
        assert why_not(case_in(S.ASSIGNED), D.FORWARDED, P.UNIT, AT, data) is None


UNIT_ALONE = {P.UNIT, P.HEAD}
ROLES: Mapping[tuple[Did, State], tuple[set[Party], set[Party]]] = {
    (D.RELEASED, S.QUARANTINED): (UNIT_ALONE, {P.OPERATOR}),
    (D.REFUSED, S.QUARANTINED): ({P.HEAD}, {P.OPERATOR}),
    (D.REFUSED, S.RECEIVED): ({P.HEAD}, {P.OPERATOR}),
    (D.REFUSED, S.TRIAGED): ({P.HEAD}, {P.OPERATOR}),
    (D.REFUSED, S.ASSIGNED): ({P.HEAD}, {P.HEAD}),
    (D.REFUSED, S.REOPENED): ({P.HEAD}, {P.HEAD}),
    (D.TRIAGED, S.RECEIVED): ({*UNIT_ALONE, P.OPERATOR, P.SYSTEM}, {P.OPERATOR, P.SYSTEM}),
    (D.ASSIGNED, S.TRIAGED): ({*UNIT_ALONE, P.OPERATOR, P.SYSTEM}, {P.OPERATOR, P.SYSTEM}),
    (D.REOPENED, S.REFUSED): ({*UNIT_ALONE, P.CITIZEN}, {P.OPERATOR, P.CITIZEN}),
    (D.REOPENED, S.ANSWERED): ({*UNIT_ALONE, P.CITIZEN}, {P.OPERATOR, P.CITIZEN}),
    (D.REOPENED, S.WITHHELD): ({*UNIT_ALONE, P.CITIZEN}, {P.OPERATOR, P.CITIZEN}),
    (D.REOPENED, S.CLOSED): ({*UNIT_ALONE, P.CITIZEN}, {P.OPERATOR, P.CITIZEN}),
    (D.ANSWERED, S.ACCEPTED): ({P.HEAD}, {P.HEAD}),
    (D.FORWARDED, S.ASSIGNED): ({*UNIT_ALONE, P.OPERATOR}, {*UNIT_ALONE, P.OPERATOR}),
}
"""Who may, of what is sealed and of what is not."""


class TestRoles:
    @pytest.mark.parametrize(("did", "state"), ROLES)
    def test_who_cannot_read_it_does_not_judge_it(self, did: Did, state: State) -> None:
        expected = ROLES[did, state]
        found = tuple(
            {party for party in Party if did in allowed(case, party, AT)}
            for case in (sealed_in(state), case_in(state))
        )
        assert found == expected

    @pytest.mark.parametrize("state", State)
    def test_the_operator_never_refuses_it(self, state: State) -> None:
        words = case_rules().grounds[GROUND].title.vi
        data = {"ground": GROUND, "reason": words}
        assert why_not(sealed_in(state), D.REFUSED, P.OPERATOR, AT, data, portal=portal())

    def test_whose_it_is_is_said(self) -> None:
        why = why_not(sealed_in(S.QUARANTINED), D.RELEASED, P.OPERATOR, AT, {})
        assert why
        assert "đơn vị giữ khóa" in why

    @pytest.mark.parametrize("receipt", [SEALED, OLD])
    @pytest.mark.parametrize("did", [D.RELEASED, D.REFUSED])
    def test_a_history_of_before_is_read_and_undone(
        self, receipt: Mapping[str, Any], did: Did
    ) -> None:
        first = received(**receipt)
        told = [first, happened(D.QUARANTINED, P.SYSTEM), happened(did, P.OPERATOR)]
        events = [Event("7K3M9QXA", at, each, "", "") for at, each in enumerate(told, 1)]
        case = replay(events)
        undo = D.REOPENED if did is D.REFUSED else D.TRIAGED
        data = {"reason": LISTED[D.REOPENED][0]} if did is D.REFUSED else {}
        assert case.state is (S.REFUSED if did is D.REFUSED else S.RECEIVED)
        assert why_not(case, undo, P.HEAD, AT, data, portal=portal()) is None

    def test_a_unit_that_has_it_without_the_key_only_passes_it_back(self) -> None:
        strayed = case_in(S.ASSIGNED, **OLD)
        mine = parties(strayed, at_desk("so-tc"), portal())
        assert mine == (P.OPERATOR,)
        may = {did for party in mine for did in allowed(strayed, party, AT)}
        assert may == {D.FORWARDED, D.SEEN}
        assert placed(strayed, D.FORWARDED, {"unit": KEY}) is None


class TestTime:
    def test_the_level_above_is_told_and_the_case_stays(self) -> None:
        case = sealed_in(S.ASSIGNED)
        letters = []
        at = moment("2026-11-24 09:00")
        for _ in range(90):
            for each in due_acts(case, portal(), at):
                if each.template == "sealed-late":
                    letters.append((each.happened.data["above"], each.to))
                assert each.template != "escalated"
                case = after(case, each.happened)
            at += dt.timedelta(days=1)
        assert (case.unit, case.state, case.escalated) == (KEY, S.ASSIGNED, ())
        # The people's committee of before July 2025 is gone: its successor gets the letter.
        above = "ubnd-tinh-khanh-hoa-moi"
        assert letters == [
            (
                above,
                (f"unit:{above}", f"head:{above}", "operator"),
            )
        ]
        assert case.above == (above,)

    def test_a_new_round_begins_anew(self) -> None:
        case = case_in(S.ASSIGNED, **SEALED)
        told = happened(D.REMINDED, P.SYSTEM, above=ABOVE, to=["above"])
        case = after(case, told)
        assert (case.above, case.above_at) == ((ABOVE,), AT)
        for did in (D.ACCEPTED, D.ANSWERED, D.REOPENED):
            case = after(case, happened(did, P.SYSTEM))
        assert (case.above, case.above_at) == ((), None)


UNITS = st.sampled_from([KEY, NEXT, ABOVE, "ubnd-tinh-khanh-hoa-moi", "so-tc", "so-tp", "bbt"])
EVERYBODY = ("so-tc", "so-tp", "bbt", ABOVE, "ubnd-tinh-khanh-hoa-moi")


class Denunciations(RuleBasedStateMachine):
    """A sealed case to which anybody does what they may, while time passes and agencies merge."""

    def __init__(self) -> None:
        super().__init__()
        self.case: Case | None = None
        self.at = AT
        self.law: Portal = portal()
        self.history: list[Happened] = []

    @initialize(signs=st.booleans())
    def receive(self, signs: bool) -> None:
        """A denunciation comes in."""
        way = routed(self.law, "denunciation", agency="", on=AT.date())
        first, *rest = open_events(
            self.law, "denunciation", way, AT, signs=("nhanh",) if signs else ()
        )
        self.case = opened("7K3M9QXA", first)
        for each in rest:
            self.case = after(self.case, each)

    @rule(did=st.sampled_from(Did), party=st.sampled_from(Party), unit=UNITS, free=st.booleans())
    def try_anything(self, did: Did, party: Party, unit: str, free: bool) -> None:
        """Somebody tries something, with any unit, for a reason of their own or of the list."""
        assert self.case
        data = dict(ENOUGH.get(did, {}))
        if "reason" in data:
            words = case_rules().grounds[GROUND].title.vi
            data["reason"] = FREE if free else LISTED.get(did, (words,))[0]
        if did is D.REFUSED:
            data["ground"] = GROUND
        if "unit" in data:
            data["unit"] = unit
        if why_not(self.case, did, party, self.at, data, portal=self.law) is None:
            what = happen(self.case, did, party, "an", self.at, data, portal=self.law)
            self.history.append(what)
            self.case = after(self.case, what)

    @rule(choice=st.integers(0, 100), unit=UNITS)
    def go_on(self, choice: int, unit: str) -> None:
        """Something happens that moves the case, if anything may."""
        assert self.case
        ways = [
            (did, party)
            for did, party in itertools.product(Did, Party)
            if did in allowed(self.case, party, self.at)
            and any(row.to for row in moves(did, self.case.state))
        ]
        if ways:
            did, party = ways[choice % len(ways)]
            self.try_anything(did=did, party=party, unit=unit, free=False)

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        """The hourly pass."""
        assert self.case
        self.at += dt.timedelta(days=days)
        for each in due_acts(self.case, self.law, self.at):
            self.case = after(self.case, each.happened)

    @rule()
    def the_unit_is_merged(self) -> None:
        """The unit's work goes to another agency."""
        if self.law.agencies[KEY].successor is None:
            self.law = succeeded(self.law, self.at.date())

    @invariant()
    def nobodys_own_words_are_kept(self) -> None:
        """A reason stands outside what is sealed: it is one of the list."""
        assert all(FREE not in str(what.data) for what in self.history)

    @invariant()
    def nobody_judges_it_who_cannot_read_it(self) -> None:
        """Let through, refused and opened again it is by its unit, or by its sender."""
        for what in self.history:
            if what.did in (D.RELEASED, D.REFUSED, D.REOPENED):
                assert what.party in (P.UNIT, P.HEAD, P.CITIZEN)

    @invariant()
    def its_unit_always_sees_it_and_nobody_else_has_it(self) -> None:
        """The promise."""
        case = self.case
        if case is None:
            return
        on = self.at.date()
        holder = key_holder(case, self.law, on)
        gone = self.law.agencies[KEY].successor is not None
        assert holder == (NEXT if gone else KEY)
        # A desk at the successor stands for those before it: see ``viewer``.
        theirs = Viewer("x", {KEY: "officer", holder: "officer"}, False, False)
        assert P.UNIT in parties(case, theirs, self.law)
        assert sees_sealed(case, theirs, self.law)
        assert case.unit in ("", KEY, holder)
        for agency in EVERYBODY:
            for operator in (False, True):
                other = at_desk(agency, operator=operator)
                assert not sees_sealed(case, other, self.law)
                assert P.UNIT not in parties(case, other, self.law)


Denunciations.TestCase.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
TestDenunciations = Denunciations.TestCase


def test_a_history_in_which_it_strayed_is_still_its_units() -> None:
    strayed = case_in(S.ESCALATED, **OLD)
    assert strayed.unit == "tt-cntt-dvhcc"
    assert P.UNIT in parties(strayed, at_desk(KEY), portal())
    assert sees_sealed(strayed, at_desk(KEY), portal())
    assert not sees_sealed(strayed, at_desk("tt-cntt-dvhcc"), portal())


def test_those_above_who_were_told_see_where_it_stands_and_can_do_nothing() -> None:
    case = sealed_in(S.ASSIGNED)
    above = at_desk("ubnd-tinh-khanh-hoa-moi")
    assert not sees(case, above, portal())
    case = after(case, happened(D.REMINDED, P.SYSTEM, above="ubnd-tinh-khanh-hoa-moi"))
    assert sees(case, above, portal())
    assert parties(case, above, portal()) == ()
    assert not sees_sealed(case, above, portal())
