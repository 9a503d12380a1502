"""Dates, times, numbers and money as people read them."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.vietnamese import (
    format_date,
    format_date_long,
    format_money,
    format_number,
    format_percent,
    format_time,
    parse_number,
)

unhurried = settings(deadline=None, max_examples=150)


def test_dates() -> None:
    assert format_date(date(2026, 11, 22)) == "22/11/2026"
    assert format_date(date(2022, 1, 7)) == "07/01/2022"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 22), "ngày 22 tháng 11 năm 2026"),
        (date(2022, 1, 7), "ngày 07 tháng 01 năm 2022"),
        (date(2023, 2, 10), "ngày 10 tháng 02 năm 2023"),
        (date(2020, 3, 5), "ngày 05 tháng 3 năm 2020"),
    ],
)
def test_dates_as_the_law_writes_them(day: date, expected: str) -> None:
    assert format_date_long(day) == expected


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


def test_money_and_per_cent() -> None:
    assert format_money(253000) == "253.000\u00a0đ"
    assert format_money(Decimal("1500.5")) == "1.501\u00a0đ"
    assert format_percent(0.985) == "98,5%"
    assert format_percent(Decimal("0.07"), 0) == "7%"
    assert format_percent(1) == "100,0%"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_what_is_no_number_is_refused(value: float | Decimal) -> None:
    with pytest.raises(ValueError, match="Không viết được số này"):
        format_number(value)


def test_negative_decimals_are_refused() -> None:
    with pytest.raises(ValueError, match="không được âm"):
        format_number(1, -1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234.567,8", "1234567.8"),
        ("1234567,8", "1234567.8"),
        ("1.234", "1234"),
        (" 253.000\u00a0", "253000"),
        ("0", "0"),
        ("-0,5", "-0.5"),
        ("12,00", "12.00"),
    ],
)
def test_read_numbers(text: str, expected: str) -> None:
    assert parse_number(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "1.5", "0.123", "1,234.5", "1234.567", "1.23.456", ",5", "5,", "007", "1 000"),
        *("+5", "--1", "1e3", "٣", "1.234.", "1,2,3", "253.000 đ"),
    ],
)
def test_other_ways_to_write_numbers_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="không phải là số viết theo cách Việt Nam"):
        parse_number(text)


@unhurried
@given(st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.integers())
def test_numbers_come_back(value: Decimal | int) -> None:
    assert parse_number(format_number(value)) == value


@unhurried
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_come_back(value: float) -> None:
    assert float(parse_number(format_number(value))) == value
