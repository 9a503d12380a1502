"""What ``make bench-relay`` says of guessed codes: its statistics, and the guesses in short."""

import random

import pytest

from relay.store.crockford import ALPHABET
from tests.bench_relay.compare import compared
from tests.bench_relay.guesses import anything, near, shuffled
from tests.relay.citizens import Office

TRACK = "/y-kien/tra-cuu/"


def answers(apart: float, count: int = 4_000) -> list[tuple[bool, float]]:
    """Answers of about 2 ms, some much later; those of the first kind take so much longer."""
    dice = random.Random("answers")
    made = []
    for number in range(count):
        late = dice.random() < 0.02
        kind = dice.random() < 0.5
        drift = 0.001 * number / count
        made.append(
            (kind, 0.002 + drift + dice.gauss(0, 0.0002) + apart * kind + late * dice.random())
        )
    return made


@pytest.mark.parametrize(("apart", "told"), [(0.0, False), (0.0001, True), (-0.0001, True)])
def test_a_difference_is_told_and_chance_is_not(apart: float, told: bool) -> None:
    result = compared(answers(apart))
    assert result.told_apart is told
    assert abs(result.difference - apart) < result.within
    assert (result.t > 0) is (result.difference > 0) or not told
    assert sum(result.counts) == 4_000


def test_answers_that_all_take_the_same_time_are_not_told_apart() -> None:
    result = compared([(bool(number % 2), 0.002) for number in range(400)])
    assert (result.t, result.difference, result.told_apart) == (0.0, 0.0, False)


def test_a_near_code_has_one_other_letter() -> None:
    dice = random.Random("near")
    for _ in range(200):
        code = anything(dice)
        other = near(code, dice)
        assert sum(one != two for one, two in zip(code, other, strict=True)) == 1
        assert set(code) | set(other) <= set(ALPHABET)


def test_guesses_find_nothing_and_read_the_same_page(office: Office) -> None:
    """100,000 in ``make bench-relay``; here as many as one address has at once."""
    dice = random.Random("short")
    right = office.code()
    close = [near(right, dice) for _ in range(12)]
    pages = [
        office.post(TRACK, {"ma": code})
        for _, code in shuffled(close, [anything(dice) for _ in close], dice)
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert office.post(TRACK, {"ma": right}).status_code == 200
