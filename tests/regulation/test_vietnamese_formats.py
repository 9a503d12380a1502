"""Dates, times, numbers and money as people read them."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.vietnamese import (
    format_date,
    format_money,
    format_number,
    format_time,
)

unhurried = settings(deadline=None, max_examples=150)


def test_dates() -> None:
    assert format_date(date(2026, 11, 22)) == "22/11/2026"
    assert format_date(date(2022, 1, 7)) == "07/01/2022"


def test_times() -> None:
    assert format_time(time(14, 30, 59)) == "14:30"
    assert format_time(datetime(2026, 11, 22, 7, 5)) == "07:05"  # noqa: DTZ001 (no zone is shown)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0, None, "0"),
        (999, None, "999"),
        (1000, None, "1.000"),
        (1234567, None, "1.234.567"),
        (1234567.8, None, "1.234.567,8"),
        (Decimal("1234567.80"), None, "1.234.567,80"),
        (0.1, None, "0,1"),
        (1e21, None, "1.000.000.000.000.000.000.000"),
        (10**40, 1, "10" + ".000" * 13 + ",0"),
        (Decimal("1e28"), 2, "10" + ".000" * 9 + ",00"),
        (2.5, 0, "3"),
        (Decimal("2.45"), 1, "2,5"),
        (-2.5, 0, "-3"),
        (-1234.5, 2, "-1.234,50"),
        (-0.04, 1, "0,0"),
        (5, 2, "5,00"),
    ],
)
def test_numbers(value: int | float | Decimal, decimals: int | None, expected: str) -> None:
    assert format_number(value, decimals) == expected


def test_money() -> None:
    assert format_money(253000) == "253.000\u00a0đ"
    assert format_money(Decimal("1500.5")) == "1.501\u00a0đ"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_what_is_no_number_is_refused(value: float | Decimal) -> None:
    with pytest.raises(ValueError, match="Không viết được số này"):
        format_number(value)


def test_negative_decimals_are_refused() -> None:
    with pytest.raises(ValueError, match="không được âm"):
        format_number(1, -1)


def read(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


@unhurried
@given(st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.integers())
def test_numbers_come_back(value: Decimal | int) -> None:
    assert read(format_number(value)) == value


@unhurried
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_come_back(value: float) -> None:
    assert float(read(format_number(value))) == value
