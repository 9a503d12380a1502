"""Whether two kinds of requests are answered in different times: two plain looks at it.

Both kinds were asked in one shuffled order, so that whatever else the machine did met both.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

LEAKS = 4.5
"""Beyond this t somebody could tell the two apart (the bound of dudect, Reparaz et al. 2017)."""

KEPT = 0.95
"""The share of all answers that Welch's t looks at, the fastest: the rest is the machine's."""

BLOCKS = 50
"""Into how many stretches of time the answers are cut for the medians."""

SURE = 3.3
"""Standard errors on both sides of the difference: some 99.9 %."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How far two kinds of answers lie apart, in seconds.

    Attributes:
        t: Welch's, over the faster ``KEPT``; positive when the first kind is slower.
        difference: Of the medians, first less second: the mean over stretches of time.
        within: How far the true difference may be from it, for 99.9 %.
        counts: How many answers of each kind.
    """

    t: float
    difference: float
    within: float
    counts: tuple[int, int]

    @property
    def told_apart(self) -> bool:
        """Whether somebody who measures could tell one kind from the other."""
        return abs(self.t) > LEAKS or abs(self.difference) > self.within


def compared(answers: Sequence[tuple[bool, float]]) -> Compared:
    """Compares.

    Args:
        answers: In the order in which they came: whether of the first kind, seconds. At least four
            of each kind in every stretch of time.
    """
    first, second = _apart(answers)
    ordered = sorted((*first, *second))
    most = ordered[int(KEPT * len(ordered)) - 1]
    size = len(answers) // BLOCKS
    blocks = [_apart(answers[at * size : (at + 1) * size]) for at in range(BLOCKS)]
    apart = [statistics.median(one) - statistics.median(other) for one, other in blocks]
    error = statistics.stdev(apart) / len(apart) ** 0.5
    return Compared(
        _welch([each for each in first if each <= most], [each for each in second if each <= most]),
        statistics.fmean(apart),
        SURE * error,
        (len(first), len(second)),
    )


def _apart(answers: Sequence[tuple[bool, float]]) -> tuple[list[float], list[float]]:
    return (
        [seconds for of_first, seconds in answers if of_first],
        [seconds for of_first, seconds in answers if not of_first],
    )


def _welch(one: Sequence[float], other: Sequence[float]) -> float:
    spread = statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
    apart = statistics.fmean(one) - statistics.fmean(other)
    return apart / spread**0.5 if spread else 0.0
