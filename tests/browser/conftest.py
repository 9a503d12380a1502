"""One server a portal for all tests of a process."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.serving import ServedSite, Sites
from tests.browser.site import PORTALS

PATIENCE = 120_000
"""Milliseconds until what does not come is a fault: a busy machine is slow, not wrong."""

expect.set_options(timeout=PATIENCE)

NewPage = Callable[..., Page]
"""Opens a tab of its own, without history, cache or cookies: see ``new_page``."""


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Opens tabs: ``new_page(width=360, script=False, color_scheme="dark")``."""
    with ExitStack() as stack:

        def opened(width: int = 1440, height: int = 900, script: bool = True, **more: Any) -> Page:
            viewport = ViewportSize(width=width, height=height)
            context = browser.new_context(viewport=viewport, java_script_enabled=script, **more)
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            return context.new_page()

        yield opened


@pytest.fixture(scope="session")
def sites() -> Iterator[Sites]:
    """The four portals by id."""
    with ExitStack() as stack:
        yield Sites(stack)


@pytest.fixture(params=PORTALS)
def site(request: pytest.FixtureRequest, sites: Sites) -> ServedSite:
    """Each of the four portals in turn."""
    return sites[request.param]
