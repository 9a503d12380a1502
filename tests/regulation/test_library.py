"""All items together: what two of them claim, and what they name that is not there."""

import datetime as dt
import os
import re
from pathlib import Path

import pytest
from PIL import Image

from regulation.findings import Finding
from regulation.library import Library, item_files, newest_first, read_library
from regulation.loading import load_portal, portal_folders
from regulation.reading import NO_FILE
from regulation.tables import read_table, table_doubts, table_faults

from .conftest import TODAY, House

ROOT = Path(__file__).parents[2]
NEWS = "tin-tuc/2026/hop-ban.md"
ENGLISH = "tin-tuc/2026/hop-ban.en.md"
SECOND = "tin-tuc/2026/hop-lan-hai.md"
FIGURES = "so-lieu/2026/dan-so.md"
TABLE = "data/dan-so.csv"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"/>'
ITEM = """\
---
id: hop-lan-hai
title: Họp lần hai
summary: Ban Biên tập họp kỳ giữa năm.
posted: 2026-07-02 08:30
agency: so-noi-vu
source: Sở Nội vụ
---

Nội dung.
"""


def library(house: House) -> Library:
    found = house.library()
    assert found[1] == []
    return found[0]


def only(house: House) -> Finding:
    (finding,) = house.library()[1]
    return finding


def test_the_small_portal_is_faultless(house: House) -> None:
    assert len(library(house).items) == 4


@pytest.mark.parametrize("folder", portal_folders(ROOT / "content"), ids=lambda folder: folder.name)
def test_every_item_of_a_real_portal_is_faultless(folder: Path) -> None:
    _, found = read_library(load_portal(folder, ROOT, TODAY), ROOT)
    assert [str(finding) for finding in found] == []


# --- lists -----------------------------------------------------------------------------------


def test_items_are_found_by_path_place_and_id(house: House) -> None:
    items = library(house)
    assert items.by_path[house.shown(NEWS)] is items.by_place[NEWS] is items.item("hop-ban")
    english = items.item("hop-ban", "en")
    assert english is not None
    assert english.lang == "en"
    assert items.item("quy-che", "en") is items.item("quy-che")
    assert items.item("khong-co") is None


def test_a_section_lists_what_is_published_in_its_language(house: House) -> None:
    house.write(SECOND, ITEM)
    house.write("tin-tuc/2026/nhap.md", ITEM.replace("hop-lan-hai", "nhap\nstatus: draft"))
    items = library(house)
    news = items.portal.section("tin-tuc")
    assert [item.id for item in items.in_section(news, "vi")] == ["hop-lan-hai", "hop-ban"]
    assert [item.id for item in items.in_section(news, "en")] == ["hop-ban"]


def test_a_set_order_goes_before_the_day_and_ties_go_by_id(house: House) -> None:
    for name, lines in (("b", ""), ("a", ""), ("c", "\norder: -1"), ("d", "\norder: 5")):
        house.write(f"tin-tuc/2026/{name}.md", ITEM.replace("hop-lan-hai", name + lines))
    items = library(house)
    listed = newest_first([i for i in items.items if i.section == "tin-tuc" and i.lang == "vi"])
    assert [item.id for item in listed] == ["c", "a", "b", "hop-ban", "d"]


def test_drafts_of_a_translation_are_no_version(house: House) -> None:
    house.change(ENGLISH, "source:", "status: draft\nsource:")
    items = library(house)
    vietnamese, english = items.by_place[NEWS], items.by_place[ENGLISH]
    assert list(items.versions(vietnamese)) == ["vi"]
    assert sorted(items.versions(english)) == ["en", "vi"]


def test_media_and_data_hold_no_items(house: House) -> None:
    house.write("media/ghi-chu.md", "Ghi chú.\n")
    house.write("data/ghi-chu.md", "Ghi chú.\n")
    assert len(item_files(house.folder)) == 4
    assert len(library(house).items) == 4


# --- texts -----------------------------------------------------------------------------------


def put_body(house: House, text: str) -> None:
    house.write(SECOND, ITEM.replace("Nội dung.", text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# Mở đầu\n\n[a](#mo-dau) [b](hop-lan-hai.md#mo-dau) [c](#attachments)", ""),
        ("# Mở đầu\n\n[a](#mo-dua)", "dẫn đến mục không có; có phải “#mo-dau” không?"),
        ("[a](hop-ban.md#xyz)", "“hop-ban.md#xyz” dẫn đến mục không có; hãy chép tên"),
        ("[a](/tin-tuc/2026/hop-ban/#xyz)", "dẫn đến mục không có; hãy chép tên"),
        ("[a]( khac.md )", "không có tệp tin-tuc/2026/khac.md; hãy sửa"),
        ("> - [a][x]\n\n[x]: khac.md", "không có tệp tin-tuc/2026/khac.md; hãy sửa"),
        ("[a [b] c](khac.md)", "không có tệp tin-tuc/2026/khac.md; hãy sửa"),
        ("[a](&#106;avascript:x)", "“javascript:x” không dẫn đến đâu"),
        ("[a](data:text/html,x)", "không dẫn đến đâu"),
        ("[a](http:khac.md)", "không dẫn đến đâu"),
        ("![a](hop-ban.md)", "không phải tệp ảnh; hãy dẫn đến tệp trong media/"),
        (f"[a](../../media/{'x' * 300}.pdf)", "hãy thêm tệp"),
        ("[a](../../media/%00.pdf)", "hãy thêm tệp"),
        ("<script>", "Thẻ HTML <script> không được dùng"),
    ],
)
def test_a_text_is_read_as_its_page_will_be(house: House, text: str, message: str) -> None:
    put_body(house, text)
    found = house.library()[1]
    assert [message in finding.message for finding in found] == ([True] if message else [])


def test_a_field_in_markdown_is_checked_as_the_body_is(house: House) -> None:
    house.change("portal.yml", "    type: article", "    type: media")
    house.change("portal.yml", "[tin-24-gio, thuong-xuyen]", "[thuong-xuyen]")
    house.write("media/a.mp3", b"")
    for name in (NEWS, ENGLISH):
        (house.folder / name).unlink()
    fields = "form: audio\nfile: media/a.mp3\ntranscript: |\n  # Mở\n\n  [a](khac.md) [b](#mo)\n"
    put_body(house, "# Mở\n\n[a](#mo)")
    house.change(SECOND, "source:", f"{fields}source:")
    finding = next(f for f in house.library()[1] if "khac.md" in f.message)
    assert (finding.line, finding.key) == (12, "transcript")
    assert [f for f in house.library()[1] if "Tên mục" in f.message or "#mo" in f.message] == []


def test_a_text_over_a_megabyte_is_refused_before_it_is_read(house: House) -> None:
    put_body(house, "chữ **đậm** " * 200_000)
    assert only(house).message == (
        "Tệp bài lớn hơn 1 MB, quá lớn để làm một trang; hãy chia thành nhiều bài hoặc đính kèm "
        "thành tệp."
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("b.md.txt", "hãy đổi tên thành b.md."),
        ("B.MD", "hãy đổi tên thành b.md."),
        ("x.markdown", "hãy đổi tên thành x.md."),
        ("x.docx", "hãy chuyển ảnh, tệp đính kèm vào media/"),
        ("anh.jpg", "hãy chuyển ảnh, tệp đính kèm vào media/"),
    ],
)
def test_a_file_among_the_items_that_is_none_is_told(house: House, name: str, words: str) -> None:
    house.write(f"tin-tuc/2026/{name}", "chữ")
    finding = only(house)
    assert finding.path == house.shown(f"tin-tuc/2026/{name}")
    assert words in finding.message


def test_files_that_machines_leave_behind_are_no_fault(house: House) -> None:
    for name in (".gitkeep", ".DS_Store", "~$hop-ban.docx", "Thumbs.db"):
        house.write(f"tin-tuc/2026/{name}", "")
    assert house.library()[1] == []


def test_a_picture_that_moves_is_refused(house: House) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    (house.folder / "media").mkdir(exist_ok=True)
    frames[0].save(house.folder / "media/a.gif", save_all=True, append_images=frames[1:])
    put_body(house, "![a](../../media/a.gif)")
    assert only(house).message.startswith("media/a.gif: Ảnh động không dùng được (Điều 18.1.b")


# --- one mistake, one finding ----------------------------------------------------------------


def test_two_items_with_one_id(house: House) -> None:
    house.write(SECOND, ITEM.replace("id: hop-lan-hai", "id: hop-ban"))
    assert only(house) == Finding(
        house.shown(SECOND),
        "Mã “hop-ban” đã dùng ở content/portal-nho/tin-tuc/2026/hop-ban.md; mỗi mục phải có mã "
        "riêng.",
        2,
        "id",
    )


def test_english_without_vietnamese(house: House) -> None:
    house.change(ENGLISH, "id: hop-ban", "id: the-board")
    assert only(house) == Finding(
        house.shown(ENGLISH),
        "Bản tiếng Anh không có bản tiếng Việt nào mang mã “the-board”.",
        2,
        "id",
    )


def test_a_translation_away_from_its_original(house: House) -> None:
    (house.folder / ENGLISH).rename(house.folder / "tin-tuc/2026/the-board.en.md")
    assert only(house) == Finding(
        house.shown("tin-tuc/2026/the-board.en.md"),
        "Bản dịch phải nằm cạnh bản gốc content/portal-nho/tin-tuc/2026/hop-ban.md và "
        "cùng tên tệp, "
        "chỉ khác đuôi .en.md.",
        2,
        "id",
    )


@pytest.mark.parametrize(
    ("old", "owner"),
    [
        ("/tin-tuc/2026/hop-ban/", NEWS),
        ("/en/tin-tuc/2026/hop-ban/", ENGLISH),
        ("/van-ban/2026/quy-che/", "van-ban/2026/quy-che.md"),
    ],
)
def test_a_former_address_that_is_taken(house: House, old: str, owner: str) -> None:
    text = ITEM.replace("source:", f"moved_from:\n  - /cu/\n  - {old}\nsource:")
    house.write(SECOND, text)
    assert only(house) == Finding(
        house.shown(SECOND),
        f"Địa chỉ {old} đã thuộc về {house.shown(owner)}; hãy chọn địa chỉ khác.",
        9,
        "moved_from[1]",
    )


def test_two_items_from_one_former_address(house: House) -> None:
    house.change(NEWS, "source:", "moved_from: /cu/\nsource:")
    house.write(SECOND, ITEM.replace("source:", "moved_from: /cu/\nsource:"))
    assert only(house) == Finding(
        house.shown(SECOND),
        f"Địa chỉ /cu/ đã thuộc về {house.shown(NEWS)}; hãy chọn địa chỉ khác.",
        7,
        "moved_from[0]",
    )


def test_a_former_address_that_is_the_present_one(house: House) -> None:
    house.change(NEWS, "source:", "moved_from: /tin-tuc/2026/hop-ban/\nsource:")
    assert only(house) == Finding(
        house.shown(NEWS),
        "Địa chỉ cũ /tin-tuc/2026/hop-ban/ chính là địa chỉ hiện nay; hãy bỏ đi.",
        7,
        "moved_from[0]",
    )


@pytest.mark.parametrize(
    ("link", "message"),
    [
        (
            "[x](../../van-ban/2026/quy-chê.md)",
            "Liên kết đến “../../van-ban/2026/quy-chê.md” nhưng không có tệp "
            "van-ban/2026/quy-chê.md; hãy sửa đường dẫn.",
        ),
        (
            "[x](khac.md)",
            "Liên kết đến “khac.md” nhưng không có tệp tin-tuc/2026/khac.md; hãy sửa đường dẫn.",
        ),
        (
            "[x](../../media/thieu.pdf)",
            "Không có tệp media/thieu.pdf mà bài dẫn đến; hãy thêm tệp.",
        ),
        (
            "[x](../../portal.yml)",
            "Tệp “../../portal.yml” phải nằm trong media/ hoặc data/ của cổng; hãy chép vào đó và "
            "sửa liên kết.",
        ),
        (
            "[x](../../../portal-khac/a.md)",
            "Liên kết “../../../portal-khac/a.md” không dẫn đến đâu; hãy dùng https:// hoặc tệp "
            ".md.",
        ),
        (
            "[x](javascript:alert)",
            "Liên kết “javascript:alert” không dẫn đến đâu; hãy dùng https:// hoặc tệp .md.",
        ),
        (
            "[x](http://[)",
            "Liên kết “http://[” không dẫn đến đâu; hãy dùng https:// hoặc tệp .md.",
        ),
    ],
)
def test_a_link_that_leads_nowhere(house: House, link: str, message: str) -> None:
    house.write(SECOND, ITEM.replace("Nội dung.", f"Một.\n\nXem {link}."))
    assert only(house) == Finding(house.shown(SECOND), message, 12)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "media/a.png",
            "không phải ảnh",
            "Tệp này không phải ảnh hoặc đã hỏng; hãy mở bằng trình xem ảnh, lưu lại thành "
            "JPEG hoặc "
            "PNG rồi thay tệp.",
        ),
        (
            "media/a.svg",
            "<svg/>",
            "Hình SVG không ghi kích thước; hãy thêm width, height hoặc viewBox vào thẻ svg.",
        ),
        (
            "media/b.svg",
            '<svg width="1.2.3" height="2" viewBox="0 0 inf 1"/>',
            "Hình SVG không ghi kích thước; hãy thêm width, height hoặc viewBox vào thẻ svg.",
        ),
        (
            "media/c.svg",
            "<html/>",
            "Tệp này không phải hình SVG; hãy xuất lại từ chương trình vẽ.",
        ),
        (
            "media/a.bmp",
            "BM",
            "Tệp .bmp không dùng làm ảnh được; hãy lưu thành JPEG, PNG, WebP hoặc SVG.",
        ),
    ],
)
def test_a_picture_that_is_none(house: House, name: str, content: str, message: str) -> None:
    house.write(name, content)
    fields = f"picture: {{file: {name}, alt: Cầu}}\nsource:"
    house.write(SECOND, ITEM.replace("source:", fields))
    assert only(house) == Finding(house.shown(SECOND), f"{name}: {message}", 7, "picture.file")
    house.write(SECOND, ITEM.replace("Nội dung.", f"![Cầu](../../{name})"))
    assert only(house) == Finding(house.shown(SECOND), f"{name}: {message}", 10)


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/", True),
        ("/tin-tuc/", True),
        ("/tin-tuc/2026/hop-ban/", True),
        ("/en/tin-tuc/2026/hop-ban/", True),
        ("/lien-he/", True),
        ("/co-quan/so-noi-vu/", True),
        ("/co-quan/so-la/", False),
        ("/khong-co/", False),
        ("/tin-tuc/2026/khong-co/", False),
    ],
)
def test_an_address_of_the_portal_must_be_there(house: House, path: str, there: bool) -> None:
    house.write(SECOND, ITEM.replace("Nội dung.", f"[x]({path})"))
    message = f"Cổng không có trang nào ở địa chỉ “{path}”; hãy sửa liên kết."
    expected = [] if there else [Finding(house.shown(SECOND), message, 10)]
    assert house.library()[1] == expected


def test_a_picture_without_alternative(house: House) -> None:
    house.write("media/cau.svg", SVG)
    house.write(SECOND, ITEM.replace("Nội dung.", "![](../../media/cau.svg)"))
    assert only(house) == Finding(
        house.shown(SECOND),
        "Ảnh thiếu lời mô tả; hãy viết vào giữa hai ngoặc vuông ![…].",
        10,
        basis="Điều 18.1.c Thông tư 32/2017/TT-BTTTT",
    )


@pytest.mark.parametrize(
    ("lines", "line", "key", "message"),
    [
        (
            "picture: {file: media/thieu.svg, alt: Cầu}",
            7,
            "picture.file",
            "Không có tệp “media/thieu.svg” trong thư mục của cổng; hãy thêm tệp.",
        ),
        (
            "attachments:\n  - {file: data/dan-so.csv, title: Có}\n"
            "  - {file: media/thieu.pdf, title: Thiếu}",
            9,
            "attachments[1].file",
            "Không có tệp “media/thieu.pdf” trong thư mục của cổng; hãy thêm tệp.",
        ),
        (
            "status: withdrawn\nwithdrawn: {date: 2026-08-01, reason: Nhầm, instead: khong-co}",
            8,
            "withdrawn.instead",
            "Không có mục nào mang mã “khong-co”; hãy sửa mã hoặc bỏ liên kết.",
        ),
    ],
)
def test_what_an_item_names_must_be_there(
    house: House, lines: str, line: int, key: str, message: str
) -> None:
    house.write(SECOND, ITEM.replace("source:", f"{lines}\nsource:"))
    assert only(house) == Finding(house.shown(SECOND), message, line, key)


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        (
            "Huyện,Người\nĐông,120000\nTây\n",
            3,
            "Dòng này có 1 ô, dòng tiêu đề có 2 ô.",
        ),
        (
            "Huyện,Người\n\nĐông,120000,5\n",
            3,
            "Dòng này có 3 ô, dòng tiêu đề có 2 ô.",
        ),
        (
            'Huyện,Người\n"Đông\nvà Tây",120000\nNam\n',
            4,
            "Dòng này có 1 ô, dòng tiêu đề có 2 ô.",
        ),
        (
            "Huyện,Người,Người\nĐông,1,2\n",
            1,
            "Tên cột Người thiếu hoặc trùng; mỗi cột một tên.",
        ),
        (
            "Huyện,Người,\nĐông,1,2\n",
            1,
            "Tên cột (để trống) thiếu hoặc trùng; mỗi cột một tên.",
        ),
        (
            "Huyện,Người\n",
            1,
            "Bảng CSV phải có dòng tiêu đề và ít nhất một dòng số liệu.",
        ),
        (
            "Huyện,Người\nĐông,1\n".encode("cp1258", errors="replace"),
            1,
            "Bảng CSV không phải UTF-8; trong Excel hãy lưu kiểu “CSV UTF-8”.",
        ),
    ],
    ids=["short row", "long row", "after a cell of two lines", "column twice", "column unnamed",
         "no rows", "cp1258"],
)  # fmt: skip
def test_a_table_that_is_none(house: House, table: str | bytes, line: int, message: str) -> None:
    house.write(TABLE, table)
    assert only(house) == Finding(house.shown(TABLE), message, line)


def test_an_empty_table_is_one_finding(house: House) -> None:
    house.write(TABLE, "")
    assert only(house).message == "Bảng CSV phải có dòng tiêu đề và ít nhất một dòng số liệu."


def test_a_cell_too_long_to_be_one(house: House) -> None:
    house.write(TABLE, 'Huyện,Người\n"' + "x" * 200_000 + '",1\n')
    finding = only(house)
    assert (finding.path, finding.line) == (house.shown(TABLE), 1)
    assert finding.message.startswith("Không đọc được bảng CSV (")


@pytest.mark.parametrize(
    ("old", "new", "key", "column"),
    [
        ("  label: Huyện", "  label: Xã", "chart.label", "Xã"),
        ("  value: Người", "  value: Số dân", "chart.value", "Số dân"),
    ],
)
def test_a_chart_of_a_column_that_is_not_there(
    house: House, old: str, new: str, key: str, column: str
) -> None:
    house.change(FIGURES, old, new)
    assert only(house) == Finding(
        house.shown(FIGURES),
        f"Bảng không có cột “{column}”; các cột: Huyện, Người.",
        house.line(FIGURES, new),
        key,
    )


def test_a_file_that_is_not_utf8_hides_no_other(house: House) -> None:
    house.write(SECOND, ITEM.encode("utf-16"))
    house.write("tin-tuc/2026/ba.md", ITEM.replace("hop-lan-hai", "ba").replace("so-noi", "so-la"))
    _, found = house.library()
    assert {(f.path.rpartition("/")[2], f.line) for f in found} == {
        ("ba.md", 6),
        ("hop-lan-hai.md", 1),
    }


def test_the_item_that_describes_the_decision_must_be_there(house: House) -> None:
    house.change("portal.yml", "  item: quy-che", "  item: quyet-dinh")
    assert only(house) == Finding(
        house.shown("portal.yml"),
        "Không có mục nào mang mã “quyet-dinh” để mô tả quyết định ban hành quy chế.",
        0,
        "act.item",
    )


def test_a_table_is_read_without_blanks(house: House) -> None:
    house.write(
        TABLE, b"\xef\xbb\xbf Huy\xe1\xbb\x87n , Ng\xc6\xb0\xe1\xbb\x9di\r\n\r\n A , 1 \r\n"
    )
    assert read_table(house.folder / TABLE) == [["Huyện", "Người"], ["A", "1"]]


def test_the_library_stands_on_no_clock(house: House) -> None:
    early = load_portal(house.folder, house.root, dt.date(2024, 2, 1))
    assert read_library(early, house.root)[0].items == library(house).items


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        (
            "Huyện;Người\nA;1\n",
            1,
            "Các ô cách nhau bằng dấu chấm phẩy; hãy lưu lại kiểu “CSV UTF-8” với dấu phẩy (trong "
            "Excel: đổi dấu phân cách danh sách của Windows thành dấu phẩy).",
        ),
    ],
)
def test_a_table_from_a_vietnamese_excel_is_refused(
    tmp_path: Path, rows: str, line: int, message: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(rows, encoding="utf-8")
    assert list(table_faults(path)) == [(line, message)]


@pytest.mark.parametrize(
    ("cells", "doubted"),
    [
        (["1.250", "12.500", "3.100"], True),
        (["1.250.000", "2.300.000"], True),
        (["0.125", "0.250"], False),
        (["1.25", "12.5"], False),
        (["1.250", "7", "8", "9"], False),
        (["1250", "12500"], False),
    ],
)
def test_thousands_with_a_dot_are_doubted(tmp_path: Path, cells: list[str], doubted: bool) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Tên,Số\n" + "".join(f"a,{cell}\n" for cell in cells), encoding="utf-8")
    assert bool(list(table_doubts(path))) is doubted


# --- an agency of its day --------------------------------------------------------------------


def _from(house: House, agency: str, more: str = "") -> list[Finding]:
    text = (house.folder / DOCUMENT).read_text(encoding="utf-8")
    agency_now = re.search(r"^agency: (.*)$", text, re.M)
    assert agency_now
    text = text.replace(agency_now[0], f"agency: {agency}{more}")
    house.write(DOCUMENT, text)
    return house.library()[1]


DOCUMENT = "tin-tuc/2026/hop-ban.md"


@pytest.mark.parametrize(
    ("agency", "days", "successor"),
    [
        ("van-phong", "valid_to: 2025-12-31, successor: so-noi-vu", "so-noi-vu"),
        ("van-phong", "valid_to: 2025-12-31, successor: so-noi-vu, checked: false", ""),
        ("van-phong", "valid_to: 2026-12-31, successor: so-noi-vu", ""),
    ],
)
def test_an_item_of_an_agency_that_has_gone_is_told_with_its_successor(
    house: House, agency: str, days: str, successor: str
) -> None:
    office = "name: Văn phòng Ủy ban nhân dân tỉnh Mẫu, kind: office"
    house.change("agencies.yml", office, f"{office}, {days}")
    found = [finding for finding in _from(house, agency) if finding.path.endswith("hop-ban.md")]
    if not successor:
        assert found == []
        return
    (finding,) = found
    assert finding.key == "agency"
    assert finding.line == house.line(DOCUMENT, f"agency: {agency}")
    assert finding.message.startswith(
        "Văn phòng Ủy ban nhân dân tỉnh Mẫu thôi hoạt động sau ngày 31/12/2025, nhưng bài đăng "
        "ngày "
    )
    assert f"; hãy ghi agency: {successor} (Sở Nội vụ tỉnh Mẫu), hoặc ghi" in finding.message
    house.change(DOCUMENT, f"agency: {agency}", f"agency: {agency}\nbackfilled: true")
    assert not [f for f in house.library()[1] if f.path.endswith("hop-ban.md")]


def test_an_item_of_an_agency_that_is_yet_to_come_is_told(house: House) -> None:
    office = "name: Văn phòng Ủy ban nhân dân tỉnh Mẫu, kind: office"
    house.change("agencies.yml", office, f"{office}, valid_from: 2027-01-01")
    (finding,) = (f for f in _from(house, "van-phong") if f.path.endswith("hop-ban.md"))
    assert "đến ngày 01/01/2027 mới hoạt động" in finding.message


# --- what is no ordinary file ----------------------------------------------------------------


def test_a_folder_that_is_a_link_is_told(house: House) -> None:
    (house.folder / "tin-tuc" / "2027").symlink_to("2026")
    (finding,) = house.library()[1]
    assert finding == Finding(
        house.shown("tin-tuc/2027"),
        "Thư mục này là liên kết tượng trưng nên mọi tệp trong đó bị bỏ qua; hãy thay bằng thư mục "
        "thật.",
    )


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", ["tin-tuc/2026/x.md", "tin-tuc/2026/x.txt", "media/x.jpg"])
def test_a_pipe_is_told_and_not_waited_for(house: House, name: str) -> None:
    (house.folder / name).parent.mkdir(exist_ok=True)
    os.mkfifo(house.folder / name)
    assert house.library()[1] == [Finding(house.shown(name), NO_FILE)]


@pytest.mark.timeout(20)
def test_rules_in_a_pipe_are_told_and_not_waited_for(house: House) -> None:
    (house.folder / "agencies.yml").unlink()
    os.mkfifo(house.folder / "agencies.yml")
    assert house.faults() == (Finding(house.shown("agencies.yml"), NO_FILE),)


def test_a_link_to_nothing_is_told(house: House) -> None:
    (house.folder / "media").mkdir()
    (house.folder / "media" / "x.jpg").symlink_to("khong-co.jpg")
    (finding,) = house.library()[1]
    assert finding.message.startswith("Liên kết tượng trưng này không dẫn đến đâu")


@pytest.mark.parametrize(
    "name", ["a.md~", "#a.md#", ".a.md.swp", "~$a.md", "~$a.docx", "._a.md", ".#b.md"]
)
def test_what_an_editor_leaves_is_passed_over(house: House, name: str) -> None:
    place = house.folder / "tin-tuc" / "2026" / name
    if name.startswith(".#"):
        place.symlink_to("someone@host.1234:1")  # as Emacs holds a file that is being edited
    else:
        place.write_bytes(b"\xff half")
    library, found = house.library()
    assert found == []
    assert not library.unread


# --- all mistakes of a file at once ----------------------------------------------------------

WRONG_BODY = ITEM.replace("posted: 2026-07-02 08:30", "posted: hôm qua").replace(
    "Nội dung.", "Xem [bài](khong-co.md)."
)


@pytest.mark.parametrize(
    "text", [WRONG_BODY, WRONG_BODY.replace("source:", "\tsource:")], ids=["a field", "no YAML"]
)
def test_a_wrong_front_matter_hides_no_fault_of_the_body(house: House, text: str) -> None:
    house.write(SECOND, text)
    _, found = house.library()
    assert len(found) == 2
    assert found[1].message == (
        "Liên kết đến “khong-co.md” nhưng không có tệp tin-tuc/2026/khong-co.md; hãy sửa đường dẫn."
    )
    assert found[1].line == house.line(SECOND, "khong-co.md")


def test_a_wrong_front_matter_hides_no_file_that_is_not_there(house: House) -> None:
    more = "attachments:\n  - {file: media/khong-co.pdf, title: Tệp}\n---\n\n"
    house.write(SECOND, WRONG_BODY.replace("---\n\n", more))
    _, found = house.library()
    assert {finding.key for finding in found} == {"posted", "attachments[0].file", ""}


def test_a_table_that_is_attached_is_looked_at_as_one_that_is_shown(house: House) -> None:
    house.write("data/kem.csv", "Năm,Số\n2025,1\n2026\n")
    more = "attachments:\n  - {file: data/kem.csv, title: Bảng}\n---\n\n"
    house.write(SECOND, ITEM.replace("---\n\n", more))
    (finding,) = house.library()[1]
    assert finding == Finding(
        house.shown("data/kem.csv"), "Dòng này có 1 ô, dòng tiêu đề có 2 ô.", 3
    )
