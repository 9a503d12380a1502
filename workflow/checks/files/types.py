"""A file is what its name says, and is of a form that may be published."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from regulation.files.ends import CUT, surplus
from regulation.files.recognise import BY_SUFFIX, FORMS, TEXT_FORMS, Seen, recognise
from regulation.files.zips import is_zip
from regulation.findings import Finding, Severity
from workflow.checks.files.clauses import harm

MAX_SURPLUS = 1_024
"""More than this behind the end of a file is not padding."""

_LOCKED = re.compile(rb"/Encrypt\s{0,4}(?:<<|[0-9]{1,9}\s)")

_ALLOWED = "PDF, Word, Excel, PowerPoint, ODF, CSV, ảnh JPEG, PNG, WebP, SVG, âm thanh, video"


def check(path: str, data: bytes) -> Iterator[Finding]:
    """What a file is by its content, against its name and the list of forms."""
    suffix = PurePosixPath(path).suffix.lower()
    seen = recognise(data)
    wanted = BY_SUFFIX.get(suffix)
    for message in _messages(suffix, wanted, seen, data):
        yield Finding(path, message, basis=harm(path))
    if wanted in ("doc", "xls", "ppt") and seen.form == wanted:
        form = FORMS[wanted]
        message = (
            f"Tệp {form.name} ({suffix}) khó kiểm tra hết và nhiều máy không mở được; hãy lưu lại "
            f"thành {suffix}x hoặc PDF."
        )
        yield Finding(path, message, severity=Severity.WARNING)


def _messages(suffix: str, wanted: str | None, seen: Seen, data: bytes) -> Iterator[str]:
    if wanted is None:
        yield (
            f"Dạng tệp “{suffix or 'không có đuôi'}” không có trong danh sách được đăng; hãy lưu "
            f"thành một dạng trong danh sách: {_ALLOWED}."
        )
        if seen.form is None:
            yield f"Bên trong là {seen.name}, không được đăng lên cổng; hãy bỏ tệp này."
        return
    if not data:
        if wanted not in TEXT_FORMS:
            yield "Tệp rỗng (0 byte); hãy chép lại tệp gốc."
        return
    if wanted in TEXT_FORMS:
        yield from _of_text(suffix, wanted, seen, data)
        return
    if seen.form is None and seen.fault == "":
        yield (
            f"Tệp tên {suffix} nhưng bên trong là {seen.name}, không được đăng lên cổng; hãy lưu "
            f"lại đúng dạng {FORMS[wanted].name} hoặc bỏ tệp này."
        )
    elif seen.form in FORMS and seen.form != wanted:
        right = FORMS[seen.form or ""]
        yield (
            f"Tệp tên {suffix} nhưng bên trong là {right.name}; hãy đổi đuôi tệp thành "
            f"{right.suffixes[0]}."
        )
    elif seen.form == "text":
        yield (
            f"Tệp tên {suffix} nhưng bên trong chỉ là chữ, không phải {FORMS[wanted].name}; hãy "
            "chép lại tệp gốc."
        )
    yield from _faults(seen, data)


def _faults(seen: Seen, data: bytes) -> Iterator[str]:
    locked = seen.form == "pdf" and _LOCKED.search(data)
    if seen.fault == "locked" or locked:
        yield (
            "Tệp có mật khẩu hoặc bị khóa nên không ai kiểm tra được; hãy bỏ mật khẩu, bỏ khóa "
            "in và chép, rồi lưu lại."
        )
        return
    if seen.fault == "bomb":
        yield "Tệp nén bung ra quá lớn (bom nén); không được đăng, hãy bỏ tệp này."
        return
    if seen.fault == "broken":
        yield "Tệp đã hỏng hoặc bị cắt mất phần cuối; hãy mở tệp gốc, lưu lại rồi chép lại."
        return
    behind = surplus(seen.form or "", data)
    if behind == CUT:
        yield "Tệp đã hỏng hoặc bị cắt mất phần cuối; hãy mở tệp gốc, lưu lại rồi chép lại."
    elif seen.fault == "tail" or behind > MAX_SURPLUS or (behind and is_zip(data)):
        yield (
            "Sau phần cuối của tệp còn dữ liệu khác nối thêm (tệp ghép, ảnh kèm video của điện "
            "thoại); hãy mở tệp, lưu thành tệp mới rồi thay."
        )
    elif seen.form in FORMS and seen.form not in _ZIPPED and is_zip(data):
        yield "Trong tệp giấu một tệp nén ZIP; hãy mở tệp, lưu thành tệp mới rồi thay."


_ZIPPED = frozenset(("docx", "xlsx", "pptx", "odt", "ods", "odp"))


def _of_text(suffix: str, wanted: str, seen: Seen, data: bytes) -> Iterator[str]:
    if seen.form is None:
        yield (
            f"Tệp tên {suffix} nhưng bên trong là {seen.name}, không phải chữ; hãy bỏ tệp này hoặc "
            "chép lại tệp gốc."
        )
        return
    if seen.form not in (*TEXT_FORMS, "text"):
        right = FORMS[seen.form]
        yield (
            f"Tệp tên {suffix} nhưng bên trong là {right.name}; hãy đổi đuôi tệp thành "
            f"{right.suffixes[0]}."
        )
        return
    if wanted == "vtt" and seen.form != "vtt":
        yield "Phụ đề VTT phải có dòng đầu là WEBVTT; hãy thêm dòng ấy hoặc xuất lại phụ đề."
    if wanted in ("txt", "vtt"):  # those of the other forms are told by their own readers
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            yield (
                "Tệp không phải Unicode UTF-8; hãy mở bằng Notepad, chọn Lưu thành (Save As), Mã "
                "hóa (Encoding): UTF-8."
            )
