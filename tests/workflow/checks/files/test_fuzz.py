"""No bytes make a check raise, and none keep it busy."""

import time
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulation.findings import Finding
from tests.workflow.checks.files.made import GOOD, MEDIA, docx, ole, pdf
from workflow.checks.files import FILE_CHECKS, macros, names, sizes, svg, types

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAMES = [*sorted(GOOD), "a.doc", "a.xls", "a.ppt", "a.exe", "a", "portal.yml"]
# The words of a PDF are read in a process of its own, which no example should wait for.
QUICK = (names.check, types.check, sizes.check, macros.check, svg.check)
WHOLE = {**GOOD, "a.doc": ole("WordDocument", "Macros"), "a.xls": ole("Workbook")}


def run(name: str, data: bytes) -> None:
    for check in FILE_CHECKS if not data.startswith(b"%PDF-") else QUICK:
        for finding in check(MEDIA + name, data):
            assert isinstance(finding, Finding)
            assert "\n" not in finding.message


@unhurried
@given(st.sampled_from(NAMES), st.binary(max_size=3_000))
def test_no_bytes_make_a_check_raise(name: str, data: bytes) -> None:
    run(name, data)


@settings(unhurried, max_examples=400)
@given(st.data())
def test_no_spoilt_file_makes_a_check_raise(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    whole = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 12))):
        if not whole:
            break
        at = data.draw(st.integers(0, len(whole) - 1))
        what = data.draw(st.sampled_from(["set", "cut", "put", "drop"]))
        if what == "set":
            whole[at] = data.draw(st.integers(0, 255))
        elif what == "cut":
            del whole[at:]
        elif what == "put":
            whole[at:at] = data.draw(st.binary(max_size=20))
        else:
            del whole[at : at + data.draw(st.integers(1, 50))]
    run(name, bytes(whole))


@unhurried
@given(
    st.sampled_from(["a.md", "a.csv", "a.svg", "a.txt", "a.vtt", "a.yml"]), st.text(max_size=2_000)
)
def test_no_words_make_a_check_raise(name: str, text: str) -> None:
    run(name, text.encode("utf-8", "replace"))


LONG: dict[str, tuple[str, bytes]] = {
    "streams without end": ("a.pdf", b"%PDF-1.7\n" + b"stream\n" * 300_000),
    "streams and objects": (
        "a.pdf",
        b"%PDF-1.7\n" + b"1 0 obj<</Type/ObjStm>>stream\nx\nendstream " * 60_000,
    ),
    "actions on opening": ("a.pdf", b"%PDF-1.7\n" + b"/OpenAction 9 0 R 1 0 obj " * 80_000),
    "an object stream that swells": (
        "a.pdf",
        pdf("<< /Type /ObjStm >>\nstream\n")[:-60] + zlib.compress(bytes(80_000_000)),
    ),
    "digits": ("a.txt", b"0" * 2_000_000),
    "digits in groups": ("a.txt", b"049 " * 500_000),
    "digits, dotted": ("a.txt", b"0." * 1_000_000),
    "blanks": ("a.txt", b" " * 2_000_000),
    "names": ("a.txt", "Nguyễn Văn ".encode() * 100_000),
    "accounts": ("a.txt", "số tài khoản 1 ".encode() * 100_000),
    "mails": ("a.txt", b"a." * 1_000_000 + b"@gmail.com"),
    "addresses": ("a.txt", b"http://" * 300_000),
    "schemes": ("a.txt", b"a+" * 1_000_000 + b"://a:b@"),
    "tokens": ("a.txt", b"eyJ" + b"a" * 2_000_000),
    "tokens in pieces": ("a.txt", b"eyJaaaaaaaaaaa." * 130_000),
    "passwords": ("a.txt", b"pass:" * 400_000),
    "brackets": ("a.docx", docx("<" * 500_000)),
    "runs": ("a.docx", docx(more={"word/header1.xml": "<w:instrText " * 200_000})),
    "relations": ("a.docx", docx(more={"word/_rels/a.rels": "<Relationship " * 200_000})),
    "depth": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 300_000),
    "urls": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><style>' + b"url( " * 200_000),
    "comments": ("a.svg", b"<!--" * 400_000),
    "heads": ("a.csv", b"," * 300_000 + b"\n" + b"," * 300_000),
    "rows": ("a.csv", ("a" * 1_000 + ",").encode() * 500 + b"\n" + b"x,y\n" * 60_000),
    "markers": ("a.jpg", b"\xff\xd8" + b"\xff\xe0\0\0" * 500_000),
    "chunks": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(2_000_000)),
    "boxes": ("a.mp4", b"\0\0\0\x08ftyp" * 250_000),
    "folders": ("a.doc", ole("WordDocument") * 300),
    "keys": ("a.md", b"---\n" + b"a: 0905123456\n" * 40_000 + b"---\n"),
    "headings": ("a.md", b"# a\n0905123456\n" * 40_000),
}


@pytest.mark.parametrize("case", LONG)
def test_long_files_take_a_bounded_time(case: str) -> None:
    name, data = LONG[case]
    begun = time.process_time()
    run(name, data)
    assert time.process_time() - begun < 10
