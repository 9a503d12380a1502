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
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.markup import documents
from tests.browser.serving import ServedSite

pytestmark = pytest.mark.browser

ITEM_BYTES = 14 * 1024
"""HTML and CSS of an item's page: what the first round trips of a connection carry."""
HOME_BYTES = 100 * 1024
HOME_REQUESTS = 8
GZIP_LEVEL = 6
"""What web servers compress with when nobody says otherwise."""

WIDTHS = (360, 1440)

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
  .map(shift => `jump of ${shift.value.toFixed(4)}: `
    + shift.sources.map(source => source.node?.outerHTML?.slice(0, 80)).join(", "))
  .concat(window.forbidden)"""


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
    homes = [url for kind, url in site.kinds.items() if kind.startswith("home")]
    for url in homes:
        page = new_page(width=width, device_scale_factor=density)
        with traffic(page) as seen:
            page.goto(site.base + url)
            page.evaluate(TO_THE_END)
        print(f"{site.portal.id}{url} at {width}: {seen.bytes} bytes, {len(seen.asked)} requests")
        assert seen.arrived == len(seen.asked)
        assert seen.bytes <= HOME_BYTES
        assert len(seen.asked) <= HOME_REQUESTS


def test_nothing_jumps_is_forbidden_or_asked_of_others(
    site: ServedSite, new_page: NewPage
) -> None:
    """Layout shift is 0; the policy of the site forbids nothing it holds; nothing is missing."""
    own = urlsplit(site.base).netloc
    found: list[str] = []
    page = new_page()
    page.add_init_script(WATCH)
    page.on("console", lambda said: found.append(f"{page.url}: {said.type}: {said.text}"))
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("requestfailed", lambda request: found.append(f"{page.url}: {request.url}"))
    page.on("response", lambda it: it.status < 400 or found.append(f"{page.url}: {it.url}"))
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for kind, url in site.kinds.items():
            page.goto(site.base + url)
            page.evaluate(TO_THE_END)
            found += [f"{kind}, {width}: {fault}" for fault in page.evaluate(WATCHED)]
    assert found == []
    assert asked == {own}


def test_the_measures_see_a_jump_and_a_breach(site: ServedSite, new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(WATCH)
    page.goto(site.base)
    page.evaluate(TO_THE_END)
    assert page.evaluate(WATCHED) == []
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    page.evaluate("document.querySelector('main').style.marginTop = '300px'")
    page.evaluate("document.body.setAttribute('onclick', 'alert()')")
    page.evaluate(TO_THE_END)
    seen = page.evaluate(WATCHED)
    assert any(fault.startswith("jump of 0.") for fault in seen)
    assert any(fault.startswith("forbidden: script-src") for fault in seen)


def test_no_script_holds_a_page_up(site: ServedSite) -> None:
    found = []
    for page in documents(site.folder).values():
        for script in page.all("script"):
            data = script.get("type") == "application/ld+json"
            if not data and ("defer" not in script.attributes or page.raw(script)):
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
            files = [picture.get("src"), *(s.split()[0] for s in picture.get("srcset").split(",") if s)]
            if missing or not all(file.endswith((".webp", ".svg")) for file in files):
                found.append(f"{page.url}: {picture.attributes}")
            # The first is the mark; the second may stand where the reader begins.
            if number > 1 and picture.get("loading") != "lazy":
                found.append(f"{page.url}: not lazy: {picture.get('src')}")
    assert found == []
