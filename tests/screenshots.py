"""The contact sheet: every kind of page at three widths, light and dark, to be looked at.

Run by ``make screenshots``; pictures go to ``screenshots/``, with sheets that show many at once.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright

from tests.browser.site import CHROMIUM_FLAGS, built_site, chromium_path, kinds_of_pages, served

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
# A sheet shows the first screens of a page; the whole page lies beside it.
SHEET_HEIGHT = 1800


def shoot(page: Page, base: str, pages: dict[str, str], folder: Path) -> Iterator[Path]:
    """Takes one picture a page, at the width and in the scheme that the page is set to."""
    for name, url in pages.items():
        page.goto(base + url)
        path = folder / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        yield path


def sheet(pictures: list[Path], target: Path, width: int) -> None:
    """Puts pictures side by side, each with its name above it."""
    scale = 0.5 if width > 400 else 0.8
    wide, high = int(width * scale), int(SHEET_HEIGHT * scale)
    columns = max(1, 2400 // wide)
    rows = -(-len(pictures) // columns)
    made = Image.new("RGB", (columns * (wide + 16), rows * (high + 40)), "#888888")
    draw = ImageDraw.Draw(made)
    for index, path in enumerate(pictures):
        with Image.open(path) as whole:
            part = whole.convert("RGB").crop((0, 0, whole.width, min(whole.height, SHEET_HEIGHT)))
        part = part.resize((wide, max(1, int(part.height * scale))))
        x, y = index % columns * (wide + 16), index // columns * (high + 40)
        draw.text((x + 4, y + 8), path.stem, fill="#ffffff")
        made.paste(part, (x, y + 28))
    made.save(target)


def main() -> None:
    """Takes the pictures of one portal, or of all four."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portal", action="append", help="only this portal")
    parser.add_argument("--width", type=int, action="append", help="only this width")
    parser.add_argument("--output", type=Path, default=ROOT / "screenshots")
    wanted = parser.parse_args()
    path = chromium_path()
    if path is None:
        sys.exit("No Chromium found: make apt-browser")
    portals = wanted.portal or ["quangnam-cchc", "quangnam", "laocai-cchc", "khanhhoa-dvc"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        for portal in portals:
            folder = built_site(portal)
            pages = kinds_of_pages(folder, portal)
            with served(folder) as base:
                for width in wanted.width or WIDTHS:
                    for scheme in SCHEMES:
                        target = wanted.output / portal / f"{width}-{scheme}"
                        target.mkdir(parents=True, exist_ok=True)
                        context = browser.new_context(
                            viewport={"width": width, "height": 900},
                            color_scheme="dark" if scheme == "dark" else "light",
                        )
                        taken = list(shoot(context.new_page(), base, pages, target))
                        context.close()
                        name = wanted.output / f"{portal}-{width}-{scheme}.png"
                        sheet(taken, name, width)
                        print(name.relative_to(ROOT) if name.is_relative_to(ROOT) else name)
        browser.close()


if __name__ == "__main__":
    main()
