"""The parts of a preview, each alone: words that differ, a page in one piece, a draft."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from justhtml import JustHTML

from tests.small import jpeg
from workflow.preview.differences import Deed, differences
from workflow.preview.inline import Budget, inlined
from workflow.preview.workshop import published


def told(old: str, new: str) -> str:
    """The differences in one line."""
    marks = {Deed.KEPT: "{}", Deed.ADDED: "[+{}]", Deed.REMOVED: "[-{}]", Deed.SKIPPED: "…{}"}
    return "".join(marks[piece.deed].format(piece.text) for piece in differences(old, new))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("như cũ\n", "như cũ\n", ""),
        ("ngày 01/12/2026 họp\n", "ngày 02/12/2026 họp\n", "ngày [-01/12/2026][+02/12/2026] họp\n"),
        ("một hai ba bốn\n", "một năm sáu bốn\n", "một [-hai ba][+năm sáu] bốn\n"),
        ("a\n\nb\n\nc\nd e f\n", "a\n\nb\n\nc\nd g f\n", "…c\nd [-e][+g] f\n"),
        ("a\n\nb\n", "a\n\nb\n\nc\n", "…b\n[+\nc\n]"),
        ("a\n\nb\n", "c\na\n\nb\n", "[+c\n]a\n…"),
        ("", "mới\n", "[+mới\n]"),
        ("cũ\n", "", "[-cũ\n]"),
    ],
)
def test_words_that_differ(old: str, new: str, says: str) -> None:
    assert told(old, new) == says


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab \n/1", max_size=40), st.text(alphabet="ab \n/1", max_size=40))
def test_nothing_that_differs_is_left_out(old: str, new: str) -> None:
    """What is not skipped reads, in order, as parts of either text."""
    pieces = differences(old, new)
    assert bool(pieces) == (old != new)
    for text, other in ((old, Deed.ADDED), (new, Deed.REMOVED)):
        at = 0
        for piece in pieces:
            if piece.deed not in (other, Deed.SKIPPED):
                at = text.index(piece.text, at) + len(piece.text)


HOSTILE = """<!doctype html><html lang="vi"><head><title>t</title>
<meta http-equiv="refresh" content="0;url=https://evil.example"><base href="https://evil.example/">
<link rel="stylesheet" href="/static/cong.css"><link rel="preload" href="/x"></head>
<body onload="x()" background="https://evil.example/b.png"><h1>t</h1>
<a href="javascript:x()">a</a><a href=" data:text/html,x">b</a><a href="../hai/">c</a>
<a href="//other.example/x">d</a>
<form action="https://evil.example"><button formaction="/x">g</button></form>
<img src="https://evil.example/x.png" alt="e"><img src="/../../bi-mat.png" alt="f">
<svg><a xlink:href="javascript:x()"><text>s</text></a><image href="https://evil.example/y"/>
<use href="#q"/></svg><iframe src="/x"></iframe><video src="/x.mp4" controls></video>
<script>x()</script></body></html>"""


def test_nothing_of_a_page_stays_alive(tmp_path: Path) -> None:
    (tmp_path / "bi-mat.png").write_bytes(b"x")
    folder = tmp_path / "site"
    (folder / "mot").mkdir(parents=True)
    (folder / "static").mkdir()
    css = "@import 'https://evil.example/a.css';p{background:url(https://evil.example/p.png)}"
    (folder / "static" / "cong.css").write_text(css + "q::after{content:'</style><b>'}")
    (folder / "mot" / "index.html").write_text(HOSTILE, encoding="utf-8")
    html = inlined(folder, "mot/index.html", "https://mau.example", Budget(10_000))
    page = JustHTML(html, sanitize=False)
    assert "evil.example" not in html
    assert "javascript:" not in html
    assert not page.query("script, iframe, video, base, link, b")
    assert [node.attrs.get("href") for node in page.query("body > a")] == [
        None,
        None,
        "https://mau.example/hai/",
        "https://other.example/x",
    ]
    (use,) = page.query("use")
    assert use.attrs == {"href": "#q"}
    assert all("alt" in node.attrs for node in page.query("img"))


def test_pictures_are_as_small_as_is_sharp_and_have_a_limit(tmp_path: Path) -> None:
    for width in (400, 800, 1200):
        (tmp_path / f"a-{width}.jpg").write_bytes(jpeg(width, width))
    page = '<html><head></head><body><img src="/a-800.jpg" srcset="{}"></body></html>'
    offered = ", ".join(f"/a-{width}.jpg {width}w" for width in (400, 800, 1200))
    (tmp_path / "index.html").write_text(page.format(offered))
    sizes = {width: (tmp_path / f"a-{width}.jpg").stat().st_size for width in (400, 800, 1200)}

    def taken(limit: int) -> tuple[int, bool]:
        budget = Budget(limit)
        html = inlined(tmp_path, "index.html", "https://mau.example", budget)
        weight = len(html) * 3 // 4
        near = min(sizes, key=lambda width: abs(sizes[width] - weight))
        return (near if "data:image/jpeg" in html else 0), bool(budget.refused)

    assert taken(10_000_000) == (800, False)
    assert taken(sizes[800] * 4 // 3 - 10) == (400, False)
    assert taken(100) == (0, True)


def test_a_draft_is_shown_as_what_it_will_be() -> None:
    text = "---\nid: a\nstatus: draft # còn viết\ntitle: status: draft\n---\nstatus: draft\n"
    now = published(text)
    assert now == text.replace("status: draft #", "status: published#", 1) or "published" in now
    assert now.splitlines()[2].startswith("status: published")
    assert now.splitlines()[3:] == text.splitlines()[3:]
    assert published("không khai báo") == "không khai báo"
