"""Dates, times, numbers and money as Vietnamese administrative texts write them."""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal

_NO_BREAK_SPACE = "\u00a0"
_VIETNAMESE_POINTS = str.maketrans(",.", ".,")
_MAX_DIGITS = 2000  # room for any exact result; the usual context would round at 28 digits


def format_date(day: date) -> str:
    """Write a date in figures: 22/11/2026, 07/01/2022."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def format_time(moment: time | datetime) -> str:
    """Write the time of day in 24 hours: 14:30, 07:05."""
    return f"{moment.hour:02d}:{moment.minute:02d}"


def format_number(value: int | Decimal | float, decimals: int | None = None) -> str:
    """Write a number with a dot between thousands and a decimal comma: 1.234.567,8.

    `decimals` digits follow the comma, halves rounded away from zero; by default as many as
    `value` has. Raises ValueError, in Vietnamese, on infinity, NaN or negative `decimals`.
    """
    exact = _exact(value)
    if decimals is not None:
        exact = _rounded(exact, decimals)
    sign = "-" if exact < 0 else ""  # not for -0
    return sign + f"{exact.copy_abs():,f}".translate(_VIETNAMESE_POINTS)


def format_money(amount: int | Decimal | float) -> str:
    """Write an amount in đồng: 253.000 đ, with a space that does not break."""
    return f"{format_number(amount, 0)}{_NO_BREAK_SPACE}đ"


def _exact(value: int | Decimal | float) -> Decimal:
    # By way of str a float keeps the digits that people see: 0.1 stays 0.1.
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise ValueError("Không viết được số này: giá trị không xác định hoặc vô hạn.")
    return exact


def _rounded(exact: Decimal, decimals: int) -> Decimal:
    if decimals < 0:
        raise ValueError("Số chữ số thập phân không được âm.")
    step = Decimal(1).scaleb(-decimals)
    return exact.quantize(step, rounding=ROUND_HALF_UP, context=Context(prec=_MAX_DIGITS))
