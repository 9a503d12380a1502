"""Vietnamese has room on the screen: stacked marks are whole, long names break no page."""

import pytest

from tests.browser.conftest import NewPage
from tests.browser.serving import ServedSite, Sites

pytestmark = pytest.mark.browser

PROOF = "Thẩm quyền giải quyết khiếu nại của Ủy ban nhân dân; Ẵm, Ỡm, Nguyễn"
"""Marks above marks, marks below, capitals with both."""

LONG_NAME = "Ban Quản lý các Khu kinh tế, Khu công nghiệp và Khu công nghệ cao tỉnh Quảng Nam"
LONG_ADDRESS = "https://thutuchanhchinh.dichvucong.quangnam.gov.vn/" + "nop-ho-so-truc-tuyen" * 4
"""An agency's name of 80 letters, and an address without a place to break."""

OPEN_ALL = "document.querySelectorAll('details').forEach(part => { part.open = true; })"

# What every text is asked, in every size that a page uses. Ink is measured where it is highest and
# lowest; a line of running text must hold it, or it would touch the next.
ILL_SET = """proof => {
  const pen = document.createElement("canvas").getContext("2d");
  const heading = "h1, h2, h3, h4, h1 *, h2 *, h3 *, h4 *, .brand, .brand *, .ask dt";
  const faults = new Set();
  const inks = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, option")) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const name = `${element.tagName}.${element.getAttribute("class") ?? ""}`;
    const fault = text => faults.add(`${name} ${size.toFixed(1)} px: ${text}`);
    if (style.textTransform === "uppercase") fault("capitals");
    if (style.textAlign === "justify") fault("justified");
    if (parseFloat(style.letterSpacing) < 0) fault("letters too tight");
    if (Number(style.fontWeight) < 400) fault("too thin");
    if (size < 12) fault("too small");
    if (element instanceof SVGElement || element.closest(".hidden")) continue;
    const line = parseFloat(style.lineHeight) / size;
    const least = element.matches(heading) ? 1.25 : 1.5;
    if (!(line >= least - 0.005)) fault(`line height ${line.toFixed(2)} < ${least}`);
    if (element.matches(heading)) continue;
    const { fontStyle, fontWeight, fontSize, fontFamily } = style;
    const font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
    if (!inks.has(font)) {
      pen.font = font;
      const ink = pen.measureText(proof);
      inks.set(font, ink.actualBoundingBoxAscent + ink.actualBoundingBoxDescent);
    }
    const high = inks.get(font);
    if (high > line * size) fault(`ink of ${high.toFixed(1)} px in a line of ${line * size} px`);
  }
  return [...faults];
}"""

# Puts a text into everything that may hold a name, and asks what hides a part of it.
FILL = """([text, where]) => {
  const filled = [...document.querySelectorAll(where)]
    .filter(element => !element.closest(".hidden, .short, .num, .pager, .chips"))
    .filter(element => !element.matches(":has(*)"));
  for (const element of filled) element.textContent = text;
  return filled.length;
}"""

CUT_OFF = """where => [...document.querySelectorAll(where)].filter(element => {
  if (element.closest(".hidden, .cards thead") || !element.checkVisibility()) return false;
  for (let box = element; box && box !== document.body; box = box.parentElement) {
    const style = getComputedStyle(box);
    const hides = [style.overflowX, style.overflowY].some(way => /hidden|clip/.test(way));
    if (hides && (box.scrollHeight > box.clientHeight || box.scrollWidth > box.clientWidth)) {
      return true;
    }
  }
  const boxed = element.matches("button, .button, td, th, summary");
  return boxed && (element.scrollHeight > element.clientHeight + 1
                   || element.scrollWidth > element.clientWidth + 1);
}).map(element => element.outerHTML.slice(0, 120))"""

NAMES = (
    "main a, main p, main li, main dd, main dt, main td, main th, main h1, main h2, main h3, "
    "main strong, main figcaption, main caption, main summary, .brand span, .row a, .tree a, "
    ".crumbs a, .crumbs span, .foot a, .foot dd, .foot p, main button"
)
"""Everything in which a page may name an agency, a document or an address. Dates, codes,
figures and numbers of pages have places of their own, which do not break."""

TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter(element => element.getBoundingClientRect().right > width + 1)
    .filter(element => !element.closest(".scroll > *"))
    .slice(0, 3).map(element => element.outerHTML.slice(0, 120));
}"""


class Visits:
    """What was found on every kind of page, by portal: each page is visited once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[list[str], list[str]]] = {}

    def faults(self, site: ServedSite, new_page: NewPage) -> tuple[list[str], list[str]]:
        """Texts that are set ill, and pages that a long name or address breaks."""
        if site.portal.id not in self._known:
            ill: list[str] = []
            broken: list[str] = []
            page = new_page()
            for kind, url in site.kinds.items():
                page.goto(site.base + url)
                for width in (1440, 360):
                    page.set_viewport_size({"width": width, "height": 900})
                    ill += [f"{kind}, {width}: {it}" for it in page.evaluate(ILL_SET, PROOF)]
                page.set_viewport_size({"width": 320, "height": 640})
                page.evaluate(OPEN_ALL)
                for text in (LONG_NAME, LONG_ADDRESS):
                    page.evaluate(FILL, [text, NAMES])
                    broken += [f"{kind}: {it}" for it in page.evaluate(TOO_WIDE)]
            self._known[site.portal.id] = ill, broken
        return self._known[site.portal.id]


@pytest.fixture(scope="module")
def visits() -> Visits:
    """The visits of this module."""
    return Visits()


def test_every_text_is_set_for_stacked_marks(
    visits: Visits, site: ServedSite, new_page: NewPage
) -> None:
    assert visits.faults(site, new_page)[0] == []


def test_long_names_and_addresses_break_no_page(
    visits: Visits, site: ServedSite, new_page: NewPage
) -> None:
    """Every kind of listing and of item, filled with nothing else, on the narrowest phone."""
    assert visits.faults(site, new_page)[1] == []


def test_the_proof_sentence_is_whole_wherever_it_stands(
    site: ServedSite, new_page: NewPage
) -> None:
    """In headings, leads, cells, buttons, lists and menus, at every width."""
    found = []
    page = new_page()
    for kind in ("home", "section", "rules", "item-article", "item-legal_document", "finder"):
        page.goto(site.base + site.pages[kind])
        page.evaluate(OPEN_ALL)
        assert page.evaluate(FILL, [PROOF, NAMES]) > 30
        for width in (320, 768, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{kind}, {width}: {it}" for it in page.evaluate(CUT_OFF, NAMES)]
    assert found == []


def test_the_measure_sees_a_cut_mark(sites: Sites, new_page: NewPage) -> None:
    page = new_page()
    page.goto(sites["quangnam"].base)
    page.evaluate(
        "document.querySelector('h1').style.cssText"
        " = 'line-height: 1; height: 12px; overflow: hidden'"
    )
    assert any("line height 1.00" in fault for fault in page.evaluate(ILL_SET, PROOF))
    assert page.evaluate(CUT_OFF, "h1") != []
