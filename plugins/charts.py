"""Charts drawn at build: SVG without script or style, sized to read on a phone.

Bars are rows of HTML with a bar each, so that names of 80 letters wrap and nothing shrinks; a
line is one SVG. Both stand beside their table, so a chart is told to a screen reader in one
sentence and the numbers are read from the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from regulation.vietnamese import format_number


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, its value as text, its length and its left end in percent of the row."""

    name: str
    text: str
    percent: str
    left: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of bars, zero at the left; values below zero hang to the left of their zero."""

    bars: tuple[Bar, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a line in units of the drawing, with what stands beside it."""

    x: str
    y: str
    name: str
    text: str
    named: bool
    told: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line over time, with its zero line and a label at each end and at the highest point."""

    points: tuple[Point, ...]
    path: str
    zero: str
    width: int
    height: int
    unit: str = ""


WIDTH, HEIGHT = 360, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 14, 14, 26, 26
_LETTER, _BOLD, _GAP = 6.6, 7.2, 8
"""How wide a letter of a name and of a number is in units of the drawing, and the least gap."""


def bars(names: Sequence[str], values: Sequence[Decimal | None], unit: str = "") -> Bars:
    """A chart of bars. Rows without a number are left out.

    The longest bar fills the row; shares are drawn against the whole, 100.
    """
    rows = [(n, v) for n, v in zip(names, values, strict=True) if v is not None]
    low = min([*(value for _, value in rows), Decimal(0)])
    high = max([*(value for _, value in rows), Decimal(0)])
    if unit == "%":  # a share is a part of the whole, not of the largest share
        high = max(high, Decimal(100))
    span = (high - low) or Decimal(1)

    def share(length: Decimal) -> str:
        return f"{length * 100 / span:.1f}"

    return Bars(
        tuple(
            Bar(n, _show(v, unit), share(abs(v)), share(min(v, Decimal(0)) - low)) for n, v in rows
        ),
        unit,
    )


def line(names: Sequence[str], values: Sequence[Decimal | None], unit: str = "") -> Line:
    """A line over time, from left to right in the order given; the scale begins at zero."""
    rows = [(n, v) for n, v in zip(names, values, strict=True) if v is not None]
    numbers = [value for _, value in rows]
    low = min([*numbers, Decimal(0)])
    high = max([*numbers, Decimal(0)])
    span = (high - low) or Decimal(1)
    step = Decimal(WIDTH - _LEFT - _RIGHT) / max(1, len(rows) - 1)

    def y(value: Decimal) -> str:
        return f"{_TOP + (high - value) / span * (HEIGHT - _TOP - _BOTTOM):.1f}"

    top = numbers.index(max(numbers)) if numbers else -1
    last = len(rows) - 1
    texts = [_show(value, unit) for value in numbers]
    wanted = [last, 0, top, *(range(len(rows)) if len(rows) <= 8 else ())]
    told = _fitting(texts, float(step), wanted, _BOLD) if rows else set()
    # The last name stands always, the others as many as fit, at even distances.
    labels = [name for name, _ in rows]
    named: set[int] = set()
    for every in range(max(1, -(-len(rows) // 7)), len(rows) + 1):
        spaced = [*range(last, -1, -every)]
        named = _fitting(labels, float(step), spaced, _LETTER)
        if named == {*spaced}:
            break
    points = tuple(
        Point(
            x=f"{_LEFT + index * step:.1f}",
            y=y(value),
            name=name,
            text=texts[index],
            named=index in named,
            told=index in told,
        )
        for index, (name, value) in enumerate(rows)
    )
    path = " ".join(f"{'M' if i == 0 else 'L'}{p.x} {p.y}" for i, p in enumerate(points))
    return Line(points, path, y(Decimal(0)), WIDTH, HEIGHT, unit)


def _fitting(texts: Sequence[str], step: float, wanted: Sequence[int], letter: float) -> set[int]:
    """Which labels stand without touching one another, those named first before the others.

    The first label begins at its point, the last ends there, the others stand in the middle.
    """
    picked: dict[int, tuple[float, float]] = {}
    last = len(texts) - 1
    for index in wanted:
        width = len(texts[index]) * letter
        left = index * step - (0 if index == 0 else width if index == last else width / 2)
        if all(left + width + _GAP <= a or b + _GAP <= left for a, b in picked.values()):
            picked[index] = (left, left + width)
    return set(picked)


def _show(value: Decimal, unit: str = "") -> str:
    exponent = value.as_tuple().exponent
    text = format_number(value, min(2, -exponent) if isinstance(exponent, int) else 0)
    return text + "%" if unit == "%" else text
