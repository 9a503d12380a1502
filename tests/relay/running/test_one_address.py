"""Officers' pages have one address: other names of this machine lead there, others are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from relay.running.one_address import OneAddress, other_address, same_machine

HERE = "http://localhost:8000"
THERE = "https://cchc.example.gov.vn"


async def _tell(message: str) -> Response:
    return PlainTextResponse(message, status_code=403)


async def _page(_: object) -> Response:
    return PlainTextResponse("page")


def client(ours: str) -> TestClient:
    """Officers' pages and others, of which one address counts."""
    paths = ("/can-bo/dang-nhap/", "/y-kien/gui/")
    made = Middleware(OneAddress, prefix="/can-bo/", origin=lambda: ours, tell=_tell)
    routes = [Route(path, _page, methods=["GET", "POST"]) for path in paths]
    return TestClient(Starlette(routes=routes, middleware=[made]), follow_redirects=False)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000"])
def test_another_name_of_this_machine_leads_to_the_one_that_counts(host: str) -> None:
    answer = client(HERE).get("/can-bo/dang-nhap/?tiep=%2Fcan-bo%2F", headers={"host": host})
    assert answer.status_code == 307
    assert answer.headers["location"] == HERE + "/can-bo/dang-nhap/?tiep=%2Fcan-bo%2F"


@pytest.mark.parametrize(
    ("ours", "host"),
    [
        (HERE, "localhost:8000"),  # it is the one that counts
        (HERE, "127.0.0.1:8100"),  # behind a web server that does not pass the name on
        (HERE, "192.168.1.7:8000"),
        (HERE, "127.0.0.1:so"),
        (HERE, ""),
        (THERE, "127.0.0.1:8100"),
        (THERE, "relay"),
        (THERE, "cchc.example.gov.vn"),
        ("https://localhost", "127.0.0.1:443"),  # another certificate, if any
    ],
)
def test_any_other_is_answered_where_it_asked(ours: str, host: str) -> None:
    """A web server that passes on a name of its own would be sent in a circle."""
    assert client(ours).get("/can-bo/dang-nhap/", headers={"host": host}).text == "page"


def test_citizens_pages_have_no_one_address() -> None:
    headers = {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}
    assert client(HERE).get("/y-kien/gui/", headers=headers).text == "page"
    assert client(HERE).post("/y-kien/gui/", headers=headers).text == "page"


@pytest.mark.parametrize(
    ("ours", "host"), [(HERE, "127.0.0.1:8000"), (THERE, "cchc.example.vn"), (HERE, "10.0.0.7:80")]
)
def test_a_form_sent_from_a_wrong_address_is_told_the_right_one(ours: str, host: str) -> None:
    headers = {"host": host, "origin": f"http://{host}"}
    answer = client(ours).post("/can-bo/dang-nhap/", headers=headers)
    assert answer.status_code == 403
    assert f"đang mở cổng ở http://{host}" in answer.text
    assert f"hãy mở {ours}/can-bo/." in answer.text


@pytest.mark.parametrize("origin", [HERE, "https://evil.example", "null", None])
def test_any_other_form_is_its_pages_to_judge(origin: str | None) -> None:
    headers = {"host": "localhost:8000", **({"origin": origin} if origin else {})}
    assert client(HERE).post("/can-bo/dang-nhap/", headers=headers).text == "page"


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_said_of_hosts_is_no_error(host: str, origin: str) -> None:
    assert same_machine(host, HERE) in (True, False)
    assert other_address(host, origin, HERE) in ("", origin)
