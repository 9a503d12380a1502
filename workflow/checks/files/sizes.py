"""How big a file may be, and what a camera wrote into it besides the picture."""

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from PIL import Image

from regulation.files.recognise import BY_SUFFIX, FORMS, recognise
from regulation.findings import Finding, Severity
from regulation.pictures import MAX_PIXELS
from workflow.checks.files.clauses import PERSONAL

MB = 1_000_000
HARD_LIMIT = 100 * 1024 * 1024
"""GitHub takes no file above this; https://docs.github.com/repositories (large files)."""

LIMITS: Mapping[str, int] = {
    "text": 5 * MB,
    "document": 30 * MB,
    "picture": 10 * MB,
    "media": 95 * MB,
}
"""The most by group of forms. An article's own limit, 1 MB, is with the reader of Markdown."""

_NAMES = {"text": "Tệp chữ", "document": "Tài liệu", "picture": "Ảnh", "media": "Âm thanh, video"}
_HELP = {
    "text": "hãy chia thành nhiều tệp",
    "document": "hãy nén ảnh trong tài liệu (Compress Pictures) hoặc chia thành nhiều tệp",
    "picture": "hãy thu nhỏ còn khoảng 2000 điểm ảnh bề ngang rồi lưu lại",
    "media": "hãy xuất lại ở độ phân giải thấp hơn hoặc chia thành nhiều phần",
}
_READ_BY = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_PICTURES = ("jpeg", "png", "webp", "gif", "avif")
_GPS_IFD, _EXIF_IFD = 0x8825, 0x8769
_OWNERS = {0x013B, 0x9C9D, 0xA430, 0xA431, 0xA435}  # artist, author, owner, serial numbers
_XMP_PLACE = re.compile(rb"GPSLatitude|GPSLongitude")
_FILM_PLACE = re.compile(rb"\xa9xyz|com\.apple\.quicktime\.location")
_HEAD = 8 * MB


def check(path: str, data: bytes) -> Iterator[Finding]:
    """A file too big to be kept or looked at, a picture of too many points, a place, a name."""
    form = BY_SUFFIX.get(PurePosixPath(path).suffix.lower())
    group = FORMS[form].group if form else "media"
    if len(data) > LIMITS[group]:
        size = f"{len(data) / MB:.1f}".replace(".", ",")
        message = f"{_NAMES[group]} nặng {size} MB, quá {LIMITS[group] // MB} MB; {_HELP[group]}."
        if len(data) > HARD_LIMIT:
            message += " Kho không nhận tệp quá 100 MB."
        yield Finding(path, message)
    seen = recognise(data).form
    if seen in _PICTURES:
        yield from _picture(path, data)
    elif seen == "mp4" and (_FILM_PLACE.search(data[:_HEAD]) or _FILM_PLACE.search(data[-_HEAD:])):
        yield _reminder(path, "Video ghi nơi quay (tọa độ)")


def _picture(path: str, data: bytes) -> Iterator[Finding]:
    Image.init()
    place = owner = bomb = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_READ_BY) as image:
                bomb = image.width * image.height > MAX_PIXELS
                # Pillow would draw a PNG to the end to look for what stands there.
                if not bomb and (image.format != "PNG" or b"eXIf" in data):
                    place, owner = _written_by_the_camera(image.getexif())
    except Image.DecompressionBombError:
        bomb = True
    except Exception:  # broken: told by types and by the reader of pictures
        return
    if bomb:
        message = (
            "Ảnh quá lớn (trên 60 triệu điểm ảnh), có thể làm treo máy người xem; hãy thu nhỏ rồi "
            "lưu lại."
        )
        yield Finding(path, message)
    if place or _XMP_PLACE.search(data[:_HEAD]):
        yield _reminder(path, "Ảnh ghi nơi chụp (tọa độ GPS)")
    if owner:
        yield _reminder(path, "Ảnh ghi tên người chụp hoặc số máy ảnh")


def _written_by_the_camera(exif: Image.Exif) -> tuple[bool, bool]:
    """Whether there is a place in it, and whether there is a name or a serial number."""
    place = bool(exif.get_ifd(_GPS_IFD)) if _GPS_IFD in exif else False
    inner = exif.get_ifd(_EXIF_IFD) if _EXIF_IFD in exif else {}
    owner = any(str(exif.get(tag) or inner.get(tag) or "").strip("\0 ") for tag in _OWNERS)
    return place, owner


def _reminder(path: str, what: str) -> Finding:
    message = (
        f"{what}, ai tải tệp về cũng đọc được; trong Windows hãy bấm chuột phải vào tệp, "
        "Properties, Details, Remove Properties and Personal Information, rồi thay tệp."
    )
    return Finding(path, message, basis=PERSONAL, severity=Severity.WARNING)
