"""axe finds nothing on any template, on a phone and on a desk, in light and in dark."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import NewPage
from tests.browser.serving import ServedSite, Sites

pytestmark = pytest.mark.browser

PHONE, DESK = ViewportSize(width=360, height=900), ViewportSize(width=1440, height=900)

TAGS = "wcag2a wcag2aa wcag21a wcag21aa wcag22a wcag22aa best-practice".split()
RULES = {
    "resultTypes": ["violations"],
    "preload": False,
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
}
"""Every rule of these levels, that of the size of targets (WCAG 2.2) among them."""
COLOURS = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What a colour scheme can change."""
SHAPES = {
    **RULES,
    "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}},
}
"""What a width can change. A text has the same colours at every width; CONTRAST sees to that."""

AXE = """rules => axe.run(document, rules).then(results => results.violations.flatMap(
  fault => fault.nodes.map(node => `${fault.id}: ${node.target.join(" ")}: ${node.failureSummary}`)
))"""

# axe leaves open what it cannot see whole: text scrolled out of its box, in a drawing, beside a
# picture. Here every text is told against the ground of the nearest box that has one.
CONTRAST = """() => {
  const luminance = ([r, g, b]) => [r, g, b]
    .map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = element => {
    for (let box = element; box; box = box.parentElement) {
      const colour = parts(getComputedStyle(box).backgroundColor);
      if (colour[3] === undefined || colour[3] === 1) return colour;
      if (colour[3] > 0) throw new Error(`half-transparent ground: ${box.className}`);
    }
    throw new Error("no ground");
  };
  const faults = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script")) continue;
    const style = getComputedStyle(element);
    const drawn = element instanceof SVGElement;
    const colour = parts(drawn ? style.fill : style.color);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = ratio(colour, ground(element));
    if ((colour[3] ?? 1) < 1 || found < (large ? 3 : 4.5)) {
      faults.add(`${element.tagName} .${element.getAttribute("class")}: ${found.toFixed(2)}:1`);
    }
  }
  for (const box of document.querySelectorAll("input, button, .button")) {
    const found = ratio(parts(getComputedStyle(box).borderBlockStartColor),
                        ground(box.parentElement));
    if (found < 3) faults.add(`edge of ${box.tagName}: ${found.toFixed(2)}:1`);
  }
  return [...faults];
}"""

OPEN_ALL = "document.querySelectorAll('details').forEach(part => { part.open = true; })"


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A tab in which every page finds axe."""
    made = new_page()
    made.add_init_script(AXE_SCRIPT)
    return made


def faults(page: Page, rules: dict[str, Any], where: str) -> list[str]:
    """What axe finds on a page, and every text too pale for its ground."""
    found = [*page.evaluate(AXE, rules), *page.evaluate(CONTRAST)]
    return [f"{where}: {fault}" for fault in found]


def at_both_widths(page: Page, where: str) -> list[str]:
    """What axe finds on a phone and on a desk in light, and on the desk in dark."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    found = faults(page, RULES, f"{where}, phone")
    page.set_viewport_size(DESK)
    found += faults(page, SHAPES, f"{where}, desk")
    page.emulate_media(color_scheme="dark")
    return found + faults(page, COLOURS, f"{where}, dark")


@pytest.mark.duty("O10")
def test_axe_finds_nothing_on_any_kind_of_page(site: ServedSite, page: Page) -> None:
    found = []
    for kind, url in site.kinds.items():
        page.goto(site.base + url)
        found += at_both_widths(page, kind)
    assert found == []


@pytest.mark.duty("O10")
def test_axe_finds_nothing_in_what_a_reader_may_open(site: ServedSite, page: Page) -> None:
    found = []
    for kind in ("home", "finder"):
        page.goto(site.base + site.pages[kind])
        page.evaluate(OPEN_ALL)
        found += at_both_widths(page, f"{kind}, all open")
    assert found == []


def test_the_measure_of_contrast_sees_pale_text(sites: Sites, new_page: NewPage) -> None:
    page = new_page(color_scheme="light")
    page.goto(sites["quangnam"].base)
    assert page.evaluate(CONTRAST) == []
    page.evaluate("document.querySelector('h1').style.color = '#8a8a8a'")
    page.evaluate("document.querySelector('.lead').style.color = '#8a8a8a'")
    assert page.evaluate(CONTRAST) == ["P .lead: 3.45:1"]
