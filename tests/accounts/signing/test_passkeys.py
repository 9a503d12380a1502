"""Passkeys in a real browser, whose authenticator the test holds; and what a server must refuse."""

import datetime as dt
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pyotp
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from accounts.log import verify
from accounts.signing.passkeys import check_new, handle_of
from accounts.signing.settings import Settings
from tests.accounts.signing.door import AGENCY, PASSWORD, PORTALS, ROOT, Door, open_door
from tests.accounts.signing.house import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Door]:
    """The pages served on this machine, as a browser meets them."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    origin = f"http://localhost:{listening.getsockname()[1]}"
    door = open_door(tmp_path / "kho" / "accounts.sqlite", origin)

    async def script(_: Request) -> Response:
        text = (ROOT / "theme" / "static" / "js" / "passkey.js").read_text(encoding="utf-8")
        return Response(text, media_type="text/javascript")

    app = door.app(Route("/static/passkey.js", script))

    with served(app, listening):
        yield door
    door.desk.database.close()


@pytest.fixture
def page(browser: "Browser", house: Door) -> Iterator["Page"]:
    """A page of a browser that knows nobody; what it complains of fails the test."""
    context = browser.new_context(base_url=house.signing.settings.origin)
    made = context.new_page()
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield made
    context.close()
    assert [each for each in complaints if "status of 4" not in each] == []


def key_for(page: "Page", *, verifies: bool = True) -> tuple["CDPSession", str]:
    """Puts a passkey's device into the browser; whether its holder shows their finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verifies,
            }
        },
    )
    return session, made["authenticatorId"]


def set_up(page: "Page", code: str) -> None:
    """Goes through the set-up up to the second factor."""
    page.goto("/can-bo/thiet-lap/")
    page.get_by_label("Mã thiết lập").fill(code)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    page.get_by_label("Gõ lại mật khẩu mới").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("heading", name="Cách xác nhận thứ hai").wait_for()


def with_key(page: "Page", code: str) -> None:
    """Sets up with a passkey."""
    set_up(page, code)
    page.get_by_role("button", name="Tạo khóa truy cập").click()
    page.get_by_role("heading", name="Đã thiết lập xong").wait_for()


def person(page: "Page") -> str | None:
    """Who the server says is signed in."""
    found: str | None = page.request.get("/can-bo/").json()["person"]
    return found


def test_a_passkey_is_made_and_opens_the_door_alone(house: Door, page: "Page") -> None:
    session, key = key_for(page)
    with_key(page, house.officer())
    assert len(page.locator(".spare li").all()) == 10
    page.get_by_role("link", name="Đăng nhập", exact=True).click()
    page.get_by_role("heading", name="Cách khác").wait_for()
    page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
    page.wait_for_url("**/can-bo/")
    assert person(page) == "mai"
    page.goto("/can-bo/tai-khoan/")
    assert "Bằng khóa truy cập" in page.inner_text("main")
    assert "Khóa truy cập, tạo bằng Chrome trên Linux" in page.inner_text("main")
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_role("heading", name="Đã đăng xuất").wait_for()
    assert person(page) is None
    [made] = session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert (made["rpId"], made["isResidentCredential"]) == ("localhost", True)
    assert house.log()[-3:] == [("set-up", "mai"), ("signed-in", "mai"), ("sessions-ended", "mai")]
    with house.desk.database.reading() as connection:
        assert list(verify(connection)) == []


def test_one_more_passkey_is_made_and_the_lost_one_taken_away(house: Door, page: "Page") -> None:
    session, key = key_for(page)
    with_key(page, house.officer())
    page.goto("/can-bo/dang-nhap/")
    page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
    page.wait_for_url("**/can-bo/")
    page.goto("/can-bo/tai-khoan/")
    keys = page.locator("li", has_text="Khóa truy cập, tạo bằng")
    assert keys.count() == 1
    assert page.get_by_role("button", name="Bỏ khóa này").count() == 0  # the last one
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    session, key = key_for(page)
    page.get_by_role("button", name="Thêm khóa truy cập").click()
    page.get_by_role("button", name="Bỏ khóa này").nth(1).wait_for()
    page.get_by_role("button", name="Bỏ khóa này").first.click()
    page.get_by_role("button", name="Bỏ khóa này").first.wait_for(state="detached")
    assert keys.count() == 1
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_role("link", name="Mở trang đăng nhập").click()
    page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
    page.wait_for_url("**/can-bo/")
    assert person(page) == "mai"
    told = [action for action, _ in house.log()]
    assert told[-4:] == ["passkey-added", "passkey-ended", "sessions-ended", "signed-in"]
    with house.desk.database.reading() as connection:
        assert list(verify(connection)) == []


def test_a_passkey_is_a_second_step_as_well(house: Door, page: "Page") -> None:
    key_for(page)
    with_key(page, house.officer())
    page.goto("/can-bo/dang-nhap/?tiep=/can-bo/vu-viec/7K3M9QXA/")
    page.get_by_label("Mã của bạn").fill("mai")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("heading", name="Xác nhận đăng nhập").wait_for()
    assert person(page) is None
    page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
    page.wait_for_url(re.compile(r":\d+/can-bo/vu-viec/7K3M9QXA/$"))
    assert person(page) == "mai"
    page.goto("/can-bo/tai-khoan/")
    assert "Bằng mật khẩu và khóa truy cập" in page.inner_text("main")


def test_anothers_passkey_is_no_second_step(house: Door, page: "Page", browser: "Browser") -> None:
    session, key = key_for(page)
    with_key(page, house.officer("lan"))
    [lans] = session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    mai = house.officer("mai")
    session.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    with_key(page, mai)
    session.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    session.send("WebAuthn.addCredential", {"authenticatorId": key, "credential": lans})
    page.goto("/can-bo/dang-nhap/")
    page.get_by_label("Mã của bạn").fill("mai")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
    page.get_by_text("Chưa dùng được khóa truy cập.").wait_for()
    assert person(page) is None


def test_without_a_finger_a_passkey_opens_nothing(house: Door, page: "Page") -> None:
    session, key = key_for(page)
    with_key(page, house.officer())
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto("/can-bo/dang-nhap/")
    page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
    page.get_by_text("Chưa dùng được khóa truy cập.").wait_for()
    assert person(page) is None


def test_a_passkey_that_was_copied_is_found_by_its_count(house: Door, page: "Page") -> None:
    session, key = key_for(page)
    with_key(page, house.officer())
    [old] = session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    for _ in range(2):
        page.goto("/can-bo/dang-nhap/")
        page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
        page.wait_for_url("**/can-bo/")
        page.context.clear_cookies()
    session.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    session.send("WebAuthn.addCredential", {"authenticatorId": key, "credential": old})
    page.goto("/can-bo/dang-nhap/")
    page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
    page.get_by_text("Khóa truy cập này không dùng được ở đây").wait_for()
    assert person(page) is None
    assert house.log()[-1] == ("sign-in-failed", "mai")


def test_a_passkey_ends_with_what_the_operator_does(house: Door, page: "Page") -> None:
    key_for(page)
    with_key(page, house.officer())
    for end, heading in (
        (lambda: house.doors.take_desk("mai", "mau", AGENCY), "Chưa được giao việc"),
        (lambda: house.doors.give_desk(PORTALS, "mai", "mau", AGENCY), None),
        (lambda: house.desk.register.suspend("mai", "Mất máy"), "Đăng nhập"),
        (lambda: house.desk.register.resume("mai"), None),
        (lambda: house.doors.reset("mai"), "Đăng nhập"),
    ):
        end()
        page.goto("/can-bo/dang-nhap/")
        page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
        if heading is None:
            page.wait_for_url("**/can-bo/")
            assert person(page) == "mai"
            page.context.clear_cookies()
        else:
            page.wait_for_url("**/dang-nhap/khoa/")
            assert page.get_by_role("heading", level=1).inner_text() == heading
            assert person(page) is None


def test_an_answer_is_taken_once_and_for_its_own_challenge(house: Door, page: "Page") -> None:
    key_for(page)
    with_key(page, house.officer())
    sent: list[str] = []
    page.on(
        "request", lambda asked: sent.append(asked.post_data or "") if asked.post_data else None
    )
    page.goto("/can-bo/dang-nhap/")
    page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
    page.wait_for_url("**/can-bo/")
    [answer] = [parse_qs(each)["tra-loi"][0] for each in sent if "tra-loi=" in each]
    page.context.clear_cookies()
    shown = page.request.get("/can-bo/dang-nhap/").text()
    found = re.search(r'name="csrf" value="([^"]+)"', shown)
    assert found
    told = {"csrf": found[1], "tra-loi": answer}
    assert page.request.post("/can-bo/dang-nhap/khoa/", form=told).status == 422
    asked = page.request.post(
        "/can-bo/dang-nhap/khoa/lua-chon/", headers={"X-Csrf": found[1]}
    ).json()
    assert (asked["rpId"], asked["userVerification"]) == ("localhost", "required")
    assert page.request.post("/can-bo/dang-nhap/khoa/", form=told).status == 422
    assert person(page) is None


def test_all_but_passkeys_works_without_scripts(house: Door, browser: "Browser") -> None:
    context = browser.new_context(base_url=house.signing.settings.origin, java_script_enabled=False)
    page = context.new_page()
    set_up(page, house.officer())
    assert not page.get_by_role("button", name="Tạo khóa truy cập").is_visible()
    assert page.locator(".square svg").is_visible()
    page.get_by_text("Không quét được?").click()
    app = pyotp.TOTP(page.inner_text(".letters").replace(" ", ""))
    page.get_by_label("Mã 6 số").fill(app.at(int(house.desk.clock().timestamp())))
    page.get_by_role("button", name="Hoàn tất").click()
    page.get_by_role("heading", name="Đã thiết lập xong").wait_for()
    house.desk.clock.turn(dt.timedelta(minutes=1))
    page.get_by_role("link", name="Đăng nhập", exact=True).click()
    page.get_by_label("Mã của bạn").fill("mai@mau.vn")
    assert not page.get_by_text("Cách khác").is_visible()  # a passkey is the only one, and is none
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Mã 6 số").fill(app.at(int(house.desk.clock().timestamp())))
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/can-bo/")
    assert page.request.get("/can-bo/").json() == {"person": "mai"}
    context.close()


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{",
        "[]",
        "null",
        '{"id": 3}',
        '{"id": "a", "rawId": "b", "type": "public-key", "response": {}}',
        json.dumps(
            {
                "id": "YQ",
                "rawId": "YQ",
                "type": "public-key",
                "response": {"clientDataJSON": "e30", "attestationObject": "gICAgA"},
            }
        ),
        "[" * 5000,
    ],
)
def test_what_is_no_answer_is_refused_and_breaks_nothing(answer: str) -> None:
    settings = Settings("https://cong.example", "Cổng mẫu")
    assert check_new(settings, answer, b"x" * 32) is None
    assert handle_of(answer) in ("", "a", "YQ")
