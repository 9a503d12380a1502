"""No hidden cell can be worked out: tried by brute force over every list that fits."""

import itertools
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.figures.cells import LEAST, Shown, shown, total_shown


@pytest.mark.parametrize(
    ("numbers", "cells"),
    [
        ([], []),
        ([0, 0], [0, 0]),
        ([5, 90], [5, 90]),
        ([4, 90, 7], [None, 90, None]),
        ([0, 3, 90, 7, 7, 12], [0, None, 90, None, None, 12]),
        ([4, 1, 30, 6], [None, None, 30, None]),
        ([4, 4], [None, None]),
        ([3, 3, 0], [None, None, 0]),
    ],
)
def test_small_numbers_and_what_would_give_them_away_are_not_shown(
    numbers: list[int], cells: list[int | None]
) -> None:
    assert shown(numbers) == Shown(tuple(cells))


@pytest.mark.parametrize("numbers", [[1, 1, 1, 1, 1, 0], [2, 2, 1, 0], [1, 2, 2]])
def test_a_list_with_hardly_anything_in_it_is_not_published(numbers: list[int]) -> None:
    assert shown(numbers) == Shown((None,) * len(numbers), whole=False)


def test_a_total_is_a_number_too() -> None:
    assert [n for n in range(8) if total_shown(n)] == [0, 5, 6, 7]


@pytest.mark.parametrize(("length", "most"), [(1, 60), (2, 60), (3, 30), (4, 18), (5, 11), (6, 8)])
def test_no_hidden_cell_can_be_worked_out_even_by_who_knows_the_rule(
    length: int, most: int
) -> None:
    """Every list of small numbers, put together by what is published of it and its total.

    Within such a group each hidden cell must have at least two values. No number is larger than
    the total, so that every list of a group is there.
    """
    groups: dict[tuple[int, Shown], list[tuple[int, ...]]] = defaultdict(list)
    for numbers in itertools.product(range(most + 1), repeat=length):
        total = sum(numbers)
        if total <= most and total_shown(total):
            groups[total, shown(numbers)].append(numbers)
    for (_, published), lists in groups.items():
        for place, cell in enumerate(published.cells):
            values = {numbers[place] for numbers in lists}
            if cell is None:
                assert len(values) > 1, (published, lists)
            else:
                assert values == {cell}


NUMBERS = st.lists(st.one_of(st.integers(0, 9), st.integers(0, 5000)), max_size=40)


@given(NUMBERS)
def test_what_is_shown_is_true_and_nothing_small(numbers: list[int]) -> None:
    made = shown(numbers)
    assert len(made.cells) == len(numbers)
    for number, cell in zip(numbers, made.cells, strict=True):
        assert cell is None or (cell == number and (cell == 0 or cell >= LEAST))
    if all(number == 0 or number >= LEAST for number in numbers):
        assert made.cells == tuple(numbers)


@given(NUMBERS, st.randoms(use_true_random=False))
def test_hidden_numbers_may_change_places_and_nobody_would_see(
    numbers: list[int], random: object
) -> None:
    made = shown(numbers)
    hidden = [n for n, cell in enumerate(made.cells) if cell is None]
    values = [numbers[n] for n in hidden]
    random.shuffle(values)  # type: ignore[attr-defined]
    other = list(numbers)
    for place, value in zip(hidden, values, strict=True):
        other[place] = value
    assert shown(other) == made
    if hidden and max(numbers) >= LEAST:
        assert len({numbers[n] for n in hidden}) > 1
