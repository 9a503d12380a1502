"""Which approval fills which place, in the order that the regulation sets."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accounts.staff import Staff
from workflow.gate.chain import Levels, Seat
from workflow.gate.last_words import Word
from workflow.gate.standing import Capacity, Lack, nearest, standing
from workflow.gate.words import clock
from workflow.proposals import Review

_BEGINNING = dt.datetime.min.replace(tzinfo=dt.UTC)
_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Filled:
    """A place and who fills it.

    ``able`` are the approvals by those who may fill it, with their posts; ``floor`` is when the
    places before it were filled; ``taken`` says that somebody able filled one of those.
    """

    seat: Seat
    floor: dt.datetime
    able: tuple[tuple[Review, str], ...]
    by: Review | None
    taken: bool


def fill(
    levels: Levels, approvals: Sequence[Word], staff: Staff, now: dt.datetime
) -> Iterator[Filled]:
    """Fills the places of one portal, each by the earliest approval that will do.

    Everybody has one last word, and each level must come after all of the one before: whoever
    filled a place is thereby too early for the next. Taking the earliest leaves the most room.
    """
    floor = _BEGINNING
    taken: list[Review] = []
    for level in levels:
        filled = [_fill_seat(seat, approvals, floor, taken, staff, now) for seat in level]
        yield from filled
        by = [place.by for place in filled if place.by is not None]
        floor = max(review.at for review in by) if len(by) == len(filled) else _NEVER
        taken += by


def _fill_seat(
    seat: Seat,
    approvals: Sequence[Word],
    floor: dt.datetime,
    taken: Sequence[Review],
    staff: Staff,
    now: dt.datetime,
) -> Filled:
    able = []
    for word in approvals:
        held = standing(seat, word.person, staff, word.review.at, now)
        if isinstance(held, Capacity):
            able.append((word.review, held.title))
    by = None
    for review, _ in able:
        again = not seat.distinct and review.at == floor and review in taken
        if review.at > floor or again:
            by = review
            break
    return Filled(seat, floor, tuple(able), by, any(review in taken for review, _ in able))


def out_of_place(
    word: Word, filled: Sequence[Filled], staff: Staff, now: dt.datetime
) -> str | None:
    """Why an approval counts nowhere; none when it fills a place, or could."""
    review = word.review
    mine = [place for place in filled if any(review == able for able, _ in place.able)]
    if not mine:
        seats = [place.seat for place in filled]
        found = (standing(seat, word.person, staff, review.at, now) for seat in seats)
        return nearest([each for each in found if isinstance(each, Lack)], seats)
    if any(review == place.by or review.at > place.floor for place in mine):
        return None
    floor = min(place.floor for place in mine)
    if floor == _NEVER:
        return "Duyệt khi bước trước chưa xong; sau khi bước trước xong, hãy duyệt lại."
    return f"Duyệt trước hoặc cùng lúc bước trước xong ({clock(floor)}); hãy duyệt lại."
