"""What may be sent as a picture: files that are what their names say."""

import re
from pathlib import Path

from PIL import Image

MAX_PIXELS = 60_000_000
"""A picture of more points than this would take minutes to resize."""

FORMATS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".gif": "GIF",
    ".avif": "AVIF",
}

_MOVING = ("GIF", "WEBP", "PNG", "AVIF")
_SVG_TAG = re.compile(r"<svg\b[^>]*>", re.S)
_ATTRIBUTE = re.compile(r"""\b(width|height|viewBox)\s*=\s*["']([^"']*)["']""")
_LENGTH = re.compile(r"([0-9]{1,6}(?:\.[0-9]+)?)(?:px)?\Z")


class PictureError(Exception):
    """A file that is no picture; the text says in Vietnamese what to do."""


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height of a picture, in pixels as stored.

    Raises:
        PictureError: The file is no picture that browsers show, or is not what its name says.
    """
    suffix = path.suffix.lower()
    if suffix == ".svg":
        return svg_size(path.read_bytes())
    if suffix not in FORMATS:
        raise PictureError(
            f"Tệp {suffix or path.name} không dùng làm ảnh được; hãy lưu thành JPEG, PNG, WebP "
            "hoặc SVG."
        )
    try:
        with Image.open(path) as image:
            found, size = image.format, image.size
            moves = found in _MOVING and getattr(image, "is_animated", False)
            if found == "MPO":  # a JPEG with a second picture in it, as many telephones make
                found = "JPEG"
            if found == "JPEG" and size[0] * size[1] <= MAX_PIXELS:
                # verify() does not look into a JPEG: a small drawing shows that it is whole.
                image.draft("L", (1, 1))
                image.load()
            else:
                image.verify()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError(
            "Tệp này không phải ảnh hoặc đã hỏng; hãy mở bằng trình xem ảnh, lưu lại thành JPEG "
            "hoặc PNG rồi thay tệp."
        ) from error
    if found != FORMATS[suffix]:
        raise PictureError(
            f"Tệp tên {suffix} nhưng bên trong là ảnh {found}; hãy đổi đuôi tệp cho đúng."
        )
    if moves:
        raise PictureError(
            "Ảnh động không dùng được (Điều 18.1.b Thông tư 32/2017/TT-BTTTT); hãy lưu lại một "
            "hình đứng yên, hoặc đăng thành video."
        )
    if size[0] * size[1] > MAX_PIXELS:
        raise PictureError("Ảnh quá lớn (trên 60 triệu điểm ảnh); hãy thu nhỏ rồi lưu lại.")
    return size


def svg_size(data: bytes) -> tuple[int, int]:
    """Width and height of an SVG, in CSS pixels.

    Raises:
        PictureError: It is no SVG, or states neither its size nor a viewBox.
    """
    try:
        tag = _SVG_TAG.search(data.decode("utf-8"))
    except UnicodeDecodeError:
        tag = None
    if tag is None:
        raise PictureError("Tệp này không phải hình SVG; hãy xuất lại từ chương trình vẽ.")
    given = dict(_ATTRIBUTE.findall(tag[0]))
    width, height = (_LENGTH.match(given.get(key, "")) for key in ("width", "height"))
    if width and height:
        return round(float(width[1])), round(float(height[1]))
    box = given.get("viewBox", "").replace(",", " ").split()
    try:
        return round(float(box[2])), round(float(box[3]))
    except (IndexError, ValueError, OverflowError):
        raise PictureError(
            "Hình SVG không ghi kích thước; hãy thêm width, height hoặc viewBox vào thẻ svg."
        ) from None
