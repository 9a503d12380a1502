"""Tables of rows: nothing of what is hidden shows, in whatever table or file."""

import csv
import datetime as dt
import io
import json
import random
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator

from relay.cases.states import State
from relay.figures.cells import LEAST
from relay.figures.rows import Outcome, Row, row_of
from relay.figures.tables import Line, Year, line_of, years
from relay.figures.writing import JSON, TABLES, Names, chains, files, in_words, schema
from relay.store.values import Head
from tests.relay.cases import samples

UNITS = ("so-a", "so-b", "so-c", "so-d")
KINDS = ("question", "feedback", "petition", "rating")
NAMES = Names(
    "cong",
    "Cổng <thử>",
    {unit: f"Sở {unit[-1].upper()} & Co" for unit in (*UNITS, "so-e")},
    {kind: kind.title() for kind in KINDS},
    UNITS,
)
MADE = dt.datetime(2026, 11, 22, 18, 0, tzinfo=dt.UTC)

ROWS = st.lists(
    st.builds(
        Row,
        unit=st.sampled_from((*UNITS, "so-e")),
        kind=st.sampled_from(KINDS),
        year=st.just(2026),
        month=st.sampled_from((1, 2, 3, 11)),
        outcome=st.sampled_from(Outcome),
        score=st.none() | st.integers(1, 5),
    ),
    max_size=60,
)


def written(rows: list[Row]) -> dict[str, bytes]:
    """Everything that is published of these rows."""
    return files(years(rows, UNITS, KINDS), NAMES, "0" * 64, MADE)


@settings(max_examples=300)
@given(ROWS, st.sampled_from(["unit", "kind", "month"]), st.randoms(use_true_random=False))
def test_hidden_lines_may_change_places_and_every_file_stays_the_same(
    rows: list[Row], what: str, shuffle: random.Random
) -> None:
    """With test_cells this is the whole proof: of hidden lines only their sums are to be seen."""
    for year in years(rows, UNITS, KINDS):
        lines = getattr(year, f"{what}s") or ()
        hidden = [line.key for line in lines if line.count is None]
        other = list(hidden)
        shuffle.shuffle(other)
        change = dict(zip(hidden, other, strict=True))
        if what == "month":
            months = {int(a[-2:]): int(b[-2:]) for a, b in change.items()}
            moved = [replace(row, month=months.get(row.month, row.month)) for row in rows]
        else:
            old = {row: getattr(row, what) for row in rows}
            moved = [replace(row, **{what: change.get(old[row], old[row])}) for row in rows]
        assert written(moved) == written(rows)


@settings(max_examples=200)
@given(ROWS)
def test_what_is_published_is_true_and_never_small(rows: list[Row]) -> None:
    for year in years(rows, UNITS, KINDS):
        assert year.total.count in (None, len(rows))
        for table in TABLES:
            lines = getattr(year, table)
            if lines is None:
                continue
            assert year.total.count is not None
            counted = Counter(_key(row, table) for row in rows)
            for line in lines:
                assert line.count is None or line.count == counted[line.key]
                assert line.count is None or line.count == 0 or line.count >= LEAST
                if line.count is None or line.count == 0:
                    assert (line.on_time, line.score) == (None, None)
            assert {line.key for line in lines} >= set(counted)


def _key(row: Row, table: str) -> str:
    month = f"{row.year}-{row.month:02}"
    return {"units": row.unit, "kinds": row.kind, "months": month, "outcomes": row.outcome}[table]


@settings(max_examples=50)
@given(ROWS)
def test_the_files_are_whole(rows: list[Row]) -> None:
    made = written(rows)
    data = json.loads(made[JSON])
    OAS31Validator(schema()).validate(data)
    for name in TABLES.values():
        table = list(csv.DictReader(io.StringIO(made[f"{name}.csv"].decode("utf-8-sig"))))
        assert all((row["so_luong"] == "") is (row["bi_an"] == "1") for row in table)
    for unit in UNITS:
        assert ET.fromstring(made[f"huy-hieu/{unit}.svg"]).tag.endswith("svg")
        assert "&amp; Co" in made[f"nhung/{unit}.html"].decode()


def some(unit: str, outcomes: dict[Outcome, int], scores: tuple[int, ...] = ()) -> list[Row]:
    """Rows of a unit, the first of them with scores."""
    rows = [
        Row(unit, "question", 2026, 11, outcome, None)
        for outcome, count in outcomes.items()
        for _ in range(count)
    ]
    return [replace(row, score=scores[n]) if n < len(scores) else row for n, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("outcomes", "scores", "on_time", "score"),
    [
        ({Outcome.ON_TIME: 5}, (), 100, None),
        ({Outcome.ON_TIME: 4, Outcome.OPEN: 9}, (5, 5, 5, 5), None, None),
        ({Outcome.ON_TIME: 999, Outcome.LATE: 1}, (5, 5, 5, 5, 4), 99, 4.8),
        ({Outcome.ON_TIME: 7, Outcome.LATE: 1, Outcome.OVERDUE: 3}, (1, 2, 3, 4, 5), 88, 3.0),
        ({Outcome.LATE: 6}, (1, 1, 1, 2, 2, 2), 0, 1.5),
        ({Outcome.REFUSED: 6, Outcome.COUNTED: 6}, (), None, None),
    ],
)
def test_shares_and_means_stand_on_at_least_five(
    outcomes: dict[Outcome, int],
    scores: tuple[int, ...],
    on_time: int | None,
    score: float | None,
) -> None:
    rows = some("so-a", outcomes, scores)
    (year,) = years(rows, UNITS, KINDS)
    assert line_of(year.units, "so-a") == Line("so-a", len(rows), on_time, score)


def test_years_are_apart_the_newest_first() -> None:
    rows = some("so-a", {Outcome.OPEN: 7})
    old = [replace(row, year=2025, month=12) for row in rows]
    made = years([*old, *rows], UNITS, KINDS)
    assert [(each.year, each.total.count) for each in made] == [(2026, 7), (2025, 7)]
    assert made[1].months is not None
    assert len(made[1].months) == 12


def test_with_too_little_nothing_is_told_at_all() -> None:
    rows = some("so-a", {Outcome.OPEN: 4})
    assert years(rows, UNITS, KINDS) == (Year(2026, Line("total", None), None, None, None, None),)
    assert years([], UNITS, KINDS) == ()
    assert b"so-a" not in written(rows)[JSON]


def test_numbers_are_told_in_vietnamese() -> None:
    assert in_words(Line("x", 1234, 96, 4.2)) == ("1.234", "96%", "4,2/5")
    assert in_words(Line("x", None)) == ("ẩn", "–", "–")


def test_the_digest_of_all_chains_tells_any_change() -> None:
    heads = [Head("AAAAAAAA", 3, "f" * 64), Head("BBBBBBBB", 1, "e" * 64)]
    digest, ends = chains(heads)
    assert ends == f"AAAAAAAA 3 {'f' * 64}\nBBBBBBBB 1 {'e' * 64}\n"
    others = [heads[:1], heads[::-1], [replace(heads[0], number=2), heads[1]]]
    assert len({digest, *(chains(other)[0] for other in others)}) == 4


@pytest.mark.parametrize("state", list(samples.PATHS))
def test_every_case_has_its_outcome(state: State) -> None:
    case = samples.case_in(state)
    row = row_of(case, {}, samples.portal(), case.changed_at + dt.timedelta(minutes=1))
    if state is State.QUARANTINED:
        assert row is None
        return
    assert row is not None
    wanted = {
        State.REFUSED: {Outcome.REFUSED},
        State.MERGED: {Outcome.ENDED},
        State.WITHDRAWN: {Outcome.ENDED},
        State.ANSWERED: {Outcome.ON_TIME},
        State.PUBLISHED: {Outcome.ON_TIME},
        State.WITHHELD: {Outcome.ON_TIME},
        State.CLOSED: {Outcome.ON_TIME, Outcome.REFUSED, Outcome.ENDED},
    }.get(state, {Outcome.OPEN})
    assert row.outcome in wanted
    assert (row.year, row.month) == (2026, 11)


def test_what_is_past_its_term_is_overdue_and_late_when_answered() -> None:
    open_case = samples.case_in(State.ACCEPTED)
    later = open_case.changed_at + dt.timedelta(days=90)
    row = row_of(open_case, {}, samples.portal(), later)
    assert row is not None
    assert row.outcome is Outcome.OVERDUE
    answered = replace(open_case, state=State.ANSWERED, answered_at=later, ended_at=later)
    row = row_of(answered, {}, samples.portal(), later)
    assert row is not None
    assert row.outcome is Outcome.LATE


@pytest.mark.parametrize(("said", "score"), [("4", 4), ("0", None), ("6", None), ("", None)])
def test_a_rating_is_its_own_score(said: str, score: int | None) -> None:
    case = replace(samples.case_in(State.ASSIGNED), kind="rating")
    row = row_of(case, {"diem": said}, samples.portal(), case.changed_at)
    assert row is not None
    assert (row.score, row.outcome) == (score, Outcome.COUNTED)
