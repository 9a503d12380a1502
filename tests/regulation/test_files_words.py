"""The words of documents: what a reader sees in them, whatever is wrong with the file."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.files import words
from regulation.files.words import Late, document_words, office_words, pdf_words
from tests.workflow.checks.files.made import docx, field, odf, pdf, xlsx, zipped

PDF = pdf(text="Thong bao")


def test_the_words_of_documents() -> None:
    assert document_words(docx("Kính gửi Ủy ban", "Ông Bờm"), 999).split("\n") == [
        "Kính gửi Ủy ban",
        "Ông Bờm",
        "",
    ]
    assert document_words(xlsx("Tên &amp; số", "Hai"), 999).split() == ["Tên", "&", "số", "Hai"]
    assert document_words(PDF, 999).strip() == "Thong bao"
    text = odf("text", {"content.xml": "<text:h>Một</text:h><text:p>Hai</text:p>"})
    assert document_words(text, 999).split() == ["Một", "Hai"]


def test_words_and_numbers_that_a_tab_or_a_line_parts_stay_apart() -> None:
    """Run together, nobody would find them, nor see that two telephone numbers stand there."""
    word = "<w:tabs><w:tab w:pos='9'/></w:tabs>a<w:tab/>0905123456<w:tab/>0914000111<w:cr/>b"
    made = zipped({"word/document.xml": f"<w:p>{word}</w:p>"})
    assert document_words(made, 999).split() == ["a", "0905123456", "0914000111", "b"]
    assert office_words(made) == document_words(made, 999)
    odt = '<text:p>a<text:line-break/>b<text:tab/>c<text:s text:c="3"/>d<text:span>e</text:span>'
    made = odf("text", {"content.xml": odt})
    assert document_words(made, 999).split() == ["a", "b", "c", "de"]
    slide = zipped({"ppt/slides/slide1.xml": "<a:p><a:t>a</a:t><a:br/><a:t>b</a:t></a:p>"})
    assert document_words(slide, 999).split() == ["a", "b"]


def test_what_is_beside_the_text_is_for_the_checks_alone() -> None:
    parts = {
        "word/comments.xml": "<w:p>ghichu</w:p>",
        "word/header1.xml": "<w:p>dautrang</w:p>",
        "word/footnotes.xml": "<w:p>chuthich</w:p>",
    }
    made = docx("thân", more=parts)
    assert {"thân", "ghichu", "dautrang", "chuthich"} == set(office_words(made).split())
    assert {"thân", "chuthich"} == set(document_words(made, 999).split())


def test_what_was_struck_out_is_not_read() -> None:
    struck = (
        '<w:p><w:del><w:r><w:delText xml:space="preserve">xóa</w:delText></w:r></w:del>còn</w:p>'
    )
    made = zipped({"word/document.xml": f"<w:document>{struck}</w:document>"})
    assert document_words(made, 999).strip() == "còn"
    assert "xóa" in office_words(made)
    assert document_words(field("HYPERLINK zq"), 999).strip() == ""
    tracked = (
        "<text:tracked-changes><text:p>xóa</text:p></text:tracked-changes><text:p>còn"
        "<office:annotation><text:p>lời bàn</text:p></office:annotation> lại"
        '<office:annotation-end office:name="1"/>.</text:p><office:annotation >'
    )
    assert document_words(odf("text", {"content.xml": tracked}), 999).strip() == "còn lại."


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"PK\x03\x04" + b"\0" * 50,
        docx("a")[:-20],
        zipped({"word/document.xml": b"\xff\xfe<w:p>"}),
        b"%PDF-1.7",
        b"%PDF-1.7 startxref",
        PDF[:200] + b"startxref",
        PDF.replace(b"/Pages 2 0 R", b"/Pages 1 0 R"),
        PDF.replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
        b"\x89PNG",
    ],
)
def test_whatever_is_wrong_with_a_file_it_has_no_words(data: bytes) -> None:
    assert document_words(data, 999).strip(" \n\ufffd\f") == ""


def test_no_more_is_read_than_is_wanted() -> None:
    assert document_words(docx("một hai ba", "bốn"), 4) == "một "
    assert len(document_words(pdf(text="a" * 500), 10)) == 10


def test_a_bomb_is_not_unpacked() -> None:
    assert document_words(zipped({"word/document.xml": b"<w:p>" * 9_000_000}), 999) == ""


@given(st.binary(max_size=300), st.integers(0, 900))
def test_no_bytes_bring_a_reader_of_office_documents_down(noise: bytes, at: int) -> None:
    made = docx("một hai ba")
    assert isinstance(document_words(made[:at] + noise + made[at:], 99), str)


def test_a_child_that_is_not_given_time_is_no_file_without_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def late(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("x", 1)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(Late):
        document_words(PDF, 999)
    assert pdf_words(PDF) == ""


def test_a_pdf_is_read_apart_from_this_program(tmp_path: Path) -> None:
    """Nothing of this program's environment leads the child to other code."""
    (tmp_path / "pypdf.py").write_text("raise SystemExit(9)")
    child = Path(words.__file__).with_name("pdfwords.py")
    done = subprocess.run(
        [sys.executable, "-I", str(child), "999"],
        input=PDF,
        capture_output=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
    )
    assert done.stdout.decode().strip() == "Thong bao"
