"""How a portal looks (giao diện): an accent that can be read, a mark that is there."""

from collections.abc import Iterator
from pathlib import Path

from regulation.checkout import within
from regulation.findings import Finding
from regulation.model import Look
from regulation.pictures import PictureError, picture_size
from regulation.yamlfile import Document

CONTRAST = 4.5
"""Least contrast of the accent against its ground (WCAG 2 AA for text)."""

LIGHT_GROUND, DARK_GROUND = "#ffffff", "#14171a"


def look_findings(look: Look, folder: Path, document: Document, shown: str) -> Iterator[Finding]:
    """Accents that cannot be read on their ground, and a mark that cannot be shown.

    Args:
        look: What ``portal.yml`` says.
        folder: The portal's folder.
        document: ``portal.yml`` with its places.
        shown: The file's name in findings.
    """
    for key, colour, ground, where in (
        ("accent", look.accent, LIGHT_GROUND, "nền trắng"),
        ("accent_dark", look.accent_dark, DARK_GROUND, "nền tối"),
    ):
        ratio = contrast(colour, ground)
        if ratio < CONTRAST:
            told = f"{ratio:.1f}".replace(".", ",")
            message = (
                f"Màu {colour} chỉ tương phản {told}:1 trên {where}, khó đọc; hãy chọn màu "
                f"{'sẫm' if key == 'accent' else 'sáng'} hơn, ít nhất 4,5:1."
            )
            line = document.line(("look", key))
            yield Finding(shown, message, line, f"look.{key}", "WCAG 2.1, 1.4.3")
    if fault := _mark_fault(folder, look.mark):
        yield Finding(shown, fault, document.line(("look", "mark")), "look.mark")


def _mark_fault(folder: Path, name: str) -> str:
    mark = folder / name
    if not mark.is_file() or not within(mark, folder):
        return f"Không có tệp biểu trưng “{name}” trong thư mục của cổng; hãy thêm tệp."
    try:
        picture_size(mark)
    except PictureError as error:
        return f"{name}: {error}"
    return ""


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours written ``#rrggbb`` (WCAG 2, from 1 to 21)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
