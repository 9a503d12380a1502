"""What a file is by its content, against its name."""

import io
import zipfile

import pytest

from regulation.files.recognise import FORMS
from regulation.findings import Severity, errors
from tests.workflow.checks.files.made import (
    EXE,
    GOOD,
    MEDIA,
    MKV,
    docx,
    mp4,
    odf,
    ole,
    pdf,
    picture,
    wav,
    xlsx,
    zipped,
)
from workflow.checks.files import FILE_CHECKS
from workflow.checks.files.types import check

INSIDE = "bên trong là"
BROKEN = "đã hỏng hoặc bị cắt"
LOCKED = "mật khẩu hoặc bị khóa"
BEHIND = "nối thêm"


def told(name: str, data: bytes) -> str:
    return " | ".join(finding.message for finding in check(MEDIA + name, data))


@pytest.mark.parametrize("name", GOOD)
def test_a_faultless_file_of_every_form_passes_every_check(name: str) -> None:
    found = [str(f) for one in FILE_CHECKS for f in one(MEDIA + name, GOOD[name])]
    assert found == []


def test_every_form_has_a_faultless_example() -> None:
    suffixes = {"." + name.rpartition(".")[2] for name in GOOD}
    wanted = {suffix for form in FORMS.values() for suffix in form.suffixes}
    assert wanted - suffixes == {".doc", ".xls", ".ppt"}


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def bomb() -> bytes:
    return docx("x", more={"word/media/a.bin": bytes(60_000_000)})


def locked_zip() -> bytes:
    """A document whose entries are marked as locked, in both lists."""
    return (
        docx("x")
        .replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\1\0")
        .replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0")
    )


def sliding() -> bytes:
    """An archive behind another file's bytes, as self-extracting archives are."""
    return EXE + zipped({"a.txt": "x"})


CASES: dict[str, tuple[str, bytes, str]] = {
    "a program named PDF": ("a.pdf", EXE, INSIDE + " chương trình"),
    "an ELF named PNG": ("a.png", b"\x7fELF" + bytes(90), INSIDE + " chương trình"),
    "a program as an article": ("a.md", EXE, INSIDE + " chương trình"),
    "a program by its own name": ("a.exe", EXE, "không có trong danh sách"),
    "an archive that unpacks itself": ("a.docx", sliding(), INSIDE + " chương trình"),
    "an archive named Word": ("a.docx", zipped({"a.txt": "x"}), INSIDE + " tệp nén ZIP"),
    "a Java archive": ("a.docx", zipped({"META-INF/MANIFEST.MF": "x"}), INSIDE + " chương trình"),
    "an archive by its own name": ("a.zip", zipped({"a.txt": "x"}), "không có trong danh sách"),
    "RAR": ("a.pdf", b"Rar!\x1a\x07\0" + bytes(40), INSIDE + " tệp nén RAR"),
    "7z": ("a.pdf", b"7z\xbc\xaf\x27\x1c" + bytes(40), INSIDE + " tệp nén 7z"),
    "gzip": ("a.csv", b"\x1f\x8b\x08\0" + bytes(40), INSIDE + " tệp nén GZIP"),
    "tar": ("a.txt", b"x".ljust(257, b"\0") + b"ustar\0" + bytes(300), INSIDE + " tệp nén TAR"),
    "HTML named text": ("a.txt", b"\n <!DOCTYPE html><html></html>", INSIDE + " trang HTML"),
    "HTML behind a comment": ("a.md", b"<!-- x --><script>1</script>", INSIDE + " trang HTML"),
    "HTML named SVG": ("a.svg", b"<html><svg></svg></html>", INSIDE + " trang HTML"),
    "HTML named PDF": ("a.pdf", b"<html>", INSIDE + " trang HTML"),
    "a shell script": ("a.txt", b"#!/bin/sh\nls\n", INSIDE + " mã lệnh"),
    "a batch file": ("a.txt", b"@echo off\r\ndel x\r\n", INSIDE + " mã lệnh"),
    "PHP": ("a.txt", b"<?php system(1);", INSIDE),
    "a shortcut": ("a.pdf", b"L\0\0\0\x01\x14\x02\0" + bytes(60), INSIDE + " lối tắt"),
    "RTF": ("a.doc", b"{\\rtf1 x}", INSIDE + " văn bản RTF"),
    "Matroska": ("a.webm", MKV, INSIDE + " video Matroska"),
    "a QuickTime film": ("a.mp4", mp4(b"qt  "), INSIDE + " video QuickTime"),
    "a telephone's HEIC": ("a.jpg", mp4(b"heic"), INSIDE + " ảnh HEIC"),
    "AVI": ("a.mp4", b"RIFF\x04\0\0\0AVI " + bytes(9), INSIDE + " video AVI"),
    "BMP": ("a.png", b"BM" + bytes(60), INSIDE + " ảnh BMP"),
    "TIFF": ("a.jpg", b"II*\0" + bytes(60), INSIDE + " ảnh TIFF"),
    "a database": ("a.csv", b"SQLite format 3\0" + bytes(60), INSIDE + " cơ sở dữ liệu"),
    "bytes named CSV": ("a.csv", bytes(range(256)), "không đọc được thành chữ"),
    "no bytes": ("a.pdf", b"", "rỗng"),
    "PNG named JPEG": ("a.jpg", picture("PNG"), "đổi đuôi tệp thành .png"),
    "JPEG named PNG": ("a.png", picture(), "đổi đuôi tệp thành .jpg"),
    "Word named PDF": ("a.pdf", docx("x"), "đổi đuôi tệp thành .docx"),
    "Excel named Word": ("a.docx", xlsx("x"), "đổi đuôi tệp thành .xlsx"),
    "ODT named ODS": ("a.ods", odf("text"), "đổi đuôi tệp thành .odt"),
    "PDF named text": ("a.txt", pdf(), "đổi đuôi tệp thành .pdf"),
    "text named PDF": ("a.pdf", b"Chao ban", "chỉ là chữ"),
    "PDF with words before it": ("a.pdf", b"Chao " + pdf(), "không đọc được thành chữ|chỉ là chữ"),
    "old Word named new": ("a.docx", ole("WordDocument"), "đổi đuôi tệp thành .doc"),
    "Word with a password": ("a.docx", ole("EncryptionInfo", "EncryptedPackage"), LOCKED),
    "old Word with a password": (
        "a.doc",
        ole("WordDocument", first=b"\xec\xa5\xc1\0\x47\0\x09\x04\0\0\0\x13"),
        LOCKED,
    ),
    "old Excel with a password": (
        "a.xls",
        ole("Workbook", first=b"\x09\x08\x04\0\0\6\5\0\x2f\0\x02\0\0\0"),
        LOCKED,
    ),
    "ZIP with a password": ("a.docx", locked_zip(), LOCKED),
    "ODT with a password": (
        "a.odt",
        odf("text", {"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
        LOCKED,
    ),
    "PDF with a password": ("a.pdf", pdf().replace(b"/Root", b"/Encrypt 9 0 R /Root"), LOCKED),
    "a bomb": ("a.docx", bomb(), "bom nén"),
    "a list of too many": ("a.docx", docx("x") + b"PK\x01\x02" * 6_000, "bom nén"),
    "PDF cut off": ("a.pdf", pdf()[:-30], BROKEN),
    "JPEG cut off": ("a.jpg", picture()[:-9], BROKEN),
    "PNG cut off": ("a.png", picture("PNG")[:-9], BROKEN),
    "GIF cut off": ("a.gif", picture("GIF")[:-3], BROKEN),
    "WebP cut off": ("a.webp", picture("WEBP")[:-9], BROKEN),
    "WAV cut off": ("a.wav", wav()[:-300], BROKEN),
    "MP4 cut off": ("a.mp4", mp4()[:-50], BROKEN),
    "Word cut off": ("a.docx", docx("x")[:-40], BROKEN),
    "Word spoilt inside": ("a.docx", flipped(docx("x" * 99), 60 + 19), BROKEN),
    "PDF and an archive": ("a.pdf", pdf() + zipped({"a.txt": "x"}), BEHIND),
    "PNG and an archive": ("a.png", picture("PNG") + zipped({"a.txt": "x"}), BEHIND),
    "JPEG and a film": ("a.jpg", picture() + mp4() * 20, BEHIND),
    "GIF and much more": ("a.gif", picture("GIF") + b"x" * 5_000, BEHIND),
    "MP4 and much more": ("a.mp4", mp4() + b"\0\xff" * 5_000, BEHIND),
    "Word and much more": ("a.docx", docx("x") + b"x" * 5_000, BEHIND),
    "captions without a first line": ("a.vtt", b"00:00.000 --> 00:02.000\nx\n", "WEBVTT"),
    "text of old": ("a.txt", b"Ch\xf1 t\xdech", "UTF-8"),
}


@pytest.mark.duty("O3")
@pytest.mark.parametrize("case", CASES)
def test_what_is_not_what_it_says_is_refused(case: str) -> None:
    name, data, wanted = CASES[case]
    message = told(name, data)
    assert any(part in message for part in wanted.split("|")), message
    assert errors(check(MEDIA + name, data))


def test_an_archive_hidden_in_the_middle_of_a_pdf_is_found() -> None:
    hidden = zipped({"a.txt": "x"})
    data = pdf().replace(b"%%EOF\n", b"") + hidden + b"\n%%EOF\n"
    assert zipfile.is_zipfile(io.BytesIO(data))
    assert "giấu một tệp nén" in told("a.pdf", data)


def test_a_second_smaller_picture_of_a_telephone_belongs_to_the_first() -> None:
    assert told("a.jpg", picture(size=(90, 60)) + picture()) == ""


def test_a_thumbnail_does_not_end_a_picture() -> None:
    whole = picture()
    inside = picture(size=(8, 8))
    segment = b"\xff\xe1" + (len(inside) + 2).to_bytes(2, "big") + inside
    assert told("a.jpg", whole[:2] + segment + whole[2:]) == ""


@pytest.mark.parametrize(("name", "stream"), [("doc", "WordDocument"), ("xls", "Workbook")])
def test_an_old_office_document_passes_with_a_reminder(name: str, stream: str) -> None:
    (finding,) = check(f"{MEDIA}a.{name}", ole(stream))
    assert finding.severity is Severity.WARNING
    assert f"lưu lại thành .{name}x" in finding.message


def test_the_clause_is_that_of_the_portal_in_whose_folder_the_file_lies() -> None:
    (here,) = check("content/quangnam/media/a.pdf", EXE)
    (there,) = check("content/quangnam-cchc/media/a.pdf", EXE)
    (none,) = check("content/laocai-cchc/media/a.pdf", EXE)
    assert [here.basis, there.basis, none.basis] == ["Điều 12.3 Quy chế", "Điều 9.3 Quy chế", ""]
