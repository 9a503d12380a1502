"""Style sheets, scripts and the mark, under names made from what they hold.

One style sheet a portal: the theme's parts one after the other, with the portal's accent. A name
that changes with its content may be kept by caches for ever.
"""

import hashlib
import re
from pathlib import Path

from plugins.files import copy
from regulation.findings import Finding, Refused
from regulation.model import Look
from regulation.portal import Portal

CONTRAST = 4.5
"""Least contrast of the accent against its ground (WCAG 2 AA for text)."""

LIGHT_GROUND, DARK_GROUND = "#ffffff", "#14171a"


def write_static(portal: Portal, theme: Path, output: Path) -> dict[str, str]:
    """Writes the portal's style sheet, scripts and mark.

    Returns:
        Their addresses from the root of the site: ``css``, ``mark`` and one for each script.

    Raises:
        Refused: The accent cannot be read on its ground, or the mark is missing.
    """
    found = list(accent_findings(portal))
    look = portal.regulation.look
    mark = portal.path / look.mark
    if not mark.is_file():
        message = f"Không có tệp biểu trưng “{look.mark}” trong thư mục của cổng; hãy thêm tệp."
        found.append(Finding(f"content/{portal.id}/portal.yml", message, key="look.mark"))
    if found:
        raise Refused(found)
    source = theme / "static"
    css = "".join(part.read_text(encoding="utf-8") for part in sorted(source.glob("css/*.css")))
    urls = {"css": _write(output, "cong", ".css", f"{tokens(look)}{squeeze(css)}")}
    for script in sorted(source.glob("js/*.js")):
        urls[script.stem] = _write(output, script.stem, ".js", script.read_text(encoding="utf-8"))
    digest = hashlib.sha256(mark.read_bytes()).hexdigest()[:8]
    urls["mark"] = f"/static/mark.{digest}{mark.suffix}"
    copy(mark, output / urls["mark"].lstrip("/"))
    return urls


def _write(output: Path, stem: str, suffix: str, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    url = f"/static/{stem}.{digest}{suffix}"
    target = output / url.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return url


def tokens(look: Look) -> str:
    """The accent as custom properties, for both schemes."""
    return (
        f":root{{--accent:{look.accent}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{--accent:{look.accent_dark}}}}}\n"
    )


def squeeze(css: str) -> str:
    """CSS without comments and blanks that only weigh; what stands in quotation marks is left."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    parts = re.split(r'("[^"]*")', css)
    for index in range(0, len(parts), 2):
        part = re.sub(r"\s*\n\s*", "\n", parts[index])
        part = re.sub(r"\s*([{};,])\s*", r"\1", part)
        parts[index] = re.sub(r":\s+", ":", part).replace(";}", "}")
    return "".join(parts).strip()


def accent_findings(portal: Portal) -> list[Finding]:
    """Accents that cannot be read on their ground."""
    look = portal.regulation.look
    found = []
    for key, colour, ground, where in (
        ("accent", look.accent, LIGHT_GROUND, "nền trắng"),
        ("accent_dark", look.accent_dark, DARK_GROUND, "nền tối"),
    ):
        ratio = contrast(colour, ground)
        if ratio < CONTRAST:
            message = (
                f"Màu {colour} chỉ tương phản {ratio:.1f}:1 trên {where}, khó đọc; hãy chọn màu "
                f"{'sẫm' if key == 'accent' else 'sáng'} hơn, ít nhất 4,5:1."
            )
            path = f"content/{portal.id}/portal.yml"
            found.append(Finding(path, message, key=f"look.{key}", basis="WCAG 2.1, 1.4.3"))
    return found


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours written ``#rrggbb`` (WCAG 2, from 1 to 21)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
