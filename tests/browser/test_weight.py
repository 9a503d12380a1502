"""What a page weighs, what it asks for and whether anything on it jumps.

Weights are those of the answers as Chromium gets them over HTTP, compressed and with their
headers, unless a test says otherwise.
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.browser.conftest import NewPage
from tests.browser.markup import documents
from tests.browser.serving import ServedSite, Sites

pytestmark = pytest.mark.browser

ITEM_BYTES = 14 * 1024
"""HTML and CSS of an item's page: what the first round trips of a connection carry."""
HOME_BYTES = 100 * 1024
HOME_REQUESTS = 8
GZIP_LEVEL = 6
"""What web servers compress with when nobody says otherwise."""

WIDTHS = (360, 1440)

SLOW_LINE = {
    "offline": False,
    "latency": 20,
    "downloadThroughput": 20_000,
    "uploadThroughput": 20_000,
}
SLIGHT = 0.01
"""A tenth of what is held to be good: tables that still find their columns stay below it."""

# Goes to the end of the page a screen at a time, letting the browser draw each, and lets every
# picture arrive.
TO_THE_END = """async () => {
  const drawn = () => new Promise(done => requestAnimationFrame(done));
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
    scrollTo({ top, behavior: "instant" });
    await drawn();
  }
  await Promise.all([...document.images].map(image => image.decode()));
  await drawn();
  await drawn();
}"""

WATCH = """
window.shifts = [];
window.forbidden = [];
window.watcher = new PerformanceObserver(list => window.shifts.push(...list.getEntries()));
window.watcher.observe({ type: "layout-shift", buffered: true });
document.addEventListener("securitypolicyviolation", event => {
  window.forbidden.push(`forbidden: ${event.violatedDirective} ${event.blockedURI}`);
});
"""

# Chromium's own player moves its buttons about inside itself; of that it names no element.
WATCHED = """() => [...window.shifts, ...window.watcher.takeRecords()]
  .filter(shift => shift.sources.some(source => source.node)
                   || !document.querySelector("audio, video"))
  .map(shift => [shift.value, shift.sources.map(source =>
    (source.node?.outerHTML ?? source.node?.parentElement?.outerHTML)?.slice(0, 80)).join(", ")])
  .concat(window.forbidden.map(text => [1, text]))"""

Seen = list[tuple[float, str]]
"""Jumps with their score, and what the policy forbade."""


@dataclass
class Traffic:
    """What a tab asked for and got.

    Attributes:
        asked: Every request as type and address.
        sizes: Bytes on the wire by address, headers included; what comes from the cache is 0.
        arrived: How many requests are answered whole.
    """

    asked: list[tuple[str, str]] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    arrived: int = 0

    @property
    def bytes(self) -> int:
        """All of it."""
        return sum(self.sizes.values())


@contextmanager
def traffic(page: Page) -> Iterator[Traffic]:
    """Weighs what a tab gets."""
    seen = Traffic()
    addresses: dict[str, str] = {}
    session = page.context.new_cdp_session(page)

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]
        seen.asked.append((event["type"], event["request"]["url"]))

    def came(event: dict[str, Any]) -> None:
        address = addresses[event["requestId"]]
        seen.sizes[address] = seen.sizes.get(address, 0) + int(event["encodedDataLength"])
        seen.arrived += 1

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", came)
    session.send("Network.enable")
    yield seen
    session.detach()


def compressed(site: ServedSite, url: str) -> int:
    """A page and its style sheet as a web server would send them, without headers."""
    page = documents(site.folder)[url]
    (sheet,) = page.link("stylesheet")
    style = (site.folder / sheet.lstrip("/")).read_bytes()
    return sum(len(gzip.compress(part, GZIP_LEVEL)) for part in (page.text.encode(), style))


def test_an_item_page_is_light(site: ServedSite, new_page: NewPage) -> None:
    weights = {item.url: compressed(site, item.url) for item in site.library.items}
    heaviest = max(weights, key=lambda url: weights[url])
    page = new_page()
    with traffic(page) as seen:
        page.goto(site.base + heaviest)
    text = {url for kind, url in seen.asked if kind in ("Document", "Stylesheet")}
    sent = sum(seen.sizes[url] for url in text)
    print(f"{site.portal.id}{heaviest}: {weights[heaviest]} bytes, {sent} with headers")
    assert len(text) == 2
    assert weights[heaviest] <= ITEM_BYTES
    assert sent <= ITEM_BYTES


@pytest.mark.parametrize(("width", "density"), [(360, 2), (1440, 1)])
def test_home_is_light_with_all_its_pictures(
    site: ServedSite, new_page: NewPage, width: int, density: int
) -> None:
    """A first visit, with nothing kept from an earlier one, read to the end of the page."""
    homes = [url for kind, url in site.pages.items() if kind.startswith("home")]
    for url in homes:
        page = new_page(width=width, device_scale_factor=density)
        with traffic(page) as seen:
            page.goto(site.base + url)
            page.evaluate(TO_THE_END)
        print(f"{site.portal.id}{url} at {width}: {seen.bytes} bytes, {len(seen.asked)} requests")
        assert seen.arrived == len(seen.asked)
        assert seen.bytes <= HOME_BYTES
        assert len(seen.asked) <= HOME_REQUESTS


def read_to_the_end(page: Page, url: str) -> Seen:
    """Opens a page, goes to its end and tells what moved or was forbidden meanwhile."""
    page.goto(url)
    page.evaluate(TO_THE_END)
    seen: Seen = page.evaluate(WATCHED)
    return seen


def test_nothing_jumps_is_forbidden_or_asked_of_others(site: ServedSite, new_page: NewPage) -> None:
    """Layout shift is 0; the policy of the site forbids nothing it holds; nothing is missing.

    On a busy machine the browser may draw a page before the whole of it has come. What moves then,
    once, is the next test's business: here a page that jumped is opened again.
    """
    own = urlsplit(site.base).netloc
    found: list[str] = []
    page = new_page()
    page.add_init_script(WATCH)

    def console(said: ConsoleMessage) -> None:
        found.append(f"{page.url}: {said.type}: {said.text}")

    def failed(request: Request) -> None:
        found.append(f"{page.url}: {request.url} failed")

    def answered(response: Response) -> None:
        if response.status >= 400:
            found.append(f"{page.url}: {response.status} {response.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("requestfailed", failed)
    page.on("response", answered)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for kind, url in site.kinds.items():
            if read_to_the_end(page, site.base + url):
                again = read_to_the_end(page, site.base + url)
                found += [f"{kind}, {width}: {value:.4f} {what}" for value, what in again]
    assert found == []
    assert asked == {own}


def test_next_to_nothing_jumps_on_a_slow_line(sites: Sites, new_page: NewPage) -> None:
    """What comes late must not push away what is being read already."""
    site = sites["quangnam"]
    found = []
    for width in WIDTHS:
        page = new_page(width=width)
        page.add_init_script(WATCH)
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_LINE)
        for kind in ("home", "section", "finder", "item-article", "rules"):
            seen = read_to_the_end(page, site.base + site.pages[kind])
            if sum(value for value, _ in seen) > SLIGHT:
                found.append(f"{kind}, {width}: {seen}")
    assert found == []


def test_the_measures_see_a_jump_and_a_breach(sites: Sites, new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(WATCH)
    page.goto(sites["quangnam"].base)
    page.evaluate(TO_THE_END)
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    page.evaluate("document.querySelector('main').style.marginTop = '300px'")
    page.evaluate("document.body.setAttribute('onclick', 'alert()')")
    page.evaluate(TO_THE_END)
    seen: Seen = page.evaluate(WATCHED)
    assert any(0.05 < value < 1 for value, _ in seen)
    assert any(what.startswith("forbidden: script-src") for _, what in seen)


def test_no_script_holds_a_page_up(site: ServedSite) -> None:
    found = []
    for page in documents(site.folder).values():
        for script in page.all("script"):
            data = script.get("type") in ("application/ld+json", "application/json")
            waits = "defer" in script.attributes or script.get("type") == "module"
            if not data and (not waits or page.raw(script)):
                found.append(f"{page.url}: {script.attributes}")
        for element in page.elements:
            found += [f"{page.url}: {name}" for name in element.attributes if name.startswith("on")]
            if "style" in element.attributes or element.tag == "style":
                found.append(f"{page.url}: style on {element.tag}")
    assert found == []


def test_pictures_are_told_their_size_and_sent_small(site: ServedSite) -> None:
    found = []
    for page in documents(site.folder).values():
        pictures = list(page.all("img"))
        for number, picture in enumerate(pictures):
            missing = {"width", "height", "alt", "src"} - set(picture.attributes)
            files = [
                picture.get("src"),
                *(s.split()[0] for s in picture.get("srcset").split(",") if s),
            ]
            if missing or not all(file.endswith((".webp", ".svg")) for file in files):
                found.append(f"{page.url}: {picture.attributes}")
            # The first is the mark; the second may stand where the reader begins.
            if number > 1 and picture.get("loading") != "lazy":
                found.append(f"{page.url}: not lazy: {picture.get('src')}")
    assert found == []
