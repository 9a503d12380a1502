"""The one reader of Markdown: links with their lines, anchors, and what a text would lose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.links import To, resolve
from regulation.prose import MAX_BRACKETS, Link, read


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Xem [bài](a.md).", [Link("a.md", "bài", 1)]),
        ("\n\nXem [bài](a.md).", [Link("a.md", "bài", 3)]),
        ("[bài]( a.md )", [Link("a.md", "bài", 1)]),
        ("![Cầu](../media/c.svg)", [Link("../media/c.svg", "Cầu", 1, image=True)]),
        ('[a](b.md "Nhan đề")', [Link("b.md", "a", 1)]),
        ("[a](<b c.md>)", [Link("b c.md", "a", 1)]),
        ("[a](b_(c).md)", [Link("b_(c).md", "a", 1)]),
        ("[a](b\\_c.md)", [Link("b_c.md", "a", 1)]),
        ("[a](b.md?x=1&amp;y=2)", [Link("b.md?x=1&y=2", "a", 1)]),
        ("[một\ndòng](a.md)", [Link("a.md", "một dòng", 2)]),
        ("[a [b] c](d.md)", [Link("d.md", "a [b] c", 1)]),
        ("**[a](b.md)** và [c](b.md)\n\n[d](b.md)",
         [Link("b.md", "a", 1), Link("b.md", "c", 1), Link("b.md", "d", 3)]),
        ("[a][1]\n\n[1]: b.md", [Link("b.md", "a", 3)]),
        ("> - [a][x]\n\n[X]: b.md", [Link("b.md", "a", 3)]),
        ("![Cầu][p]\n\n[p]: c.svg", [Link("c.svg", "Cầu", 3, image=True)]),
        ("<https://mau.example/a>", [Link("https://mau.example/a", "https://mau.example/a", 1)]),
        ("<ban@mau.example>", [Link("mailto:ban@mau.example", "ban@mau.example", 1)]),
        ("Xem\n[![Cầu](c.svg)](a.md)", [Link("a.md", "", 2), Link("c.svg", "Cầu", 2, image=True)]),
        ("`[a](b.md)`\n\n[c](b.md)", [Link("b.md", "c", 3)]),
        ("```\n[a](b.md)\n\n[x](b.md)\n```\n\n[c](b.md)", [Link("b.md", "c", 7)]),
        ("    [a](b.md)", []),
        ("[a](xb.md)\n[c](b.md)", [Link("xb.md", "a", 1), Link("b.md", "c", 2)]),
        ("không [có] (gì)", []),
        ("\\[a](b.md)", []),
    ],
)  # fmt: skip
def test_links_are_found_with_their_lines(text: str, links: list[Link]) -> None:
    assert list(read(text).links) == links
    assert [f for f in read(text).faults if "\\[a]" not in text] == []


LOST = [
    ("Một.\n\n<script>x</script>", 3, "Thẻ HTML <script> không được dùng"),
    ("`<iframe>`\n\n<IFRAME src='x'>", 3, "Thẻ HTML <iframe> không được dùng"),
    ("<a href='b.md'>b</a>", 1, "hãy viết liên kết là [chữ](địa chỉ)"),
    ("<img src=x>", 1, "hãy viết ảnh là ![lời mô tả](tệp)"),
    ("<div>\n\nChữ\n\n</div>", 1, "Thẻ HTML <div> không được dùng"),
    ("<b style='x'>a</b>", 1, "Thẻ <b> chỉ được viết trơn"),
    ("<b>a", 1, "Thẻ <b> mở và đóng không đủ đôi"),
    ("a\n\n<!-- ẩn\n\n-->", 3, "Lời ghi chú <!-- … --> không được dùng"),
    ("Chữ.[^1]", 1, "Không có lời chú thích cho [^1]; hãy thêm dòng “[^1]: …” ở cuối bài."),
    ("Chữ.[^1]\n\n[^1]: A\n\n[^1]: B", 3, "Chú thích [^1] viết hai lần"),
    ("Chữ.\n\n[^1]: A", 3, "Chú thích [^1] không được nhắc đến trong bài"),
    ("[a][b]", 1, "Chỗ “][b]” giống liên kết nhưng không đọc được"),
    ("[a](b.md", 1, "Chỗ “](b.md” giống liên kết nhưng không đọc được"),
    ("[Ghi chú]: xem", 1, "không hiện trên trang vì bài không dùng đến"),
    ("[a][b]\n\n[b]: c.md\n[b]: d.md", 4, "Địa chỉ “[b]: …” ghi hai lần"),
    ("[a]()", 1, "Chỗ “[a](…)” chưa có địa chỉ"),
    ("[](b.md)", 1, "Liên kết đến “b.md” không có chữ"),
    ("![](b.svg)", 1, "Ảnh thiếu lời mô tả"),
    ("![ ](b.svg)", 1, "Ảnh thiếu lời mô tả"),
    ("![][p]\n\n[p]: b.svg", 3, "Ảnh thiếu lời mô tả"),
    ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", 3, "có 3 ô, dòng tiêu đề có 2 ô"),
    ("| a | b |\n|---|---|\n| 1 | 2 |\n| 1 |", 4, "có 1 ô, dòng tiêu đề có 2 ô"),
    ("Lời.\n| a | b |\n|---|---|\n| 1 | 2 |", 3, "hãy để một dòng trống phía trên bảng"),
    ("| a | b | c |\n|---|---|\n| 1 | 2 |", 2, "cho dòng tiêu đề với dòng gạch cùng số ô"),
    ("Một.\n\n```\nchữ", 3, "Khối mã mở bằng ``` mà chưa đóng"),
    ("A\n{: #x }\n\nB\n{: #x }", 2, "Tên mục “x” đặt ở 2 chỗ"),
    ("A\n\nB[^1]{: #x }\n\n[^1]: B", 3, "Dấu chú thích [^1] không mang tên riêng được"),
    ("A\n{: #main }", 2, "Tên mục “main” cổng đã dùng"),
    ("[" * (MAX_BRACKETS + 1), 1, "mà chưa đóng"),
    ("\n".join("    " * i + "- x" for i in range(300)), 1, "hãy viết đơn giản hơn"),
]


@pytest.mark.parametrize(("text", "line", "words"), LOST, ids=[words for *_, words in LOST])
def test_what_a_page_would_lose_is_told(text: str, line: int, words: str) -> None:
    told = [(fault.line, fault.message) for fault in read(text).faults]
    assert any(at == line and words in message for at, message in told), told
    assert all("; hãy " in message for _, message in told)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Tên <ten-don-vi> và <UBND tỉnh>.", "Tên &lt;ten-don-vi&gt; và &lt;UBND tỉnh&gt;."),
        ("<đơn vị> 3 < 5 > 2", "&lt;đơn vị&gt; 3 &lt; 5 &gt; 2"),
        ("\\<b>", "&lt;b&gt;"),
        ("H<sub>2</sub>O<br>x<BR/>", "H<sub>2</sub>O<br>x<br>"),
        ("<UBND *tỉnh*>", "&lt;UBND <em>tỉnh</em>&gt;"),
    ],
)
def test_what_is_no_tag_is_text(text: str, shown: str) -> None:
    assert read(text).faults == ()
    assert f"<p>{shown}</p>" in read(text).html


def test_two_texts_of_one_page_share_no_name() -> None:
    text = "# Mở đầu\n\nChữ.[^1] [lên](#mo-dau) [thân bài](#khac)\n\n[^1]: A"
    body, other = read(text), read(text, 3, "transcript--")
    assert body.anchors == {"mo-dau", "fn-1", "fnref-1"}
    assert other.anchors == {f"transcript--{name}" for name in body.anchors}
    assert [link.target for link in other.links] == [
        "#transcript--fn-1",
        "#transcript--mo-dau",
        "#khac",
    ]
    assert 'href="#transcript--fnref-1"' in other.html
    assert other.headings == (("transcript--mo-dau", "Mở đầu"),)


def test_no_level_of_headings_is_missed() -> None:
    text = "### A\n\n###### B\n\n#### C\n\n## D\n\n# E\n\n### F"
    levels = [part[0] for part in read(text).html.split("<h")[1:]]
    assert levels == ["2", "3", "3", "2", "2", "3"]
    assert read(text).faults == ()


SIGNS = (
    "[ ] ( ) ! < > ` ``` ~~~ # ## : / . \" ' \\ [^1] [^1]: [a]: a.md #muc | |---| * ** _ - > {: } "
    "*[X]: <b> </b> <a <script> <!-- --> &#2; &amp; \x02 \x03 \u2028 é javascript: [TOC] 1. =="
).split(" ")
texts = st.lists(
    st.sampled_from([*SIGNS, " ", "\n", "\n\n", "    ", "chữ"]) | st.text(max_size=6), max_size=40
).map("".join)


@given(texts)
def test_no_text_makes_the_reader_fail(text: str) -> None:
    made = read(text, 3, "x--")
    for link in made.links:
        assert 1 <= link.line <= text.count("\n") + 1
        assert isinstance(resolve(link.target, "tin-tuc/2026").to, To)
    for fault in made.faults:
        assert 1 <= fault.line <= text.count("\n") + 1
        assert "hãy " in fault.message


@given(texts)
def test_a_text_reads_the_same_whatever_was_read_before(text: str) -> None:
    first = read(text)
    read.cache_clear()
    read("[a][x] [^9]\n\n[x]: a.md\n\n[^9]: A\n\n*[X]: Y\n\n# chữ")
    assert read(text) == first
