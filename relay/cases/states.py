"""The states of a case and what moves it from one to the next: one table."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"  # đã tiếp nhận
    QUARANTINED = "quarantined"  # chờ kiểm tra vì có dấu hiệu tự động, thư rác
    TRIAGED = "triaged"  # đã phân loại
    ASSIGNED = "assigned"  # đã giao đơn vị
    FORWARDED = "forwarded"  # đã chuyển đơn vị khác
    ACCEPTED = "accepted"  # đã thụ lý
    REFUSED = "refused"  # không thụ lý, có lý do
    ANSWERING = "answering"  # đang soạn trả lời
    EXTENDED = "extended"  # đã gia hạn
    SUSPENDED = "suspended"  # tạm dừng chờ người gửi bổ sung
    ESCALATED = "escalated"  # đã chuyển cấp trên
    ANSWERED = "answered"  # đã trả lời
    PUBLISHED = "published"  # trả lời đã đăng
    WITHHELD = "withheld"  # trả lời không đăng, có lý do
    MERGED = "merged"  # đã gộp vào vụ việc khác
    WITHDRAWN = "withdrawn"  # người gửi đã rút
    REOPENED = "reopened"  # mở lại
    CLOSED = "closed"  # đã kết thúc


class Did(StrEnum):
    """What happened to a case: the kinds of events."""

    RECEIVED = "received"
    QUARANTINED = "quarantined"
    RELEASED = "released"  # out of quarantine
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    STARTED = "started"  # an answer is being written
    EXTENDED = "extended"
    ASKED = "asked"  # the citizen is asked for more; clocks stop
    ADDED = "added"  # the citizen adds something; a suspended case goes on
    RESUMED = "resumed"  # goes on without it
    ESCALATED = "escalated"
    ANSWERED = "answered"
    CLEARED = "cleared"  # the public version is approved for publication
    PUBLISHED = "published"
    WITHHELD = "withheld"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    CLOSED = "closed"
    # What moves nothing:
    SEEN = "seen"  # an officer looked at personal data, or took a file or the sealed text
    NOTED = "noted"  # a note among officers
    DRAFTED = "drafted"  # an answer or its public version was saved
    REMINDED = "reminded"
    DUE_MOVED = "due-moved"  # the calendar changed
    RATED = "rated"
    ADDRESS_CONFIRMED = "address-confirmed"
    CONTACT_ERASED = "contact-erased"


class Party(StrEnum):
    """Who did it, as the rules tell people apart."""

    CITIZEN = "citizen"
    OPERATOR = "operator"  # receives and routes: the route's receiver, the portal's operator
    UNIT = "unit"  # an officer of the unit that answers
    HEAD = "head"  # the head of that unit
    BOARD = "board"  # Ban Biên tập
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Move:
    """A row of the table: what may happen, where, and who may do it.

    Attributes:
        did: What happens.
        states: The states in which it may.
        to: The state it leads to; None where the case stays where it is.
        parties: Who may do it.
        needs: What the event's data must hold, none of it empty.
        sealed: Of which cases it is so that these parties may: the sealed (True), the others
            (False), all (None). It is asked of what is about to happen, never of a history.
    """

    did: Did
    states: frozenset[State]
    to: State | None
    parties: frozenset[Party]
    needs: tuple[str, ...] = ()
    sealed: bool | None = None


_S, _D, _P = State, Did, Party
_OFFICERS = (_P.UNIT, _P.HEAD)
_ANYBODY_INSIDE = (_P.UNIT, _P.HEAD, _P.OPERATOR, _P.BOARD)

UNASSIGNED = frozenset({_S.RECEIVED, _S.TRIAGED})
"""Whoever receives has it."""
WAITING = frozenset({_S.ASSIGNED, _S.FORWARDED, _S.ESCALATED, _S.REOPENED})
"""An agency has it and has not accepted it yet."""
WORKED = frozenset({_S.ACCEPTED, _S.ANSWERING, _S.EXTENDED})
"""An agency accepted it and must answer."""
OPEN = UNASSIGNED | WAITING | WORKED | {_S.QUARANTINED, _S.SUSPENDED}
"""Nobody answered it yet."""
REPLIED = frozenset({_S.ANSWERED, _S.PUBLISHED, _S.WITHHELD})
"""The citizen has the answer."""
ENDED = REPLIED | {_S.REFUSED, _S.MERGED, _S.WITHDRAWN}
"""Nothing more is owed, but it is not closed."""


def _move(
    did: Did,
    states: "frozenset[State] | State",
    to: State | None,
    *parties: Party,
    needs: tuple[str, ...] = (),
    sealed: bool | None = None,
) -> Move:
    where = frozenset({states}) if isinstance(states, State) else states
    return Move(did, where, to, frozenset(parties), needs, sealed)


MOVES: tuple[Move, ...] = (
    _move(_D.QUARANTINED, _S.RECEIVED, _S.QUARANTINED, _P.SYSTEM),
    _move(_D.RELEASED, _S.QUARANTINED, _S.RECEIVED, _P.OPERATOR, sealed=False),
    # Nobody judges what they cannot read: what is sealed is the unit's whose key opens it.
    _move(_D.RELEASED, _S.QUARANTINED, _S.RECEIVED, *_OFFICERS, sealed=True),
    _move(_D.TRIAGED, _S.RECEIVED, _S.TRIAGED, _P.SYSTEM, _P.OPERATOR),
    _move(_D.TRIAGED, _S.RECEIVED, _S.TRIAGED, *_OFFICERS, sealed=True),
    _move(_D.ASSIGNED, _S.TRIAGED, _S.ASSIGNED, _P.SYSTEM, _P.OPERATOR, needs=("unit",)),
    _move(_D.ASSIGNED, _S.TRIAGED, _S.ASSIGNED, *_OFFICERS, needs=("unit",), sealed=True),
    _move(
        _D.FORWARDED, WAITING | WORKED, _S.FORWARDED, *_OFFICERS, _P.OPERATOR,
        needs=("unit", "reason"),
    ),
    _move(_D.ACCEPTED, WAITING, _S.ACCEPTED, *_OFFICERS),
    # Once accepted it is answered: "không thụ lý" can only be said before.
    _move(
        _D.REFUSED, UNASSIGNED | {_S.QUARANTINED}, _S.REFUSED, _P.OPERATOR,
        needs=("ground", "reason"), sealed=False,
    ),
    _move(
        _D.REFUSED, UNASSIGNED | {_S.QUARANTINED}, _S.REFUSED, _P.HEAD,
        needs=("ground", "reason"), sealed=True,
    ),
    _move(_D.REFUSED, WAITING, _S.REFUSED, _P.HEAD, needs=("ground", "reason")),
    _move(_D.STARTED, frozenset({_S.ACCEPTED, _S.EXTENDED}), _S.ANSWERING, *_OFFICERS),
    _move(
        _D.EXTENDED, frozenset({_S.ACCEPTED, _S.ANSWERING}), _S.EXTENDED, _P.HEAD,
        needs=("rule", "amount", "reason"),
    ),
    _move(_D.ASKED, WORKED, _S.SUSPENDED, *_OFFICERS),
    _move(_D.ADDED, _S.SUSPENDED, _S.ANSWERING, _P.CITIZEN),
    _move(_D.ADDED, UNASSIGNED | WAITING | WORKED, None, _P.CITIZEN),
    _move(_D.RESUMED, _S.SUSPENDED, _S.ANSWERING, *_OFFICERS, _P.SYSTEM),
    _move(
        _D.ESCALATED, UNASSIGNED, _S.ESCALATED, _P.OPERATOR, _P.SYSTEM, needs=("unit",)
    ),
    _move(
        _D.ESCALATED, WAITING | WORKED, _S.ESCALATED, _P.HEAD, _P.OPERATOR, _P.SYSTEM,
        needs=("unit",),
    ),
    _move(_D.ANSWERED, WORKED, _S.ANSWERED, _P.HEAD),
    _move(_D.CLEARED, frozenset({_S.ANSWERED, _S.WITHHELD}), _S.ANSWERED, _P.BOARD,
          needs=("text",)),
    _move(_D.PUBLISHED, _S.ANSWERED, _S.PUBLISHED, _P.SYSTEM, needs=("commit", "address")),
    _move(
        _D.WITHHELD, frozenset({_S.ANSWERED, _S.PUBLISHED}), _S.WITHHELD, _P.BOARD,
        needs=("reason",),
    ),
    _move(
        _D.MERGED, UNASSIGNED | WAITING | WORKED | {_S.SUSPENDED}, _S.MERGED, _P.OPERATOR,
        _P.HEAD, needs=("into",),
    ),
    _move(_D.WITHDRAWN, OPEN, _S.WITHDRAWN, _P.CITIZEN),
    _move(
        _D.REOPENED, REPLIED | {_S.REFUSED, _S.CLOSED}, _S.REOPENED, _P.CITIZEN,
    ),
    _move(
        _D.REOPENED, REPLIED | {_S.REFUSED, _S.MERGED, _S.CLOSED}, _S.REOPENED, _P.OPERATOR,
        needs=("reason",), sealed=False,
    ),
    _move(
        _D.REOPENED, REPLIED | {_S.REFUSED, _S.CLOSED}, _S.REOPENED, *_OFFICERS,
        needs=("reason",), sealed=True,
    ),
    # The case it was merged into was withdrawn by its own sender: this one is owed an answer still.
    _move(_D.REOPENED, _S.MERGED, _S.REOPENED, _P.SYSTEM, needs=("reason",)),
    _move(_D.CLOSED, ENDED, _S.CLOSED, _P.SYSTEM, _P.OPERATOR),
    # Ratings and survey answers are counted, not answered.
    _move(_D.CLOSED, _S.ASSIGNED, _S.CLOSED, _P.SYSTEM, _P.UNIT),
    # What moves nothing.
    _move(_D.SEEN, frozenset(State), None, *_ANYBODY_INSIDE),
    _move(_D.NOTED, frozenset(State) - {_S.CLOSED}, None, *_ANYBODY_INSIDE),
    _move(_D.DRAFTED, WORKED | {_S.SUSPENDED}, None, *_OFFICERS, needs=("part",)),
    _move(
        _D.DRAFTED, frozenset({_S.ANSWERED, _S.WITHHELD}), None, *_OFFICERS, _P.BOARD,
        needs=("part",),
    ),
    _move(_D.REMINDED, OPEN - {_S.SUSPENDED} | {_S.ANSWERED}, None, _P.SYSTEM,
          needs=("clock", "levels", "to")),
    _move(_D.DUE_MOVED, OPEN | {_S.ANSWERED}, None, _P.SYSTEM, needs=("clock", "due")),
    _move(_D.RATED, REPLIED, None, _P.CITIZEN, needs=("score",)),
    _move(_D.ADDRESS_CONFIRMED, frozenset(State) - {_S.CLOSED}, None, _P.CITIZEN),
    _move(_D.CONTACT_ERASED, _S.CLOSED, None, _P.SYSTEM),
)  # fmt: skip
"""The table. What it does not have does not happen. A row is only ever added or widened: a history
written under it must be read for ever. Who may do a thing is no part of reading it."""


def moves(did: Did, state: State, sealed: bool | None = None) -> tuple[Move, ...]:
    """The rows for something that happens in a state; for different parties there can be two.

    Args:
        did: What happens.
        state: Where.
        sealed: Only the rows for a case that is sealed, or is not; all if None.
    """
    return tuple(
        move
        for move in MOVES
        if move.did is did and state in move.states
        if sealed is None or move.sealed in (None, sealed)
    )


def next_state(did: Did, state: State) -> State | None:
    """Where it leads, whoever does it; the same state for what moves nothing.

    Returns:
        None when the table does not have it.
    """
    found = moves(did, state)
    return (found[0].to or state) if found else None
