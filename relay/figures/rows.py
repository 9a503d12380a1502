"""A case as a row of figures: no words, no person, no day. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from regulation.model import Until
from regulation.portal import Portal, UnknownError
from regulation.yamlfile import VIETNAM
from relay.cases.case import Case
from relay.cases.clocks import clocks
from relay.cases.states import State

SCORES = range(1, 6)
RATING = "rating"
"""The kind of message that is itself a rating of an agency."""

SCORE_FIELD = "diem"
"""The field of such a message that says how satisfied its sender is in all."""


class Outcome(StrEnum):
    """What came of a case."""

    ON_TIME = "on-time"  # đã trả lời đúng hạn
    LATE = "late"  # đã trả lời trễ hạn
    OPEN = "open"  # đang xử lý, còn hạn
    OVERDUE = "overdue"  # đang xử lý, quá hạn
    REFUSED = "refused"  # không thụ lý, có lý do
    ENDED = "ended"  # đã rút, đã gộp
    COUNTED = "counted"  # đánh giá, khảo sát: đã ghi nhận, không trả lời


@dataclass(frozen=True, slots=True)
class Row:
    """A case, as it counts.

    Attributes:
        unit: The agency that has it, as it is called today; who receives where there is none.
        kind: The kind of message.
        year, month: When it was received in Viet Nam.
        outcome: What came of it.
        score: What its sender thought, 1 to 5; none where nobody said.
    """

    unit: str
    kind: str
    year: int
    month: int
    outcome: Outcome
    score: int | None


def row_of(case: Case, fields: Mapping[str, str], portal: Portal, now: dt.datetime) -> Row | None:
    """A case as a row; none while nobody has looked whether it is a message at all.

    Args:
        case: The case.
        fields: What was sent; empty if sealed. Only the score of a rating is looked at.
        portal: Its portal.
        now: The moment.
    """
    if case.state is State.QUARANTINED:
        return None
    received = case.received_at.astimezone(VIETNAM)
    return Row(
        unit=_unit(case, portal, now.astimezone(VIETNAM).date()),
        kind=case.kind,
        year=received.year,
        month=received.month,
        outcome=_outcome(case, portal, now),
        score=case.rating if case.kind != RATING else _score(fields.get(SCORE_FIELD, "")),
    )


def _unit(case: Case, portal: Portal, on: dt.date) -> str:
    named = case.unit or case.receiver
    try:
        return portal.current(named, on).id
    except UnknownError:
        return named


def _outcome(case: Case, portal: Portal, now: dt.datetime) -> Outcome:
    if case.kind in (RATING, "survey"):
        return Outcome.COUNTED
    if case.ground:
        return Outcome.REFUSED
    if case.answered_at is None and case.ended_at is not None:
        return Outcome.ENDED
    late = any(
        clock.late(now)
        for clock in clocks(case, portal, now)
        if clock.deadline.until is Until.ANSWERED
    )
    if case.ended_at is None:  # open, or open again
        return Outcome.OVERDUE if late else Outcome.OPEN
    return Outcome.LATE if late else Outcome.ON_TIME


def _score(text: str) -> int | None:
    """A score as the form sends it."""
    return int(text) if text in {str(score) for score in SCORES} else None
