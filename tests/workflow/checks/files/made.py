"""Real files made by hand: office documents, PDFs, pictures, recordings."""

import io
import struct
import wave
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image

MEDIA = "content/quangnam/media/"
OFFICE = "application/vnd.openxmlformats-officedocument."
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
WORD = OFFICE + "wordprocessingml.document.main+xml"
SHEET = OFFICE + "spreadsheetml.sheet.main+xml"
SLIDES = OFFICE + "presentationml.presentation.main+xml"
WORD_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


def zipped(parts: Mapping[str, str | bytes], packed: bool = True) -> bytes:
    file = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w", how) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return file.getvalue()


def office(main: str, part: str, text: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    types = f'<Types><Override PartName="/{part}" ContentType="{main}"/></Types>'
    return zipped({"[Content_Types].xml": types, "_rels/.rels": "<R/>", part: text, **(more or {})})


def docx(
    *paragraphs: str, more: Mapping[str, str | bytes] | None = None, main: str = WORD
) -> bytes:
    """A Word document; each paragraph in two runs, as Word likes to write them."""
    made = "".join(
        f"<w:p><w:r><w:t>{p[:7]}</w:t></w:r><w:r><w:t>{p[7:]}</w:t></w:r></w:p>" for p in paragraphs
    )
    return office(main, "word/document.xml", f"<w:document>{made}</w:document>", more)


def xlsx(*cells: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    shared = "".join(f"<si><t>{cell}</t></si>" for cell in cells)
    parts = {"xl/sharedStrings.xml": f"<sst>{shared}</sst>", **(more or {})}
    return office(SHEET, "xl/workbook.xml", "<workbook/>", parts)


def pptx() -> bytes:
    return office(SLIDES, "ppt/presentation.xml", "<p/>")


def odf(kind: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    name = f"application/vnd.oasis.opendocument.{kind}"
    return zipped({"mimetype": name, "content.xml": "<office:document/>", **(more or {})})


def relationship(
    kind: str, target: str, name: str = "word/_rels/document.xml.rels"
) -> dict[str, str]:
    tag = f'<Relationship Id="r" Type="{RELATIONS}{kind}" Target="{target}" TargetMode="External"/>'
    return {name: f"<Relationships>{tag}</Relationships>"}


def field(*words: str) -> bytes:
    runs = "".join(f"<w:instrText>{word}</w:instrText>" for word in words)
    return office(WORD, "word/document.xml", f"<w:document>{runs}</w:document>")


def ole(*names: str, first: bytes = b"", body: bytes = b"") -> bytes:
    """An OLE file: its folder entries in the first sectors, then one stream."""
    entries = b""
    for index, name in enumerate(("Root Entry", *names)):
        raw = name.encode("utf-16-le") + b"\0\0"
        kind = 5 if index == 0 else 2
        entry = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
        entry = entry.ljust(116, b"\0") + struct.pack("<I", 8) + struct.pack("<Q", 4096)
        entries += entry
    entries = entries.ljust(8 * 512, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + b"\x09\0"
    return head.ljust(512, b"\0") + entries + (first + body).ljust(4096, b"\0")


def pdf(*objects: str, text: str = "", packed: bytes = b"", catalog: str = "") -> bytes:
    """A PDF of one page; ``packed`` goes into an object stream."""
    words = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    parts = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 "
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
        *(one.encode() for one in objects),
    ]
    if packed:
        body = zlib.compress(packed)
        parts.append(
            b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\n"
            b"stream\n%s\nendstream" % (len(body), body)
        )
    made, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(parts) + 1,
        table,
    )
    return made


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#337755").save(file, form, **more)  # type: ignore[arg-type]
    return file.getvalue()


def photograph(gps: bool = False, owner: str = "", serial: str = "") -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Máy ảnh".encode().decode("latin-1")
    if owner:
        exif[0x013B] = owner
    if serial:
        exif.get_ifd(0x8769)[0xA431] = serial
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (15.0, 34.0, 12.0)})
    return picture(exif=exif)


def svg(inside: str = "", top: str = "", more: str = "") -> bytes:
    return (
        f'{top}<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" width="80" height="60" {more}>'
        f'<path d="M0 0h9v9z"/>{inside}</svg>\n'
    ).encode()


def wav() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(1)
        made.setframerate(8000)
        made.writeframes(bytes(800))
    return file.getvalue()


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def mp4(brand: bytes = b"isom", more: bytes = b"") -> bytes:
    return box(b"ftyp", brand + b"\0\0\2\0" + brand) + box(b"moov", more) + box(b"mdat", bytes(99))


WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(60)
MKV = WEBM.replace(b"\x84webm", b"\x88matroska")
MP3 = b"\xff\xfb\x90\x64" + bytes(414)
OGG = b"OggS\0\x02" + bytes(60)
EXE = b"MZ\x90\0\x03" + bytes(200)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"

GOOD: Mapping[str, bytes] = {
    "a.pdf": pdf(text="Thong bao"),
    "a.docx": docx("Phiếu góp ý"),
    "a.xlsx": xlsx("Xã mẫu"),
    "a.pptx": pptx(),
    "a.odt": odf("text"),
    "a.ods": odf("spreadsheet"),
    "a.odp": odf("presentation"),
    "a.jpg": picture(),
    "a.jpeg": picture(),
    "a.png": picture("PNG"),
    "a.webp": picture("WEBP"),
    "a.gif": picture("GIF"),
    "a.avif": picture("AVIF"),
    "a.svg": svg(),
    "a.mp3": MP3,
    "b.mp3": b"ID3\x04" + bytes(90),
    "a.wav": wav(),
    "a.ogg": OGG,
    "a.mp4": mp4(),
    "a.webm": WEBM,
    "a.txt": "BM và MZ là chữ viết tắt; PK thì không.\n".encode(),
    "a.csv": "Xã,Số dân\nXã mẫu 1,8200\n".encode(),
    "b.csv": "\ufeffXã,Số dân\r\nXã mẫu 1,8200\r\n".encode(),
    "a.md": "---\nid: a\n---\nBài <br> viết\n".encode(),
    "a.yml": b"agencies: []\n",
    "a.vtt": "WEBVTT\n\n00:00.000 --> 00:02.000\nXin chào\n".encode(),
    "rong.md": b"",
}
"""One faultless file of every form."""
