"""Attachments: five forms, each what it says and nothing besides."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from regulation.files import clamd
from regulation.files.clamd import Clamd, ClamdError
from regulation.forms import FILE_BYTES
from relay.intake import files
from relay.intake.files import KINDS, ascii_name, attached, file_name
from relay.intake.multipart import Upload
from tests.workflow.checks.files.made import (
    EXE,
    WORD_MACROS,
    docx,
    odf,
    ole,
    pdf,
    photograph,
    picture,
    svg,
    wav,
    xlsx,
    zipped,
)

CALM = settings(deadline=None)

PDF = pdf(text="Don")
WORD = docx("Đơn đề nghị")
TEXT = odf("text")
JPEG = picture()
PNG = picture("PNG")


def upload(name: str, content: bytes, size: int | None = None) -> Upload:
    return Upload("tep", name, len(content) if size is None else size, content)


def told(name: str, content: bytes, size: int | None = None) -> str:
    good, faults = attached([upload(name, content, size)])
    assert not good
    (fault,) = faults
    assert fault.field == "tep"
    return fault.message


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("đơn.pdf", PDF, "pdf"),
        ("Đơn.PDF", PDF, "pdf"),
        ("đơn.docx", WORD, "docx"),
        ("đơn.odt", TEXT, "odt"),
        ("ảnh.jpg", JPEG, "jpeg"),
        ("ảnh.jpeg", JPEG, "jpeg"),
        ("ảnh.png", PNG, "png"),
    ],
)
def test_five_forms_are_taken(name: str, content: bytes, form: str) -> None:
    good, faults = attached([upload(name, content)])
    assert not faults
    assert (good[0].name, good[0].kind, good[0].scanned) == (
        name.replace("PDF", "pdf"),
        KINDS[form],
        False,
    )
    if form in ("pdf", "docx", "odt"):
        assert good[0].content == content


ZIP = zipped({"a.txt": "x"})
BOMB = zipped({"[Content_Types].xml": "wordprocessingml.document.main", "b": b"0" * 30_000_000})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", EXE, "không phải dạng được nhận"),
        ("a", PDF, "không phải dạng được nhận"),
        ("a.svg", svg(), "không phải dạng được nhận"),
        ("a.xlsx", xlsx(), "không phải dạng được nhận"),
        ("a.html", b"<html>", "không phải dạng được nhận"),
        ("a.pdf", b"", "rỗng"),
        ("a.pdf", EXE, "bên trong là chương trình"),
        ("a.pdf", JPEG, "bên trong là ảnh JPEG"),
        ("a.jpg", PNG, "bên trong là ảnh PNG"),
        ("a.png", b"<!DOCTYPE html><script>", "bên trong là trang HTML"),
        ("a.jpg", svg(), "bên trong là hình SVG"),
        ("a.jpg", wav(), "bên trong là"),
        ("a.docx", xlsx(), "bên trong là Excel"),
        ("a.docx", ZIP, "bên trong là tệp nén ZIP"),
        ("a.docx", TEXT, "bên trong là văn bản ODT"),
        ("a.odt", WORD, "bên trong là Word"),
        ("a.docx", ole("WordDocument"), "bên trong là Word đời cũ"),
        ("a.pdf", b"chi la chu", "chữ"),
        ("a.docx", ole("EncryptedPackage"), "mật khẩu"),
        ("a.pdf", pdf(catalog="/Encrypt << /V 2 >>"), "mật khẩu"),
        ("a.docx", docx("a", main=WORD_MACROS), "macro"),
        ("a.docx", docx("a", more={"word/vbaProject.bin": b"x"}), "macro"),
        ("a.docx", BOMB, "bom nén"),
        ("a.docx", WORD[:-30], "hỏng"),
        ("a.pdf", PDF[:200], "hỏng"),
        ("a.pdf", PDF + ZIP, "tệp khác"),
        ("a.pdf", PDF + b"x" * 3_000, "tệp khác"),
        (
            "a.pdf",
            PDF.replace(b"%PDF-1.7\n", b"%PDF-1.7\n%<script>alert(1)</script>\n"),
            "tệp khác",
        ),
        ("a.docx", WORD + b"\n" + EXE, "nối thêm"),
        ("a.pdf", pdf("<< /S /JavaScript /JS (app.alert(1)) >>"), "JavaScript"),
        ("a.pdf", pdf(packed=b"5 0 << /S /JavaScript /JS (x) >>"), "JavaScript"),
        ("a.pdf", pdf("<< /S /Launch /F (cmd.exe) >>"), "Launch"),
        ("a.pdf", pdf("<< /Type /EmbeddedFile >>"), "đính bên trong"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"x" * 400, "ảnh đã hỏng"),
        ("a.jpg", JPEG[: len(JPEG) // 2], "ảnh đã hỏng"),
        ("a.png", PNG[:40], "ảnh đã hỏng"),
    ],
)
def test_everything_else_is_told_in_words(name: str, content: bytes, words: str) -> None:
    message = told(name, content)
    assert message.startswith(f"Tệp “{name}”: ")
    assert words in message


def test_what_was_too_large_is_told_with_its_size() -> None:
    assert "nặng 7,5 MB" in told("a.pdf", b"", 7_500_000)
    assert "rỗng" in told("a.pdf", b"", FILE_BYTES)


def test_at_most_three() -> None:
    good, faults = attached([upload(f"{n}.pdf", PDF) for n in range(5)])
    assert len(good) == 3
    assert [fault.message for fault in faults] == [
        "Chỉ nhận 3 tệp; hãy bỏ bớt, hoặc ghép thành một tệp PDF."
    ]


def test_what_a_camera_wrote_is_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x013B] = "Nguyễn Văn A".encode().decode("latin-1")
    exif.get_ifd(0x8825).update({1: "N", 2: (15.0, 34.0, 12.0)})
    sent = picture(size=(40, 30), exif=exif, comment=b"bi mat")
    for given_ in (sent, photograph(gps=True, owner="Chu", serial="123")):
        good, _ = attached([upload("a.jpg", given_)])
        with Image.open(io.BytesIO(good[0].content)) as image:
            assert image.format == "JPEG"
            assert not image.getexif()
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            if given_ is sent:
                assert image.size == (30, 40)
        assert b"Exif" not in good[0].content
        assert b"bi mat" not in good[0].content


@pytest.mark.parametrize("hidden", [ZIP, EXE, b"<script>alert(1)</script>" * 99, b"GIF89a;"])
@pytest.mark.parametrize(("name", "content"), [("a.jpg", JPEG), ("a.png", PNG)])
def test_what_is_hidden_behind_a_picture_is_not_kept(
    name: str, content: bytes, hidden: bytes
) -> None:
    good, faults = attached([upload(name, content + hidden)])
    assert not faults
    assert hidden not in good[0].content


def test_a_transparent_picture_stays_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (10, 20, 30, 0)).save(out, "PNG")
    good, _ = attached([upload("a.png", out.getvalue())])
    with Image.open(io.BytesIO(good[0].content)) as image:
        assert image.getpixel((0, 0)) == (10, 20, 30, 0)


def test_a_picture_of_too_many_points_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_PIXELS", 1_000)
    assert "quá lớn" in told("a.png", PNG)
    # A PNG that says it is vast: 60 bytes that would be 10 GB.
    import struct
    import zlib

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    vast = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + PNG[33:]
    )
    assert "quá lớn" in told("a.png", vast)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("đơn.pdf", "đơn.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\A\\đơn.PDF", "đơn.pdf"),
        ("a\r\nContent-Type: text.pdf", "a Content-Type text.pdf"),
        ("anh\u202egpj.exe.pdf", "anhgpj.exe.pdf"),
        ("a%22b.pdf", "ab.pdf"),
        ('a"b<c>|*?.pdf', "abc.pdf"),
        (".htaccess", "tep.htaccess"),
        ("...pdf", "tep.pdf"),
        ("", "tep"),
        ("con.pdf", "tep con.pdf"),
        ("~$đơn.docx", "đơn.docx"),
        ("a" * 300 + ".pdf", "a" * 96 + ".pdf"),
    ],
)
def test_names_are_cleaned(given_: str, kept: str) -> None:
    assert file_name(given_) == kept


@CALM
@given(st.text(max_size=200))
def test_every_name_can_stand_in_a_header_and_on_a_disk(name: str) -> None:
    kept = file_name(name)
    assert kept and len(kept) <= 100
    assert not set(kept) & set('<>:"/\\|?*\r\n\0\u202e')
    assert not kept.startswith((".", "-", " ", "~"))
    plain = ascii_name(kept)
    assert plain.isascii() and plain.isprintable() and plain
    assert not set(plain) & set('"\\/;\r\n')


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(
        [("a.pdf", PDF), ("a.docx", WORD), ("a.odt", TEXT), ("a.jpg", JPEG), ("a.png", PNG)]
    ),
    st.data(),
)
def test_a_file_broken_anywhere_is_taken_or_told(
    one: tuple[str, bytes], data: st.DataObject
) -> None:
    name, content = one
    at = data.draw(st.integers(0, len(content)))
    noise = data.draw(st.binary(max_size=20))
    good, faults = attached([upload(name, content[:at] + noise + content[at + len(noise) :])])
    assert len(good) + len(faults) == 1


class _Daemon:
    """What ClamAV would say."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.says: str | ClamdError = ""
        monkeypatch.setattr(files, "scan", self.scan)

    def scan(self, data: bytes, where: Clamd) -> str:
        assert data and where.address == "/run/x"
        if isinstance(self.says, ClamdError):
            raise self.says
        return self.says


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Daemon]:
    yield _Daemon(monkeypatch)


def test_clamav_says_clean_found_or_nothing(daemon: _Daemon) -> None:
    at = Clamd("/run/x")
    good, _ = attached([upload("a.pdf", PDF)], at)
    assert good[0].scanned
    daemon.says = "Eicar"
    good, faults = attached([upload("a.pdf", PDF), upload("b.pdf", PDF)], at)
    assert not good
    assert "có mã độc (Eicar)" in faults[1].message
    daemon.says = ClamdError("không trả lời")
    good, _ = attached([upload("a.pdf", PDF)], at)
    assert not good[0].scanned  # kept, and its officers are told


def test_a_daemon_that_is_not_there_keeps_nobody_away(tmp_path: Path) -> None:
    good, _ = attached([upload("a.pdf", PDF)], Clamd(str(tmp_path / "none.ctl"), 1))
    assert not good[0].scanned
    assert clamd.configured({"CONG_CLAMD": "off"}) is None
