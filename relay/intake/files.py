"""Attachments: what may come with a message, what is taken out of it, what it is called.

A citizen may send five forms of file. Each must be what its name says and nothing besides, open
without a password and do nothing by itself. Pictures are drawn anew: so what a camera wrote into
them (where, when, whose) is gone, and so is whatever was hidden in them.
"""

import io
import re
import unicodedata
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from PIL import Image, ImageOps

from regulation.files.active import acts
from regulation.files.clamd import Clamd, ClamdError, scan
from regulation.files.ends import CUT, surplus
from regulation.files.recognise import FORMS, recognise
from regulation.files.zips import is_zip
from regulation.findings import Severity
from regulation.forms import FILE_BYTES, FILE_ENDINGS, FILE_MEGABYTES
from relay.intake import cleaning
from relay.intake.fields import Fault
from relay.intake.multipart import Upload

MOST = 3
MAX_PIXELS = 50_000_000
"""A telephone's largest pictures have 50 million points; drawing more would take memory."""

KINDS = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
}
"""Media types of the forms that are taken, by their key in ``regulation.files.recognise``."""

_MAX_NAME = 100
_LOCKED = re.compile(rb"/Encrypt\s{0,4}(?:<<|[0-9]{1,9}\s)")
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_PLAIN = re.compile(r"[^A-Za-z0-9._ -]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg|\?php)\b", re.IGNORECASE)
_FIRST_BYTES = 1_024


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that may be kept.

    Attributes:
        name: Cleaned: no folder, nothing unseen, an ending that is true.
        kind: Media type.
        content: Pictures drawn anew, without what a camera wrote into them.
        scanned: Whether ClamAV looked at it and found nothing; false where none answers.
    """

    name: str
    kind: str
    content: bytes = field(repr=False)
    scanned: bool = False


class _Not(Exception):
    """The file cannot be taken; the text says why, to stand behind its name."""


def attached(
    uploads: Sequence[Upload], clamd: Clamd | None = None, most: int = MOST
) -> tuple[tuple[Attached, ...], tuple[Fault, ...]]:
    """Files that may be kept, and what is wrong with the others.

    It blocks for as long as pictures are drawn and ClamAV looks: run it in a thread.

    Args:
        uploads: What came.
        clamd: Where ClamAV listens; none where there is none.
        most: How many may be kept.
    """
    good: list[Attached] = []
    faults: list[Fault] = []
    for at, upload in enumerate(uploads):
        name = file_name(upload.name)
        if at >= most:
            message = f"Chỉ nhận {most} tệp; hãy bỏ bớt, hoặc ghép thành một tệp PDF."
            faults.append(Fault(upload.field, message))
            break
        try:
            good.append(_one(name, upload, clamd))
        except _Not as error:
            faults.append(Fault(upload.field, f"Tệp “{name}”: {error}"))
    return tuple(good), tuple(faults)


def file_name(given: str) -> str:
    """A name that is safe wherever it is saved: letters of every language stay."""
    bare = re.split(r"[/\\]", cleaning.line(unicodedata.normalize("NFC", given)))[-1]
    bare = _NOT_IN_NAMES.sub("", bare.replace("%22", "").replace("%0D%0A", " "))
    bare = re.sub(r"\s+", " ", bare).strip().rstrip(" .")
    stem, dot, ending = bare.rpartition(".")
    if not dot or len(ending) > 8:
        stem, dot, ending = bare, "", ""
    stem = stem.strip(" .~$-")
    if not stem or _RESERVED.match(stem):
        stem = f"tep {stem}".strip()
    return f"{stem[: _MAX_NAME - len(ending) - 1].rstrip()}{dot}{ending.lower()}"


def ascii_name(name: str) -> str:
    """A file's name in ASCII, for headers that know no other letters."""
    folded = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = _PLAIN.sub("", folded).strip(" .")
    return plain if plain and not plain.startswith(".") else "tep"


def _one(name: str, upload: Upload, clamd: Clamd | None) -> Attached:
    data = upload.content
    if upload.size > FILE_BYTES:
        size = f"{upload.size / 1_000_000:.1f}".replace(".", ",")
        raise _Not(
            f"nặng {size} MB, quá {FILE_MEGABYTES} MB; hãy thu nhỏ ảnh, nén PDF hoặc chia nhỏ tệp."
        )
    ending = PurePosixPath(name).suffix
    if ending not in FILE_ENDINGS:
        raise _Not("không phải dạng được nhận; hãy lưu thành PDF, JPG, PNG, DOCX hoặc ODT.")
    if not data:
        raise _Not("rỗng, không có gì bên trong; hãy chọn lại tệp.")
    form = _form(ending, data)
    if form in ("jpeg", "png"):
        data = _redrawn(form, data)
    else:
        _demand_alone(form, data)
    scanned = _scanned(data, clamd)
    return Attached(name, KINDS[form], data, scanned)


def _form(ending: str, data: bytes) -> str:
    seen = recognise(data)
    wanted = next(key for key in KINDS if ending in FORMS[key].suffixes)
    if seen.fault == "bomb":
        raise _Not("bung ra quá lớn (bom nén), không nhận được.")
    if seen.fault == "locked" or (seen.form == "pdf" and _LOCKED.search(data)):
        raise _Not("có mật khẩu nên cơ quan không mở được; hãy bỏ mật khẩu rồi lưu lại.")
    if seen.fault == "macros":
        raise _Not("có macro (chương trình chạy khi mở); hãy xuất ra PDF rồi gửi.")
    if seen.form == "office" or seen.fault == "broken":
        raise _Not("đã hỏng hoặc bị cắt mất phần cuối; hãy mở tệp gốc, lưu lại rồi gửi.")
    if seen.form != wanted:
        known = FORMS.get(seen.form or "")
        inside = known.name if known else seen.name or "chữ thường"
        raise _Not(f"tên là {ending} nhưng bên trong là {inside}; hãy lưu lại đúng dạng rồi gửi.")
    if seen.fault:
        raise _Not("có dữ liệu khác nối thêm ở cuối; hãy mở tệp, lưu thành tệp mới rồi gửi.")
    return wanted


def _demand_alone(form: str, data: bytes) -> None:
    """A document is nothing besides, and does nothing by itself."""
    behind = surplus(form, data)
    if behind == CUT:
        raise _Not("đã hỏng hoặc bị cắt mất phần cuối; hãy mở tệp gốc, lưu lại rồi gửi.")
    hides = form == "pdf" and (is_zip(data) or _PAGE.search(data[:_FIRST_BYTES]))
    if behind > _FIRST_BYTES or hides:
        raise _Not("có tệp khác giấu bên trong; hãy mở tệp, lưu thành tệp mới rồi gửi.")
    for message, severity in acts(data):
        if severity is Severity.ERROR:
            raise _Not(f"{message[:1].lower()}{message[1:]}")


def _redrawn(form: str, data: bytes) -> bytes:
    """The picture alone, turned as the camera meant it."""
    Image.init()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise _Not("là ảnh quá lớn (trên 50 triệu điểm ảnh); hãy thu nhỏ rồi gửi.")
                return _drawn(form, image)
    except Image.DecompressionBombError as error:
        raise _Not("là ảnh quá lớn (trên 50 triệu điểm ảnh); hãy thu nhỏ rồi gửi.") from error
    except _Not:
        raise
    except Exception as error:  # a third party's reader of what anybody may send
        raise _Not("là ảnh đã hỏng; hãy mở bằng trình xem ảnh, lưu lại rồi gửi.") from error


def _drawn(form: str, image: Image.Image) -> bytes:
    image.load()
    turned = ImageOps.exif_transpose(image)
    wanted = ("RGB", "L") if form == "jpeg" else ("RGB", "RGBA", "L", "LA", "1", "P")
    plain = turned if turned.mode in wanted else turned.convert("RGB")
    plain.info = {
        key: value for key, value in plain.info.items() if form == "png" and key == "transparency"
    }
    out = io.BytesIO()
    if form == "jpeg":
        plain.save(out, "JPEG", quality=88, exif=b"", icc_profile=None)
    else:
        plain.save(out, "PNG", exif=None, icc_profile=None)
    return out.getvalue()


def _scanned(data: bytes, clamd: Clamd | None) -> bool:
    """Whether ClamAV found it clean. A citizen is not sent away because it does not answer."""
    if clamd is None:
        return False
    try:
        found = scan(data, clamd)
    except ClamdError:
        return False
    if found:
        raise _Not(f"có mã độc ({found}); đừng mở tệp này, hãy quét máy của bạn.")
    return True
