"""Rows as tables that may be published: by agency, by kind, by month, by what came of it. Pure.

A line shows how many cases it has. Only where that is shown it also shows the share that was
answered in time and the mean of what people thought, each where at least five stand behind it, and
never how many those are: what is hidden in one line could be found from others.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from relay.figures.cells import LEAST, shown, total_shown
from relay.figures.rows import Outcome, Row

ANSWERED = (Outcome.ON_TIME, Outcome.LATE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table.

    Attributes:
        key: The agency's id, the kind, the month ``2026-11``, or the outcome.
        count: How many cases; none where it is not shown.
        on_time: Of those answered the share in time, in whole percent.
        score: The mean of 1 to 5, to a tenth.
    """

    key: str
    count: int | None
    on_time: int | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """A year's tables.

    Attributes:
        year: Cases received in it.
        total: All of them together; its count is none where there are fewer than five.
        units, kinds, months, outcomes: Each None where the list is not published.
    """

    year: int
    total: Line
    units: tuple[Line, ...] | None
    kinds: tuple[Line, ...] | None
    months: tuple[Line, ...] | None
    outcomes: tuple[Line, ...] | None


def years(rows: Iterable[Row], units: Sequence[str], kinds: Sequence[str]) -> tuple[Year, ...]:
    """The tables, the newest year first.

    Args:
        rows: Every case.
        units: Agencies that have a line although nothing came to them, in order.
        kinds: The same of kinds of messages.
    """
    by_year: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_year[row.year].append(row)
    return tuple(_year(year, by_year[year], units, kinds) for year in sorted(by_year, reverse=True))


def _year(year: int, rows: Sequence[Row], units: Sequence[str], kinds: Sequence[str]) -> Year:
    whole = len(rows)
    months = [_month(year, month) for month in range(1, 13)]
    last = max(row.month for row in rows)

    def table(
        keys: Sequence[str], key: Callable[[Row], str], *, bare: bool = False
    ) -> tuple[Line, ...] | None:
        return _table(rows, keys, key, bare=bare) if total_shown(whole) else None

    return Year(
        year,
        _line("total", rows) if total_shown(whole) else Line("total", None),
        table(units, lambda row: row.unit),
        table(kinds, lambda row: row.kind),
        table(months[:last], lambda row: _month(row.year, row.month)),
        table([*Outcome], lambda row: row.outcome, bare=True),
    )


def _month(year: int, month: int) -> str:
    return f"{year}-{month:02}"


def _table(
    rows: Iterable[Row], keys: Sequence[str], key: Callable[[Row], str], *, bare: bool
) -> tuple[Line, ...] | None:
    held: dict[str, list[Row]] = {each: [] for each in keys}
    for row in rows:
        held.setdefault(key(row), []).append(row)
    made = shown([len(each) for each in held.values()])
    if not made.whole:
        return None
    return tuple(
        Line(each, None) if cell is None else _line(each, held[each], bare=bare)
        for each, cell in zip(held, made.cells, strict=True)
    )


def _line(key: str, rows: Sequence[Row], *, bare: bool = False) -> Line:
    if bare:
        return Line(key, len(rows))
    answered = [row for row in rows if row.outcome in ANSWERED]
    scores = [row.score for row in rows if row.score is not None]
    on_time = score = None
    if len(answered) >= LEAST:
        good = sum(row.outcome is Outcome.ON_TIME for row in answered)
        # Half up, as people round; never 100 where one was late.
        on_time = min((200 * good + len(answered)) // (2 * len(answered)), _most(good, answered))
    if len(scores) >= LEAST:
        score = (20 * sum(scores) + len(scores)) // (2 * len(scores)) / 10
    return Line(key, len(rows), on_time, score)


def _most(good: int, answered: Sequence[Row]) -> int:
    return 100 if good == len(answered) else 99


def line_of(lines: Sequence[Line] | None, key: str) -> Line:
    """A line by its key; an empty one where it is not published."""
    by_key: Mapping[str, Line] = {line.key: line for line in lines or ()}
    return by_key.get(key, Line(key, None))
