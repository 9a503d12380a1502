"""Visits in Chromium: each by somebody whose browser has never been here.

The line is Chromium's own throttling (`Network.emulateNetworkConditions`), which delays each
request and shares the rate among them, workers' requests too. What was fetched the server tells.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench_search.server import Sent, Server
from tests.bench_search.site import Engine
from tests.browser.site import CHROMIUM_FLAGS, chromium_path

PATIENCE = 180_000
"""Milliseconds until a visit has failed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line to the network.

    Attributes:
        name: As the tables say.
        delay: Milliseconds of each request.
        down: Megabits a second.
        up: Likewise.
    """

    name: str
    delay: int
    down: float
    up: float


FAST = Line("60 ms, 9 Mbps", 60, 9, 9)
SLOW = Line("150 ms, 1.6 Mbps", 150, 1.6, 0.75)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit showed.

    Attributes:
        shown: Results in the document.
        ms: Milliseconds until they were there.
        sent: What the server sent from the query, or from the address, on.
    """

    shown: int
    ms: float
    sent: tuple[Sent, ...]

    def bytes(self, which: re.Pattern[str], whole: bool = False) -> int:
        """Bytes of what was sent from such paths: bodies, or with headers."""
        return sum(one.whole if whole else one.body for one in self.sent if which.match(one.path))

    def requests(self, which: re.Pattern[str]) -> int:
        """How many answers came from such paths."""
        return sum(1 for one in self.sent if which.match(one.path))


class Visitor:
    """A browser that visits a server."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser = browser
        self._server = server

    def handed(self, engine: Engine, text: str, line: Line | None, http2: bool = False) -> Visit:
        """Hands a query over on a loaded page on which nothing of search was fetched."""
        with self._page(http2) as page:
            page.goto(f"/bench/{engine.name.lower()}/")
            page.wait_for_function("() => 'handed' in window")
            self._server.sent()
            if line:
                _throttle(page, line)
            told = page.evaluate("text => window.handed(text)", text)
        return Visit(int(told["shown"]), float(told["ms"]), tuple(self._server.sent()))

    def arrived(
        self, path: str, results: str, text: str, line: Line | None, http2: bool = False
    ) -> Visit:
        """Goes to an address with a query, until ten elements are there (a CSS selector).

        Without a line nothing is timed: all that the page fetches is waited for.
        """
        with self._page(http2) as page:
            page.add_init_script(
                "new MutationObserver(() => {"
                f"if (!window.there && document.querySelectorAll({results!r}).length >= 10)"
                "window.there = performance.now();"
                "}).observe(document, { childList: true, subtree: true });"
            )
            self._server.sent()
            if line:
                _throttle(page, line)
            page.goto(f"{path}?q={quote(text)}", wait_until="commit")
            page.wait_for_function("() => 'there' in window", polling=20)
            ms = float(page.evaluate("window.there"))
            if not line:
                page.wait_for_load_state("networkidle")
        return Visit(10, ms, tuple(self._server.sent()))

    @contextmanager
    def _page(self, http2: bool) -> Iterator[Page]:
        base = self._server.http2 if http2 else self._server.plain
        context = self._browser.new_context(base_url=base)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        try:
            yield page
        finally:
            context.close()
        if wrong:
            raise SystemExit(f"{page.url}: {wrong[0]}")


def _throttle(page: Page, line: Line) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": line.delay,
            "downloadThroughput": line.down * 1_000_000 / 8,
            "uploadThroughput": line.up * 1_000_000 / 8,
        },
    )


@contextmanager
def visiting(server: Server) -> Iterator[Visitor]:
    """A browser that knows the server's key and no other host."""
    path = chromium_path()
    if path is None:
        raise SystemExit("✗ Thiếu Chromium. Hãy gõ: sudo make apt-browser")
    flags = [
        *CHROMIUM_FLAGS,
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--ignore-certificate-errors-spki-list={server.key}",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield Visitor(browser, server)
        finally:
            browser.close()
