"""What people type is text on every page, and a file's name is only a name."""

from html.parser import HTMLParser

import pytest

from tests.relay.citizens import QUESTION, SEND, Office
from tests.workflow.checks.files.made import pdf

CORPUS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "--></main><iframe src=javascript:alert(1)>",
    "<!--cong:main--><!--cong:title-->",
    "{{ 7 * 7 }}{% include 'base.html' %}${7*7}",
    "javascript:alert(1)//",
    "<a class=x href='data:text/html,<script>1</script>'>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;script>",
    "=cmd|' /C calc'!A0",
    "x\r\nSet-Cookie: a=b\r\n\r\n<script>",
    "\u202e<gpj.tpircs>\u2066",
    "<style>@import'//x'</style><link rel=stylesheet href=//x>",
    "<input name=token value=x><form action=//x>",
    "+ADw-script+AD4-alert(1)",
    "<scr\0ipt>".replace("\0", "\u200b") + "alert(1)</script>",
]


class _Shape(HTMLParser):
    """The tags of a page with the names of their attributes: what a browser would build."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def shape(page: str) -> list[tuple[str, tuple[str, ...]]]:
    return _Shape(page).found


def pages(office: Office, text: str) -> list[str]:
    """Every page that shows what somebody typed."""
    typed = {**QUESTION, "tieu-de": text, "noi-dung": text, "ho-ten": text}
    said = [office.post(SEND, {**typed, "thu": f"{text}@"}, [(f"{text}.pdf", pdf())]).text]
    review = office.post(SEND, typed, [(f"{text}.pdf", pdf())])
    code = office.code(typed)
    added = {"ma": code, "noi-dung": text}
    return [
        *said,
        review.text,
        office.post("/y-kien/tra-cuu/", {"ma": code}).text,
        office.post("/y-kien/vu-viec/bo-sung/", added, [(f"{text}.pdf", pdf())]).text,
        office.post("/y-kien/vu-viec/thu-dien-tu/", {"ma": code, "thu": text}).text,
        office.post("/y-kien/tra-cuu/", {"ma": text}).text,
    ]


@pytest.mark.parametrize("text", CORPUS)
def test_what_is_typed_builds_nothing(office: Office, text: str) -> None:
    if office.context.store.engine.dialect.name != "sqlite":
        pytest.skip("pages are drawn alike over both databases")
    plain = pages(office, "chữ thường")
    office.later(hours=2)
    for page, other in zip(pages(office, text), plain, strict=True):
        assert shape(page) == shape(other)


def test_a_name_with_line_ends_makes_no_header(office: Office) -> None:
    name = 'a"\r\nContent-Type: text/html\r\n\r\n<script>.pdf'
    page = office.post(SEND, QUESTION, [(name, pdf())])
    assert page.status_code in (200, 400)
    assert "<script>" not in page.text
