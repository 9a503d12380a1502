"""Names that are the same on every machine."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulation.findings import Severity
from tests.workflow.checks.files.made import MEDIA
from workflow.checks.files.names import check, check_names

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BAD: dict[str, tuple[str, str]] = {
    "marks": ("Phiếu góp ý.docx", "hãy đổi thành phieu-gop-y.docx"),
    "loose marks": (unicodedata.normalize("NFD", "phiếu.docx"), "dấu rời"),
    "blanks": ("phieu gop y.docx", "hãy đổi thành phieu-gop-y.docx"),
    "brackets": ("phieu(1).docx", "hãy đổi thành phieu-1.docx"),
    "hidden": (".phieu.docx", "bị ẩn"),
    "a temporary file": ("~$phieu.docx", "tệp tạm"),
    "Windows pictures": ("Thumbs.db", "tệp tạm"),
    "a name of Windows": ("con.pdf", "tên riêng của Windows"),
    "a port of Windows": ("COM1.pdf", "tên riêng của Windows"),
    "a dot at the end": ("phieu.", "kết thúc bằng dấu chấm"),
    "a blank at the end": ("phieu.pdf ", "kết thúc bằng"),
    "a dash at the front": ("-rf.pdf", "hãy đổi thành rf.pdf"),
    "a colon": ("a:b.pdf", "hãy đổi thành a-b.pdf"),
    "a line end": ("a\nb.pdf", "a�b.pdf"),
    "another script": ("файл.pdf", "chỉ được gồm chữ không dấu"),
    "letters from right to left": ("a\u202efdp.exe", "a�fdp.exe"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_name_that_is_not_the_same_everywhere_is_refused(case: str) -> None:
    name, wanted = BAD[case]
    (finding,) = check(MEDIA + name, b"")
    assert finding.severity is Severity.ERROR
    assert wanted in finding.message


@pytest.mark.parametrize("name", ["phieu-gop-y.docx", "bao_cao.v2.pdf", "2026.csv", "a.tar.gz"])
def test_a_plain_name_passes(name: str) -> None:
    assert list(check(MEDIA + name, b"")) == []


def test_capitals_are_a_reminder() -> None:
    (finding,) = check(MEDIA + "PhieuGopY.PDF", b"")
    assert finding.severity is Severity.WARNING
    assert "phieugopy.pdf" in finding.message


def test_folders_count_too_and_long_paths() -> None:
    assert len(list(check("content/quangnam/media/Tài liệu/a.pdf", b""))) == 1
    (finding,) = check("content/quangnam/media/" + "a" * 200 + ".pdf", b"")
    assert "nhiều nhất 180" in finding.message


def test_the_name_of_an_article_is_told_by_the_reader_of_articles() -> None:
    assert list(check("content/quangnam/tin-tuc/2026/Họp ban.md", b"")) == []
    assert list(check("content/quangnam/media/Họp ban.md", b"")) != []


def test_two_names_that_are_one_elsewhere_are_told() -> None:
    nfd = unicodedata.normalize("NFD", "media/phiếu.pdf")
    paths = ["media/a.pdf", "media/A.pdf", "media/phiếu.pdf", nfd, "media/b.pdf"]
    found = list(check_names(paths))
    assert [f.path for f in found] == ["media/a.pdf", "media/phiếu.pdf"]
    assert all("thành một" in f.message for f in found)


def test_two_folders_that_are_one_are_told_once() -> None:
    found = list(check_names(["a/Media/x.pdf", "a/media/x.pdf", "a/media/y.pdf"]))
    assert [f.path for f in found] == ["a/media/x.pdf"]
    assert "“a/media” và “a/Media”" in found[0].message


def test_names_that_differ_pass() -> None:
    assert list(check_names(["a/b.pdf", "a/c.pdf", "b/b.pdf", "a/b.pdf"])) == []


@unhurried
@given(st.text(max_size=300))
def test_no_name_makes_a_check_raise(path: str) -> None:
    list(check(path, b""))
    list(check_names([path, path.upper(), path.lower()]))
