"""A case (vụ việc) as its history makes it: everything that pages need, folded from events."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from relay.cases.events import Event, Happened
from relay.cases.states import Did, Party, State, next_state


@dataclass(frozen=True, slots=True)
class Suspension:
    """A stretch of time that does not count, because the citizen was asked for something.

    Attributes:
        start: When the citizen was asked.
        end: When the case went on; None while it waits.
    """

    start: dt.datetime
    end: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """A deadline that was prolonged.

    Attributes:
        rule: The deadline's id.
        amount: By how much, in that deadline's unit.
        reason: Why, as the citizen is told.
    """

    rule: str
    amount: int
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case at one moment of its history.

    A round is the time from receipt, or from the last reopening, to now: clocks, extensions,
    suspensions and reminders belong to their round.

    Attributes:
        id: Eight letters of Crockford's base 32.
        number: The number of its last event.
        head: The seal of its last event; empty for what is not sealed yet.
        state: Where it stands.
        portal: The portal's id.
        kind: The kind of message, such as "question".
        route: The id of the portal's route.
        receiver: The agency that receives and triages.
        sealed: The matter is sealed; it is never published.
        sealed_to: The agency to whose keys it was sealed, as receipt says it: see ``sealed``.
        received_at: When it was received.
        opened_at: When the present round began: receipt, or the last reopening.
        changed_at: When its last event happened.
        unit: The agency that has it; empty before it is assigned.
        units: Every agency that had it, in order, the present one last; each once.
        accepted_at: When it was accepted in this round.
        first_moved_at: When the sender could first be told, in this round, that it was forwarded,
            accepted, refused or answered.
        answered_at: When it was answered last.
        answer: Digest of the last answer, where it lies here.
        ended_at: When it was answered, refused, withdrawn or merged, in this round.
        closed_at: When it was closed; None while it is not.
        ground: The ground it was refused on.
        reason: The last reason given to the citizen.
        suspensions: Of this round.
        extensions: Of this round.
        escalated: The agencies it was escalated to, in order, over all rounds.
        escalated_at: When it was escalated last, in this round.
        reminded: Clock and level of every reminder sent in this round.
        above: The agencies above that were reminded of it in this round, in order.
        above_at: When one of them was reminded last, in this round.
        told: By clock, by when people were last told it will be done.
        told_by: By clock, the number of the event that told it.
        moved_by: The number of the last event that itself moved due moments.
        cleared: The public version is approved for publication and has not changed since.
        public: Digest of the public version that was approved.
        published_at: When it went live.
        address: Where it is published.
        commit: The commit that published it.
        merged_into: The case it was merged into.
        rating: The citizen's score of the answer, 1 to 5.
        reopened_by_citizen: The citizen has used the one reopening.
        address_confirmed: The citizen confirmed the address for mail.
        contact_erased: The contact is erased.
    """

    id: str
    number: int
    head: str
    state: State
    portal: str
    kind: str
    route: str
    receiver: str
    sealed: bool
    received_at: dt.datetime
    opened_at: dt.datetime
    changed_at: dt.datetime
    sealed_to: str = ""
    unit: str = ""
    units: tuple[str, ...] = ()
    accepted_at: dt.datetime | None = None
    first_moved_at: dt.datetime | None = None
    answered_at: dt.datetime | None = None
    answer: str = ""
    ended_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    ground: str = ""
    reason: str = ""
    suspensions: tuple[Suspension, ...] = ()
    extensions: tuple[Extension, ...] = ()
    escalated: tuple[str, ...] = ()
    escalated_at: dt.datetime | None = None
    reminded: frozenset[tuple[str, int]] = frozenset()
    above: tuple[str, ...] = ()
    above_at: dt.datetime | None = None
    told: Mapping[str, dt.datetime] = field(default_factory=dict)
    told_by: Mapping[str, int] = field(default_factory=dict)
    moved_by: int = 0
    cleared: bool = False
    public: str = ""
    published_at: dt.datetime | None = None
    address: str = ""
    commit: str = ""
    merged_into: str = ""
    rating: int | None = None
    reopened_by_citizen: bool = False
    address_confirmed: bool = False
    contact_erased: bool = False

    @property
    def shown(self) -> str:
        """The id as people write it: ``V-7K3M-9QXA``."""
        return "-".join(["V", *(self.id[at : at + 4] for at in range(0, len(self.id), 4))])

    @property
    def suspended(self) -> bool:
        """Whether its clocks stand still."""
        return bool(self.suspensions) and self.suspensions[-1].end is None


class BrokenHistory(ValueError):
    """A history that no case can have: it does not begin with receipt, or leaps in the table."""


def replay(events: Iterable[Event]) -> Case:
    """The case that a history makes. Seals are not checked here: see ``chain.verify``.

    Raises:
        BrokenHistory: The events are no case's history.
    """
    case: Case | None = None
    for event in events:
        happened = event.happened
        case = opened(event.case, happened) if case is None else after(case, happened)
        if case.number != event.number:
            raise BrokenHistory(f"Vụ việc {event.case}: thiếu sự kiện số {case.number}.")
        case = replace(case, head=event.seal)
    if case is None:
        raise BrokenHistory("Lịch sử trống.")
    return case


def opened(case_id: str, happened: Happened) -> Case:
    """The case that receipt makes.

    Raises:
        BrokenHistory: It is not receipt that happened, or its data lacks something.
    """
    if happened.did is not Did.RECEIVED:
        raise BrokenHistory(f"Vụ việc {case_id}: sự kiện đầu không phải tiếp nhận.")
    data = happened.data
    try:
        case = Case(
            id=case_id,
            number=1,
            head="",
            state=State.RECEIVED,
            portal=data["portal"],
            kind=data["kind"],
            route=data["route"],
            receiver=data["receiver"],
            sealed=data["sealed"],
            sealed_to=data.get("sealed_to", ""),
            received_at=happened.at,
            opened_at=happened.at,
            changed_at=happened.at,
        )
    except KeyError as error:
        raise BrokenHistory(f"Vụ việc {case_id}: sự kiện tiếp nhận thiếu {error}.") from None
    return _told(case, happened)


def after(case: Case, happened: Happened) -> Case:
    """The case after one thing more. Who did it, and whether they might, is not asked here.

    Raises:
        BrokenHistory: The table has no such move from the case's state.
    """
    to = next_state(happened.did, case.state)
    if to is None:
        raise BrokenHistory(
            f"Vụ việc {case.id}, sự kiện số {case.number + 1}: “{happened.did}” không thể xảy ra "
            f"khi vụ việc ở trạng thái “{case.state}”."
        )
    changes = _CHANGES.get(happened.did, _nothing)(case, happened)
    moved: dict[str, Any] = {
        "state": to,
        "number": case.number + 1,
        "head": "",
        "changed_at": happened.at,
        **changes,
    }
    return _told(replace(case, **moved), happened)


def _told(case: Case, happened: Happened) -> Case:
    due = happened.data.get("due", {})
    if not due:
        return case
    moments = {rule: dt.datetime.fromisoformat(moment) for rule, moment in due.items()}
    return replace(
        case,
        told={**case.told, **moments},
        told_by={**case.told_by, **dict.fromkeys(moments, case.number)},
    )


# --- what each thing changes, besides the state ----------------------------------------------


def _nothing(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {}


def _first_moved(case: Case, happened: Happened) -> dict[str, Any]:
    return {"first_moved_at": case.first_moved_at or happened.at}


def _given(case: Case, unit: str) -> dict[str, Any]:
    return {"unit": unit, "units": (*(u for u in case.units if u != unit), unit)}


def _triaged(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {key: happened.data[key] for key in ("kind", "route") if happened.data.get(key)}


def _assigned(case: Case, happened: Happened) -> Mapping[str, Any]:
    return _given(case, happened.data["unit"])


def _forwarded(case: Case, happened: Happened) -> Mapping[str, Any]:
    given = _given(case, happened.data["unit"])
    return {**given, **_first_moved(case, happened), "reason": happened.data["reason"]}


def _accepted(case: Case, happened: Happened) -> Mapping[str, Any]:
    # A unit that has it after another accepts it too: the clock goes on from the first time.
    return {
        "accepted_at": case.accepted_at or happened.at,
        "moved_by": case.number + 1,
        **_first_moved(case, happened),
    }


def _refused(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {
        "ground": happened.data["ground"],
        "reason": happened.data["reason"],
        "ended_at": happened.at,
        **_first_moved(case, happened),
    }


def _extended(case: Case, happened: Happened) -> Mapping[str, Any]:
    data = happened.data
    extension = Extension(data["rule"], data["amount"], data["reason"])
    return {
        "extensions": (*case.extensions, extension),
        "reason": extension.reason,
        "moved_by": case.number + 1,
    }


def _asked(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {"suspensions": (*case.suspensions, Suspension(happened.at))}


def _resumed(case: Case, happened: Happened) -> Mapping[str, Any]:
    if not case.suspended:
        return {}
    last = replace(case.suspensions[-1], end=happened.at)
    return {"suspensions": (*case.suspensions[:-1], last), "moved_by": case.number + 1}


def _escalated(case: Case, happened: Happened) -> Mapping[str, Any]:
    unit = happened.data["unit"]
    return {
        **_given(case, unit),
        "escalated": (*case.escalated, unit),
        "escalated_at": happened.at,
        "reason": happened.data.get("reason", case.reason),
    }


def _answered(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {
        "answered_at": happened.at,
        "ended_at": happened.at,
        "answer": happened.data.get("text", ""),
        **_first_moved(case, happened),
    }


def _cleared(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {"cleared": True, "public": happened.data["text"]}


def _drafted(case: Case, happened: Happened) -> Mapping[str, Any]:
    # What was approved is no longer what stands there.
    return {"cleared": False} if happened.data["part"] == "public" else {}


def _published(case: Case, happened: Happened) -> Mapping[str, Any]:
    data = happened.data
    return {
        "published_at": happened.at,
        "address": data["address"],
        "commit": data["commit"],
    }


def _withheld(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {"cleared": False, "reason": happened.data["reason"]}


def _merged(case: Case, happened: Happened) -> Mapping[str, Any]:
    ended = _resumed(case, happened)
    return {**ended, "merged_into": happened.data["into"], "ended_at": happened.at}


def _withdrawn(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {**_resumed(case, happened), "ended_at": happened.at}


def _reopened(case: Case, happened: Happened) -> Mapping[str, Any]:
    from_citizen = happened.party is Party.CITIZEN
    return {
        "opened_at": happened.at,
        "moved_by": case.number + 1,
        "accepted_at": None,
        "first_moved_at": None,
        "ended_at": None,
        "closed_at": None,
        "merged_into": "",
        "ground": "",
        "reason": happened.data.get("reason", ""),
        "suspensions": (),
        "extensions": (),
        "escalated_at": None,
        "reminded": frozenset(),
        "above": (),
        "above_at": None,
        "told": {},
        "told_by": {},
        "cleared": False,
        "rating": None,
        "reopened_by_citizen": case.reopened_by_citizen or from_citizen,
    }


def _closed(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {"closed_at": happened.at, "ended_at": case.ended_at or happened.at}


def _reminded(case: Case, happened: Happened) -> Mapping[str, Any]:
    sent = {(happened.data["clock"], level) for level in happened.data["levels"]}
    reminded: dict[str, Any] = {"reminded": case.reminded | sent}
    if above := happened.data.get("above"):
        reminded |= {"above": (*case.above, above), "above_at": happened.at}
    return reminded


def _rated(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {"rating": happened.data["score"]}


def _confirmed(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {"address_confirmed": True}


def _erased(case: Case, happened: Happened) -> Mapping[str, Any]:
    return {"contact_erased": True}


_CHANGES: Mapping[Did, Callable[[Case, Happened], Mapping[str, Any]]] = {
    Did.TRIAGED: _triaged,
    Did.ASSIGNED: _assigned,
    Did.FORWARDED: _forwarded,
    Did.ACCEPTED: _accepted,
    Did.REFUSED: _refused,
    Did.EXTENDED: _extended,
    Did.ASKED: _asked,
    Did.ADDED: _resumed,
    Did.RESUMED: _resumed,
    Did.ESCALATED: _escalated,
    Did.ANSWERED: _answered,
    Did.CLEARED: _cleared,
    Did.DRAFTED: _drafted,
    Did.PUBLISHED: _published,
    Did.WITHHELD: _withheld,
    Did.MERGED: _merged,
    Did.WITHDRAWN: _withdrawn,
    Did.REOPENED: _reopened,
    Did.CLOSED: _closed,
    Did.REMINDED: _reminded,
    Did.RATED: _rated,
    Did.ADDRESS_CONFIRMED: _confirmed,
    Did.CONTACT_ERASED: _erased,
}
