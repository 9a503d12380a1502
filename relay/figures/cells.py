"""Keeping small numbers to ourselves: which cells of a list with a known total are not shown. Pure.

A number under ``LEAST`` may be about somebody whom neighbours can name. Leaving it out alone would
help nobody: total minus the rest gives it back. So other cells go with it, such that whoever knows
what is published, and this rule, cannot tell any hidden cell.

Why that holds. Let P be the cells from 1 to 4, d the smallest number of at least 5, and S the
cells of P with **all** cells that are d. What is published says of S only which cells they are and
what they add up to. Any exchange of numbers within S is another list of which the same is
published; S has a number under 5 and one of at least 5, so every cell in it could be another.
Where there is no d, cells can only be told when all are 1, or there is one alone: a list with so
little in it (no more than two for each cell that is not 0) is not published at all, nor is a total
under 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5
"""The smallest number, besides 0, that is shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A list of numbers as it is published.

    Attributes:
        cells: Each number, or None where it is not shown.
        whole: Whether the list is published; otherwise no cell is shown, not even which are 0.
    """

    cells: tuple[int | None, ...]
    whole: bool = True


def shown(numbers: Sequence[int]) -> Shown:
    """What may be shown of a list of numbers whose total is shown (``total_shown``).

    Args:
        numbers: None is negative.
    """
    small = [number for number in numbers if 0 < number < LEAST]
    if not small:
        return Shown(tuple(numbers))
    large = [number for number in numbers if number >= LEAST]
    if not large and sum(numbers) <= 2 * len(small):
        return Shown((None,) * len(numbers), whole=False)
    beside = min(large, default=0)
    hidden = {*small, beside} - {0}
    return Shown(tuple(None if number in hidden else number for number in numbers))


def total_shown(total: int) -> bool:
    """Whether a total may be shown; where it may not, nothing it is made of is."""
    return total == 0 or total >= LEAST
