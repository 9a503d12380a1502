"""Searching as people do: in the field of any page, on the search page, by keyboard, when it fails.

Most of it over a real portal with its real index; where a test must choose what is found or when,
over a script in the place of ours that finds (``search_fake.js``).
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.site import built_site, served
from tests.browser.test_accessibility import COLOURS, RULES, at_both_widths, faults
from tests.browser.test_weight import WATCH, WATCHED

pytestmark = pytest.mark.browser

PORTAL = "quangnam"
FAKE = (Path(__file__).parent / "search_fake.js").read_text(encoding="utf-8")
STAYS = "Về đất đai"


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """Where a portal in two languages is served."""
    with served(built_site(PORTAL)) as address:
        yield address


@pytest.fixture
def page(new_page: NewPage) -> Iterator[Page]:
    """A tab that fails its test at an error of a script."""
    found: list[str] = []
    made = new_page()
    made.on("pageerror", lambda error: found.append(str(error)))
    made.set_default_timeout(10_000)
    yield made
    assert found == []


def fake(page: Page, answer: object = None) -> None:
    """Puts the stand-in in the place of what finds; without an answer it finds one item."""
    page.route(
        "**/search-find.*.js*",
        lambda route: route.fulfill(body=FAKE, content_type="text/javascript"),
    )
    page.add_init_script(f"window.answer = {json.dumps(answer)}")


def options(page: Page) -> list[str]:
    """The suggestions that are shown."""
    return page.locator("[role=option]:visible").all_inner_texts()


def suggested(page: Page, text: str) -> None:
    """Waits until what is suggested is suggested for the whole of a text."""
    last = page.locator("[role=option]").last
    expect(last).to_have_text(re.compile(f"“{re.escape(text)}”"))
    expect(last).to_be_visible()


def asked(page: Page) -> list[tuple[str, str]]:
    """What the page's address asks."""
    return parse_qsl(urlsplit(page.url).query)


def said(page: Page) -> str:
    """The heading of the results."""
    return page.locator("#count").inner_text()


def settled(page: Page, words: str | re.Pattern[str]) -> None:
    """Waits until the heading of the results has these words."""
    expect(page.locator("#count")).to_have_text(
        words if isinstance(words, re.Pattern) else re.compile(re.escape(words))
    )


# --- the field of every page ----------------------------------------------------------------------


def test_the_field_costs_nothing_until_it_is_visited(base: str, page: Page) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(base)
    assert [url for url in loaded if "search" in url] == []
    assert page.locator("#q").get_attribute("role") is None
    page.focus("#q")
    expect(page.locator("#q")).to_have_attribute("role", "combobox")
    assert any("/static/search-find." in url for url in loaded)


def test_suggestions_are_used_by_keyboard_alone(base: str, page: Page) -> None:
    """The keys of an editable combobox with a list, as the WAI-ARIA Authoring Practices say."""
    page.goto(base)
    page.focus("#q")
    page.keyboard.type("dat dai")
    field, first = page.locator("#q"), page.locator("[role=option]").first
    suggested(page, "dat dai")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert field.get_attribute("aria-controls") == page.locator("[role=listbox]").get_attribute(
        "id"
    )
    assert field.get_attribute("aria-activedescendant") is None
    found = options(page)
    assert 2 <= len(found) <= 7
    assert found[-1] == "Xem tất cả kết quả cho “dat dai”"
    assert first.locator("mark").count() > 0

    def active() -> int:
        chosen = page.locator("[role=option][aria-selected=true]")
        if not chosen.count():
            assert field.get_attribute("aria-activedescendant") is None
            return -1
        assert chosen.count() == 1
        assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
        ids = page.locator("[role=option]").evaluate_all("all => all.map(one => one.id)")
        return list(ids).index(chosen.get_attribute("id"))

    last = len(found) - 1
    for key, place in (
        ("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", last), ("ArrowDown", 0),
        ("End", -1), ("ArrowUp", last), ("Home", -1), ("ArrowDown", 0), ("ArrowLeft", -1),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert active() == place, key
        assert field.evaluate("field => field === document.activeElement")
    page.keyboard.press("Escape")
    assert (options(page), field.input_value()) == ([], "dat dai")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Alt+ArrowDown")
    assert (len(options(page)), active()) == (last + 1, -1)
    page.keyboard.press("Alt+ArrowUp")
    assert options(page) == []
    page.keyboard.press("Escape")
    assert field.input_value() == ""

    page.keyboard.type("dat dai")
    suggested(page, "dat dai")
    page.keyboard.press("Tab")
    assert options(page) == []
    assert page.evaluate("document.activeElement.textContent") == "Tìm"
    page.focus("#q")
    page.keyboard.press("ArrowDown")
    leads = first.get_attribute("href")
    assert leads is not None
    page.keyboard.press("Enter")
    page.wait_for_url(base + leads)


def test_a_suggestion_is_clicked_or_touched(base: str, new_page: NewPage) -> None:
    for touch, place in ((False, 0), (True, -1)):
        page = new_page(width=360, has_touch=touch)
        page.goto(base)
        page.focus("#q")
        page.keyboard.type("đất đai")
        suggested(page, "đất đai")
        one = page.locator("[role=option]").nth(place)
        leads = one.evaluate("link => link.href")
        if touch:
            one.tap()
        else:
            one.click()
        page.wait_for_url(leads)
    assert asked(page) == [("q", "đất đai")]
    settled(page, "kết quả cho “đất đai”")


def test_enter_asks_the_search_page_with_or_without_suggestions(base: str, page: Page) -> None:
    page.goto(base)
    page.focus("#q")
    page.keyboard.type("qzxqzx wwvv")
    expect(page.locator(".find .told")).to_contain_text("Chưa có gợi ý cho “qzxqzx wwvv”")
    page.keyboard.press("Enter")
    settled(page, "Không tìm thấy kết quả nào cho “qzxqzx wwvv”")
    assert page.input_value("#q") == "qzxqzx wwvv"


@pytest.mark.parametrize("missing", ["search-box", "search-find", "vi.bin"])
def test_a_field_that_cannot_suggest_says_so_and_still_asks(
    base: str, page: Page, missing: str
) -> None:
    held = f"**/{missing}*"
    page.route(held, lambda route: route.abort())
    page.goto(base)
    page.focus("#q")
    page.keyboard.type("đất đai")
    told = page.locator(".find .told")
    expect(told).to_have_text("Chưa hiện được gợi ý; nhấn Enter để sang trang tìm kiếm.")
    page.unroute(held)
    page.locator("#q").blur()
    expect(told).to_be_hidden()
    page.focus("#q")
    page.keyboard.type(" ")
    page.keyboard.press("Backspace")
    page.keyboard.type(" ở")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem/?q=*")


def test_counts_are_told_when_the_hands_rest(base: str, page: Page) -> None:
    fake(page, {"items": [{"title": "Một", "url": "/1/"}, {"title": "Hai", "url": "/2/"}]})
    page.clock.install()
    page.goto(base)
    page.focus("#q")
    expect(page.locator("#q")).to_have_attribute("role", "combobox")
    page.evaluate("""() => {
      window.told = [];
      const status = document.querySelector(".find [role=status]");
      new MutationObserver(() => window.told.push(status.textContent))
        .observe(status, { childList: true });
    }""")
    for letter in "đất":
        page.keyboard.type(letter)
        page.clock.run_for(130)
        page.wait_for_function("text => window.asked.some(one => one.text === text)",
                               arg=page.input_value("#q"))  # fmt: skip
    expect(page.locator("[role=option]")).to_have_count(3)
    page.clock.run_for(1000)
    assert [text for text in page.evaluate("window.told") if text] == [
        "2 gợi ý; dùng phím mũi tên để chọn"
    ]


def test_keys_belong_to_the_keyboards_program_while_it_composes(base: str, page: Page) -> None:
    fake(page)
    page.goto(base)
    page.focus("#q")
    expect(page.locator("#q")).to_have_attribute("role", "combobox")
    session = page.context.new_cdp_session(page)
    for text in ("d", "da", "đa", "đât", "đất"):
        end = len(text)
        session.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": end, "selectionEnd": end},
        )
    expect(page.locator("[role=option]").first).to_have_text("Về đất")
    page.evaluate("""() => document.getElementById("q").dispatchEvent(new KeyboardEvent(
      "keydown", { key: "ArrowDown", isComposing: true, bubbles: true, cancelable: true }))""")
    assert page.locator("[aria-selected=true]").count() == 0
    session.send("Input.insertText", {"text": "đất"})
    assert page.input_value("#q") == "đất"
    page.keyboard.press("ArrowDown")
    assert page.locator("[aria-selected=true]").count() == 1


@pytest.mark.parametrize("place", ["/", "/tim-kiem/"])
def test_an_answer_that_comes_too_late_is_dropped(base: str, page: Page, place: str) -> None:
    fake(page)
    page.goto(base + place)
    page.evaluate("window.held = true")
    page.focus("#q")
    shown = page.locator("[role=option]" if place == "/" else "#hits h3").first
    for count, text in enumerate(("đất", "đất đai"), start=1):
        page.fill("#q", text)
        page.wait_for_function("count => window.asked && window.asked.length === count", arg=count)
    page.evaluate("window.release(1)")
    expect(shown).to_have_text(STAYS)
    page.evaluate("window.release(0)")
    page.evaluate("new Promise(done => setTimeout(done))")
    expect(shown).to_have_text(STAYS)


def test_a_search_that_was_overtaken_never_says_that_it_goes_on(base: str, page: Page) -> None:
    """It waits for a file, while what is asked now is already there."""
    fake(page)
    page.goto(f"{base}/tim-kiem/?q=x")
    settled(page, "“x”")
    said = page.evaluate("""async () => {
      const field = document.getElementById("q");
      const soon = (ms) => new Promise((done) => setTimeout(done, ms));
      const type = async (text) => {
        field.value = text;
        field.dispatchEvent(new InputEvent("input"));
        while (window.asked[window.asked.length - 1].text !== text) await soon(5);
      };
      window.held = true;
      await type("xa");
      await type("x");
      window.release(1);
      await soon(1200);
      return ["count", "told"].map((name) => document.getElementById(name).textContent);
    }""")
    assert said == ["Tìm thấy 1 kết quả cho “x”"] * 2


HOSTILE = [
    "javascript:window.hacked=1", "//evil.example/", "/\\evil.example/", "/\t/evil.example/",
    "https://evil.example/", "\\\\evil.example/", "data:text/html,x", "", " /x/", "x/",
]  # fmt: skip


def test_what_the_index_holds_is_text_and_leads_nowhere_else(base: str, page: Page) -> None:
    evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    shown = {"title": evil, "summary": evil, "section": evil, "kind": evil, "agency": evil}
    marks = {"titleMarks": [[0, 4], [2, 9], [30, 9999]], "summaryMarks": [[0, 4]]}
    items = [{**shown, **marks, "url": url, "date": "<i>-1"} for url in [*HOSTILE, "/good/"]]
    suggestion = {"text": evil, "marks": [[0, 4]]}
    fake(page, {"items": items, "missing": [evil], "suggestion": suggestion, "total": 11})
    page.goto(f"{base}/tim-kiem/?q={quote(evil)}&loai={quote(evil)}")
    settled(page, "Tìm thấy 11 kết quả cho")
    assert page.locator("#found img, #found script, #found i").count() == 0
    assert page.locator("#hits h3").first.inner_text() == evil
    leads = page.locator("#hits a").evaluate_all("all => all.map(one => one.href)")
    assert leads == [f"{base}/good/"]
    own = page.locator("#found a").evaluate_all("all => all.map(one => one.origin)")
    assert set(own) == {base}
    page.goto(base)
    page.focus("#q")
    page.keyboard.type("x")
    expect(page.locator("[role=option]")).to_have_count(2)
    assert page.locator(".find img, .find script").count() == 0
    assert page.evaluate("window.hacked") is None


# --- the search page ------------------------------------------------------------------------------


def test_results_come_as_one_types_and_stay_in_the_address(base: str, page: Page) -> None:
    page.goto(f"{base}/tim-kiem/")
    portal = page.title()
    expect(page.locator("#browse")).to_be_visible()
    page.focus("#q")
    page.keyboard.type("đất")
    settled(page, "kết quả cho “đất”")
    page.keyboard.type(" đai")
    settled(page, "kết quả cho “đất đai”")
    assert page.locator("#q").evaluate("field => field === document.activeElement")
    assert page.locator("[role=option]").count() == 0
    assert asked(page) == [("q", "đất đai")]
    assert page.title() == f"đất đai – {portal}"
    expect(page.locator("#browse")).to_be_hidden()
    expect(page.locator("#told")).to_contain_text("kết quả cho “đất đai”")
    found = page.locator("#hits h3").all_inner_texts()
    assert page.locator("#hits mark").count() >= len(found) // 2
    assert page.locator("#hits h3 a").count() == len(found)

    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type("ngân sách")
    settled(page, "kết quả cho “ngân sách”")
    page.go_back()
    settled(page, "kết quả cho “đất đai”")
    assert page.input_value("#q") == "đất đai"
    assert page.locator("#hits h3").all_inner_texts() == found
    page.go_back()
    expect(page.locator("#found")).to_be_hidden()
    expect(page.locator("#browse")).to_be_visible()
    assert page.title() == portal
    page.go_forward()
    page.go_forward()
    settled(page, "kết quả cho “ngân sách”")
    page.reload()
    settled(page, "kết quả cho “ngân sách”")
    page.locator("#hits h3 a").first.click()
    page.wait_for_url(lambda url: "tim-kiem" not in url)
    page.go_back()
    settled(page, "kết quả cho “ngân sách”")

    page.fill("#q", "")
    expect(page.locator("#browse")).to_be_visible()
    assert asked(page) == []
    kept = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert page.evaluate(kept) == [0, 0, ""]
    assert page.context.cookies() == []
    assert page.get_attribute("#q", "autocomplete") == "off"


def test_filters_count_what_is_found_and_can_be_sent(base: str, page: Page) -> None:
    page.goto(f"{base}/tim-kiem/?q=t%E1%BB%89nh")
    settled(page, "kết quả cho “tỉnh”")
    everything = said(page)
    kind = page.locator("details[data-facet=kind]")
    expect(kind.locator("li").first).to_be_visible()
    name = kind.locator("li a").first.inner_text()
    count = kind.locator("li .quiet").first.inner_text()
    kind.locator("li a").first.focus()
    page.keyboard.press("Enter")
    settled(page, f"Tìm thấy {count} kết quả")
    expect(kind.locator("li a[aria-current=true]")).to_have_accessible_name(f"Bỏ lọc {name}")
    assert kind.locator("li a[aria-current=true]").evaluate("a => a === document.activeElement")
    assert kind.locator("li").count() > 1, "its own facet still offers the others"
    assert asked(page) == [("q", "tỉnh"), ("loai", name)]

    agency = page.locator("details[data-facet=agency]")
    agency.locator("summary").click()
    expect(agency.locator("li").first).to_be_visible()
    fewer = agency.locator("li .quiet").last.inner_text()
    whose = agency.locator("li a").last
    assert "0" not in agency.locator("li .quiet").all_inner_texts()
    agency.locator("button").click() if agency.locator("button").is_visible() else None
    agency_name = whose.inner_text()
    whose.click()
    settled(page, f"Tìm thấy {fewer} kết quả")
    both = [("q", "tỉnh"), ("loai", name), ("co-quan", agency_name)]
    assert asked(page) == both
    shown = page.locator("#hits .entry").all_inner_texts()
    assert shown and all(name in line and agency_name in line for line in shown)

    sent = page.context.new_page()
    sent.goto(page.url)
    settled(sent, f"Tìm thấy {fewer} kết quả")
    assert sent.locator("#chosen a").all_inner_texts()[:2] == [f"{name} ×", f"{agency_name} ×"]
    expect(sent.get_by_role("list", name="Đang lọc theo")).to_be_visible()
    sent.get_by_role("link", name=f"Bỏ lọc {agency_name}").first.click()
    settled(sent, f"Tìm thấy {count} kết quả")
    assert sent.locator("#count").evaluate("heading => heading === document.activeElement")
    sent.get_by_role("link", name="Bỏ mọi điều kiện").click()
    settled(sent, everything)
    assert asked(sent) == [("q", "tỉnh")]
    assert "Đang lọc theo" not in sent.locator("#found").aria_snapshot()
    sent.go_back()
    settled(sent, f"Tìm thấy {count} kết quả")


def test_years_and_order(base: str, page: Page) -> None:
    page.goto(f"{base}/tim-kiem/?q=t%E1%BB%89nh")
    settled(page, "kết quả cho “tỉnh”")
    page.click("details[data-facet=years] summary")
    expect(page.locator("#tu option")).not_to_have_count(0)
    assert "(0)" not in page.inner_text("#tu")
    page.select_option("#tu", index=1)
    newest = page.input_value("#tu")
    page.select_option("#den", newest)
    page.click("form.years button")
    expect(page.locator("#chosen a").first).to_have_text(f"Năm {newest} ×")
    assert asked(page) == [("q", "tỉnh"), ("tu", newest), ("den", newest)]
    days = page.locator("#hits time")
    expect(days.first).to_be_visible()
    assert all(day.endswith(newest) for day in days.all_inner_texts())
    page.click("#sorts a")
    expect(page.locator("#sorts strong")).to_have_text("Mới nhất")
    assert asked(page)[-1] == ("xep", "moi")
    told = days.evaluate_all("all => all.map(day => day.dateTime)")
    assert told == sorted(told, reverse=True)
    page.goto(f"{base}/tim-kiem/?q=t%E1%BB%89nh&den={newest}")
    settled(page, "kết quả cho “tỉnh”")
    assert days.count() == page.locator("#hits h3").count(), "what has no date is of no year"


def test_pages_are_links_and_the_heading_has_the_focus_after(base: str, page: Page) -> None:
    page.goto(f"{base}/tim-kiem/?q=t%E1%BB%89nh")
    settled(page, "kết quả cho “tỉnh”")
    first = page.locator("#hits h3").all_inner_texts()
    assert len(first) == 10
    onward = page.locator("#pages a[rel=next]")
    assert "trang=2" in (onward.get_attribute("href") or "")
    onward.click()
    settled(page, re.compile("Trang 2 / "))
    assert page.locator("#count").evaluate("heading => heading === document.activeElement")
    expect(page.locator("#count")).to_be_in_viewport()
    assert asked(page) == [("q", "tỉnh"), ("trang", "2")]
    assert not set(first) & set(page.locator("#hits h3").all_inner_texts())
    page.go_back()
    settled(page, re.compile("“tỉnh”$"))
    assert page.locator("#hits h3").all_inner_texts() == first
    page.goto(f"{base}/tim-kiem/?q=t%E1%BB%89nh&trang=999")
    settled(page, re.compile(r"Trang (\d+) / \1"))


def test_what_was_not_there_as_typed_is_said(base: str, page: Page) -> None:
    fake(page)
    line = page.locator("#meant")
    meant = {"text": "đất đai", "marks": [[0, 3]]}
    page.goto(f"{base}/tim-kiem/")
    for answer, words in (
        ({"suggestion": meant}, "Có phải bạn muốn tìm: đất đai?"),
        ({"missing": ["abc"]}, "Không có “abc” trong cổng. Đang hiện kết quả cho các từ còn lại."),
        (
            {"missing": ["abc", "x"], "suggestion": meant},
            "Không có “abc”, “x” trong cổng. Có phải bạn muốn tìm: đất đai?",
        ),
        (
            {"otherTones": ["tử"]},
            "Không có “tử” với dấu như đã gõ; đang hiện kết quả giống chữ, khác dấu.",
        ),
        (
            {"loosened": True},
            "Không có kết quả nào đủ các từ đã gõ; đang hiện kết quả có một phần trong đó.",
        ),
        ({}, ""),
    ):
        told = {"items": [{"title": "Một", "url": "/1/"}], **answer}
        page.evaluate(f"window.answer = {json.dumps(told)}")
        text = f"abc {len(words)}"
        page.fill("#q", text)
        settled(page, f"Tìm thấy 1 kết quả cho “{text}”")
        assert line.inner_text() == words if words else line.is_hidden()
    page.evaluate(f"window.answer = {json.dumps({'items': [], 'suggestion': meant})}")
    page.fill("#q", "dattt")
    settled(page, "Không tìm thấy kết quả nào cho “dattt”")
    page.click("#meant a")
    settled(page, "“đất đai”")
    assert page.input_value("#q") == "đất đai"
    page.evaluate("window.answer = { items: [], total: 1234, whole: false }")
    page.fill("#q", "nhiều")
    settled(page, "Tìm thấy hơn 1.234 kết quả cho “nhiều”")


def test_who_finds_nothing_is_told_where_else_to_go(base: str, page: Page) -> None:
    page.goto(f"{base}/tim-kiem/?q=qzxqzx%20wwvv&tu=2020")
    settled(page, "Không có kết quả nào cho “qzxqzx wwvv” theo các điều kiện đã chọn")
    for selector in ("#none li", "#none a[href='/gui-y-kien/']", "#browse .tasks a", "#browse h3"):
        expect(page.locator(selector).first).to_be_visible()
    expect(page.locator("#found .filters")).to_be_hidden()
    page.get_by_role("link", name="Bỏ mọi điều kiện").click()
    settled(page, "Không tìm thấy kết quả nào cho “qzxqzx wwvv”")
    page.fill("#q", "???")
    settled(page, "Hãy gõ thêm: “???” chưa đủ để tìm")


def answers(status: int, body: bytes) -> Any:
    """A route's answer with a status and bytes."""

    def answer(route: Route) -> None:
        route.fulfill(status=status, body=body)

    return answer


@pytest.mark.parametrize(
    ("what", "how", "words"),
    [
        ("**/search/vi/s/*", answers(404, b""), "Chưa đọc được dữ liệu để tìm"),
        ("**/search/vi/s/*", answers(200, b"<html>Not this</html>"), "Chưa đọc được dữ liệu"),
        ("**/search/vi/i/*", answers(200, bytes(90)), "Chưa đọc được dữ liệu"),
        ("**/search/vi/vi.bin", answers(500, b""), "Chưa đọc được dữ liệu"),
        ("**/search-words*", lambda route: route.abort(), "Không kết nối được với cổng"),
        ("**/search/vi/s/*", lambda route: route.abort(), "Không kết nối được với cổng"),
        ("**/search-index*", answers(404, b""), "Chưa đọc được dữ liệu"),
    ],
)
def test_a_search_that_fails_says_so_and_tries_again(
    base: str, page: Page, what: str, how: Any, words: str
) -> None:
    page.route(what, how)
    page.goto(f"{base}/tim-kiem/?q=%C4%91%E1%BA%A5t%20%C4%91ai")
    settled(page, "Chưa tìm được")
    failed = page.locator("#failed")
    expect(failed).to_contain_text(words)
    expect(page.locator("#told")).to_contain_text(words)
    expect(page.locator("#browse .tasks a").first).to_be_visible()
    assert page.locator("#hits li").count() == 0
    assert page.input_value("#q") == "đất đai"
    page.unroute(what)
    failed.get_by_role("button", name="Thử lại").click()
    settled(page, "kết quả cho “đất đai”")
    expect(failed).to_be_hidden()
    expect(page.locator("#browse")).to_be_hidden()
    assert page.locator("#hits li").count() > 0


def test_nothing_jumps_and_nothing_is_asked_twice(base: str, page: Page) -> None:
    page.add_init_script(WATCH)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        del loaded[:]
        page.goto(f"{base}/tim-kiem/?q=t%E1%BB%89nh")
        settled(page, "kết quả cho “tỉnh”")
        if width == 1440:
            expect(page.locator("details[data-facet=kind] li").first).to_be_visible()
        else:
            assert not [url for url in loaded if "/search/vi/f/" in url], "counts nobody asked for"
        jumps = page.evaluate(WATCHED)
        assert sum(value for value, _ in jumps) < 0.01, jumps
        ours = [url for url in loaded if "/static/search" in url]
        assert len(ours) == len(set(ours)), ours


def test_without_script_the_page_says_why_and_leads_on(base: str, new_page: NewPage) -> None:
    page = new_page(script=False)
    page.goto(base)
    page.fill("#q", "đất đai")
    page.press("#q", "Enter")
    assert asked(page) == [("q", "đất đai")]
    text = page.inner_text("main")
    assert "không chạy mã" in text
    assert "vào ô tìm" not in text
    assert page.locator("main .tasks a").count() >= 6
    assert page.locator("main .columns a").count() > 20
    expect(page.locator("main .tasks a").first).to_be_visible()
    expect(page.locator("#found")).to_be_hidden()
    assert page.locator("form:visible").evaluate_all("all => all.map(one => one.action)") == [
        f"{base}/tim-kiem/"
    ]


def test_the_page_is_not_blank_if_its_script_never_comes(base: str, page: Page) -> None:
    page.route("**/search-page*", lambda route: route.abort())
    page.goto(f"{base}/tim-kiem/?q=x")
    # Nothing is seen that would go away if the script came; some seconds later all is.
    expect(page.locator("#browse .tasks a").first).to_be_visible()


def test_english_pages_search_english_and_offer_vietnamese(base: str, page: Page) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(f"{base}/en/")
    page.focus("#q")
    page.keyboard.type("province")
    expect(page.locator("[role=option]").last).to_have_text("See all results for “province”")
    page.keyboard.press("Enter")
    settled(page, re.compile("results? for “province”"))
    assert urlsplit(page.url).path == "/en/tim-kiem/"
    leads = page.locator("#hits a").evaluate_all("all => all.map(one => one.pathname)")
    assert leads
    assert all(path.startswith("/en/") for path in leads)
    assert not [url for url in loaded if "/search/vi/" in url]
    page.get_by_role("link", name="Search the Vietnamese pages instead").click()
    settled(page, "“province”")
    assert urlsplit(page.url).path == "/tim-kiem/"
    assert asked(page) == [("q", "province")]


def test_results_are_printed_without_what_only_a_screen_needs(base: str, page: Page) -> None:
    page.goto(f"{base}/tim-kiem/?q=t%E1%BB%89nh")
    settled(page, "kết quả cho “tỉnh”")
    page.emulate_media(media="print")
    for selector in ("#count", "#hits h3"):
        expect(page.locator(selector).first).to_be_visible()
    for selector in ("#sorts", "#pages", "#found .filters", ".find"):
        expect(page.locator(selector)).to_be_hidden()


@pytest.mark.duty("O10")
def test_axe_finds_nothing_in_any_state_of_searching(base: str, page: Page) -> None:
    page.add_init_script(AXE_SCRIPT)
    found = []
    page.goto(f"{base}/tim-kiem/?q=datt%20tinh&tu=2020")
    settled(page, "Tìm thấy")
    for facet in ("section", "agency", "years"):
        page.click(f"details[data-facet={facet}] summary")
    expect(page.locator("#tu option")).not_to_have_count(0)
    expect(page.locator("details[data-facet=agency] li").first).to_be_visible()
    found += at_both_widths(page, "results")
    page.fill("#q", "qzxqzx wwvv")
    settled(page, "Không")
    found += faults(page, RULES, "nothing found")
    page.route("**/search/vi/s/*", lambda route: route.abort())
    page.fill("#q", "trường học")
    settled(page, "Chưa tìm được")
    found += faults(page, RULES, "failed")
    page.unroute("**/search/vi/s/*")
    page.goto(base)
    page.focus("#q")
    page.keyboard.type("đất đai")
    suggested(page, "đất đai")
    page.keyboard.press("ArrowDown")
    found += faults(page, RULES, "suggestions")
    page.emulate_media(color_scheme="dark")
    found += faults(page, COLOURS, "suggestions, dark")
    assert page.locator("[role=option]:visible").count() > 1
    assert found == []
