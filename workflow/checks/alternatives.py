"""Words for pictures (lời mô tả ảnh) that tell something to those who cannot see them.

That the words are there is said by the readers of front matter and Markdown.
"""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from regulation.content_types import Kind
from regulation.findings import Finding, Severity
from regulation.items import Item, references
from regulation.library import Shelf, texts_of
from regulation.vietnamese import fold
from regulation.yamlfile import Place, key_text

BASIS = "Điều 18.1.c Thông tư 32/2017/TT-BTTTT"
_NOTHING = frozenset(
    """anh|hinh|hinh anh|tam anh|buc anh|anh chup|anh minh hoa|hinh minh hoa|minh hoa|anh dai dien
    |anh bai viet|anh tin bai|anh tu lieu|image|picture|photo|img|alt|untitled|khong co tieu de
    |logo|so do|bieu do|ban do|infographic""".replace("\n    ", "").split("|")
)
_NUMBERED = re.compile(
    r"(?:anh|hinh|image|picture|photo|img|dsc|dscn|screenshot)? ?(?:so )?[0-9 ]+"
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|avif|heic)\Z", re.I)
_SIGNS = re.compile(r"[^\w]+")


def check(item: Item, library: Shelf, now: dt.datetime) -> Iterator[Finding]:
    """Pictures whose words only say that there is a picture."""
    del now
    if item.status == "withdrawn":
        return
    portal = library.portal
    spec = portal.type_of(portal.section(item.section))
    for place, name in references(item, spec, {Kind.PICTURE}):
        words = _beside(item, place, "alt")
        if words and (message := _fault(words, name, item, _beside(item, place, "caption"))):
            where = (*place[:-1], "alt")
            yield Finding(
                item.path, message, item.line(*where), key_text(where), BASIS, Severity.WARNING
            )
    for part in texts_of(item, portal):
        for link in part.text.links:
            if link.image and link.text and (message := _fault(link.text, link.target, item)):
                line = part.line + link.line - 1
                yield Finding(item.path, message, line, part.key, BASIS, Severity.WARNING)


def _beside(item: Item, place: Place, name: str) -> str:
    """What stands beside a picture's file in the same group of front matter."""
    value: Any = item.values
    for part in place[:-1]:
        value = value[part]
    return str(value.get(name) or "")


def _fault(words: str, file: str, item: Item, caption: str = "") -> str:
    plain = _plain(words)
    stem = PurePosixPath(file).stem
    if _FILE.search(words) or (words == stem and not stem.isalpha()):
        return (
            f"Lời mô tả ảnh “{words}” là tên tệp; hãy tả ảnh có gì cho ai không thấy ảnh, ví dụ "
            "“Người dân nộp hồ sơ tại quầy số 3”."
        )
    if plain in _NOTHING or _NUMBERED.fullmatch(plain):
        return f"Lời mô tả ảnh “{words}” chưa nói ảnh có gì; hãy tả điều người xem thấy trong ảnh."
    if plain == _plain(item.title):
        return "Lời mô tả ảnh chỉ lặp lại tiêu đề; hãy tả điều người xem thấy trong ảnh."
    if caption and plain == _plain(caption):
        return (
            "Lời mô tả ảnh chỉ lặp lại chú thích, ai nghe đọc phải nghe hai lần; hãy tả điều "
            "người xem thấy trong ảnh."
        )
    return ""


def _plain(text: str) -> str:
    return _SIGNS.sub(" ", fold(text).replace("_", " ")).strip()
