"""YAML as these files write it: places, traps of YAML 1.1, and what cannot be read."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.yamlfile import MAX_DEPTH, VIETNAM, key_text, parse, plain, printable

TAB = "Không đọc được YAML: dòng này thụt vào bằng phím Tab; hãy dùng dấu cách."
UNCLOSED = "Không đọc được YAML: dấu nháy hoặc ngoặc mở ra mà chưa đóng lại."
INDENT = "Không đọc được YAML: dòng thụt vào không thẳng với các mục cùng cấp."
COLON = (
    "Không đọc được YAML: có dấu hai chấm thừa hoặc dòng thụt vào sai; câu có dấu hai chấm phải "
    "đặt trong dấu nháy kép."
)
TOO_DEEP = "Các mục lồng vào nhau quá 40 tầng; hãy viết gọn lại."
OVERFULL = "Tệp quá lớn hoặc lặp vô hạn (dấu & và *): hãy viết gọn lại."
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        pytest.param("a: 1\n\tb: 2\n", 2, "", TAB, id="tab"),
        pytest.param("a:\n\tb: 2\n", 2, "", TAB, id="tab below a key"),
        pytest.param('a: 1\nb: "mở ra\nc: 3\n', 2, "", UNCLOSED, id="double quote left open"),
        pytest.param("a: 1\nb: 'mở ra\nc: 3\n", 2, "", UNCLOSED, id="single quote left open"),
        pytest.param("a: 1\nb: [1, 2\nc: 3\n", 2, "", UNCLOSED, id="bracket left open"),
        pytest.param("a: {b: 1\nc: 3\n", 1, "", UNCLOSED, id="brace left open"),
        pytest.param("a:\n  b: 1\n c: 2\n", 3, "", INDENT, id="key indented too little"),
        pytest.param("a:\n  - x\n - y\n", 3, "", INDENT, id="dash indented too little"),
        pytest.param("a: 1\n  b: 2\n", 2, "", COLON, id="key indented too much"),
        pytest.param("title: Họp: phiên đầu\n", 1, "", COLON, id="colon in a sentence"),
        pytest.param(
            "a: 1\nb\nc: 2\n",
            2,
            "",
            "Không đọc được YAML: thiếu dấu hai chấm sau tên mục, hoặc dòng thụt vào sai.",
            id="no colon",
        ),
        pytest.param("a: 1\nb: 2\na: 3\n", 3, "a", "Mục “a” viết hai lần; hãy bỏ một.", id="twice"),
        pytest.param(
            "a:\n  - b: 1\n    b: 2\n",
            3,
            "a[0].b",
            "Mục “b” viết hai lần; hãy bỏ một.",
            id="twice, below",
        ),
        pytest.param(
            "a: &x 1\nb: &x 2\n",
            2,
            "",
            "Không đọc được YAML: dấu & đặt hai lần cùng một tên; hãy đổi một tên.",
            id="anchor twice",
        ),
        pytest.param(
            "a: *khong-co\n",
            1,
            "",
            "Không đọc được YAML: dấu * ở đầu giá trị; hãy đặt giá trị trong dấu nháy kép.",
            id="star",
        ),
        pytest.param(
            "a: @x\n",
            1,
            "",
            "Không đọc được YAML: ký tự này không đứng đầu giá trị được; hãy đặt trong dấu nháy "
            "kép.",
            id="at sign",
        ),
        pytest.param(
            "a: 1\n---\nb: 2\n",
            2,
            "",
            "Không đọc được YAML: có dòng ba gạch ngang (---) ở giữa tệp; hãy bỏ dòng ấy.",
            id="two documents",
        ),
        pytest.param(
            "a: 1\nb: x\x07y\n",
            2,
            "",
            "Có ký tự điều khiển U+0007 không nhìn thấy; hãy gõ lại dòng này.",
            id="control character",
        ),
        pytest.param(
            "a: \ud800\n",
            1,
            "",
            "Có ký tự điều khiển U+D800 không nhìn thấy; hãy gõ lại dòng này.",
            id="half a character",
        ),
        pytest.param(
            "? [a]\n: b\n",
            1,
            "",
            "Tên mục phải là chữ, không phải danh sách hay bảng.",
            id="key is a list",
        ),
        pytest.param(
            "a:\n  b: 2026-02-30\n",
            2,
            "a.b",
            "Ngày “2026-02-30” không có trong lịch; hãy viết năm-tháng-ngày, ví dụ 2026-11-22.",
            id="impossible date",
        ),
        pytest.param(
            "a: 2026-02-03 25:00\n",
            1,
            "a",
            "Ngày “2026-02-03 25:00” không có trong lịch; hãy viết năm-tháng-ngày, ví dụ "
            "2026-11-22.",
            id="impossible hour",
        ),
        pytest.param(BOMB, 1, "", OVERFULL, id="alias bomb"),
        pytest.param("a: &a\n  b: *a\n", 1, "", OVERFULL, id="alias to itself"),
        pytest.param("[" * 60 + "]" * 60, 1, "", TOO_DEEP, id="deep"),
        pytest.param("[" * 100_000, 1, "", TOO_DEEP, id="deep enough to end the process"),
        pytest.param("- " * 50_000, 1, "", TOO_DEEP, id="deep dashes"),
        pytest.param(
            "\n".join(" " * depth + "a:" for depth in range(50)), 41, "", TOO_DEEP, id="deep keys"
        ),
    ],
)
def test_a_fault_is_one_finding_at_its_place(text: str, line: int, key: str, message: str) -> None:
    (finding,) = parse(text, "tep.yml").findings
    assert (finding.path, finding.line, finding.key, finding.message) == (
        "tep.yml",
        line,
        key,
        message,
    )


def test_every_fault_is_told_and_the_rest_is_read() -> None:
    document = parse("a: 2026-02-30\nb: 2\nb: 3\nc: 4\n")
    assert [(f.line, f.key) for f in document.findings] == [(1, "a"), (3, "b")]
    assert document.value == {"a": None, "b": 2, "c": 4}


def test_nesting_up_to_the_limit_is_read() -> None:
    assert parse("[" * MAX_DEPTH + "]" * MAX_DEPTH).findings == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0235", "0235"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        (".5", ".5"),
        ("12:30", "12:30"),
        ("1.5", 1.5),
        ("-7", -7),
        ("0", 0),
        ("1.000.000", "1.000.000"),
        ("8.1.c", "8.1.c"),
        ("9" * 5000, "9" * 5000),
        ("9" * 400 + ".0", "9" * 400 + ".0"),
        ("2026-11-22", dt.date(2026, 11, 22)),
        ("2026-1-2", dt.date(2026, 1, 2)),
        ("22/11/2026", "22/11/2026"),
        ("2026-11-22 14:30", dt.datetime(2026, 11, 22, 14, 30, tzinfo=VIETNAM)),
        ("2026-11-22T14:30:05Z", dt.datetime(2026, 11, 22, 14, 30, 5, tzinfo=dt.UTC)),
        ("'2026-11-22'", "2026-11-22"),
        ('"5"', "5"),
        ("!!python/object/apply:os.system [x]", ["x"]),
    ],
)
def test_a_scalar_is_what_an_official_means(text: str, value: Any) -> None:
    document = parse(f"a: {text}\n")
    assert document.findings == ()
    read = document.value["a"]
    assert (type(read), read) == (type(value), value)


def test_lines_are_those_of_the_file() -> None:
    document = parse("a: 1\nb:\n  - c: 2\n  - d: 3\n", first_line=10)
    places = [(), ("a",), ("b",), ("b", 0), ("b", 0, "c"), ("b", 1, "d")]
    assert [document.line(place) for place in places] == [10, 10, 11, 12, 12, 13]
    assert document.line(("b", 1, "d", "deeper")) == 13
    assert parse("").line(()) == 0


def test_a_place_is_written_as_people_write_it() -> None:
    assert key_text(()) == ""
    assert key_text(("sections", 3, "owners", 0)) == "sections[3].owners[0]"


@given(st.text() | st.text(alphabet="[]{}-:&*!|>'\"#%@?,.~\\\n\t ab1\x00\x85\u2028\ud800"))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    for finding in parse(text, "tep.yml").findings:
        assert finding.line >= 1
        assert "\n" not in finding.message


@given(st.text())
def test_printable_text_is_read_without_a_word_about_control_characters(text: str) -> None:
    messages = [finding.message for finding in parse(printable(text)).findings]
    assert not any("ký tự điều khiển" in message for message in messages)


@given(st.integers(-(10**17), 10**17))
def test_integers_come_back(number: int) -> None:
    assert plain(str(number)) == number


@given(st.dates())
def test_dates_come_back(day: dt.date) -> None:
    assert plain(day.isoformat()) == day


@given(
    st.datetimes(
        min_value=dt.datetime(2, 1, 2),  # noqa: DTZ001 - hypothesis wants it without a zone
        max_value=dt.datetime(9998, 12, 30),  # noqa: DTZ001
    )
)
def test_moments_come_back(moment: dt.datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    assert plain(f"{moment:%H:%M}") == f"{moment:%H:%M}"
    written = f"{moment.date().isoformat()} {moment:%H:%M}"
    assert plain(written) == moment.replace(tzinfo=VIETNAM)


CONTROL = (
    "Có ký tự điều khiển U+{} không nhìn thấy: hãy xóa đi; nếu chữ quanh đó bị lỗi, hãy gõ lại."
)
BIDI = "Có ký tự U+202E đổi chiều viết, làm chữ hiện khác với nội dung thật: hãy xóa đi."


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        pytest.param('a: 1\nb: "x\\u0007y"', 2, "b", CONTROL.format("0007"), id="bell"),
        pytest.param('b: "x\\0y"', 1, "b", CONTROL.format("0000"), id="nought"),
        pytest.param('b: "x\\ufffey"', 1, "b", CONTROL.format("FFFE"), id="no character"),
        pytest.param('b:\n  - "x\\u202ey"', 2, "b[0]", BIDI, id="direction"),
        pytest.param('b: {"x\\u202ey": 1}', 1, "b.x\u202ey", BIDI, id="in a key"),
        pytest.param('a: &a "\\u202e"\nb: *a', 1, "a", BIDI, id="once under two names"),
    ],
)
def test_what_an_escape_hides_is_told(text: str, line: int, key: str, message: str) -> None:
    (finding,) = parse(text, "tep.yml").findings
    assert (finding.line, finding.key, finding.message) == (line, key, message)


def test_what_stands_in_the_file_itself_is_left_to_the_check_of_its_text() -> None:
    assert parse('a: "x\u202ey \\t"').findings == ()


@pytest.mark.parametrize("text", [r'a: "\ud800"', r'a: "\uZZZZ"', r'a: "\U00110000"'])
def test_a_code_that_is_no_character_is_told_in_vietnamese(text: str) -> None:
    (finding,) = parse(text, "tep.yml").findings
    assert finding.message == (
        "Không đọc được YAML: mã ký tự viết sau dấu \\ không đúng; hãy gõ thẳng chữ ấy, hoặc dùng "
        "nháy đơn thay nháy kép."
    )
