"""What may not stand in a drawing."""

import pytest

from regulation.findings import errors
from tests.workflow.checks.files.made import MEDIA, svg
from workflow.checks.files.svg import check

XHTML = 'xmlns:h="http://www.w3.org/1999/xhtml"'
LAUGHS = (
    "<!DOCTYPE svg [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY a{n} '&a{n - 1};&a{n - 1};&a{n - 1};'>" for n in range(1, 40))
    + "]>"
).replace("a0;", "a;")

CASES: dict[str, tuple[bytes, str]] = {
    "script": (svg("<script>alert(1)</script>"), "<script> chạy được"),
    "script by another prefix": (
        svg('<s:script xmlns:s="http://www.w3.org/2000/svg">1</s:script>'),
        "chạy được",
    ),
    "a page's script": (svg(f"<h:script {XHTML}>1</h:script>"), "chạy được"),
    "a page's frame": (svg(f'<h:iframe {XHTML} src="a"/>'), "chạy được"),
    "foreignObject": (svg("<foreignObject><p>x</p></foreignObject>"), "chạy được"),
    "handler": (svg('<g onclick="a()"/>'), "onclick"),
    "load": (svg(more='onload="a()"'), "onload"),
    "javascript": (svg('<a href="javascript:a()"><g/></a>'), "javascript:"),
    "javascript in pieces": (svg('<a xlink:href=" java&#10;script:a()"><g/></a>'), "javascript:"),
    "javascript in a value": (
        svg('<set attributeName="href" to="javascript:a()"/>'),
        "chuyển động",
    ),
    "a picture elsewhere": (svg('<image href="https://xau.example/a.png"/>'), "ở nơi khác"),
    "a picture on any server": (svg('<image xlink:href="//xau.example/a.png"/>'), "ở nơi khác"),
    "a file beside": (svg('<use href="b.svg#a"/>'), "ở nơi khác"),
    "an SVG in an SVG": (svg('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>'), "ở nơi khác"),
    "a page in an address": (svg('<a href="data:text/html,x"><g/></a>'), "chạy mã"),
    "import": (svg("<style>@import 'https://xau.example/a.css';</style>"), "@import"),
    "url in a style": (svg("<style>g{fill:url(https://xau.example/a)}</style>"), "@import"),
    "url in an attribute": (svg('<g fill="url(//xau.example/a#b)"/>'), "@import"),
    "url in a style attribute": (svg("<g style=\"fill:url( 'http://xau.example')\"/>"), "@import"),
    "url in disguise": (svg("<style>g{fill:u\\72l(https://xau.example)}</style>"), "che chữ"),
    "url in two parts": (svg("<style>g{fill:url(<![CDATA[//xau.example)]]></style>"), "@import"),
    "animation": (svg('<animate attributeName="x" to="9"/>'), "chuyển động"),
    "animation of an address": (svg('<a><set attributeName="href" to="#x"/></a>'), "chuyển động"),
    "animation in a style": (svg("<style>g{animation:a 1s infinite}</style>"), "chuyển động"),
    "billion laughs": (svg("<text>&a39;</text>", LAUGHS), "DOCTYPE"),
    "a file as entity": (
        svg("<text>&a;</text>", "<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"),
        "DOCTYPE",
    ),
    "a style sheet": (svg(top='<?xml-stylesheet href="https://xau.example/a.css"?>'), "chỉ thị"),
    "no width": (svg().replace(b'width="80"', b'width="0"'), "bằng 0"),
    "no height in the view": (svg(more='viewBox="0 0 80 0"'), "bằng 0"),
    "a strange part": (svg("<video/>"), "phần lạ"),
    "no XML": (b'<svg xmlns="http://www.w3.org/2000/svg"><g></svg>', "sai quy tắc XML"),
    "two roots": (svg() + b"<script/>", "sai quy tắc XML"),
    "UTF-16": (b'<svg xmlns="x"/>'.decode().encode("utf-16"), "UTF-8"),
    "another code": (svg(top='<?xml version="1.0" encoding="utf-7"?>'), "UTF-8"),
    "too long": (svg("<g/>" * 600_000), "2 MB"),
}


@pytest.mark.duty("O3")
@pytest.mark.parametrize("case", CASES)
def test_what_runs_moves_or_fetches_in_a_drawing_is_refused(case: str) -> None:
    data, wanted = CASES[case]
    told = [finding.message for finding in errors(check(MEDIA + "a.svg", data))]
    assert any(wanted in message for message in told), told


@pytest.mark.parametrize(
    "data",
    [
        svg('<defs><linearGradient id="a"/></defs><g fill="url(#a)" style="stroke:url(\'#a\')"/>'),
        svg('<image href="data:image/png;base64,iVBORw0KGgo="/><use xlink:href="#a"/>'),
        svg("<style>.a{fill:#333;transition:none}</style><title>Sơ đồ</title><text>url(x)</text>"),
        svg('<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>'),
        svg(top='<?xml version="1.0" encoding="UTF-8"?>\n<!-- Sơ đồ -->\n'),
        svg().replace(b'width="80"', b'width="100%"'),
    ],
)
def test_what_drawings_have_is_no_finding(data: bytes) -> None:
    assert list(check(MEDIA + "a.svg", data)) == []


def test_a_finding_names_its_line() -> None:
    (finding,) = check(MEDIA + "a.svg", svg("\n\n<g onclick='a()'/>"))
    assert finding.line == 3


def test_a_hundred_faults_are_told_in_part() -> None:
    assert len(list(check(MEDIA + "a.svg", svg("<g onclick='a()'/>" * 100)))) == 20
