"""Tables of figures: what spreadsheets make of Vietnamese numbers, and what is told of it."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.tables import (
    MAX_BARS,
    MAX_POINTS,
    chart_faults,
    number,
    read_table,
    sum_faults,
    table_doubts,
    table_faults,
)
from tests.small import TCVN3


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bang.csv"


def put(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Xã;Dân\nA;1\n", 1, "Các ô cách nhau bằng dấu chấm phẩy; hãy lưu lại"),
        ("Xã\tDân\nA\t1\n", 1, "Các ô cách nhau bằng phím Tab; hãy lưu lại"),
        ("Xã,Dân\nA,1\0\n", 2, "U+0000"),
        ("Xa\u0303,Dân\nA,1\n", 1, "Unicode tổ hợp"),
        (f"Việc,Số\n{TCVN3},1\n", 2, "bảng mã TCVN3"),
        ("Xã,Dân\nA,1\n".encode("utf-16"), 1, "không phải UTF-8"),
        ('Xã,Dân\nA,"1\nB,2\n', 1, "dấu nháy kép mở mà không đóng"),
        ('Xã,Dân\n"A"x,1\n', 1, "dấu nháy kép mở mà không đóng"),
        ("Xã,Dân\nA,=1+1\n", 2, "Ô “=1+1” bị bảng tính hiểu là công thức; hãy bỏ dấu ="),
        ("Xã,Dân\n@A,1\n", 2, "hãy bỏ dấu @"),
        ("Xã,Dân\n- A,1\n", 2, "hãy bỏ dấu - ở đầu ô"),
        ("Xã,Dân\nA,-1+1\n", 2, "công thức"),
        ("=x,Dân\nA,1\n", 1, "công thức"),
    ],
)
def test_what_is_wrong_with_a_table_is_one_finding(
    path: Path, text: str | bytes, line: int, words: str
) -> None:
    ((at, message),) = table_faults(put(path, text))
    assert (at, words in message) == (line, True), message
    assert "hãy " in message


def test_signs_that_are_no_formula_stand(path: Path) -> None:
    put(path, "Xã,Số,Tel\nA,-5,+84 235 381\nB,-,--\nC,–,(0235)\nD,-1.5,-2%\n")
    assert list(table_faults(path)) == []


def test_a_wrong_column_of_many_rows_is_told_some_twenty_times(path: Path) -> None:
    put(path, "Xã,Số\n" + "A,=1\n" * 9000)
    found = list(table_faults(path))
    assert len(found) == 21
    assert found[-1] == (22, "Còn 8980 chỗ như vậy từ dòng này trở xuống; hãy sửa cả.")


@pytest.mark.parametrize(
    ("cell", "there"),
    [("5", True), ("-5.25", True), ("1e9", False), ("1_000", False), ("١", False), ("NaN", False),
     ("5,5", False), ("", False), ("9" * 40, False)],
)  # fmt: skip
def test_a_number_is_written_one_way(cell: str, there: bool) -> None:
    assert (number(cell) is not None) is there


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Xã,Số\nA,1200\nB,2\nCộng,1202\n", ""),
        ("Xã,Tỷ lệ (%)\nA,10\nB,20\nCộng,15\n", ""),
        ("Xã,Điểm\nA,1.5\nB,2.5\nCộng,2\n", ""),
        ("Xã,Ghi chú\nA,x\nCộng,\n", ""),
        (
            "Xã,Số\nA,1200\nB,2\nCộng,1203\n",
            "Cột “Số” ghi tổng là 1.203 nhưng các dòng trên cộng lại là 1.202; hãy sửa số, hoặc bỏ "
            "“sums: true” nếu dòng cuối không phải tổng.",
        ),
    ],
)
def test_a_sum_that_is_none_is_told(path: Path, text: str, message: str) -> None:
    expected = [(text.count("\n"), message)] if message else []
    assert list(sum_faults(put(path, text))) == expected


@pytest.mark.parametrize(
    ("text", "form", "line", "words"),
    [
        ("Xã,Số\nA,nhiều\nB,ít\n", "bar", 1, "không có số nào để vẽ biểu đồ"),
        ("Xã,Số\nA,1\nB,khoảng 2\n", "bar", 3, "ô này ghi “khoảng 2”"),
        ("Xã,Số\n" + "A,1\n" * (MAX_BARS + 1), "bar", 1, "quá nhiều để vẽ biểu đồ"),
        ("Xã,Số\n" + "A,1\n" * (MAX_POINTS + 1), "line", 1, "quá nhiều để vẽ biểu đồ"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_told(
    path: Path, text: str, form: str, line: int, words: str
) -> None:
    ((at, message),) = chart_faults(put(path, text), "Số", form, sums=False)
    assert (at, words in message) == (line, True), message


def test_an_empty_cell_and_the_sum_are_not_drawn(path: Path) -> None:
    put(path, "Xã,Số\nA,1\nB,\nCộng,xem dưới\n")
    assert list(chart_faults(path, "Số", "bar", sums=True)) == []


@given(
    st.lists(st.sampled_from([*',;"\t\n\r\0=@+-1.é ', "\ufeff", "Số"]), max_size=40).map("".join)
)
def test_no_table_makes_the_reader_fail(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder) / "x.csv", text)
        faults = list(table_faults(path))
        list(table_doubts(path))
        if not faults:
            list(sum_faults(path))
            for name in read_table(path)[0]:
                list(chart_faults(path, name, "bar", sums=True))
