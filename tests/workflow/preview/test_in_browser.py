"""The file of a preview in a real browser, opened from the disk as a phone opens it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.site import served
from tests.small import NOW, Small, small
from tests.workflow.preview.conftest import NEW

pytestmark = pytest.mark.browser

Everything = tuple[Small, Path]


@contextmanager
def tab(browser: Browser, width: int, scheme: str = "light", height: int = 740) -> Iterator[Page]:
    """A tab that may run scripts: the file must not need them, and must not be let."""
    context = browser.new_context(
        viewport=ViewportSize(width=width, height=height),
        color_scheme="dark" if scheme == "dark" else "light",
    )
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "dark")])
def test_it_asks_for_nothing_and_fits(
    everything: Everything, browser: Browser, width: int, scheme: str
) -> None:
    _, file = everything
    with tab(browser, width, scheme) as page:
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(file.as_uri())
        assert page.locator("#tom-tat").is_visible()
        for frame in page.frames[1:]:
            frame.wait_for_load_state("load")
            assert frame.evaluate("getComputedStyle(document.body).margin") == "0px", "styled"
            broken = "[...document.images].filter(i => i.complete && !i.naturalWidth).length"
            assert frame.evaluate(broken) == 0
        assert len(page.frames) == 11
        numbers = range(1, 11) if width == 360 else (5,)
        for number in numbers:
            page.goto(f"{file.as_uri()}#trang-{number}")
            view = page.locator(f"#trang-{number}")
            assert view.is_visible()
            assert page.locator(".view:visible").count() == 1
            box = view.locator("iframe").bounding_box()
            assert box is not None
            assert box["width"] == width
            assert box["height"] > 600
            inner = page.frames[number].evaluate("document.documentElement.scrollWidth")
            assert inner <= width, "no scrolling to the side"
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate("document.documentElement.scrollHeight") == 740
        assert [url for url in asked if not url.startswith(("data:", "file:", "about:"))] == []
        assert {url.partition("#")[0] for url in asked if url.startswith("file:")} == {
            file.as_uri()
        }
        assert said == []


def test_one_goes_from_page_to_page_and_within_a_page(
    everything: Everything, browser: Browser
) -> None:
    _, file = everything
    with tab(browser, 360) as page:
        page.goto(file.as_uri())
        page.get_by_role("link", name="Tin <i>mới</i> & hẹn giờ").click()
        assert page.locator("#trang-5").is_visible()
        inside = page.frame_locator("#trang-5 iframe")
        inside.get_by_role("link", name="chỗ dưới").click()
        heading = inside.get_by_role("heading", name="Chỗ dưới")
        assert heading.is_visible()
        top = heading.bounding_box()
        assert top is not None
        assert 0 < top["y"] < 740
        assert page.locator("#trang-5").is_visible(), "the frame alone has moved"
        page.get_by_role("link", name="Trang sau").locator("visible=true").click()
        assert page.locator("#trang-6").is_visible()
        page.get_by_role("link", name="Tóm tắt").locator("visible=true").click()
        assert page.locator("#tom-tat").is_visible()
        page.go_back()
        assert page.locator("#trang-6").is_visible()


def test_a_page_looks_as_it_will(everything: Everything, browser: Browser, tmp_path: Path) -> None:
    """Point for point what a browser draws of the built site."""
    _, file = everything
    with served(_built(tmp_path)) as base:
        for width, scheme in ((360, "dark"), (1440, "light")):
            with tab(browser, width, scheme) as page, tab(browser, width, scheme) as real:
                page.goto(f"{file.as_uri()}#trang-5")
                # On a whole point, so that both are drawn alike.
                page.add_style_tag(content=".bar { height: 60px } .where { height: 45px }")
                shown = page.locator("#trang-5 iframe").screenshot()
                real.goto(f"{base}/tin-tuc/2026/moi/")
                drawn = real.screenshot()
            share = _different(shown, drawn)
            assert share < 0.002, f"{width} {scheme}: {share:.1%} of the points differ"


def _different(one: bytes, other: bytes) -> float:
    """How much of the upper part of two pictures is not the same."""
    first, second = (Image.open(io.BytesIO(data)).convert("RGB") for data in (one, other))
    assert first.width == second.width
    size = (0, 0, first.width, 600)
    both = ImageChops.difference(first.crop(size), second.crop(size)).convert("L")
    return sum(both.point(lambda value: 255 * (value > 24)).histogram()[1:]) / (first.width * 600)


def _built(folder: Path) -> Path:
    """The site as of the hour of its new item."""
    made = small(folder)
    made.write("tin-tuc/2026/moi.md", NEW)
    made.change("portal.yml", "short_name: Tỉnh Mẫu", "short_name: Mẫu")
    at = NOW.replace(year=2031, month=1, day=2)
    return made.build(now=at, production=True, allow_samples=True)


def test_the_file_is_accessible(everything: Everything, browser: Browser) -> None:
    _, file = everything
    with tab(browser, 360) as page:
        for place in ("", "#trang-5"):
            page.goto(f"{file.as_uri()}{place}")
            # The pages in the frames have tests of their own.
            options = {"iframes": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
            found = Axe().run(page, options=options).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
