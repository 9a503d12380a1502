"""What links in Markdown lead to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.links import Target, To, resolve


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
        ("/tim-kiem/?q=a#b", Target(To.PAGE, "/tim-kiem/", "b", "q=a")),
        ("http:a.md", Target(To.NOWHERE, "http:a.md")),
        ("http://[", Target(To.NOWHERE, "http://[")),
    ],
)
def test_a_link_leads_to_one_kind_of_place(target: str, expected: Target) -> None:
    assert resolve(target, "tin-tuc/2026") == expected


@given(st.text(alphabet="[]()!<>`~#:/.?&%\"' \nabé^\\0"))
def test_no_target_makes_it_fail(text: str) -> None:
    assert isinstance(resolve(text, "tin-tuc/2026").to, To)
