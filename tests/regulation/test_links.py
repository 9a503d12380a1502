"""Links in Markdown: where they stand, and what they lead to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.links import Link, Target, To, find_links, forbidden_tags, resolve


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Xem [bài](a.md).", [Link("a.md", "bài", 1)]),
        ("\n\nXem [bài](a.md).", [Link("a.md", "bài", 3)]),
        ("![Cầu](../media/c.svg)", [Link("../media/c.svg", "Cầu", 1, image=True)]),
        ("![](c.svg)", [Link("c.svg", "", 1, image=True)]),
        ('[a](b.md "Nhan đề")', [Link("b.md", "a", 1)]),
        ("[a](<b c.md>)", [Link("b c.md", "a", 1)]),
        ("[a](b_(c).md)", [Link("b_(c).md", "a", 1)]),
        ("[một\ndòng](a.md)", [Link("a.md", "một dòng", 1)]),
        ("[a]: b.md", [Link("b.md", "", 1)]),
        ("<https://mau.example/a>", [Link("https://mau.example/a", "", 1)]),
        (
            "Xem\n[![Cầu](c.svg)](a.md)",
            [Link("a.md", "![Cầu](c.svg)", 2), Link("c.svg", "Cầu", 2, image=True)],
        ),
        ("`[a](b.md)`", []),
        ("```\n[a](b.md)\n```\n[c](d.md)", [Link("d.md", "c", 4)]),
        ("[^1]: ghi chú", []),
        ("không [có] (gì)", []),
    ],
)
def test_links_are_found_with_their_lines(text: str, links: list[Link]) -> None:
    assert list(find_links(text)) == links


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("https://mau.example/", Target(To.OUTSIDE, "https://mau.example/")),
        ("mailto:a@mau.example", Target(To.OUTSIDE, "mailto:a@mau.example")),
        ("tel:0235000000", Target(To.OUTSIDE, "tel:0235000000")),
        ("#muc-2", Target(To.ANCHOR, "", "muc-2")),
        ("/lien-he/#ban-do", Target(To.PAGE, "/lien-he/", "ban-do")),
        ("khac.md", Target(To.ITEM, "tin-tuc/2026/khac.md")),
        ("../2025/cu.md#cuoi", Target(To.ITEM, "tin-tuc/2025/cu.md", "cuoi")),
        ("../../media/c%C3%A2u.svg", Target(To.FILE, "media/câu.svg")),
        ("../../../khac/a.md", Target(To.NOWHERE, "../../../khac/a.md")),
        ("javascript:alert(1)", Target(To.NOWHERE, "javascript:alert(1)")),
        ("data:text/html,x", Target(To.NOWHERE, "data:text/html,x")),
        ("//mau.example/a", Target(To.NOWHERE, "//mau.example/a")),
        ("http://[", Target(To.NOWHERE, "http://[")),
    ],
)
def test_a_link_leads_to_one_kind_of_place(target: str, expected: Target) -> None:
    assert resolve(target, "tin-tuc/2026") == expected


@given(st.text(alphabet="[]()!<>`~#:/.\"' \nabé^\\"))
def test_no_text_makes_the_finder_fail(text: str) -> None:
    for link in find_links(text):
        assert 1 <= link.line <= text.count("\n") + 1
        assert isinstance(resolve(link.target, "tin-tuc/2026").to, To)


def test_raw_html_that_a_page_would_drop_is_found_with_its_line() -> None:
    text = "Đoạn.\n\n<script>x</script>\n\n`<iframe>` trong mã\n\n<IFRAME src='x'>\n"
    assert [(tag.name, tag.line) for tag in forbidden_tags(text)] == [("script", 3), ("iframe", 7)]
