"""A portal is used without script, by keyboard alone, at 400 % zoom, on paper, in two languages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.serving import ServedSite, Sites

pytestmark = pytest.mark.browser

SIZES = ((320, 256), (360, 900), (768, 1024), (1440, 900))
"""Width and height; the first is 1280 × 1024 at 400 % (WCAG 1.4.10)."""

MAIN_TEXT = """() => {
  for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = true;
  return document.querySelector("main").innerText;
}"""

OPEN_ALL = "document.querySelectorAll('details').forEach(part => { part.open = true; })"

# What is wider than the window without standing in a box that scrolls by itself.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= Math.min(width, innerWidth)) return [];
  const wide = [...document.body.querySelectorAll("*")].filter(element =>
    element.getBoundingClientRect().right > width + 1 && !element.closest(".scroll > *"));
  return wide.slice(0, 3).map(element => element.outerHTML.slice(0, 120));
}"""

# The text spacing that a reader may ask for (WCAG 1.4.12).
SPACE_OUT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
SPACE_BACK = "document.adoptedStyleSheets = []"

CUT_OFF = """() => [...document.body.querySelectorAll("*")].filter(element => {
  if (!(element instanceof HTMLElement) || element.matches("input, audio, video")) return false;
  const style = getComputedStyle(element);
  const hides = [style.overflowX, style.overflowY].some(way => way === "hidden" || way === "clip");
  const boxed = element.matches("button, .button, summary, .tag, .state, .chips a, .pager li > *");
  return (hides || boxed) && element.checkVisibility() && element.textContent.trim()
    && !element.closest(".hidden, .cards thead")
    && (element.scrollWidth > element.clientWidth + 1
        || element.scrollHeight > element.clientHeight + 1);
}).map(element => element.outerHTML.slice(0, 120))"""

SLOW = """most => [...document.querySelectorAll("*")].flatMap(element =>
  [null, "::before", "::after"].flatMap(part => {
    const style = getComputedStyle(element, part);
    return [...style.transitionDuration.split(","), ...style.animationDuration.split(",")]
      .map(time => parseFloat(time) * (time.trim().endsWith("ms") ? 0.001 : 1))
      .filter(seconds => seconds > most)
      .map(seconds => `${element.tagName}${part ?? ""}: ${seconds} s`);
  })).concat(document.getAnimations().map(it => `runs: ${it.animationName}`))"""

BIG = "button, .button, input, .pager a, .menu > summary"
"""Targets of 44 px: forms, buttons, pages of a list, the menu."""

SMALL_TARGETS = """big => [...document.querySelectorAll("a[href], button, input, summary")]
  .filter(element => element.checkVisibility() && !element.matches(".skip"))
  .filter(element => getComputedStyle(element).display !== "inline")
  .map(element => [
    element,
    // A box to tick is as large as its line: the words beside it tick it too.
    (element.closest(".choice") ?? element).getBoundingClientRect(),
    element.matches(big) ? 44 : 24,
  ])
  .filter(([, box, least]) => box.height < least - 0.5 || box.width < 23.5)
  .map(([element, box, least]) =>
    `${box.width.toFixed()} × ${box.height.toFixed()}, not ${least}: `
    + element.outerHTML.slice(0, 80)
  )
  .concat([...document.querySelectorAll(".tasks li")]
    .filter(item => item.getBoundingClientRect().height < 44).map(item => item.outerHTML))"""

ON_PAPER = """() => {
  const shown = [...document.querySelectorAll("nav:not(.contents), form, .skip, .share, .filters")]
    .filter(element => element.checkVisibility())
    .map(element => `is printed: ${element.outerHTML.slice(0, 80)}`);
  const mute = [...document.querySelectorAll(".prose a[href^='http']")]
    .map(link => [link.getAttribute("href"), getComputedStyle(link, "::after").content])
    .filter(([address, after]) => !after.includes(address) && !after.includes("attr(href)"))
    .map(([address]) => `address is not printed: ${address}`);
  const { backgroundColor, color } = getComputedStyle(document.body);
  const ink = `${color} on ${backgroundColor}`;
  return [...shown, ...mute, ...(ink === "rgb(0, 0, 0) on rgb(255, 255, 255)" ? [] : [ink])];
}"""

Faults = dict[str, list[str]]


def measure(page: Page, kind: str, found: Faults) -> None:
    """Everything that is measured on one visit of a page, without script."""

    def note(what: str, faults: list[str], where: object) -> None:
        found.setdefault(what, []).extend(f"{kind}, {where}: {fault}" for fault in faults)

    for width, height in reversed(SIZES):
        page.set_viewport_size({"width": width, "height": height})
        note("too wide", page.evaluate(TOO_WIDE), width)
        if width in (320, 1440):
            page.evaluate(SPACE_OUT)
            note("spaced out", page.evaluate(TOO_WIDE), width)
            note("spaced out", page.evaluate(CUT_OFF), width)
            page.evaluate(SPACE_BACK)
        if width in (360, 1440):
            note("small", page.evaluate(SMALL_TARGETS, BIG), width)
    page.emulate_media(media="print", color_scheme="dark")
    note("paper", page.evaluate(ON_PAPER), "printed")
    page.emulate_media(media="screen", color_scheme="light")
    # What a reader may open, last: it stays open.
    page.evaluate(OPEN_ALL)
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        note("too wide", page.evaluate(TOO_WIDE), f"all open, {width}")
    note("small", page.evaluate(SMALL_TARGETS, BIG), "all open")


class Visits:
    """What was found on every kind of page, by portal: each page is visited once."""

    def __init__(self) -> None:
        self._known: dict[str, Faults] = {}

    def faults(self, site: ServedSite, new_page: NewPage) -> Faults:
        """Visits every kind of page of a portal without script, unless that was done before."""
        if site.portal.id not in self._known:
            found: Faults = {}
            page = new_page(script=False)
            scripted = new_page()
            for kind, url in site.kinds.items():
                page.set_viewport_size({"width": 1440, "height": 900})
                page.goto(site.base + url)
                scripted.goto(site.base + url)
                # A form's button says what comes next: with a script nothing is read over first.
                same = kind != "search" and not kind.startswith("form-")
                if same and page.evaluate(MAIN_TEXT) != scripted.evaluate(MAIN_TEXT):
                    found.setdefault("differs", []).append(kind)
                measure(page, kind, found)
            self._known[site.portal.id] = found
        return self._known[site.portal.id]


@pytest.fixture(scope="module")
def visits() -> Visits:
    """The visits of this module."""
    return Visits()


@pytest.fixture
def faults(visits: Visits, site: ServedSite, new_page: NewPage) -> Faults:
    """What was found on every kind of page of a portal."""
    return visits.faults(site, new_page)


@pytest.mark.duty("O10")
def test_a_page_says_the_same_without_script(faults: Faults) -> None:
    assert faults.get("differs", []) == []


@pytest.mark.duty("O10")
def test_no_page_scrolls_sideways_at_any_width_or_at_400_percent(faults: Faults) -> None:
    assert faults["too wide"] == []


@pytest.mark.duty("O10")
def test_wider_spacing_of_text_hides_nothing(faults: Faults) -> None:
    assert faults["spaced out"] == []


@pytest.mark.duty("O10")
def test_targets_are_large_enough(faults: Faults) -> None:
    assert faults["small"] == []


@pytest.mark.duty("O10")
def test_nothing_moves_for_who_wants_no_motion(site: ServedSite, new_page: NewPage) -> None:
    """All pages share one style sheet: these hold nearly everything it speaks of."""
    page = new_page()
    found = []
    for kind in ("home", "finder", "rules", "item-article", "item-consultation", "item-procedure"):
        if kind not in site.pages:
            continue
        page.emulate_media(reduced_motion="no-preference")
        page.goto(site.base + site.pages[kind])
        found += [f"{kind}: {fault}" for fault in page.evaluate(SLOW, 0.15)]
        page.emulate_media(reduced_motion="reduce")
        found += [f"{kind}, reduced: {fault}" for fault in page.evaluate(SLOW, 0.01)]
        if page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") != "auto":
            found.append(f"{kind}, reduced: scrolls softly")
    assert found == []


def test_a_printed_page_has_no_menus_and_shows_where_links_lead(faults: Faults) -> None:
    assert faults["paper"] == []


# --- by keyboard -----------------------------------------------------------------------------

FOCUSED = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  return {
    name: element.outerHTML.slice(0, 90),
    place: window.stops.indexOf(element),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}"""

STOPS = """() => {
  window.stops = [...document.querySelectorAll(
    "a[href], button, input, summary, [tabindex='0'], audio[controls], video[controls]",
  )].filter(element => element.checkVisibility({ visibilityProperty: true }));
  return window.stops.length;
}"""


@pytest.mark.duty("O10")
def test_the_keyboard_reaches_everything_in_order_and_gets_out(
    site: ServedSite, new_page: NewPage
) -> None:
    page = new_page(reduced_motion="reduce")
    found = []
    for kind in ("home", "section", "finder", "item-consultation", "item-procedure", "ask"):
        if kind not in site.pages:
            continue
        page.goto(site.base + site.pages[kind])
        stops = page.evaluate(STOPS)
        for place in range(stops):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused["place"] != place or not focused["ring"]:
                found.append(f"{kind}: stop {place}: {focused}")
                break
        page.keyboard.press("Tab")
        after = page.evaluate(FOCUSED)
        if after["place"] not in (-1, 0):
            found.append(f"{kind}: no way out: {after}")
    assert found == []


@pytest.mark.duty("O10")
def test_the_first_stop_skips_to_what_the_page_is_about(
    site: ServedSite, new_page: NewPage
) -> None:
    for script in (True, False):
        page = new_page(script=script)
        page.goto(site.base + site.pages["section"])
        page.keyboard.press("Tab")
        assert page.locator(".skip").evaluate("link => link === document.activeElement")
        box = page.locator(".skip").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.duty("O10")
@pytest.mark.parametrize("width", [360, 1440])
def test_the_menu_opens_by_keyboard_without_script(
    site: ServedSite, new_page: NewPage, width: int
) -> None:
    page = new_page(width=width, script=False)
    page.goto(site.base)
    menu = page.locator("details.menu")
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    assert menu.evaluate("menu => menu.open")
    page.keyboard.press("Tab")
    first = menu.locator("a").first
    assert first.evaluate("link => link === document.activeElement")
    assert first.is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.base}/{site.portal.regulation.groups[0].slug}/")


def test_with_script_escape_closes_the_menu_and_stays_there(
    site: ServedSite, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(site.base)
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.locator("details.menu").evaluate("menu => menu.open")
    assert page.evaluate("document.activeElement.matches('.menu > summary')")


def tab_to(page: Page, tag: str) -> None:
    """Presses Tab until an element of this name has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("tag => document.activeElement.matches(tag)", tag):
            return
    pytest.fail(f"Tab reaches no {tag}")


# --- languages -------------------------------------------------------------------------------


@pytest.fixture
def quangnam(sites: Sites) -> ServedSite:
    """The portal in two languages."""
    return sites["quangnam"]


def both_versions(site: ServedSite) -> Iterator[tuple[str, str]]:
    """Pages that stand in both languages: an item, its section, home, contact."""
    english = next(item for item in site.library.items if item.lang == "en")
    yield site.library.versions(english)["vi"].url, english.url
    yield f"/{english.section}/", f"/en/{english.section}/"
    yield "/", "/en/"
    yield "/lien-he/", "/en/lien-he/"


@pytest.mark.duty("C24", portal="quangnam")
def test_the_switch_of_languages_leads_to_the_same_page(
    quangnam: ServedSite, new_page: NewPage
) -> None:
    page = new_page()
    for vietnamese, english in both_versions(quangnam):
        page.goto(quangnam.base + vietnamese)
        page.click(".langs a[hreflang=en]")
        assert page.url == quangnam.base + english
        assert page.locator("html").get_attribute("lang") == "en"
        page.click(".langs a[hreflang=vi]")
        assert page.url == quangnam.base + vietnamese
        assert page.locator("html").get_attribute("lang") == "vi"


@pytest.mark.duty("C24", portal="quangnam")
def test_the_switch_leads_home_from_what_is_in_vietnamese_only(
    quangnam: ServedSite, new_page: NewPage
) -> None:
    only = next(
        item
        for item in quangnam.library.items
        if item.listed and len(quangnam.library.versions(item)) == 1
    )
    page = new_page()
    for url in (only.url, "/quy-che/", "/tra-cuu-van-ban/"):
        page.goto(quangnam.base + url)
        page.click(".langs a[hreflang=en]")
        assert page.url == f"{quangnam.base}/en/"


def test_a_portal_of_one_language_has_no_switch(sites: Sites, new_page: NewPage) -> None:
    page = new_page()
    page.goto(sites["laocai-cchc"].base)
    assert page.locator(".langs").count() == 0


# --- pages that are no longer where they were ---------------------------------------------------


def test_a_missing_page_is_a_friendly_404(site: ServedSite, new_page: NewPage) -> None:
    page = new_page(script=False)
    for url in ("/khong-co-trang-nay/", "/tin-tuc/2026/khong-co/", "/en/nothing", "/media/no.webp"):
        answer = page.goto(site.base + url)
        assert answer is not None
        assert answer.status == 404
        assert page.locator("h1").count() == 1
        ways = page.locator("main a")
        assert ways.count() >= 2
    ways.first.click()
    assert page.locator("h1").count() == 1
    assert page.url.startswith(site.base + "/")
    assert page.url != site.base + url


def test_a_former_address_leads_on(site: ServedSite, new_page: NewPage) -> None:
    moved = [item for item in site.library.items if item.values.get("moved_from")]
    assert moved, "no portal may be without an item that moved"
    page = new_page(script=False)
    for item in moved:
        for old in item.values["moved_from"]:
            page.goto(site.base + old)
            page.wait_for_url(site.base + item.url)
            assert page.locator("h1").inner_text() == item.title


def test_what_was_withdrawn_leaves_a_stone(site: ServedSite, new_page: NewPage) -> None:
    gone = [item for item in site.library.items if item.status == "withdrawn"]
    assert gone, "no portal may be without an item that was withdrawn"
    page = new_page(script=False)
    for item in gone:
        answer = page.goto(site.base + item.url)
        assert answer is not None
        assert answer.ok
        said = page.locator("main").inner_text()
        assert item.title in said
        assert item.values["withdrawn"]["reason"] in said
        assert f"{item.values['withdrawn']['date']:%d/%m/%Y}" in said
        assert item.summary not in said
        assert page.locator(f'main a[href="/{item.section}/"]').count() == 1
        for listing in (f"/{item.section}/", f"/{item.section}/feed.xml", "/sitemap.xml", "/"):
            assert item.url not in page.request.get(site.base + listing).text()
