"""Tables of figures as CSV files: read, and what is wrong with them."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+\Z")

_SEMICOLONS = (
    "Các ô cách nhau bằng dấu chấm phẩy; hãy lưu lại kiểu “CSV UTF-8” với dấu phẩy (trong Excel: "
    "đổi dấu phân cách danh sách của Windows thành dấu phẩy)."
)


def read_table(path: Path) -> list[list[str]]:
    """The rows of a CSV file, its header first; every cell without blanks at its ends."""
    return [row for _, row in _numbered_rows(path)]


def _numbered_rows(path: Path) -> list[tuple[int, list[str]]]:
    """Every row that is not blank, with the line of the file on which it begins."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        rows, begins = [], 1
        for row in reader:
            if row:
                rows.append((begins, [cell.strip() for cell in row]))
            begins = reader.line_num + 1
    return rows


def table_faults(path: Path) -> Iterator[tuple[int, str]]:
    """What is wrong with a CSV file: its line and what to do."""
    try:
        rows = _numbered_rows(path)
    except UnicodeDecodeError:
        yield 1, "Bảng CSV không phải UTF-8; trong Excel hãy lưu kiểu “CSV UTF-8”."
        return
    except csv.Error as error:
        yield 1, f"Không đọc được bảng CSV ({error}); hãy lưu lại từ Excel."
        return
    if len(rows) < 2:
        yield 1, "Bảng CSV phải có dòng tiêu đề và ít nhất một dòng số liệu."
        return
    first, header = rows[0]
    if len(header) == 1 and ";" in header[0]:
        yield first, _SEMICOLONS
        return
    for name in header:
        if not name or header.count(name) > 1:
            yield first, f"Tên cột {name or '(để trống)'} thiếu hoặc trùng; mỗi cột một tên."
            break
    for number, row in rows[1:]:
        if len(row) != len(header):
            yield number, f"Dòng này có {len(row)} ô, dòng tiêu đề có {len(header)} ô."


def table_doubts(path: Path) -> Iterator[tuple[int, str]]:
    """What in a CSV file is likely not meant: thousands written with a dot, as on paper."""
    try:
        (first, header), *rows = _numbered_rows(path)
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
