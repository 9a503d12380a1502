"""Charts: honest scales, and nothing that a browser would not draw."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from plugins.charts import HEIGHT, WIDTH, bars, line

numbers = st.none() | st.decimals(-10_000, 10_000, places=2)


def test_the_longest_bar_fills_the_row_and_the_others_are_in_proportion() -> None:
    chart = bars(["A", "B", "C"], [Decimal(50), Decimal(200), Decimal(0)], "hồ sơ")
    assert [bar.percent for bar in chart.bars] == ["25.0", "100.0", "0.0"]


def test_shares_are_drawn_against_a_hundred_percent() -> None:
    chart = bars(["A", "B"], [Decimal(40), Decimal("62.5")], "%")
    assert [bar.percent for bar in chart.bars] == ["40.0", "62.5"]


def test_a_share_above_a_hundred_still_fits_its_row() -> None:
    chart = bars(["A", "B"], [Decimal(125), Decimal(50)], "%")
    assert [bar.percent for bar in chart.bars] == ["100.0", "40.0"]


def test_a_value_below_zero_hangs_from_the_same_zero() -> None:
    chart = bars(["A", "B"], [Decimal(-30), Decimal(10)])
    assert [(bar.left, bar.percent) for bar in chart.bars] == [("0.0", "75.0"), ("75.0", "25.0")]
    assert [bar.text for bar in chart.bars] == ["-30", "10"]


def test_rows_without_a_number_are_left_out() -> None:
    assert [bar.name for bar in bars(["A", "B"], [None, Decimal(1)]).bars] == ["B"]
    assert [point.name for point in line(["A", "B"], [Decimal(1), None]).points] == ["A"]


def test_no_numbers_make_an_empty_chart() -> None:
    assert bars([], []).bars == ()
    assert bars(["A"], [Decimal(0)]).bars[0].percent == "0.0"
    empty = line([], [])
    assert (empty.points, empty.path) == ((), "")


def test_one_number_makes_a_line_of_one_point() -> None:
    chart = line(["2026"], [Decimal(7)])
    assert [(p.name, p.text, p.named, p.told) for p in chart.points] == [("2026", "7", True, True)]
    assert chart.path.startswith("M")
    assert "L" not in chart.path


def test_the_scale_of_a_line_begins_at_zero() -> None:
    chart = line(["1", "2"], [Decimal(90), Decimal(100)])
    zero, low, high = (float(y) for y in (chart.zero, chart.points[0].y, chart.points[1].y))
    assert high < low < zero
    assert round((zero - low) / (zero - high), 2) == 0.9


def test_the_zero_line_stands_between_values_above_and_below_it() -> None:
    chart = line(["1", "2"], [Decimal(-5), Decimal(5)])
    below, zero, above = (float(y) for y in (chart.points[0].y, chart.zero, chart.points[1].y))
    assert above < zero < below
    assert round(below - zero, 1) == round(zero - above, 1)


def test_values_all_below_zero_hang_from_a_zero_line_on_top() -> None:
    chart = line(["1", "2"], [Decimal(-5), Decimal(-1)])
    assert all(float(point.y) > float(chart.zero) for point in chart.points)


def test_a_long_line_names_few_points_and_tells_the_ends_and_the_highest() -> None:
    values = [Decimal(n if n != 11 else 99) for n in range(24)]
    chart = line([str(n) for n in range(24)], values)
    assert [p.name for p in chart.points if p.told] == ["0", "11", "23"]
    assert sum(point.named for point in chart.points) <= 8


def test_names_under_a_line_never_touch_and_the_last_one_stands() -> None:
    months = [f"{n}/2026" for n in range(1, 11)]
    chart = line(months, [Decimal(n) for n in range(10)])
    named = [point for point in chart.points if point.named]
    assert named[-1].name == "10/2026"
    for before, after in pairwise(named):
        assert float(after.x) - float(before.x) >= (len(after.name) + len(before.name)) / 2 * 6.6


def test_a_share_is_told_with_its_sign() -> None:
    assert bars(["A"], [Decimal("93.42")], "%").bars[0].text == "93,42%"
    assert line(["A"], [Decimal("93.42")], "%").points[0].text == "93,42%"


def test_numbers_are_told_in_vietnamese_form() -> None:
    assert bars(["A"], [Decimal("1234567.5")]).bars[0].text == "1.234.567,5"
    assert line(["A"], [Decimal("93.456")]).points[0].text == "93,46"


@given(st.lists(numbers, max_size=40))
def test_no_point_ever_leaves_the_drawing(values: list[Decimal | None]) -> None:
    names = [str(index) for index, _ in enumerate(values)]
    chart = line(names, values)
    assert 0 <= float(chart.zero) <= HEIGHT
    for point in chart.points:
        assert 0 <= float(point.x) <= WIDTH
        assert 0 <= float(point.y) <= HEIGHT
    for unit in ("", "%"):
        for bar in bars(names, values, unit).bars:
            assert 0 <= float(bar.left) <= float(bar.left) + float(bar.percent) <= 100.11
