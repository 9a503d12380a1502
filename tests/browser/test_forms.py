"""Forms as a citizen meets them: by keyboard, with and without scripts, when sending fails."""

import base64
import json
import shutil
import time
from collections.abc import Callable, Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import altcha
import markupsafe
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Request, Route, expect

from plugins.prepare import prepare
from plugins.views.pages import pages
from regulation.forms import load_forms
from regulation.formview import answers_view, form_view, promise_view
from regulation.places import MAIN_MARK, TITLE_MARK
from tests.browser.conftest import NewPage
from tests.browser.serving import ServedSite, Sites
from tests.browser.site import NOW, ROOT, served
from tests.browser.test_accessibility import at_both_widths
from tests.browser.test_html import html_faults
from tests.plugins.test_forms_pages import html_of
from tests.plugins.test_views_pages import environment
from tests.regulation.test_forms import with_keys

pytestmark = pytest.mark.browser

SECRET = "s"
TARGET = 44
"""Pixels that a finger needs."""

SMALL_TARGETS = """least => [...document.querySelectorAll(
    "form.form :is(input:not([type=hidden]):not(#website), select, textarea, button)")]
  .filter(part => !part.hidden)
  .map(part => {
    // A box and its label are one target.
    const boxes = [part, ...(part.matches("[type=radio], [type=checkbox]") ? part.labels : [])]
      .map(each => each.getBoundingClientRect());
    const high = Math.max(...boxes.map(box => box.bottom))
      - Math.min(...boxes.map(box => box.top));
    return [part.id || part.type, high];
  })
  .filter(([, high]) => high < least - 0.5)"""


@pytest.fixture(scope="module")
def site(sites: Sites) -> ServedSite:
    """The portal whose forms are looked at closely; the others' are looked at with every page."""
    return sites["quangnam"]


@pytest.fixture(scope="module")
def shared(site: ServedSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """The same site with what it has only beside a relay: a sealed form, and the relay's pages."""
    folder = tmp_path_factory.mktemp("forms") / "site"
    shutil.copytree(site.folder, folder, symlinks=True)
    for name, text in relay_pages(folder).items():
        path = folder / name / "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with served(folder) as base:
        yield ServedSite(site.portal, site.library, folder, base, site.pages, site.kinds)


RELAY_PAGES = ("gui-y-kien/to-cao", "loi", "xem-lai", "bien-nhan", "ban", "tu-choi")


def relay_pages(folder: Path) -> dict[str, str]:
    """What the relay draws, in the frame of this site, and the form of a portal that has keys."""
    known = prepare(
        ROOT, "quangnam", ROOT / "theme", folder.parent / "else", ROOT / ".cache" / "pictures", NOW
    )
    portal = with_keys(known.portal)
    sealing = type(known)(**{**vars(known), "portal": portal})
    sealed = next(page for page in pages(sealing) if page.url == "/gui-y-kien/to-cao/")
    form, route = load_forms()["complaint"], portal.routes("complaint", known.today)[0]
    view = form_view(portal, form, route, known.today)
    typed = {"noi-dung": "Nội dung đã gõ\nhai dòng", "ho-ten": "Nguyễn Thị Mẫu", "co-quan": ""}
    promise = promise_view(portal, form, route, known.today)
    values: dict[str, Any] = {
        "form": view,
        "values": typed,
        "errors": [
            {"field": field.name, "message": f"Hãy xem lại mục “{field.label.vi}”."}
            for field in form.fields
        ],
        "held": [{"name": "quyet-dinh.pdf"}],
        "action": "/y-kien/gui/khieu-nai/",
        "token": "t",
    }
    rows = answers_view(view, typed)
    drawn = {
        "loi": ("form", values),
        "xem-lai": (
            "review",
            {**values, "rows": rows, "promise": promise, "edit": "/y-kien/x/", "notice": "Đợi"},
        ),
        "bien-nhan": (
            "receipt",
            {
                "form": view,
                "promise": promise,
                "case": "V-7K3M-9QXA",
                "code": "7K3M 9QXA 2B4C D5EF",
                "at": "14:30 ngày 22/11/2026",
                "due": ["Thụ lý: chậm nhất 02/12/2026 (Điều 27 Luật Khiếu nại)"],
                "letter": True,
            },
        ),
        "ban": ("unavailable", values),
        "tu-choi": ("refused", {"title": "Tệp quá lớn", "message": "Hãy bỏ bớt tệp rồi gửi lại."}),
    }
    frame = (folder / "khung/index.html").read_text(encoding="utf-8")
    made = {"gui-y-kien/to-cao": html_of(sealing, sealed)}
    for name, (template, given) in drawn.items():
        text = environment().get_template(f"relay/{template}.html").render(base="", **given)
        whole = frame.replace(MAIN_MARK, text)
        made[name] = whole.replace(str(markupsafe.escape(TITLE_MARK)), "Trang của phần tiếp nhận")
    return made


def form_urls(site: ServedSite) -> list[str]:
    return [url for name, url in site.pages.items() if name.startswith("form-")]


# What every form must be -------------------------------------------------------------------


@pytest.mark.duty("O10")
def test_axe_finds_nothing_on_any_form_nor_on_what_the_relay_draws(
    shared: ServedSite, new_page: NewPage
) -> None:
    page = new_page()
    page.add_init_script(AXE_SCRIPT)
    found = []
    for url in [*form_urls(shared), *(f"/{name}/" for name in RELAY_PAGES)]:
        page.goto(shared.base + url)
        found += at_both_widths(page, url)
    assert found == []


def test_what_the_relay_draws_is_valid_html(shared: ServedSite, tmp_path: Path) -> None:
    drawn = [shared.folder / name / "index.html" for name in RELAY_PAGES]
    found = html_faults(shared.folder, tmp_path / "faults.json", drawn)
    # The first fault takes the reader there without a script; it is the page's one way to say so.
    assert [fault for fault in found if "no-autofocus" not in fault] == []


def test_every_target_is_large_and_nothing_is_wider_than_a_phone(
    shared: ServedSite, new_page: NewPage
) -> None:
    page = new_page(width=320)
    found = []
    for url in [*form_urls(shared), "/tra-cuu-y-kien/", *(f"/{name}/" for name in RELAY_PAGES)]:
        page.goto(shared.base + url)
        found += [(url, *small) for small in page.evaluate(SMALL_TARGETS, TARGET)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 320:
            found.append((url, "page", wide))
    assert found == []


def test_a_fault_is_what_the_reader_comes_to_first(shared: ServedSite, new_page: NewPage) -> None:
    page = new_page(script=False)
    page.goto(shared.base + "/loi/")
    expect(page.locator("#loi")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#o-co-quan")
    expect(page.locator("#o-noi-dung")).to_have_value("Nội dung đã gõ\nhai dòng")


def test_a_form_is_filled_in_by_keyboard(site: ServedSite, new_page: NewPage) -> None:
    """Every field in its order, with nothing in between that is hidden from people."""
    page = new_page(script=False)
    page.goto(site.base + "/gui-y-kien/danh-gia/")
    page.locator("#o-co-quan").focus()
    page.keyboard.type("Thuế")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Được hướng dẫn kỹ")
    expect(page.locator("#o-co-quan")).to_have_value("thue-da-nang")
    expect(page.locator("[name=khi-nao][value=tuan-nay]")).to_be_checked()
    expect(page.locator("[name=diem][value='4']")).to_be_checked()
    expect(page.locator("#o-noi-dung")).to_have_value("Được hướng dẫn kỹ")
    page.keyboard.press("Tab")
    expect(page.locator("form.form button")).to_be_focused()


# Without scripts ---------------------------------------------------------------------------


def parts(request: Request) -> dict[str, list[str]]:
    """The fields of a form that was sent, files by their names."""
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    body = request.post_data_buffer or b""
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    found: dict[str, list[str]] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        value = part.get_filename() if part.get_filename() is not None else content.decode()
        found.setdefault(str(name), []).append(str(value))
    return found


def answering(page: Page, answer: Callable[[Route], None]) -> list[Request]:
    """Stands for the relay; gives the list of what was sent to it."""
    sent: list[Request] = []

    def routed(route: Route) -> None:
        sent.append(route.request)
        answer(route)

    page.route("**/y-kien/gui/**", routed)
    return sent


def a_page(route: Route) -> None:
    route.fulfill(body="<h1>Xem lại</h1>", content_type="text/html; charset=utf-8")


def test_without_a_script_a_form_is_sent_to_be_reviewed(
    site: ServedSite, new_page: NewPage, tmp_path: Path
) -> None:
    page = new_page(script=False)
    sent = answering(page, a_page)
    page.goto(site.base + "/gui-y-kien/cau-hoi/")
    expect(page.locator("form.form button")).to_have_text("Xem lại trước khi gửi")
    page.fill("#o-tieu-de", "Ẵm con đi đăng ký")
    page.fill("#o-noi-dung", "Dòng một\nDòng hai")
    page.select_option("#o-co-quan", "thue-da-nang")
    page.check("#o-dong-y-dang")
    (tmp_path / "ảnh chụp.png").write_bytes(b"\x89PNG")
    page.set_input_files("#o-tep", tmp_path / "ảnh chụp.png")
    page.click("form.form button")
    expect(page.locator("h1")).to_have_text("Xem lại")
    (request,) = sent
    assert request.method == "POST"
    got = parts(request)
    assert got.pop("tep") == ["ảnh chụp.png"]
    assert got == {
        "tieu-de": ["Ẵm con đi đăng ký"],
        "noi-dung": ["Dòng một\r\nDòng hai"],
        "co-quan": ["thue-da-nang"],
        "ho-ten": [""],
        "thu": [""],
        "dien-thoai": [""],
        "dong-y-dang": ["co"],
        "website": [""],
    }


# With scripts ------------------------------------------------------------------------------


def challenged(page: Page, *, token: str = "ma-lan-gui") -> list[str]:
    """Gives challenges as the relay would; gives the addresses that asked."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        made = altcha.create_challenge("PBKDF2/SHA-256", 50, key_prefix="0", hmac_secret=SECRET)
        route.fulfill(json={"challenge": made.to_dict(), "token": token})

    page.route("**/y-kien/altcha*", answer)
    return asked


def filled(page: Page, site: ServedSite) -> None:
    page.goto(site.base + "/gui-y-kien/cau-hoi/")
    expect(page.locator("form.form button")).to_have_text("Gửi câu hỏi")
    page.fill("#o-tieu-de", "Đăng ký khai sinh")
    page.fill("#o-noi-dung", "Cần giấy tờ gì?")


def test_with_a_script_one_step_is_enough(site: ServedSite, new_page: NewPage) -> None:
    page = new_page()
    asked = challenged(page)
    told: list[str] = []
    page.on("console", lambda said: told.append(said.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    sent = answering(page, lambda route: route.fulfill(json={"receipt": "/so-do-cong/"}))
    page.goto(site.base + "/gui-y-kien/")
    filled(page, site)
    page.click("form.form button")
    page.wait_for_url(site.base + "/so-do-cong/")
    (request,) = sent
    got = parts(request)
    assert got["mot-buoc"] == ["1"]
    assert got["token"] == ["ma-lan-gui"]
    assert altcha.verify_solution(got["altcha"][0], SECRET).verified
    assert json.loads(base64.b64decode(got["altcha"][0]))["solution"]["derivedKey"]
    assert request.headers["accept"] == "application/json"
    assert got["noi-dung"] == ["Cần giấy tờ gì?"]
    assert asked == [f"{site.base}/y-kien/altcha?loai=cau-hoi"]
    assert told == []
    page.go_back()
    assert page.url == site.base + "/gui-y-kien/", "the form that was sent is out of the history"


def test_a_redirect_to_the_receipt_is_followed(site: ServedSite, new_page: NewPage) -> None:
    page = new_page()
    challenged(page)
    page.route("**/y-kien/bien-nhan/**", a_page)
    answering(
        page, lambda route: route.fulfill(status=303, headers={"location": "/y-kien/bien-nhan/x/"})
    )
    filled(page, site)
    page.click("form.form button")
    page.wait_for_url("**/y-kien/bien-nhan/x/")


def test_faults_are_shown_at_their_fields_and_go_when_they_are_mended(
    site: ServedSite, new_page: NewPage
) -> None:
    page = new_page()
    page.add_init_script(AXE_SCRIPT)
    challenged(page)
    errors = [
        {"field": "thu", "message": "Hãy viết địa chỉ thư như ten@vidu.vn."},
        {"field": "tep", "message": "Tệp a.exe không nhận được."},
        {"field": "", "message": "Hãy <b>xem lại</b>."},
    ]
    answers: list[dict[str, Any]] = [
        {"status": 422, "json": {"errors": errors}},
        {"json": {"receipt": "/lien-he/"}},
    ]
    sent = answering(page, lambda route: route.fulfill(**answers.pop(0)))
    filled(page, site)
    page.fill("#o-thu", "khong-phai")
    page.click("form.form button")
    box = page.locator("#loi")
    expect(box).to_be_focused()
    expect(box.locator("h2")).to_have_text("Chưa gửi được: có 3 chỗ cần sửa")
    expect(box.locator("li")).to_have_text([error["message"] for error in errors])
    expect(page.locator("#o-thu")).to_have_attribute("aria-invalid", "true")
    described = (page.locator("#o-thu").get_attribute("aria-describedby") or "").split()
    assert described == ["o-thu-vi-sao", "o-thu-loi"]
    expect(page.locator("#o-thu-loi")).to_have_text(errors[0]["message"])
    assert at_both_widths(page, "with faults") == []
    expect(page.locator("#o-noi-dung")).to_have_value("Cần giấy tờ gì?")
    box.locator("a").first.click()
    expect(page.locator("#o-thu")).to_be_focused()
    page.fill("#o-thu", "")
    page.click("form.form button")
    page.wait_for_url("**/lien-he/")
    first, second = (parts(request) for request in sent)
    assert first["token"] == second["token"]


def test_when_the_network_fails_all_stays_and_is_sent_again_as_the_same(
    site: ServedSite, new_page: NewPage
) -> None:
    page = new_page()
    challenged(page)
    turn: list[int] = []

    def answer(route: Route) -> None:
        turn.append(1)
        if len(turn) == 1:
            route.abort()
        elif len(turn) == 2:  # a web server that says for itself that it is overloaded
            route.fulfill(status=502, body="<h1>Bad Gateway</h1>", content_type="text/html")
        else:
            route.fulfill(json={"receipt": "/lien-he/"})

    sent = answering(page, answer)
    filled(page, site)
    for _ in range(2):
        page.click("form.form button")
        expect(page.locator("#loi h2")).to_have_text("Chưa gửi được")
        expect(page.locator("#loi")).to_contain_text("không sợ gửi trùng")
        expect(page.locator("form.form button")).to_be_enabled()
        expect(page.locator("#o-noi-dung")).to_have_value("Cần giấy tờ gì?")
    page.click("form.form button")
    page.wait_for_url("**/lien-he/")
    assert {parts(request)["token"][0] for request in sent} == {"ma-lan-gui"}


@pytest.mark.parametrize("status", [429, 500, 200])
def test_without_a_proof_the_form_goes_the_way_it_goes_without_scripts(
    site: ServedSite, new_page: NewPage, status: int
) -> None:
    page = new_page()
    page.route("**/y-kien/altcha*", lambda route: route.fulfill(status=status, body="?"))
    sent = answering(page, a_page)
    filled(page, site)
    page.click("form.form button")
    expect(page.locator("h1")).to_have_text("Xem lại")
    (request,) = sent
    assert "mot-buoc" not in parts(request)
    assert request.is_navigation_request()


def test_what_is_not_understood_goes_the_way_it_goes_without_scripts(
    site: ServedSite, new_page: NewPage
) -> None:
    page = new_page()
    challenged(page)

    def answer(route: Route) -> None:
        if route.request.is_navigation_request():
            a_page(route)
        else:
            route.fulfill(status=409, json={})

    sent = answering(page, answer)
    filled(page, site)
    page.click("form.form button")
    expect(page.locator("h1")).to_have_text("Xem lại")
    assert ["mot-buoc" in parts(request) for request in sent] == [True, False]


def test_many_clicks_send_once(site: ServedSite, new_page: NewPage) -> None:
    page = new_page()
    challenged(page)

    def answer(route: Route) -> None:
        time.sleep(0.5)
        route.fulfill(json={"receipt": "/lien-he/"})

    sent = answering(page, answer)
    filled(page, site)
    page.evaluate("""() => {
      const form = document.querySelector("form.form");
      for (let click = 0; click < 20; click += 1) form.querySelector("button").click();
      for (let enter = 0; enter < 20; enter += 1) form.requestSubmit();
    }""")
    page.wait_for_url("**/lien-he/")
    assert len(sent) == 1


def test_files_that_cannot_be_taken_are_not_sent(
    site: ServedSite, new_page: NewPage, tmp_path: Path
) -> None:
    page = new_page()
    challenged(page)
    sent = answering(page, lambda route: route.fulfill(json={"receipt": "/lien-he/"}))
    filled(page, site)
    large = tmp_path / "lớn.pdf"
    large.write_bytes(b"%PDF" + bytes(7_000_001))
    page.set_input_files("#o-tep", large)
    page.click("form.form button")
    expect(page.locator("#o-tep-loi")).to_have_text(
        "Tệp “lớn.pdf” lớn hơn 7 MB; hãy chọn tệp nhỏ hơn."
    )
    small = [tmp_path / f"{number}.pdf" for number in range(4)]
    for path in small:
        path.write_bytes(b"%PDF")
    page.set_input_files("#o-tep", small)
    page.click("form.form button")
    expect(page.locator("#o-tep-loi")).to_contain_text("nhiều nhất 3 tệp")
    expect(page.locator(".fault")).to_have_count(1)
    assert sent == []
    page.set_input_files("#o-tep", small[:3])
    page.click("form.form button")
    page.wait_for_url("**/lien-he/")
    assert parts(sent[0])["tep"] == ["0.pdf", "1.pdf", "2.pdf"]


@pytest.mark.duty("F6")
@pytest.mark.parametrize("url", ["/gui-y-kien/cau-hoi/", "/gui-y-kien/to-cao/"])
def test_nothing_that_is_typed_stays_in_the_browser(
    shared: ServedSite, new_page: NewPage, url: str
) -> None:
    page = new_page()
    challenged(page)
    page.goto(shared.base + url)
    page.fill("#o-noi-dung", "zqxcanary")
    page.locator("form.form button").focus()
    kept = page.evaluate("""async () => JSON.stringify([
      {...localStorage}, {...sessionStorage}, document.cookie, location.href, history.state,
      await indexedDB.databases(), await caches.keys()])""")
    assert "zqxcanary" not in kept
    assert json.loads(kept) == [{}, {}, "", shared.base + url, None, [], []]
