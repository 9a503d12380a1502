"""Pictures: resized once, in a modern format, with width and height.

A raster is sent as WebP in a few widths under a name made from its bytes, so that caches may keep
it for ever; what a camera wrote into it (place, owner) stays behind. An SVG is sent as it is.
Made pictures are kept in a cache folder, so that a build makes only what is new.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PIL import Image, ImageOps

from plugins.files import copy, link_or_copy
from regulation.findings import Finding, Refused
from regulation.items import Item
from regulation.pictures import PictureError, picture_size

WIDTHS = (400, 800, 1200)
"""Widths in pixels in which a raster is sent; none is wider than the original."""

QUALITY = 76
_RECIPE = f"webp{QUALITY}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is sent.

    Attributes:
        sources: Addresses from the root of the site with their widths in pixels, narrow first.
        width: Of the widest source, in pixels.
        height: Of the widest source, in pixels.
    """

    sources: tuple[tuple[str, int], ...]
    width: int
    height: int

    @property
    def src(self) -> str:
        """The one for a browser that knows nothing of ``srcset``: the middle size."""
        return self.sources[len(self.sources) // 2][0]


def prepare(
    wanted: Mapping[str, Item], folder: Path, cache: Path, output: Path
) -> dict[str, Picture]:
    """Makes every picture that content names and puts it into the output.

    Args:
        wanted: Pictures by name (``media/cau.jpg``) with an item that shows each.
        folder: The portal's folder.
        cache: Where made pictures are kept from build to build.
        output: The site's folder.

    Raises:
        Refused: With one finding for every file that is no picture.
    """
    made: dict[str, Picture] = {}
    found: list[Finding] = []
    for name, item in sorted(wanted.items()):
        try:
            made[name] = make(folder / name, name, cache, output)
        except PictureError as error:
            found.append(Finding(f"content/{item.portal}/{name}", f"{error} (dùng ở {item.path})"))
    if found:
        raise Refused(found)
    return made


def make(source: Path, name: str, cache: Path, output: Path) -> Picture:
    """One picture, in its widths.

    Raises:
        PictureError: The file is no picture that browsers show.
    """
    width, height = picture_size(source)
    digest = hashlib.sha256(source.read_bytes() + _RECIPE.encode()).hexdigest()[:10]
    stem = f"media/{PurePosixPath(name).stem}.{digest}"
    if source.suffix.lower() == ".svg":
        copy(source, output / f"{stem}.svg")
        return Picture(((f"/{stem}.svg", width),), width, height)
    return _raster(source, stem, cache, output)


def _raster(source: Path, stem: str, cache: Path, output: Path) -> Picture:
    try:
        with Image.open(source) as image:
            width, height = ImageOps.exif_transpose(image).size
            widths = [w for w in WIDTHS if w < width] + [min(width, WIDTHS[-1])]
            widths = sorted(set(widths))
            sources = []
            upright = None
            for wide in widths:
                kept = cache / f"{Path(stem).name}-{wide}.webp"
                if not kept.exists():
                    if upright is None:
                        upright = ImageOps.exif_transpose(image)
                        if upright.mode.startswith("I"):  # 16 bits a point: down to 8
                            upright = upright.convert("I").point(lambda v: v / 256).convert("L")
                        mode = "RGBA" if "A" in upright.getbands() else "RGB"
                        upright = upright.convert(mode)
                    high = max(1, round(height * wide / width))
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    part = kept.with_suffix(f".{os.getpid()}.part")  # two builds may share a cache
                    sized = upright.resize((wide, high), Image.Resampling.LANCZOS)
                    sized.save(part, "WEBP", quality=QUALITY, method=5)
                    part.replace(kept)
                link_or_copy(kept, output / f"{stem}-{wide}.webp")
                sources.append((f"/{stem}-{wide}.webp", wide))
    except (OSError, ValueError, SyntaxError) as error:
        raise PictureError(
            "Tệp này không phải ảnh hoặc đã hỏng; hãy mở bằng trình xem ảnh, lưu lại thành JPEG "
            "hoặc PNG rồi thay tệp."
        ) from error
    widest = widths[-1]
    return Picture(tuple(sources), widest, max(1, round(height * widest / width)))


def srcset(picture: Picture, address: Iterable[str]) -> str:
    """The ``srcset`` of a picture whose addresses have been given their base; empty for one."""
    pairs = list(zip(address, (width for _, width in picture.sources), strict=True))
    return ", ".join(f"{url} {width}w" for url, width in pairs) if len(pairs) > 1 else ""
