"""What is passed on to the program behind: real sockets, real bodies."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import h11
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from plugins.forward import Forward


@contextlib.contextmanager
def serving(app: ASGIApp) -> Iterator[int]:
    """Serves an application on a free port of loopback."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="error", lifespan="off", proxy_headers=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


async def echo(request: Request) -> Response:
    """Says what came."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
    said = f"{request.method} {request.url.path}?{request.url.query} {size}"
    headers = {"x-from": request.headers.get("x-forwarded-for", "")}
    return PlainTextResponse(said, status_code=201, headers=headers)


async def refuse(_: Request) -> Response:
    """Answers before anything of the body was read."""
    return PlainTextResponse("too much", status_code=413)


async def away(_: Request) -> Response:
    """Leads elsewhere, with two cookies."""
    response = RedirectResponse("/y-kien/echo", status_code=303)
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


BEHIND = Starlette(
    routes=[
        Route("/y-kien/echo", echo, methods=["GET", "POST"]),
        Route("/y-kien/refuse", refuse, methods=["POST"]),
        Route("/y-kien/away", away, methods=["POST"]),
    ]
)
SITE = Starlette(routes=[Route("/", lambda _: PlainTextResponse("home"))])


def asked(port: int, head: bytes, *bodies: bytes) -> tuple[int, dict[str, list[str]], bytes]:
    """The answer to raw bytes on a connection."""
    parser = h11.Connection(h11.CLIENT)
    parser.send(h11.Request(method="POST", target="/", headers=[("host", "a")]))
    with socket.create_connection(("127.0.0.1", port), timeout=30) as made:
        made.sendall(head)
        for body in bodies:
            try:
                made.sendall(body)
            except OSError:
                break  # it has answered and reads no more
        status, headers, text = 0, dict[str, list[str]](), b""
        while True:
            event = parser.next_event()
            if event is h11.NEED_DATA:
                parser.receive_data(made.recv(65536))
            elif isinstance(event, h11.Response):
                status = event.status_code
                for name, value in event.headers:
                    headers.setdefault(name.decode(), []).append(value.decode())
            elif isinstance(event, h11.Data):
                text += bytes(event.data)
            else:
                return status, headers, text


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A site with a program behind it."""
    with serving(BEHIND) as behind, serving(Forward(SITE, ("/y-kien/",), behind)) as front:
        yield front


def test_other_addresses_are_the_sites(port: int) -> None:
    assert asked(port, b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")[2] == b"home"


@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_000])
def test_a_body_passes_whole_whatever_its_length(port: int, size: int) -> None:
    head = f"POST /y-kien/echo?a=%C3%A1 HTTP/1.1\r\nhost: a\r\ncontent-length: {size}\r\n\r\n"
    status, headers, text = asked(port, head.encode(), b"x" * size)
    assert (status, text) == (201, f"POST /y-kien/echo?a=%C3%A1 {size}".encode())
    assert headers["x-from"] == ["127.0.0.1"]


def test_a_body_in_chunks_passes(port: int) -> None:
    head = b"POST /y-kien/echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
    chunks = (b"5\r\nhello\r\n", b"3\r\nabc\r\n", b"0\r\n\r\n")
    assert asked(port, head, *chunks)[2] == b"POST /y-kien/echo? 8"


def test_what_somebody_says_of_their_own_address_is_not_believed(port: int) -> None:
    head = b"GET /y-kien/echo HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 8.8.8.8\r\n\r\n"
    assert asked(port, head)[1]["x-from"] == ["127.0.0.1"]


def test_an_early_refusal_arrives(port: int) -> None:
    head = b"POST /y-kien/refuse HTTP/1.1\r\nhost: a\r\ncontent-length: 2000000\r\n\r\n"
    assert asked(port, head, b"x" * 100_000)[0] == 413


def test_a_redirect_keeps_its_cookies_apart(port: int) -> None:
    head = b"POST /y-kien/away HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n"
    status, headers, _ = asked(port, head)
    assert (status, headers["location"]) == (303, ["/y-kien/echo"])
    assert [cookie.split("=")[0] for cookie in headers["set-cookie"]] == ["a", "b"]


def test_while_the_program_is_down_it_is_said_in_words() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        dead = nobody.getsockname()[1]
        with serving(Forward(SITE, ("/y-kien/",), dead)) as front:
            status, headers, text = asked(front, b"GET /y-kien/x HTTP/1.1\r\nhost: a\r\n\r\n")
    assert (status, headers["retry-after"]) == (503, ["30"])
    assert "gửi lại" in text.decode()
