"""The province's accounts: a real provider on this machine, asked over HTTP, and a lying one."""

import datetime as dt
import hashlib
import hmac
import json
import re
import socket
import threading
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.deprecate import AuthlibDeprecationWarning  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.jwk import RSAKey

from accounts.signing.oidc import Connect, NotTold, derive
from accounts.signing.settings import Provider, Settings
from regulation.findings import Refused
from tests.accounts.desk import Clock
from tests.accounts.signing.door import Browser, Door, open_door
from tests.accounts.signing.house import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser as PlaywrightBrowser

pytestmark = [  # the provider stands on parts of Authlib that are to be replaced; we do not
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
TITLE = "Tài khoản công vụ tỉnh Mẫu"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The provider's address; three people have accounts there."""
    with warnings.catch_warnings():  # it stands on a part of Authlib that is to be moved
        warnings.simplefilter("ignore", AuthlibDeprecationWarning)
        from oidc_provider_mock import (  # type: ignore[import-untyped]
            User,
            run_server_in_thread,
        )
    people = [
        User(sub="mai", claims={"email": "mai@mau.vn", "email_verified": True}),
        User(sub="chua", claims={"email": "mai@mau.vn", "email_verified": False}),
        User(sub="la", claims={"email": "la@noi-khac.vn", "email_verified": True}),
    ]
    with run_server_in_thread(require_nonce=True, user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def province(tmp_path: Path, provider: str) -> Iterator[Door]:
    """The pages with the province's accounts; Mai has a desk, and no password."""
    told = Provider(provider, "cong", "bi-mat", TITLE)
    made = open_door(tmp_path / "kho" / "accounts.sqlite", provider=told)
    # The provider tells the time by itself.
    made.desk.clock.at = dt.datetime.now(dt.UTC)
    made.officer("mai")
    yield made
    made.desk.database.close()


def at_the_province(address: str, who: str) -> dict[str, str]:
    """What the provider leads back with when somebody says there who they are."""
    answer = requests.post(address, data={"sub": who}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return {name: found[0] for name, found in query(answer.headers["location"]).items()}


def query(address: str) -> dict[str, list[str]]:
    """The parts of an address's query."""
    return parse_qs(urlsplit(address).query)


def start(browser: Browser) -> str:
    """Begins, and gives the address at the provider."""
    shown = browser.get("/dang-nhap/").text
    assert f'<a href="/can-bo/dang-nhap/tinh/">{TITLE}</a>' in shown
    answer = browser.get("/dang-nhap/tinh/")
    assert answer.status_code == 303
    address: str = answer.headers["location"]
    return address


def come_back(browser: Browser, given: dict[str, str]) -> Any:
    """Comes back, as from another site: without cookies; then presses the button."""
    kept = list(browser.client.cookies.jar)
    browser.client.cookies.clear()
    shown = browser.client.get("/can-bo/dang-nhap/tinh/ve/", params=given)
    assert shown.status_code == 200
    assert "set-cookie" not in shown.headers
    for cookie in kept:
        browser.client.cookies.jar.set_cookie(cookie)
    fields = dict(re.findall(r'name="(code|state)" value="([^"]*)"', shown.text))
    assert fields == {name: given[name] for name in ("code", "state")}
    return browser.client.post("/can-bo/dang-nhap/tinh/ve/", data=fields)


def test_somebody_the_province_knows_comes_in(province: Door) -> None:
    browser = province.browser()
    done = come_back(browser, at_the_province(start(browser), "mai"))
    assert (done.status_code, done.headers["location"]) == (303, "/can-bo/")
    assert browser.person() == "mai"
    assert "tài khoản của tỉnh" in browser.get("/tai-khoan/").text
    assert province.log()[-1] == ("signed-in", "mai")


def test_what_is_asked_of_the_provider(province: Door, provider: str) -> None:
    browser = province.browser()
    before = province.log()
    address = start(browser)
    secret = browser.client.cookies["__Host-tinh"]
    challenge = hashlib.sha256(derive(secret, "pkce").encode()).digest()
    assert address.startswith(f"{provider}/oauth2/authorize?")
    assert {name: found[0] for name, found in query(address).items()} == {
        "response_type": "code",
        "client_id": "cong",
        "redirect_uri": "https://cong.example/can-bo/dang-nhap/tinh/ve/",
        "scope": "openid email profile",
        "state": derive(secret, "state"),
        "nonce": derive(secret, "nonce"),
        "code_challenge": urlsafe_b64encode(challenge).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    assert province.log() == before


@pytest.mark.parametrize(("who", "status"), [("la", 403), ("chua", 403)])
def test_nobody_is_made_up_and_no_address_is_believed_unproven(
    province: Door, who: str, status: int
) -> None:
    browser = province.browser()
    done = come_back(browser, at_the_province(start(browser), who))
    assert done.status_code == status
    assert browser.person() is None
    with province.desk.database.reading() as connection:
        from accounts.roster import everybody

        assert [*everybody(connection)] == ["mai"]


def test_a_suspended_person_stays_outside(province: Door) -> None:
    province.desk.register.suspend("mai", "Mất máy")
    browser = province.browser()
    assert come_back(browser, at_the_province(start(browser), "mai")).status_code == 422
    assert browser.person() is None


def test_what_was_begun_in_one_browser_does_not_end_in_another(province: Door) -> None:
    mine, victim = province.browser(), province.browser()
    given = at_the_province(start(mine), "mai")
    start(victim)
    assert come_back(victim, given).status_code == 403
    nobody = province.browser()
    assert come_back(nobody, given).status_code == 403
    assert (victim.person(), nobody.person()) == (None, None)


def test_an_answer_is_taken_once(province: Door) -> None:
    browser = province.browser()
    given = at_the_province(start(browser), "mai")
    kept = browser.client.cookies["__Host-tinh"]
    assert come_back(browser, given).status_code == 303
    again = province.browser()
    again.client.cookies.set("__Host-tinh", kept, domain="cong.example")
    assert come_back(again, given).status_code == 403


def test_whoever_changes_their_mind_is_told_of_other_ways(province: Door) -> None:
    answer = province.browser().get("/dang-nhap/tinh/ve/?error=access_denied&state=x")
    assert answer.status_code == 403
    assert "đăng nhập bằng mật khẩu" in answer.text


def test_without_a_provider_there_is_no_such_page(door: Door) -> None:
    assert door.browser().get("/dang-nhap/tinh/").status_code == 404


def test_a_provider_is_asked_by_https_alone_except_on_this_machine() -> None:
    for address in ("http://tinh.example", "ftp://tinh.example", "tinh.example", ""):
        with pytest.raises(Refused, match="không phải địa chỉ https"):
            Provider(address, "cong", "x", TITLE)
        with pytest.raises(Refused, match="không phải địa chỉ https"):
            Settings(address, "Cổng mẫu")


@pytest.mark.browser
def test_a_real_browser_comes_back_from_another_site_with_strict_cookies(
    provider: str, tmp_path: Path, browser: "PlaywrightBrowser"
) -> None:
    """Pages on 127.0.0.1, the provider on localhost: to a browser, two sites."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    told = Provider(provider, "cong", "bi-mat", TITLE)
    door = open_door(tmp_path / "kho" / "accounts.sqlite", origin, provider=told)
    door.desk.clock.at = dt.datetime.now(dt.UTC)
    door.officer("mai")
    with served(door.app(), listening):
        context = browser.new_context(base_url=origin)
        page = context.new_page()
        page.goto("/can-bo/dang-nhap/")
        page.get_by_role("link", name=TITLE).click()
        page.wait_for_url(f"{provider}/**")
        page.get_by_role("button", name="mai", exact=True).click()
        page.get_by_role("heading", name="Tiếp tục đăng nhập").wait_for()
        assert page.request.get("/can-bo/").json() == {"person": None}
        page.get_by_role("button", name="Vào trang làm việc").click()
        page.wait_for_url("**/can-bo/")
        assert page.request.get("/can-bo/").json() == {"person": "mai"}
        assert {each["sameSite"] for each in context.cookies(origin)} == {"Strict"}
        context.close()
    door.desk.database.close()


# --- A provider that lies -------------------------------------------------------------------------

KEY = RSAKey.generate_key(2048, {"kid": "a"})
STRANGE = RSAKey.generate_key(2048, {"kid": "a"})


def _plain(text: str) -> bytes:
    return urlsafe_b64encode(text.encode()).rstrip(b"=")


class Liar:
    """A provider whose every word a test chooses; ``claims`` go into the ID token."""

    def __init__(self) -> None:
        self.issuer = ""
        self.metadata: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.key, self.header = KEY, {"alg": "RS256", "kid": "a"}
        self.userinfo: dict[str, Any] = {}
        self.sent: dict[str, list[str]] = {}

    def answer(self, path: str, body: str) -> Any:
        """What is told at a path."""
        if path == "/.well-known/openid-configuration":
            told = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }
            return told | self.metadata
        if path == "/jwks":
            return {"keys": [KEY.as_dict(private=False)]}
        if path == "/userinfo":
            return self.userinfo
        self.sent = parse_qs(body)
        if self.header["alg"] == "RS256":
            token = jwt.encode(self.header, self.claims, self.key)
        else:  # what no library would sign: with nothing, or with the public key
            parts = b".".join(_plain(json.dumps(each)) for each in (self.header, self.claims))
            seal = hmac.digest(KEY.as_pem(private=False), parts, "sha256")
            signed = urlsafe_b64encode(seal) if self.header["alg"] == "HS256" else b""
            token = (parts + b"." + signed.rstrip(b"=")).decode()
        return {"access_token": "a", "token_type": "Bearer", "id_token": token}


@pytest.fixture
def liar() -> Iterator[Liar]:
    """A provider on a free port."""
    made = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            said = json.dumps(made.answer(self.path, body)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET  # noqa: N815 - so the library calls it

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.issuer = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()
    thread.join(5)


CLOCK = Clock()
SECRET = "bi-mat-cua-trinh-duyet"
BACK = "https://cong.example/ve/"


def honest(liar: Liar) -> dict[str, Any]:
    """What an honest provider says of Mai."""
    now = int(CLOCK().timestamp())
    return {
        "iss": liar.issuer,
        "sub": "1",
        "aud": "cong",
        "iat": now,
        "exp": now + 300,
        "nonce": derive(SECRET, "nonce"),
        "email": "mai@mau.vn",
        "email_verified": True,
    }


def ask(liar: Liar, **told: Any) -> str:
    """Who is told to have come back."""
    connect = Connect(Provider(liar.issuer, "cong", "x", TITLE, **told), CLOCK)
    return connect.value(SECRET, BACK, "ma", derive(SECRET, "state"))


def test_an_honest_provider_is_believed_and_sent_the_verifier(liar: Liar) -> None:
    liar.claims = honest(liar)
    assert ask(liar) == "mai@mau.vn"
    assert liar.sent["code_verifier"] == [derive(SECRET, "pkce")]
    assert liar.sent["code"] == ["ma"]
    assert ask(liar, claim="sub") == "1"
    del liar.claims["email_verified"]
    assert ask(liar, trust_email=True) == "mai@mau.vn"


def test_what_the_token_leaves_out_is_asked_of_the_same_person_only(liar: Liar) -> None:
    liar.claims = {n: v for n, v in honest(liar).items() if not n.startswith("email")}
    liar.userinfo = {"sub": "1", "email": "mai@mau.vn", "email_verified": True}
    assert ask(liar) == "mai@mau.vn"
    liar.userinfo["sub"] = "2"
    with pytest.raises(NotTold):
        ask(liar)


LIES: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://ke-khac.example"},
    "for another": {"aud": "ke-khac"},
    "for two, given to another": {"aud": ["cong", "ke-khac"], "azp": "ke-khac"},
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "over": {"exp": int(CLOCK().timestamp()) - 61, "iat": int(CLOCK().timestamp()) - 400},
    "to come": {"iat": int(CLOCK().timestamp()) + 3600},
    "nobody": {"sub": None},
    "no address": {"email": ""},
    "a list for an address": {"email": ["mai@mau.vn"]},
    "unproven": {"email_verified": "true"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_does_not_hold_is_not_believed(liar: Liar, lie: str) -> None:
    said = honest(liar) | LIES[lie]
    liar.claims = {name: value for name, value in said.items() if value is not None}
    with pytest.raises(NotTold):
        ask(liar)


@pytest.mark.parametrize("alg", ["none", "HS256", "RS256"])
def test_a_token_that_the_provider_did_not_sign_is_not_believed(liar: Liar, alg: str) -> None:
    liar.claims = honest(liar)
    liar.header = {"alg": alg, "kid": "a"}
    liar.key = STRANGE
    with pytest.raises(NotTold):
        ask(liar)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://ke-khac.example"},
        {"token_endpoint": "http://ke-khac.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_names_strange_addresses_is_not_believed(
    liar: Liar, metadata: dict[str, Any]
) -> None:
    liar.claims, liar.metadata = honest(liar), metadata
    with pytest.raises(NotTold):
        ask(liar)


def test_a_provider_that_is_not_there_is_said_to_be_silent() -> None:
    connect = Connect(Provider("http://127.0.0.1:9", "cong", "x", TITLE), CLOCK)
    with pytest.raises(NotTold):
        connect.address(SECRET, BACK)


def test_a_silent_provider_is_left_alone_for_a_while(liar: Liar) -> None:
    clock = Clock()
    connect = Connect(Provider(liar.issuer, "cong", "x", TITLE), clock)
    liar.metadata = {"issuer": ""}
    for _ in range(2):
        with pytest.raises(NotTold):
            connect.address(SECRET, BACK)
        liar.metadata = {}  # it has come to its senses; nobody asks yet
    clock.turn(dt.timedelta(seconds=30))
    assert connect.address(SECRET, BACK).startswith(f"{liar.issuer}/authorize?")
