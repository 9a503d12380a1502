"""What a file is, told by its content: the closed list of what may be published, and the rest.

Office documents are ZIP or OLE containers, so a signature alone does not tell them; they are looked
into.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from regulation.files import ole
from regulation.files.zips import Container, ZipError


@dataclass(frozen=True, slots=True)
class Form:
    """A form of file that may be published.

    Attributes:
        name: What people call it.
        suffixes: Names that such a file may end in; the first is the one to use.
        group: ``text``, ``document``, ``picture`` or ``media``.
    """

    name: str
    suffixes: tuple[str, ...]
    group: str


FORMS: Mapping[str, Form] = {
    "md": Form("bài Markdown", (".md",), "text"),
    "yml": Form("YAML", (".yml",), "text"),
    "csv": Form("bảng CSV", (".csv",), "text"),
    "txt": Form("chữ thường", (".txt",), "text"),
    "vtt": Form("phụ đề VTT", (".vtt",), "text"),
    "pdf": Form("PDF", (".pdf",), "document"),
    "docx": Form("Word", (".docx",), "document"),
    "xlsx": Form("Excel", (".xlsx",), "document"),
    "pptx": Form("PowerPoint", (".pptx",), "document"),
    "odt": Form("văn bản ODT", (".odt",), "document"),
    "ods": Form("bảng tính ODS", (".ods",), "document"),
    "odp": Form("trình chiếu ODP", (".odp",), "document"),
    "doc": Form("Word đời cũ", (".doc",), "document"),
    "xls": Form("Excel đời cũ", (".xls",), "document"),
    "ppt": Form("PowerPoint đời cũ", (".ppt",), "document"),
    "png": Form("ảnh PNG", (".png",), "picture"),
    "jpeg": Form("ảnh JPEG", (".jpg", ".jpeg"), "picture"),
    "webp": Form("ảnh WebP", (".webp",), "picture"),
    "avif": Form("ảnh AVIF", (".avif",), "picture"),
    "gif": Form("ảnh GIF", (".gif",), "picture"),
    "svg": Form("hình SVG", (".svg",), "picture"),
    "mp3": Form("âm thanh MP3", (".mp3",), "media"),
    "wav": Form("âm thanh WAV", (".wav",), "media"),
    "ogg": Form("âm thanh OGG", (".ogg",), "media"),
    "mp4": Form("video MP4", (".mp4",), "media"),
    "webm": Form("video WebM", (".webm",), "media"),
}
"""What may be published: what ``content_types.yml`` has fields for."""

BY_SUFFIX: Mapping[str, str] = {s: key for key, form in FORMS.items() for s in form.suffixes}

TEXT_FORMS = frozenset(key for key, form in FORMS.items() if form.group == "text")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file turned out to be.

    Attributes:
        form: A key of ``FORMS``; ``text`` for text of no form of its own; none when it is not on
            the list.
        name: In Vietnamese, what it is when it is not on the list.
        fault: What is wrong with it though its form is known: ``locked``, ``broken``, ``bomb``,
            ``tail``, ``macros``.
    """

    form: str | None
    name: str = ""
    fault: str = ""


_PROGRAM = "chương trình chạy được trên máy"
_ARCHIVE = "tệp nén"
_SCRIPT = "mã lệnh (script)"
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", _PROGRAM),
    (b"\xfe\xed\xfa\xce", _PROGRAM),
    (b"\xfe\xed\xfa\xcf", _PROGRAM),
    (b"\xce\xfa\xed\xfe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"dex\n03", _PROGRAM),
    (b"\0asm", _PROGRAM),
    (b"L\0\0\0\x01\x14\x02\0", "lối tắt (shortcut) của Windows"),
    (b"FWS", "hoạt hình Flash"),
    (b"CWS", "hoạt hình Flash"),
    (b"ITSF", "tệp trợ giúp CHM"),
    (b"Rar!\x1a\x07", _ARCHIVE + " RAR"),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE + " 7z"),
    (b"\x1f\x8b", _ARCHIVE + " GZIP"),
    (b"BZh", _ARCHIVE + " BZIP2"),
    (b"\xfd7zXZ\0", _ARCHIVE + " XZ"),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE + " Zstandard"),
    (b"MSCF", _ARCHIVE + " CAB"),
    (b"{\\rtf", "văn bản RTF"),
    (b"II*\0", "ảnh TIFF"),
    (b"MM\0*", "ảnh TIFF"),
    (b"8BPS", "ảnh Photoshop"),
    (b"%!PS", "bản in PostScript"),
    (b"AC10", "bản vẽ AutoCAD"),
    (b"SQLite format 3\0", "cơ sở dữ liệu SQLite"),
    (b"fLaC", "âm thanh FLAC"),
    (b"FLV\x01", "video FLV"),
    (b"0&\xb2u\x8ef\xcf\x11", "âm thanh, video Windows Media"),
    (b"\0\0\x01\0", "biểu tượng ICO"),
)
_HTML = re.compile(
    rb"\s{0,200}(?:<!--.{0,2000}?-->\s{0,200}){0,3}"
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|meta|\?php)\b",
    re.I | re.S,
)
_SVG = re.compile(
    rb"\s{0,200}(?:<\?xml[^>]{0,300}\?>\s{0,200})?"
    rb"(?:<!--.{0,4000}?-->\s{0,200}|<!DOCTYPE\s+svg\b[^>\[]{0,600}(?:\[[^\]]{0,4000}\])?\s{0,20}>\s{0,200}){0,4}"
    rb"<(?:[A-Za-z0-9_]{1,20}:)?svg\b",
    re.S,
)
_XML = re.compile(rb"\s{0,200}<\?xml\b")
_CODE = re.compile(rb"@echo\s+off\b|<%@?|<\?php\b|#!\s*/", re.I)
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_OOXML = (
    ("wordprocessingml.document.main", "docx"),
    ("spreadsheetml.sheet.main", "xlsx"),
    ("presentationml.presentation.main", "pptx"),
    ("presentationml.slideshow.main", "pptx"),
)
_ODF = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
_BRANDS = {
    b"avif": "avif",
    b"isom": "mp4",
    b"iso2": "mp4",
    b"iso4": "mp4",
    b"iso5": "mp4",
    b"iso6": "mp4",
    b"mp41": "mp4",
    b"mp42": "mp4",
    b"avc1": "mp4",
    b"dash": "mp4",
    b"M4V ": "mp4",
    b"MSNV": "mp4",
}
_OTHER_BRANDS = {
    b"heic": "ảnh HEIC của điện thoại",
    b"heix": "ảnh HEIC của điện thoại",
    b"mif1": "ảnh HEIC của điện thoại",
    b"qt  ": "video QuickTime (MOV)",
    b"M4A ": "âm thanh M4A",
    b"3gp4": "video 3GP",
    b"3gp5": "video 3GP",
}


@functools.lru_cache(maxsize=1)  # several checks ask it of the same file, one after the other
def recognise(data: bytes) -> Seen:
    """What a file is by its content."""
    if not data:
        return Seen("text")
    if data.startswith(b"PK"):
        return _in_zip(data)
    if data.startswith(ole.MAGIC):
        return _in_ole(data)
    if found := _by_signature(data):
        return found
    return _text(data)


def _by_signature(data: bytes) -> Seen | None:
    if data.startswith(b"%PDF-"):
        return Seen("pdf")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Seen("png")
    if data.startswith(b"\xff\xd8\xff"):
        return Seen("jpeg")
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Seen("gif")
    if data.startswith(b"RIFF"):
        inner = {b"WEBP": "webp", b"WAVE": "wav"}.get(data[8:12])
        return Seen(inner) if inner else Seen(None, "video AVI hoặc dạng RIFF khác")
    if data.startswith(b"OggS"):
        return Seen("ogg")
    if data.startswith(b"ID3") or _is_mpeg_audio(data):
        return Seen("mp3")
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        webm = b"\x42\x82\x84webm" in data[:128]
        return Seen("webm") if webm else Seen(None, "video Matroska (MKV)")
    if data[4:8] == b"ftyp":
        return _brand(data)
    for signature, name in _OTHERS:
        if data.startswith(signature):
            return Seen(None, name)
    # Two letters begin many a text: a program has a header that says where the next one is.
    if data[:2] == b"MZ" and _NOT_TEXT.search(data[:1024]):
        return Seen(None, _PROGRAM)
    if data[:2] == b"BM" and len(data) > 26 and data[6:10] == b"\0\0\0\0":
        return Seen(None, "ảnh BMP")
    if data[257:262] == b"ustar":
        return Seen(None, _ARCHIVE + " TAR")
    if data[32769:32774] == b"CD001":
        return Seen(None, "ảnh đĩa ISO")
    return None


def _is_mpeg_audio(data: bytes) -> bool:
    """Whether the first frame is one of MPEG layer III whose every field has a meaning."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2:
        return False
    return (data[1] >> 3) & 3 != 1 and data[2] >> 4 not in (0, 15) and (data[2] >> 2) & 3 != 3


def _brand(data: bytes) -> Seen:
    size = int.from_bytes(data[:4], "big")
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, min(size, 128), 4))]
    for brand in brands:
        if brand in _BRANDS and brands[0] not in _OTHER_BRANDS:
            return Seen(_BRANDS[brand])
    return Seen(None, _OTHER_BRANDS.get(brands[0], "âm thanh, video dạng lạ"))


def _in_zip(data: bytes) -> Seen:
    try:
        container = Container(data)
        types = container.read("[Content_Types].xml", 1_000_000).decode("utf-8", "replace")
        kind = container.read("mimetype", 200).decode("ascii", "replace").strip()
    except ZipError as error:
        # Cut off, a file still shows what it was to be by the names in its first entries.
        form = None
        if any(sign in data[:4_000] for sign in (b"[Content_Types].xml", b"_rels/.rels")):
            form = "office"
        return Seen(form, _ARCHIVE + " ZIP", str(error))
    fault = "locked" if container.locked else "tail" if container.trailing else ""
    if "encryption-data" in types or _odf_locked(container):
        fault = "locked"
    form = None
    if types:
        form = next((form for sign, form in _OOXML if sign in types), None)
        if form is None and "macroEnabled" in types:
            return Seen(None, "tài liệu Office có macro", "macros")
        if form is None:
            return Seen(None, "tài liệu Office dạng lạ")
        if "macroEnabled" in types:
            return Seen(form, "", "macros")
    elif kind in _ODF:
        form = _ODF[kind]
    elif kind == "application/epub+zip":
        return Seen(None, "sách EPUB")
    if form is None:
        jar = "META-INF/MANIFEST.MF" in container.entries
        return Seen(None, _PROGRAM if jar else _ARCHIVE + " ZIP")
    if not fault:
        try:
            container.unpack()
        except ZipError as error:
            fault = str(error)
    return Seen(form, "", fault)


def _odf_locked(container: Container) -> bool:
    try:
        manifest = container.read("META-INF/manifest.xml", 1_000_000)
    except ZipError:
        return False
    return b"encryption-data" in manifest


def _in_ole(data: bytes) -> Seen:
    names = ole.streams(data)
    fault = "locked" if ole.is_encrypted(data, names) else ""
    if "EncryptedPackage" in names:
        return Seen("office", "tài liệu Office", "locked")
    for name, form in (
        ("WordDocument", "doc"),
        ("PowerPoint Document", "ppt"),
        ("Workbook", "xls"),
        ("Book", "xls"),
    ):
        if name in names:
            return Seen(form, "", fault)
    if any(name.startswith("__substg1.0") for name in names):
        return Seen(None, "thư của Outlook (MSG)")
    return Seen(None, "tệp OLE (bộ cài đặt, bản vẽ …)")


def _text(data: bytes) -> Seen:
    body = data.removeprefix(b"\xef\xbb\xbf")
    head = body[:10_000]
    if _SVG.match(head):
        return Seen("svg")
    if _HTML.match(head):
        return Seen(None, "trang HTML")
    if _CODE.match(head.lstrip()[:100]):
        return Seen(None, _SCRIPT)
    if _NOT_TEXT.search(data):
        return Seen(None, "dữ liệu không đọc được thành chữ")
    if _XML.match(head):
        return Seen(None, "XML")
    if body.startswith(b"WEBVTT"):
        return Seen("vtt")
    return Seen("text")
