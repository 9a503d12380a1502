"""The inbox in a browser without scripts: by keyboard alone, on a phone, and as axe finds it."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from accounts.signing import cookies
from plugins.assets import tokens
from relay.cases.states import State
from relay.pages import FRAME
from relay.store.database import Store
from relay.store.keys import Keys
from relay.store.writer import Writer
from tests.relay.inbox.office import ROOT, Office

pytestmark = pytest.mark.browser

PATIENCE = 120_000
"""Milliseconds until what does not come is a fault: a busy machine is slow, not wrong."""

AXE = """() => axe.run(document).then(results => results.violations.flatMap(
  fault => fault.nodes.map(node => `${fault.id}: ${node.target.join(" ")}`)
))"""
LOW = """() => [...document.querySelectorAll(
  "main button, main select, main summary, main nav a, main input:not([type=hidden])"
)].filter(each => each.getClientRects().length && each.getBoundingClientRect().height < 44)
  .map(each => each.outerHTML)"""
WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"


@contextmanager
def running(office: Office, listening: socket.socket) -> Iterator[None]:
    """Serves the inbox and the theme's styles."""
    look = office.portal.regulation.look
    parts = sorted((ROOT / "theme/static/css").glob("*.css"))
    css = tokens(look) + "".join(part.read_text(encoding="utf-8") for part in parts)

    async def styles(_: Request) -> Response:
        return Response(css, media_type="text/css")

    app = Starlette(routes=[Route("/static/c.css", styles), Mount("/", app=office.app)])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def served(sqlite_store: Store, keys: Keys, tmp_path: Path, hired: Path) -> Iterator[Office]:
    """An office that a browser can reach, in a frame with the theme's styles."""
    frame = tmp_path / "office" / "site" / FRAME
    frame.parent.mkdir(parents=True)
    frame.write_text(
        '<!doctype html><html lang="vi"><meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="/static/c.css"><title><!--cong:title--></title>'
        '<main class="wide"><!--cong:main--></main></html>',
        encoding="utf-8",
    )
    (frame.parent / "static.json").write_text("{}", encoding="utf-8")
    with socket.socket() as listening, Writer(sqlite_store) as writer:
        listening.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        made = Office(sqlite_store, writer, keys, tmp_path / "office", hired, origin)
        with running(made, listening):
            yield made
        made.close()


def tab(browser: Browser, office: Office, person: str, width: int, *, script: bool) -> Page:
    """A tab in which somebody is signed in."""
    origin = office.context.origin
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=script, base_url=origin
    )
    context.set_default_timeout(PATIENCE)
    name = cookies.name_of(office.context.signing.settings, cookies.SESSION)
    context.add_cookies([{"name": name, "value": office.secret(person), "url": origin}])
    return context.new_page()


def tab_to(page: Page, role: str, name: str) -> None:
    """Presses Tab until the thing with this name has the focus.

    Raises:
        AssertionError: It cannot be reached.
    """
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{name}: not reached by Tab")


def test_a_case_is_answered_by_keyboard_alone(browser: Browser, served: Office) -> None:
    case_id = served.new()
    page = tab(browser, served, "hoa", 1280, script=False)
    page.goto("/can-bo/")
    tab_to(page, "link", "Phí cấp phép xây dựng")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Thụ lý", exact=True)).to_be_visible(timeout=PATIENCE)
    tab_to(page, "button", "Thụ lý")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Đã thụ lý.", timeout=PATIENCE)
    tab_to(page, "textbox", "Câu trả lời")
    page.keyboard.type("Bạn nộp 150.000 đồng.")
    tab_to(page, "button", "Gửi câu trả lời")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Đã gửi câu trả lời.", timeout=PATIENCE)
    assert served.case(case_id).state is State.ANSWERED
    page.context.close()


def test_a_fault_has_the_focus_and_leads_to_its_field(browser: Browser, served: Office) -> None:
    case_id = served.new()
    page = tab(browser, served, "hoa", 1280, script=False)
    page.goto(f"/can-bo/vu-viec/{case_id}/")
    page.locator("summary", has_text="Chuyển đơn vị khác").press("Enter")
    page.locator("#chuyen-don-vi").select_option("so-tp")
    page.locator("#chuyen-ly-do").fill("Gọi ông Tư số riêng 0905123456")
    page.get_by_role("button", name="Chuyển", exact=True).press("Enter")
    expect(page.locator("#loi")).to_be_focused(timeout=PATIENCE)
    page.get_by_role("link", name=re.compile("^Có số điện thoại")).press("Enter")
    assert page.locator("#chuyen-ly-do").input_value() == "Gọi ông Tư số riêng 0905123456"
    page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_everything_is_big_enough(
    browser: Browser, served: Office, width: int
) -> None:
    case_id, late = served.new(), served.new(agency="", signs=("nhanh",))
    head = served.officer("hoa")
    answered = served.new()
    page = tab(browser, served, "hoa", width, script=True)
    operator = tab(browser, served, "van", width, script=True)
    head_posts = [("thu-ly", {}), ("tra-loi", {"tra-loi": "Bạn nộp 150.000 đồng."})]
    found: list[str] = []
    for at, who in (("/can-bo/", page), (f"/can-bo/vu-viec/{late}/", operator)):
        found += looked_at(who, at)
    found += looked_at(page, f"/can-bo/vu-viec/{case_id}/")
    for act, fields in head_posts:
        number = str(served.case(answered).number)
        answer = head.client.post(
            f"/can-bo/vu-viec/{answered}/{act}/",
            data={"csrf": head.csrf, "so": number, **fields},
            headers={"origin": served.context.origin},
        )
        assert answer.status_code == 303
    found += looked_at(page, f"/can-bo/vu-viec/{answered}/")
    assert found == []


def looked_at(page: Page, at: str) -> list[str]:
    """What is wrong with a page, all its parts unfolded."""
    page.goto(at)
    page.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate(AXE_SCRIPT)
    wide = page.evaluate(WIDE)
    found = [
        *page.evaluate(AXE),
        *page.evaluate(LOW),
        *([f"{wide} px too wide"] if wide > 0 else []),
    ]
    return [f"{at}: {fault}" for fault in found]
