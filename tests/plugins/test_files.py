"""Files and tables as readers get them."""

import os
from pathlib import Path

import pytest

from plugins.files import (
    Table,
    copy,
    copy_for_spreadsheets,
    display_cell,
    facts,
    link_or_copy,
    load_table,
    size_text,
)
from tests.small import Small

CSV = """Mã xã,Xã,Dân số,Tỷ lệ (%),Ngày,Năm,Điện thoại
0123,Mẫu Một,1234567,5.25,2026-11-22,2025,0235381
0456,Mẫu Hai,89,-10.5,2026-02-30,2026,0235382
"""


@pytest.fixture
def table(tmp_path: Path) -> Table:
    (tmp_path / "bang.csv").write_text(CSV, encoding="utf-8-sig")
    return load_table(tmp_path / "bang.csv", "data/bang.csv")


def shown(table: Table, name: str) -> list[str]:
    index = [column.name for column in table.columns].index(name)
    return [display_cell(row[index], table.columns[index]) for row in table.rows]


def test_numbers_are_shown_in_vietnamese_form_with_equal_decimals(table: Table) -> None:
    assert shown(table, "Dân số") == ["1.234.567", "89"]
    assert shown(table, "Tỷ lệ (%)") == ["5,25", "-10,50"]


def test_codes_and_telephone_numbers_with_leading_zeros_stay_text(table: Table) -> None:
    assert shown(table, "Mã xã") == ["0123", "0456"]
    assert shown(table, "Điện thoại") == ["0235381", "0235382"]
    numeric = {column.name for column in table.columns if column.numeric}
    assert numeric == {"Dân số", "Tỷ lệ (%)", "Năm"}


def test_iso_days_are_shown_as_people_write_them_and_days_that_are_none_as_they_stand(
    table: Table,
) -> None:
    assert shown(table, "Ngày") == ["22/11/2026", "2026-02-30"]


def test_years_are_no_quantities(table: Table) -> None:
    assert shown(table, "Năm") == ["2025", "2026"]


def test_a_mark_at_the_start_of_the_file_is_no_part_of_the_first_column(table: Table) -> None:
    assert table.columns[0].name == "Mã xã"


def test_spreadsheets_get_a_byte_order_mark_once(tmp_path: Path) -> None:
    for number, encoding in enumerate(("utf-8", "utf-8-sig")):
        source, target = tmp_path / f"{number}.csv", tmp_path / "ra" / f"{number}.csv"
        source.write_text(CSV, encoding=encoding)
        copy_for_spreadsheets(source, target)
        assert target.read_bytes() == b"\xef\xbb\xbf" + CSV.encode()


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "1 kB"), (84_400, "84 kB"), (999_000, "999 kB"), (1_230_000, "1,2 MB")],
)
def test_a_size_is_told_as_people_read_it(size: int, text: str) -> None:
    assert size_text(size) == text


def test_a_file_is_told_by_kind_even_when_nobody_knows_its_suffix(tmp_path: Path) -> None:
    for name, kind in (("a.PDF", "PDF"), ("a.docx", "Word"), ("a.xyz", "XYZ"), ("a", "Tệp")):
        (tmp_path / name).write_bytes(b"0" * 2000)
        told = facts(tmp_path / name, f"media/{name}")
        assert (told.kind, told.size, told.url) == (kind, "2 kB", f"/media/{name}")


def test_a_file_that_is_edited_after_the_build_does_not_change_the_site(tmp_path: Path) -> None:
    source, target = tmp_path / "a.txt", tmp_path / "site" / "a.txt"
    source.write_text("cũ", encoding="utf-8")
    copy(source, target)
    source.write_text("mới", encoding="utf-8")
    assert target.read_text(encoding="utf-8") == "cũ"


def test_what_never_changes_is_linked_where_the_disk_allows_and_copied_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "a.webp"
    source.write_bytes(b"x")
    link_or_copy(source, tmp_path / "one" / "a.webp")
    assert (tmp_path / "one" / "a.webp").samefile(source)

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    link_or_copy(source, tmp_path / "two" / "a.webp")
    assert (tmp_path / "two" / "a.webp").read_bytes() == b"x"
    assert not (tmp_path / "two" / "a.webp").samefile(source)


def test_a_page_of_figures_shows_table_chart_method_and_csv(drawn: Small) -> None:
    page = (drawn.output / "so-lieu/2026/dan-so/index.html").read_text(encoding="utf-8")
    for part in (
        "120.000",
        "Huyện Đông đông dân nhất.",
        "Điều tra mẫu.",
        "/data/dan-so.csv",
        "Điều tra dân số",
        "01/07/2025",
        '<th scope="row"',
    ):
        assert part in page, part
    assert (drawn.output / "data/dan-so.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_table_of_10000_rows_shows_some_and_leads_to_the_rest(house: Small) -> None:
    rows = "".join(f"Thôn {number},1\n" for number in range(10_000))
    house.write("data/dan-so.csv", f"Huyện,Người\n{rows}Cộng,10000\n")
    item = house.folder / "so-lieu/2026/dan-so.md"
    text = item.read_text(encoding="utf-8")
    chart = text[text.index("chart:") :].split("\n---")[0]
    text = text.replace(chart, "").replace("table:\n", "table:\n  sums: true\n")
    item.write_text(text, encoding="utf-8")
    page = (house.build() / "so-lieu/2026/dan-so/index.html").read_text(encoding="utf-8")
    assert page.count("<tr") == 501
    assert "Bảng có 10.001 dòng; trang này hiện 500 dòng." in page
    assert 'class="sum"' in page[page.index("Thôn 498") :]
