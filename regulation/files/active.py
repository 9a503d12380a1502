"""What runs by itself in a document: macros, links that fetch, actions of a PDF.

What opens a file must not make it do anything. Only whether such things are there is asked, never
what they do: nothing on a portal needs them.
"""

import html
import re
from collections.abc import Iterator

from regulation.files import ole
from regulation.files.pdf import action_opens, look
from regulation.files.recognise import recognise
from regulation.files.zips import Container, ZipError
from regulation.findings import Severity

MAX_DEPTH = 2
"""A document may hold a workbook (a chart's figures); that holds none."""

_MAX_NESTED = 20
_MAX_PARTS = 500
_RELATIONSHIP = re.compile(r"<(?:[a-zA-Z0-9]{1,20}:)?Relationship\b[^<>]{0,8000}>")
_ATTRIBUTE = re.compile(r"""\b(Type|Target|TargetMode)\s{0,4}=\s{0,4}["']([^"']{0,4000})["']""")
_FIELD_WORDS = re.compile(r"<(?:w:)?instrText\b[^<>]{0,400}>([^<]{0,4000})<")
_SIMPLE_FIELD = re.compile(r"""\binstr\s{0,4}=\s{0,4}["']([^"']{0,4000})["']""")
_DDE = re.compile(r"\bDDE(?:AUTO)?\b", re.I)
_OLD_DDE = re.compile(rb"\x13\0?\s{0,4}\0?D\0?D\0?E\0?(?:A\0?U\0?T\0?O|\s)", re.I)
_MACRO_PART = re.compile(r"vbaproject|vbadata|macrosheets/|intlmacrosheets/", re.I)
_ACTIVE_PART = re.compile(r"/activex/|\.ocx\Z", re.I)
_EMBEDDED = re.compile(r"/embeddings/", re.I)
_OFFICE_NAME = re.compile(r"\.(?:docx|xlsx|pptx)\Z", re.I)
_PROGRAM_NAME = re.compile(
    r"\.(?:exe|dll|scr|com|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|lnk|jar|sh|py)\Z", re.I
)
_REMOTE = re.compile(r"(?:https?|ftp|mhtml|ms-[a-z-]+|smb|webdav|x-usc)\s{0,2}:|\\\\|//", re.I)
_LOADED = ("attachedTemplate", "oleObject", "frame", "subDocument", "mailMergeSource", "control")

_PDF_NAMES = (
    (rb"/(?:JavaScript|JS)\b", "mã JavaScript"),
    (rb"/Launch\b", "lệnh mở chương trình khác (Launch)"),
    (rb"/EmbeddedFiles?\b", "tệp khác đính bên trong"),
    (rb"/(?:RichMedia|Movie|Sound|Rendition|3D)\b", "nội dung động (phim, âm thanh)"),
    (rb"/(?:SubmitForm|ImportData)\b", "lệnh gửi dữ liệu đi nơi khác"),
)
_PDF_RAW = re.compile(rb"/JavaScript\b|/EmbeddedFiles?\b|/Launch\b(?=\s{0,4}/)")


def acts(data: bytes) -> Iterator[tuple[str, Severity]]:
    """What in a document acts when it is opened: what it is and what to do, each once."""
    told: dict[str, Severity] = {}
    if data.startswith(b"PK"):
        for message, severity in _in_zip(data, MAX_DEPTH):
            told.setdefault(message, severity)
    elif data.startswith(ole.MAGIC):
        for message in _in_ole(data):
            told.setdefault(message, Severity.ERROR)
    elif recognise(data).form == "pdf":
        for message in _in_pdf(data):
            told.setdefault(message, Severity.ERROR)
    yield from told.items()


_MACRO = (
    "Tài liệu có macro (chương trình chạy khi mở); hãy lưu lại thành .docx, .xlsx, .pptx không có "
    "macro, hoặc thành PDF."
)
_MACRO_OLD = (
    "Tài liệu có macro (chương trình chạy khi mở); hãy mở trong Office, lưu lại thành .docx, "
    ".xlsx, .pptx hoặc PDF."
)
_OBJECT = (
    "Tài liệu nhúng đối tượng hoặc tệp của chương trình khác; hãy thay bằng ảnh hoặc bảng, rồi lưu "
    "lại."
)
_CONTROL = "Tài liệu có nút điều khiển ActiveX; hãy xóa các nút ấy rồi lưu lại, hoặc xuất ra PDF."
_DDE_FOUND = (
    "Tài liệu có trường DDE, có thể gọi chương trình khác khi mở; hãy chọn cả bài, bấm "
    "Ctrl+Shift+F9 để bỏ các trường, rồi lưu lại."
)
_TEMPLATE = (
    "Tài liệu trỏ tới mẫu (template) trên máy người soạn; hãy vào Developer, Document Template, "
    "chọn mẫu Normal rồi lưu lại."
)
_LOADS = (
    "Tài liệu tự lấy nội dung từ nơi khác khi mở; hãy xuất ra PDF, hoặc bỏ liên kết ấy rồi lưu lại."
)
_FAR_PICTURE = (
    "Tài liệu hiện ảnh hoặc tệp để ở nơi khác, máy người đọc phải gọi tới đó; hãy chèn ảnh vào tài "
    "liệu (Insert, Pictures) thay cho liên kết."
)
_WORKBOOK_LINK = (
    "Bảng tính lấy số từ một tệp khác, người đọc không có tệp ấy; hãy vào Data, Edit Links, chọn "
    "Break Link rồi lưu lại."
)


def _in_zip(data: bytes, depth: int) -> Iterator[tuple[str, Severity]]:
    error = Severity.ERROR
    try:
        container = Container(data)
        types = container.read("[Content_Types].xml", 1_000_000).decode("utf-8", "replace")
        names = container.names
        if "macroEnabled" in types or any(_MACRO_PART.search(name) for name in names):
            yield _MACRO, error
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):  # OpenDocument's
            yield _MACRO, error
        if any(_ACTIVE_PART.search(f"/{name}") for name in names):
            yield _CONTROL, error
        nested = [name for name in names if _EMBEDDED.search(f"/{name}") and name[-1:] != "/"]
        for name in nested[:_MAX_NESTED]:
            if depth > 1 and _OFFICE_NAME.search(name):
                for message, severity in _in_zip(container.read(name), depth - 1):
                    yield f"Trong tệp nhúng: {message}", severity
            else:
                yield _OBJECT, error
        if len(nested) > _MAX_NESTED:
            yield _OBJECT, error
        if any(_PROGRAM_NAME.search(name) for name in names):
            yield (
                "Trong tài liệu có chương trình chạy được; không được đăng, hãy bỏ tệp này.",
                error,
            )
        looked = 0
        for name in names:
            if not name.endswith((".rels", ".xml")):
                continue
            looked += 1
            if looked > _MAX_PARTS:
                yield "Tài liệu có quá nhiều phần, không kiểm tra hết được; hãy xuất ra PDF.", error
                return
            if name.endswith(".rels"):
                yield from _relationships(container.read(name, 5_000_000))
            elif name.startswith(("word/", "xl/externalLinks/")):
                text = container.read(name, 20_000_000).decode("utf-8", "replace")
                yield from _fields(text)
            elif name == "content.xml":
                text = container.read(name, 20_000_000).decode("utf-8", "replace")
                yield from _open_document(text)
    except ZipError:
        return  # told by types: what cannot be unpacked is refused there


def _relationships(part: bytes) -> Iterator[tuple[str, Severity]]:
    text = part.decode("utf-8", "replace").replace("\0", "")
    for tag in _RELATIONSHIP.finditer(text):
        given = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(tag[0])}
        kind = given.get("Type", "").rsplit("/", 1)[-1]
        if given.get("TargetMode") != "External" or kind == "hyperlink":
            continue
        target = given.get("Target", "").strip()
        remote = bool(_REMOTE.match(target.removeprefix("file:///").removeprefix("file:")))
        if kind.startswith("externalLink"):
            yield _WORKBOOK_LINK, Severity.WARNING
        elif kind == "attachedTemplate" and not remote:
            yield _TEMPLATE, Severity.WARNING
        elif kind in _LOADED:
            yield _LOADS, Severity.ERROR
        else:
            yield _FAR_PICTURE, Severity.WARNING


def _fields(text: str) -> Iterator[tuple[str, Severity]]:
    # Word splits the words of a field as it likes.
    joined = "".join(_FIELD_WORDS.findall(text))
    given = " ".join(_SIMPLE_FIELD.findall(text))
    if _DDE.search(html.unescape(joined)) or _DDE.search(html.unescape(given)):
        yield _DDE_FOUND, Severity.ERROR
    if "<ddeLink" in text or ":ddeLink" in text:
        yield _DDE_FOUND, Severity.ERROR


def _open_document(text: str) -> Iterator[tuple[str, Severity]]:
    if "<script:event-listener" in text or "<office:script " in text:
        yield _MACRO, Severity.ERROR
    if "dde-source" in text or "dde-connection" in text:
        yield _DDE_FOUND, Severity.ERROR
    if "<draw:object-ole" in text or "<draw:plugin" in text or "<draw:applet" in text:
        yield _OBJECT, Severity.ERROR


def _in_ole(data: bytes) -> Iterator[str]:
    names = ole.streams(data)
    if any(name in ("Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR") for name in names):
        yield _MACRO_OLD
    if any(name in ("ObjectPool", "Ole10Native", "Package") for name in names):
        yield _OBJECT
    if _OLD_DDE.search(data):
        yield _DDE_FOUND


def _in_pdf(data: bytes) -> Iterator[str]:
    pdf = look(data)
    for pattern, what in _PDF_NAMES:
        if re.search(pattern, pdf.text):
            yield f"Tệp PDF có {what}; hãy in lại ra PDF (Print, Microsoft Print to PDF) rồi thay."
    if found := _PDF_RAW.search(pdf.raw):
        what = {b"/J": "mã JavaScript", b"/E": "tệp khác đính bên trong"}.get(
            found[0][:2], "lệnh mở chương trình khác (Launch)"
        )
        yield f"Tệp PDF có {what}; hãy in lại ra PDF (Print, Microsoft Print to PDF) rồi thay."
    if action_opens(pdf):
        yield (
            "Tệp PDF tự thực hiện lệnh khi mở (OpenAction); hãy in lại ra PDF (Print, Microsoft "
            "Print to PDF) rồi thay."
        )
    if not pdf.whole:
        yield (
            "Tệp PDF đóng gói theo cách không kiểm tra hết được; hãy in lại ra PDF (Print, "
            "Microsoft Print to PDF) rồi thay."
        )
