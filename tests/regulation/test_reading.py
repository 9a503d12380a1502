"""From files to values: what is wrong, in Vietnamese, all of it at once."""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from regulation.checkout import find_root
from regulation.content_types import content_types, load_content_types
from regulation.findings import Finding, Refused, Severity, errors, in_order
from regulation.model import Basis, Id, Line, Value, Words
from regulation.reading import build, one_of, read, read_text, read_yaml, shorten
from regulation.yamlfile import parse


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Part(Value):
    id: Id
    size: Annotated[int, Field(ge=1)] = 1


class Thing(Value):
    name: Words = Words(vi="Tên")
    line: Line = "dòng"
    day: dt.date | None = None
    at: dt.time | None = None
    flag: bool = False
    ratio: Annotated[float, Field(gt=0)] = 1.0
    colour: Colour = Colour.RED
    side: Literal["left", "right"] = "left"
    basis: Basis = ("Điều 1",)
    parts: tuple[Part, ...] = ()
    pairs: Annotated[tuple[Part, ...], Field(min_length=1)] = (Part(id="a"),)


def faults(text: str) -> list[Finding]:
    document = parse(text, "tep.yml")
    try:
        build(Thing, document.value, document, "tep.yml")
    except Refused as refused:
        return list(refused.findings)
    return []


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ("line: [a]", 1, "line", "Giá trị “[a]” không đúng kiểu; ở đây phải là chữ."),
        ("line:", 1, "line", "Giá trị để trống không đúng kiểu; ở đây phải là chữ."),
        ('line: "  "', 1, "line", "Mục này đang để trống; hãy điền vào."),
        ("line: 2026-01-02", 1, "line", "Giá trị “2026-01-02” không đúng kiểu; ở đây phải là chữ."),
        (
            "day: hôm nay",
            1,
            "day",
            "Giá trị “hôm nay” không đúng kiểu; ở đây phải là ngày, dạng 2026-11-22.",
        ),
        (
            "day: 22/11/2026",
            1,
            "day",
            "Giá trị “22/11/2026” không đúng kiểu; ở đây phải là ngày, dạng 2026-11-22.",
        ),
        (
            "at: 25h",
            1,
            "at",
            "Giá trị “25h” không đúng kiểu; ở đây phải là giờ, dạng 07:30.",
        ),
        (
            "flag: có",
            1,
            "flag",
            "Giá trị “có” không đúng kiểu; ở đây phải là true hoặc false.",
        ),
        ("ratio: nhiều", 1, "ratio", "Giá trị “nhiều” không đúng kiểu; ở đây phải là số."),
        ("ratio: 0", 1, "ratio", "Phải lớn hơn 0.0."),
        (
            "colour: gren",
            1,
            "colour",
            "Giá trị “gren” không có trong danh sách; có phải “green” không?",
        ),
        (
            "side: giữa",
            1,
            "side",
            "Giá trị “giữa” không có trong danh sách; hãy chọn một trong: left, right.",
        ),
        ("basis: []", 1, "basis", "Danh sách này đang trống; hãy điền ít nhất một dòng."),
        (
            "nmae: Tên",
            1,
            "nmae",
            "Không có mục nào tên “nmae”; hãy sửa lại chính tả hoặc bỏ đi.",
        ),
        ("name: {en: Name}", 1, "name.vi", "Thiếu mục “vi”; hãy thêm vào."),
        (
            "name: {vi: Tên, fr: Nom}",
            1,
            "name.fr",
            "Không có mục nào tên “fr”; hãy sửa lại chính tả hoặc bỏ đi.",
        ),
        (
            "name: [Tên]",
            1,
            "name",
            "Giá trị “[Tên]” không đúng kiểu; ở đây phải là các mục “tên: giá trị”.",
        ),
        (
            "parts: một",
            1,
            "parts",
            "Giá trị “một” không đúng kiểu; ở đây phải là danh sách (mỗi dòng bắt đầu bằng "
            "dấu gạch "
            "ngang).",
        ),
        ("parts:\n  - size: 2", 2, "parts[0].id", "Thiếu mục “id”; hãy thêm vào."),
        (
            "parts:\n  - {id: a}\n  - {id: Sở Nội vụ}",
            3,
            "parts[1].id",
            "Mã “Sở Nội vụ” chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối, ví dụ "
            "so-noi-vu.",
        ),
        (
            "pairs: [{}]",
            1,
            "pairs[0].id",
            "Thiếu mục “id”; hãy thêm vào.",
        ),
        ("parts:\n  - id: a\n    size: 0", 3, "parts[0].size", "Không được nhỏ hơn 1."),
        (
            "parts:\n  - id: a\n    size: to",
            3,
            "parts[0].size",
            "Giá trị “to” không đúng kiểu; ở đây phải là số nguyên.",
        ),
        (
            "parts:\n  - id: a\n    size: 1.5",
            3,
            "parts[0].size",
            "Giá trị “1.5” không đúng kiểu; ở đây phải là số nguyên.",
        ),
    ],
)
def test_a_mistake_is_one_sentence_at_its_place(
    text: str, line: int, key: str, message: str
) -> None:
    assert faults(text) == [Finding("tep.yml", message, line, key)]


def test_an_empty_file_is_one_mistake() -> None:
    (finding,) = faults("")
    assert (finding.line, finding.key) == (0, "")
    assert finding.message.startswith("Giá trị để trống không đúng kiểu")


def test_numbers_and_single_words_are_taken_as_people_write_them() -> None:
    document = parse("line: 2026\nbasis: Điều 8\nname: Một  tên\nflag: no\nday: 2026-01-02\n")
    thing = build(Thing, document.value, document, "tep.yml")
    assert (thing.line, thing.basis, thing.name.vi) == ("2026", ("Điều 8",), "Một tên")
    assert (thing.flag, thing.day) == (False, dt.date(2026, 1, 2))


def test_faults_of_the_yaml_and_of_what_it_says_come_together(tmp_path: Path) -> None:
    path = tmp_path / "tep.yml"
    path.write_text("day: 2026-02-30\nflag: có\nline: a\nline: b\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        read(Thing, path, "tep.yml")
    assert sorted((f.line, f.key) for f in caught.value.findings) == [
        (1, "day"),
        (2, "flag"),
        (4, "line"),
    ]


def test_a_required_date_that_is_none_is_told_once(tmp_path: Path) -> None:
    class Dated(Value):
        day: dt.date

    path = tmp_path / "tep.yml"
    path.write_text("day: 2026-02-30\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        read(Dated, path, "tep.yml")
    (finding,) = caught.value.findings
    assert finding.message.startswith("Ngày “2026-02-30” không có trong lịch")


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (
            "a: 1\nb: Tiếng Việt\n".encode("utf-16"),
            1,
            "Tệp không phải Unicode UTF-8; hãy mở lại trong trình soạn thảo và lưu với bảng mã "
            "UTF-8 (TCVN 6909:2001).",
        ),
        (
            "a: 1\nb: Tiê\u0301ng\n".encode("cp1258"),
            2,
            "Tệp không phải Unicode UTF-8; hãy mở lại trong trình soạn thảo và lưu với bảng mã "
            "UTF-8 (TCVN 6909:2001).",
        ),
        (None, 0, "Không có tệp này; hãy tạo tệp hoặc sửa lại tên."),
    ],
)
def test_a_file_that_is_no_text(
    tmp_path: Path, content: bytes | None, line: int, message: str
) -> None:
    path = tmp_path / "tep.yml"
    if content is not None:
        path.write_bytes(content)
    for reader in (read_text, read_yaml):
        with pytest.raises(Refused) as caught:
            reader(path, "tep.yml")
        assert caught.value.findings == (Finding("tep.yml", message, line),)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"Không mở được tệp"):
        read_text(tmp_path, "thu-muc")


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "tep.yml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(path, "tep.yml").value == {"a": 1}


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "để trống"), ("a\n  b", "“a b”"), ("x" * 70, "“" + "x" * 60 + "…”"), (1.5, "“1.5”")],
)
def test_a_value_is_quoted_short(value: Any, shown: str) -> None:
    assert shorten(value) == shown


def test_the_likeliest_slip_is_named() -> None:
    assert one_of("so-noi-v", ["so-noi-vu", "van-phong"]) == (
        "Giá trị “so-noi-v” không có trong danh sách; có phải “so-noi-vu” không?"
    )


def test_a_finding_reads_as_one_line() -> None:
    whole = Finding("a.yml", "Sai.", 3, "b[0]", "Điều 1", Severity.WARNING)
    assert str(whole) == "a.yml:3: [b[0]] nhắc: Sai. (Căn cứ: Điều 1)"
    assert str(Finding("a.yml", "Sai.")) == "a.yml: lỗi: Sai."
    assert whole.at("b.md", 4).line == 7
    assert errors([whole, Finding("a.yml", "Sai.")]) == [Finding("a.yml", "Sai.")]


def test_findings_stand_in_order_and_once() -> None:
    a, b, c = Finding("a", "x", 2), Finding("a", "x", 10), Finding("b", "x", 1)
    assert in_order([c, b, a, b]) == [a, b, c]
    assert str(Refused([a, c])) == "a:2: lỗi: x\nb:1: lỗi: x"


# --- content types ---------------------------------------------------------------------------


def test_every_type_of_the_release_is_read() -> None:
    types = content_types()
    assert {"article", "legal_document", "consultation", "procedure", "media"} <= set(types)
    for name, spec in types.items():
        assert (name, next(iter(spec.fields))) == (spec.id, "id")


def test_a_type_whose_clock_has_no_field_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "content_types.yml"
    path.write_text(
        "common: {}\n"
        "types:\n"
        "  tin:\n"
        "    title: Tin\n"
        "    schema: NewsArticle\n"
        "    listing: news\n"
        "    started_by:\n"
        "      issued: ngay-ky\n"
        "    fields: {}\n"
        "  bai:\n"
        "    title: Bài\n"
        "    schema: NewsArticle\n"
        "    fields: {}\n",
        encoding="utf-8",
    )
    with pytest.raises(Refused) as caught:
        load_content_types(path, "loai.yml")
    assert [str(finding) for finding in caught.value.findings] == [
        "loai.yml:8: lỗi: Loại tin không có trường “ngay-ky” để tính thời hạn.",
        "loai.yml:10: [types.bai.listing] lỗi: Thiếu mục “listing”; hãy thêm vào.",
    ]


# --- the checkout ----------------------------------------------------------------------------


def test_the_root_is_found_from_any_folder_below_it(tmp_path: Path) -> None:
    below = tmp_path / "content" / "portal-nho" / "tin-tuc"
    below.mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    assert find_root(below) == find_root(tmp_path) == tmp_path.resolve()


def test_outside_a_checkout_the_command_says_so(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    with pytest.raises(Refused) as caught:
        find_root(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: lỗi: Không tìm thấy thư mục gốc của Cổng (nơi có content/ và "
        "pyproject.toml); hãy chạy lệnh trong thư mục đã tải về."
    )
