"""What holds for every test."""

import asyncio
import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Started in the background, a shell's job ignores Ctrl+C, and so would all that it starts: the
# tests of being stopped would wait for a signal that never comes.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No test asserts a time, nor does hypothesis.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# What is started again and again is not compiled again and again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(autouse=True)
def no_loop_of_the_browsers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hides the browser's event loop from tests without a browser.

    Playwright's loop runs on in this thread, from the first test with a browser to the end of the
    process: without this, a test after it could not run a loop of its own.
    """
    if "browser" in request.fixturenames:
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """The installed Chromium, one for all tests of a process: Playwright runs once in each.

    Without it these tests fail: skipped, they would prove nothing.
    """
    # Loaded here: most tests need none of it.
    from playwright.sync_api import sync_playwright

    from tests.browser.site import CHROMIUM_FLAGS, chromium_path

    path = chromium_path()
    if path is None:
        pytest.fail("No Chromium: make test installs it, or type make apt-browser", pytrace=False)
    # Names of hosts lead nowhere: a page that asked another host would fail, and be seen.
    rules = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    flags = [*CHROMIUM_FLAGS, f"--host-resolver-rules={rules}"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=flags)
        yield launched
        launched.close()
