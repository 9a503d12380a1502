"""Sealed in Chromium: what reaches the server, and what is said where it cannot be."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect
from pyrage import x25519

from relay.sealing.verbs import open_case
from relay.store.database import Store
from relay.store.keys import Keys, keys_from
from tests.browser.conftest import NewPage
from tests.browser.sealing import Province, province
from tests.browser.test_accessibility import at_both_widths
from tests.relay.conftest import sqlite_store
from tests.relay.intake.test_routes import cases
from tests.relay.sealing.in_browser import installed

__all__ = ["sqlite_store"]
pytestmark = [pytest.mark.browser, installed]

FORM = "/gui-y-kien/to-cao/"
CANARY = "Chim-hoàng-yến-5517"
TYPED = {
    "nguoi-bi-to-cao": f"Ông {CANARY} A",
    "noi-dung": f"Dòng một {CANARY} B\nDòng hai",
    "ho-ten": f"Người {CANARY} C",
    "dien-thoai": "0905 123 987",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sealing") / "site"


@pytest.fixture
def here(sqlite_store: Store, tmp_path: Path, shared: Path) -> Iterator[Province]:
    """A portal with keys and its relay."""
    keys: Keys = keys_from(b"\x07" * 32)
    with province(sqlite_store, keys, tmp_path, shared) as made:
        yield made


def where(page: Page) -> str:
    """Where the page says that sealing happens."""
    shown = page.locator("[data-where] [data-at]:visible")
    expect(shown).to_have_count(1)
    return shown.get_attribute("data-at") or ""


def filled(page: Page, here: Province, form: str = FORM) -> None:
    page.goto(here.base + form)
    for name, text in TYPED.items():
        if page.locator(f"#o-{name}").count():
            page.fill(f"#o-{name}", text)
    here.office.later(seconds=30)


def ready(page: Page, which: str = "browser") -> None:
    expect(page.locator(f"[data-at={which}]")).to_be_visible()
    assert where(page) == which


def received(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Đã nhận")


def in_the_clear(here: Province) -> list[str]:
    """Where anything that was typed came to the server."""
    found = [each for each in here.heard.requests for _ in _traces(each.body + each.headers)]
    found += [each for each in here.heard.requests if "5517" in each.path]
    return [each.path for each in found]


def _traces(content: bytes) -> list[bytes]:
    return re.findall(rb"5517|Chim-ho|123 ?987|D\xc3\xb2ng hai", content)


@pytest.mark.duty("F6")
def test_nothing_that_is_typed_reaches_the_server_in_the_clear(
    here: Province, new_page: NewPage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = new_page(width=360, height=800)
    told: list[str] = []
    page.on("console", lambda said: told.append(f"{said.text} {said.location['url']}"))
    page.on("pageerror", lambda error: told.append(str(error)))
    filled(page, here)
    ready(page)
    page.click("form.form button")
    received(page)
    assert [line for line in told if "favicon" not in line] == []  # the test's receipt has none
    assert in_the_clear(here) == []
    (sent,) = here.sent()
    assert b"age-encryption.org/v1\n-> X25519 " in sent.body
    for key in here.identities:
        (opened,) = here.opened(key)
        typed = {**opened.fields, **opened.contact}
        assert typed == TYPED
        assert set(opened.contact) == {"ho-ten", "dien-thoai"}
    # As the officer opens it, on a machine without a network.
    (stored,) = cases(here.office)
    (tmp_path / "V-7K3M-9QXA.age").write_bytes(stored.sealed or b"")
    (tmp_path / "khoa.txt").write_text(f"{here.identities[0]}\n")
    open_case(str(tmp_path / "V-7K3M-9QXA.age"), tmp_path / "khoa.txt")
    assert f"Dòng một {CANARY} B\nDòng hai" in capsys.readouterr().out


@pytest.mark.duty("F6")
def test_without_scripts_it_is_said_that_the_server_sees_it(
    here: Province, new_page: NewPage
) -> None:
    page = new_page(script=False)
    filled(page, here)
    assert where(page) == "server"
    page.click("form.form button")
    expect(page.locator("h1")).to_have_text("Xem lại trước khi gửi")
    expect(page.locator("main")).to_contain_text("Máy chủ mã hóa nội dung này rồi mới lưu")
    here.office.later(seconds=30)
    page.click("form.form button >> nth=0")
    received(page)
    assert in_the_clear(here)
    (opened,) = here.opened()
    assert opened.fields["noi-dung"] == TYPED["noi-dung"]


def test_what_seals_is_fetched_with_the_first_keystroke_and_for_sealed_forms_alone(
    here: Province, new_page: NewPage
) -> None:
    page = new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))

    def modules() -> list[str]:
        return [url for url in fetched if "/static/age." in url or "form-sealed" in url]

    page.goto(here.base + "/gui-y-kien/cau-hoi/")
    page.fill("#o-noi-dung", "Hỏi")
    page.goto(here.base + FORM)
    page.focus("#o-noi-dung")
    page.wait_for_timeout(300)
    assert modules() == []
    page.keyboard.type("T")
    ready(page)
    assert len(modules()) == len(set(modules())) == 32


def files(folder: Path) -> list[Path]:
    """A document, and a photograph that says where it was taken."""
    document = folder / "đơn.pdf"
    lines = [b"%PDF-1.4", b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj"]
    lines += [b"% " + CANARY.encode() + bytes([number]) * 40 for number in range(33, 99)]
    document.write_bytes(b"\n".join([*lines, b"trailer<</Root 1 0 R>>", b"%%EOF", b""]))
    exif = Image.Exif()
    exif[0x013B] = "Chim-hoang-yen-5517"
    photograph = folder / "Ảnh.JPG"
    Image.new("RGB", (60, 40), "red").save(photograph, "JPEG", exif=exif)
    assert b"5517" in photograph.read_bytes()
    return [document, photograph]


def test_files_are_sealed_too_and_pictures_drawn_anew(
    here: Province, new_page: NewPage, tmp_path: Path
) -> None:
    page = new_page()
    filled(page, here, "/gui-y-kien/khieu-nai/")
    for name in ("bi-khieu-nai", "yeu-cau", "dia-chi"):
        page.fill(f"#o-{name}", CANARY)
    chosen = files(tmp_path)
    page.set_input_files("#o-tep", chosen)
    ready(page)
    page.click("form.form button")
    received(page)
    assert in_the_clear(here) == []
    (opened,) = here.opened(here.identities[1])
    document, photograph = opened.files
    assert (document.name, document.kind) == ("đơn.pdf", "application/pdf")
    assert document.content == chosen[0].read_bytes()
    assert (photograph.name, photograph.kind) == ("Ảnh.JPG", "image/jpeg")
    assert b"5517" not in photograph.content
    with Image.open(io.BytesIO(photograph.content)) as image:
        assert image.size == (60, 40)
        assert not image.getexif()


def test_faults_are_told_before_anything_is_sent(
    here: Province, new_page: NewPage, tmp_path: Path
) -> None:
    page = new_page()
    page.goto(here.base + FORM)
    page.fill("#o-noi-dung", "x" * 10_001)
    ready(page)
    page.click("form.form button")
    expect(page.locator("#loi li")).to_have_count(2)
    expect(page.locator("#o-nguoi-bi-to-cao-loi")).to_have_text(
        "Chưa trả lời “Người hoặc cơ quan vi phạm”; hãy điền vào mục này."
    )
    expect(page.locator("#o-noi-dung-loi")).to_contain_text("dài 10001 ký tự")
    page.goto(here.base + "/gui-y-kien/khieu-nai/")
    for field in page.locator("form.form :is(input[type=text], textarea):visible").all():
        field.fill("Chữ")
    for name in ("lạ.exe", "hỏng.png"):
        (tmp_path / name).write_bytes(b"MZ")
        page.set_input_files("#o-tep", tmp_path / name)
        page.click("form.form button")
        expect(page.locator("#o-tep-loi")).to_contain_text(f"“{name}”")
    assert here.sent() == []


def test_where_what_seals_does_not_come_the_server_seals_and_it_is_said(
    here: Province, new_page: NewPage
) -> None:
    page = new_page()
    page.route("**/static/age.*/**", lambda route: route.abort())
    filled(page, here)
    ready(page, "failed")
    assert here.sent() == []
    here.office.later(seconds=30)
    page.click("form.form button")
    received(page)
    (opened,) = here.opened()
    assert opened.fields["noi-dung"] == TYPED["noi-dung"].replace("\r\n", "\n")


def test_what_seals_and_comes_late_changes_nothing_that_was_said(
    here: Province, new_page: NewPage
) -> None:
    page = new_page()
    page.clock.install()
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:  # what the first one asks for
            route.continue_()
        else:
            held.append(route)

    page.route("**/static/age.*/**", hold)
    filled(page, here)
    page.click("form.form button")
    expect(page.locator("form.form button")).to_be_disabled()
    page.clock.fast_forward(25_001)
    expect(page.locator("form.form .help[role=status]")).to_contain_text("Chưa có gì được gửi")
    ready(page, "failed")
    assert here.sent() == []
    (first,) = held
    with page.expect_response("**/static/age.*/**"):
        first.continue_()
    page.wait_for_timeout(800)  # all of it is there now
    ready(page, "failed")
    page.click("form.form button")
    received(page)
    assert in_the_clear(here), "as it was said, and asked for"
    assert here.sent("/y-kien/niem-phong/") == []
    assert len(here.opened()) == 1


def test_a_route_that_is_sealed_no_more_is_told_before_anything_is_kept(
    here: Province, new_page: NewPage
) -> None:
    page = new_page()
    filled(page, here)
    ready(page)
    here.unseal()
    page.click("form.form button")
    expect(page.locator("form.form .help[role=status]")).to_contain_text("Chưa có gì được gửi")
    assert in_the_clear(here) == []
    page.click("form.form button")
    expect(page.locator("#loi")).to_contain_text("không còn được mã hóa")
    expect(page.locator("#o-noi-dung")).to_have_value(TYPED["noi-dung"])
    expect(page.locator("[data-where]")).to_have_count(0)
    assert cases(here.office) == []


def test_after_the_page_said_browser_nothing_goes_in_the_clear_unasked(
    here: Province, new_page: NewPage
) -> None:
    """A relay that does not know what a browser sealed: an older one, say."""
    page = new_page()
    page.route("**/y-kien/niem-phong/**", lambda route: route.fulfill(status=404, body="?"))
    filled(page, here)
    ready(page)
    page.click("form.form button")
    expect(page.locator("form.form .help[role=status]")).to_contain_text("Chưa có gì được gửi")
    ready(page, "failed")
    assert in_the_clear(here) == []
    expect(page.locator("#o-noi-dung")).to_have_value(TYPED["noi-dung"])
    page.click("form.form button")
    received(page)
    assert len(here.opened()) == 1


@pytest.mark.parametrize("site", [True, False], ids=["page-renewed", "page-still-old"])
def test_keys_that_changed_since_the_page_was_opened_are_fetched(
    here: Province, new_page: NewPage, site: bool
) -> None:
    page = new_page()
    filled(page, here)
    ready(page)
    new = x25519.Identity.generate()
    here.use(new, site=site)
    page.click("form.form button")
    if site:
        received(page)
        (opened,) = here.opened(new)
        assert opened.fields["noi-dung"] == TYPED["noi-dung"]
    else:
        ready(page, "failed")
        assert cases(here.office) == []
    assert in_the_clear(here) == []


def test_a_page_that_lay_open_for_a_day_is_sent_all_the_same(
    here: Province, new_page: NewPage
) -> None:
    page = new_page()
    filled(page, here)
    ready(page)
    page.wait_for_timeout(500)  # its token is there
    here.office.later(hours=30)
    page.click("form.form button")
    received(page)
    assert [len(here.sent()), len(here.opened())] == [2, 1]
    assert in_the_clear(here) == []


NO_X25519 = """
const known = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = async (format, key, how, ...more) => {
  if (how.name === "X25519") throw new DOMException("none", "NotSupportedError");
  return known(format, key, how, ...more);
};
"""


def test_a_browser_whose_webcrypto_does_not_know_the_keys_seals_too(
    here: Province, new_page: NewPage
) -> None:
    page = new_page()
    page.add_init_script(NO_X25519)
    filled(page, here)
    ready(page)
    page.click("form.form button")
    received(page)
    assert in_the_clear(here) == []
    for key in here.identities:
        assert len(here.opened(key)) == 1


def test_without_webcrypto_the_server_seals_and_it_is_said(
    here: Province, new_page: NewPage
) -> None:
    """No TLS: what seals could be changed on the way, and no proof of work is found."""
    page = new_page()
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    filled(page, here)
    ready(page, "failed")
    page.click("form.form button")
    expect(page.locator("h1")).to_have_text("Xem lại trước khi gửi")
    assert cases(here.office) == []


def test_an_answer_that_is_lost_makes_no_second_case(here: Province, new_page: NewPage) -> None:
    page = new_page()
    lost: list[Route] = []

    def lose(route: Route) -> None:
        lost.append(route)
        if len(lost) > 1:
            route.continue_()
            return
        route.fetch()  # it arrives, and its answer does not
        route.abort()

    page.route("**/y-kien/niem-phong/**", lose)
    filled(page, here)
    ready(page)
    page.click("form.form button")
    expect(page.locator("#loi")).to_contain_text("không sợ gửi trùng")
    page.click("form.form button")
    received(page)
    assert len(lost) == 2
    assert len(cases(here.office)) == 1
    assert in_the_clear(here) == []


def test_a_page_that_the_relay_drew_seals_as_well(here: Province, new_page: NewPage) -> None:
    drawn = here.office.post("/y-kien/gui/to-cao/", {"noi-dung": "Chữ cũ"}).text
    page = new_page()

    def draw(route: Route) -> None:
        route.fulfill(body=drawn, content_type="text/html; charset=utf-8")

    page.route("**/loi/", draw)
    page.goto(here.base + "/loi/")
    script = (here.folder / "static").glob("form.*.js")
    page.add_script_tag(url=f"/static/{next(script).name}", type="module")
    page.fill("#o-nguoi-bi-to-cao", TYPED["nguoi-bi-to-cao"])
    here.office.later(seconds=30)
    ready(page)
    page.click("form.form button")
    received(page)
    assert in_the_clear(here) == []
    (opened,) = here.opened()
    assert opened.fields["noi-dung"] == "Chữ cũ"


@pytest.mark.duty("O10")
def test_axe_finds_nothing_wherever_it_is_sealed(here: Province, new_page: NewPage) -> None:
    from axe_playwright_python.base import AXE_SCRIPT

    page = new_page()
    page.add_init_script(AXE_SCRIPT)
    filled(page, here)
    ready(page)
    assert at_both_widths(page, FORM) == []
