"""Histories at random: the fold, the chain, and what a changed byte does."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from relay.cases.acts import allowed, happen, why_not
from relay.cases.case import BrokenHistory, Case, after, opened, replay
from relay.cases.chain import canonical, seal, sealed_all, verify
from relay.cases.events import Event, Happened
from relay.cases.states import OPEN, Did, Party, State, moves
from tests.relay.cases.samples import AT, ENOUGH, PATHS, happened, received

KEY = b"k" * 32
ID = "7K3M9QXA"
UNITS = st.sampled_from(["so-tc", "so-tp", "so-khcn", "vp-ubnd-tinh"])


class Histories(RuleBasedStateMachine):
    """A case to which anything that may happen happens, by anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.case: Case | None = None
        self.at = AT

    @initialize(sealed=st.booleans())
    def receive(self, sealed: bool) -> None:
        """A message comes in."""
        self._add(received(self.at, sealed=sealed))

    @rule(
        did=st.sampled_from(Did),
        party=st.sampled_from(Party),
        hours=st.integers(0, 400),
        unit=UNITS,
    )
    def try_anything(self, did: Did, party: Party, hours: int, unit: str) -> None:
        """Somebody tries something: it is refused in words, or it happens."""
        assert self.case
        self.at += dt.timedelta(hours=hours)
        data = dict(ENOUGH.get(did, {}))
        if "unit" in data:
            data["unit"] = unit
        why = why_not(self.case, did, party, self.at, data)
        if why:
            assert len(why) > 20
            return
        assert did in allowed(self.case, party, self.at)
        self._add(happen(self.case, did, party, "an", self.at, data))

    @rule(choice=st.integers(0, 100), hours=st.integers(0, 100), unit=UNITS)
    def go_on(self, choice: int, hours: int, unit: str) -> None:
        """Something that may happen happens."""
        assert self.case
        self.at += dt.timedelta(hours=hours)
        ways = [
            (did, party)
            for party in Party
            for did in allowed(self.case, party, self.at)
            if any(row.to for row in moves(did, self.case.state))
        ]
        if ways:
            did, party = ways[choice % len(ways)]
            self.try_anything(did=did, party=party, hours=0, unit=unit)

    def _add(self, what: Happened) -> None:
        previous = self.events[-1].seal if self.events else ""
        self.events.append(seal(ID, len(self.events) + 1, what, previous, KEY))
        self.case = after(self.case, what) if self.case else opened(ID, what)

    @invariant()
    def replay_is_the_fold(self) -> None:
        """Reading the history gives what stepping through it gave."""
        if self.case:
            whole = replay(self.events)
            assert replace(whole, head="") == replace(self.case, head="")
            assert whole.head == self.events[-1].seal
            assert whole.number == len(self.events)

    @invariant()
    def chain_holds(self) -> None:
        """Nothing is wrong with the chain."""
        if self.events:
            head = (len(self.events), self.events[-1].seal)
            assert not [*verify(self.events, KEY, head=head)]

    @invariant()
    def what_is_always_so(self) -> None:
        """Rules that no path breaks."""
        case = self.case
        if case is None:
            return
        assert not (case.sealed and (case.cleared or case.published_at))
        assert case.suspended is (case.state is State.SUSPENDED)
        assert (case.closed_at is not None) is (case.state is State.CLOSED)
        assert len(case.extensions) <= 1
        assert len(set(case.escalated)) == len(case.escalated)
        assert len(set(case.units)) == len(case.units)
        assert (case.ended_at is None) is (case.state in OPEN)
        assert (case.merged_into != "") <= (case.state in (State.MERGED, State.CLOSED))
        assert all(s.end is None or s.start <= s.end for s in case.suspensions)


Histories.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestHistories = Histories.TestCase


def a_history(state: State = State.PUBLISHED) -> tuple[Event, ...]:
    whole = [received(), *(happened(did, Party.SYSTEM) for did in PATHS[state])]
    return sealed_all(ID, whole, KEY)


class TestChain:
    def test_whole(self) -> None:
        assert [*verify(a_history(), KEY)] == []

    @given(data=st.data())
    @settings(max_examples=60, deadline=None)
    def test_a_changed_byte_is_found(self, data: st.DataObject) -> None:
        events = list(a_history())
        place = data.draw(st.integers(0, len(events) - 1))
        event = events[place]
        text = canonical(event.case, event.number, event.happened, event.previous).decode()
        spot = data.draw(st.integers(0, len(text) - 1))
        other = data.draw(st.sampled_from("abz019}{,:").filter(lambda c: c != text[spot]))
        try:
            read = json.loads(text[:spot] + other + text[spot + 1 :])
            changed = replace(
                event,
                case=read["case"],
                number=read["number"],
                previous=read["previous"],
                happened=Happened(
                    Did(read["did"]),
                    Party(read["party"]),
                    dt.datetime.fromisoformat(read["at"]),
                    read["actor"],
                    read["data"],
                ),
            )
            same = (
                canonical(changed.case, changed.number, changed.happened, changed.previous)
                == text.encode()
            )
        except (ValueError, KeyError, TypeError):
            return  # no event at all any more
        events[place] = changed
        assert same or [*verify(events, KEY)]

    def test_another_key(self) -> None:
        assert len([*verify(a_history(), b"x" * 32)]) == len(a_history())

    def test_a_gap(self) -> None:
        events = a_history()
        found = [*verify((*events[:2], *events[3:]), KEY)]
        assert found[0].endswith("thiếu, thừa hoặc đảo sự kiện.")

    def test_swapped(self) -> None:
        events = list(a_history())
        events[1], events[2] = events[2], events[1]
        assert [*verify(events, KEY)]

    def test_cut_short_is_found_with_the_head_only(self) -> None:
        events = a_history()
        head = (len(events), events[-1].seal)
        assert [*verify(events[:-1], KEY)] == []
        assert [*verify(events[:-1], KEY, head=head)] == [
            f"Vụ việc {ID}: lịch sử bị cắt; còn 6 trên 7 sự kiện."
        ]
        assert [*verify((), KEY, head=head)]
        # What was added since the head was written down is no fault.
        early = (3, events[2].seal)
        assert [*verify(events, KEY, head=early)] == []
        assert [*verify(events, KEY, head=(3, events[3].seal))]

    def test_another_cases_event(self) -> None:
        events = list(a_history())
        strange = seal("ZZZZZZZZ", 2, events[1].happened, events[0].seal, KEY)
        assert [*verify([events[0], strange], KEY)] == [
            "Vụ việc 7K3M9QXA, sự kiện số 2: thuộc vụ việc khác (ZZZZZZZZ)."
        ]

    def test_moments_of_any_zone_seal_alike(self) -> None:
        what = received()
        utc = replace(what, at=what.at.astimezone(dt.UTC))
        assert seal(ID, 1, what, "", KEY).seal == seal(ID, 1, utc, "", KEY).seal

    def test_what_cannot_be_written_is_refused(self) -> None:
        with pytest.raises(ValueError, match="không phải JSON"):
            seal(ID, 1, received(data=object()), "", KEY)
        with pytest.raises(ValueError, match="thiếu múi giờ"):
            seal(ID, 1, received(AT.replace(tzinfo=None)), "", KEY)


class TestBroken:
    def test_empty(self) -> None:
        with pytest.raises(BrokenHistory):
            replay(())

    def test_no_receipt(self) -> None:
        with pytest.raises(BrokenHistory):
            opened(ID, happened(Did.TRIAGED, Party.SYSTEM))

    def test_receipt_lacks_something(self) -> None:
        what = received()
        less = {key: value for key, value in what.data.items() if key != "kind"}
        with pytest.raises(BrokenHistory, match="kind"):
            opened(ID, replace(what, data=less))

    def test_a_leap(self) -> None:
        with pytest.raises(BrokenHistory, match="published"):
            after(opened(ID, received()), happened(Did.PUBLISHED, Party.SYSTEM))

    def test_a_number_is_missing(self) -> None:
        events = a_history()
        with pytest.raises(BrokenHistory, match="thiếu sự kiện"):
            replay((*events[:4], replace(events[4], number=9)))


def test_a_draft_of_the_public_version_takes_the_approval_back() -> None:
    case = replay(a_history(State.ANSWERED))
    case = after(case, happened(Did.CLEARED, Party.BOARD))
    assert case.cleared
    case = after(case, happened(Did.DRAFTED, Party.UNIT, part="public"))
    assert not case.cleared
    assert "chưa duyệt" in (
        why_not(case, Did.PUBLISHED, Party.SYSTEM, AT, ENOUGH[Did.PUBLISHED]) or ""
    )
