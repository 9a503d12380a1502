"""Tables of figures as CSV files: read, and what is wrong with them."""

import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from regulation.vietnamese import format_number
from regulation.writing import unicode_findings

MAX_BARS = 60
"""More bars than this are no picture of anything."""

MAX_POINTS = 400
"""More points than this do not fit on a line."""

_MOST_TOLD = 20
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?\Z", re.A)
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+\Z")
# A dash alone stands for "none"; figures after a sign are a number or a telephone number.
_FORMULA = re.compile(r"[=@]|[+-](?![+–-]*\Z)(?![0-9][0-9 .,()%]*\Z)")
_SHARES = re.compile(r"%|tỷ lệ|tỉ lệ|bình quân|trung bình|điểm|năm|rate|average|year", re.I)

_SEMICOLONS = (
    "Các ô cách nhau bằng {}; hãy lưu lại kiểu “CSV UTF-8” với dấu phẩy (trong Excel: "
    "đổi dấu phân cách danh sách của Windows thành dấu phẩy)."
)


def read_table(path: Path) -> list[list[str]]:
    """The rows of a CSV file, its header first; every cell without blanks at its ends."""
    return [row for _, row in _numbered_rows(path.read_bytes().decode("utf-8-sig"))]


def number(cell: str) -> Decimal | None:
    """The number in a cell written in machine form (1234.5); none when it holds none."""
    return Decimal(cell) if _NUMBER.match(cell) else None


def _numbered_rows(text: str) -> list[tuple[int, list[str]]]:
    """Every row that is not blank, with the line of the file on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, begins = [], 1
    for row in reader:
        if row:
            rows.append((begins, [cell.strip() for cell in row]))
        begins = reader.line_num + 1
    return rows


def table_faults(path: Path) -> Iterator[tuple[int, str]]:
    """What is wrong with a CSV file: its line and what to do."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        yield 1, "Bảng CSV không phải UTF-8; trong Excel hãy lưu kiểu “CSV UTF-8”."
        return
    badly = [(finding.line, finding.message) for finding in unicode_findings("", text)]
    yield from _first(badly)
    try:
        rows = _numbered_rows(text)
    except csv.Error as error:
        if "end of data" in str(error) or "expected after" in str(error):
            yield 1, "Có dấu nháy kép mở mà không đóng đúng chỗ; hãy lưu lại bảng từ Excel."
        elif not badly:
            yield 1, f"Không đọc được bảng CSV ({error}); hãy lưu lại từ Excel."
        return
    if len(rows) < 2:
        yield 1, "Bảng CSV phải có dòng tiêu đề và ít nhất một dòng số liệu."
        return
    first, header = rows[0]
    for sign, name in ((";", "dấu chấm phẩy"), ("\t", "phím Tab")):
        if len(header) == 1 and sign in header[0]:
            yield first, _SEMICOLONS.format(name)
            return
    for name in header:
        if not name or header.count(name) > 1:
            yield first, f"Tên cột {name or '(để trống)'} thiếu hoặc trùng; mỗi cột một tên."
            break
    yield from _first(
        [
            (at, f"Dòng này có {len(row)} ô, dòng tiêu đề có {len(header)} ô.")
            for at, row in rows[1:]
            if len(row) != len(header)
        ]
    )
    yield from _first(
        [
            (
                at,
                f"Ô “{cell[:40]}” bị bảng tính hiểu là công thức; hãy bỏ dấu {cell[0]} ở đầu ô.",
            )
            for at, row in rows
            for cell in row
            if _FORMULA.match(cell)
        ]
    )


def _first(found: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The first of many alike: a wrong column of 10,000 rows is one mistake."""
    yield from found[:_MOST_TOLD]
    if rest := found[_MOST_TOLD:]:
        yield rest[0][0], f"Còn {len(rest)} chỗ như vậy từ dòng này trở xuống; hãy sửa cả."


def table_doubts(path: Path) -> Iterator[tuple[int, str]]:
    """What in a CSV file is likely not meant: thousands written with a dot, as on paper."""
    try:
        (first, header), *rows = _numbered_rows(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, csv.Error, ValueError):
        return  # said already, by table_faults
    for index, name in enumerate(header):
        cells = [row[index] for _, row in rows if index < len(row) and row[index]]
        dotted = [cell for cell in cells if _THOUSANDS.match(cell)]
        if len(dotted) > 1 and len(dotted) * 2 > len(cells):
            plain = dotted[0].replace(".", "")
            message = (
                f"Cột “{name}” viết {dotted[0]}: cổng hiểu dấu chấm là dấu phần lẻ. Nếu là hàng "
                f"nghìn, hãy viết {plain}."
            )
            yield first, message


def sum_faults(path: Path) -> Iterator[tuple[int, str]]:
    """Where the last row of a checked table is not the sum that it is said to be.

    Shares, averages and years have no sum: only a column of whole numbers is asked for one.
    """
    (_, header), *rows = _numbered_rows(path.read_bytes().decode("utf-8-sig"))
    line, last = rows[-1]
    for index, name in enumerate(header):
        above = [number(row[index]) for _, row in rows[:-1]]
        numbers = [value for value in above if value is not None]
        total = number(last[index])
        whole = all(value == value.to_integral_value() for value in numbers)
        if total is None or not numbers or not whole or _SHARES.search(name):
            continue
        if total != sum(numbers):
            message = (
                f"Cột “{name}” ghi tổng là {format_number(total)} nhưng các dòng trên cộng lại là "
                f"{format_number(sum(numbers, Decimal()))}; hãy sửa số, hoặc bỏ “sums: true” nếu "
                "dòng cuối không phải tổng."
            )
            yield line, message


def chart_faults(path: Path, value: str, form: str, sums: bool) -> Iterator[tuple[int, str]]:
    """Why a chart cannot be drawn of a column of a checked table: the table's line, what to do."""
    (first, header), *rows = _numbered_rows(path.read_bytes().decode("utf-8-sig"))
    index = header.index(value)
    drawn = rows[:-1] if sums else rows
    wrong = [(at, row[index]) for at, row in drawn if row[index] and number(row[index]) is None]
    if not any(number(row[index]) is not None for _, row in drawn):
        yield first, f"Cột “{value}” không có số nào để vẽ biểu đồ; hãy chọn cột khác."
        return
    for at, cell in itertools.islice(wrong, _MOST_TOLD):
        yield (
            at,
            f"Cột “{value}” dùng để vẽ biểu đồ nhưng ô này ghi “{cell[:40]}”; hãy ghi số (1234.5) "
            "hoặc để trống.",
        )
    most = MAX_POINTS if form == "line" else MAX_BARS
    if len(drawn) > most:
        yield (
            first,
            f"Bảng có {len(drawn)} dòng, quá nhiều để vẽ biểu đồ (nhiều nhất {most}); hãy bỏ biểu "
            "đồ, hoặc vẽ từ một bảng gọn hơn.",
        )
