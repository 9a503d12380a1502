"""The two servers: slow sockets, early answers, chores, ending."""

import asyncio
import datetime as dt
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from relay import serving
from relay.serving import Chore, Patient, run

ROOT = Path(__file__).resolve().parents[2]


async def early(_: Request) -> Response:
    """Refuses without reading."""
    return PlainTextResponse("quá lớn", 413, {"connection": "close"})


async def hello(_: Request) -> Response:
    """Answers."""
    return PlainTextResponse("chào")


async def whole(request: Request) -> Response:
    """Reads what was declared, and refuses it."""
    size = len(await request.body())
    return PlainTextResponse(f"đã đọc {size}", 400, {"connection": "close"})


async def kept(request: Request) -> Response:
    """Reads what was declared, and keeps the connection."""
    return PlainTextResponse(f"đã đọc {len(await request.body())}")


APP = Starlette(
    routes=[
        Route("/", hello),
        Route("/lon", early, methods=["POST"]),
        Route("/ca", whole, methods=["POST"]),
        Route("/giu", kept, methods=["POST"]),
    ]
)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The protocol on a free port, with little patience."""
    monkeypatch.setattr(serving, "HEADERS_WITHIN", 0.3)
    monkeypatch.setattr(serving, "LINGER", 30.0)
    import uvicorn

    config = uvicorn.Config(APP, http=Patient, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def all_of(made: socket.socket) -> bytes:
    """What comes until the other end has said all."""
    whole = b""
    while data := made.recv(65_536):
        whole += data
    return whole


@pytest.mark.parametrize(
    "said", [b"", b"GET / HTTP/1.1\r\nHo", b"POST /lon HTTP/1.1\r\nContent-Length: 5\r\n"]
)
def test_who_never_ends_the_headers_is_let_go(port: int, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as made:
        made.sendall(said)
        assert all_of(made) == b""


def test_the_second_request_of_a_connection_is_waited_for_no_longer(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as made:
        made.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        first = b""
        while "chào".encode() not in first:
            first += made.recv(65_536)
        made.sendall(b"GET / HTTP/1.1\r\nHos")
        assert all_of(made) == b""


def test_a_request_that_is_whole_in_time_is_answered(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as made:
        made.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert "chào".encode() in all_of(made)


@pytest.mark.parametrize("head", [b"Content-Length: 20000000", b"Transfer-Encoding: chunked"])
def test_an_early_answer_is_read_by_who_sends_on_and_on(port: int, head: bytes) -> None:
    chunk = b"x" * 65_536
    piece = chunk if head.startswith(b"Content") else b"10000\r\n" + chunk + b"\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as made:
        made.sendall(b"POST /lon HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n\r\n")
        # As a browser does: everything is sent before the answer is looked at.
        for _ in range(20_000_000 // len(chunk)):
            made.sendall(piece)
        made.shutdown(socket.SHUT_WR)
        answer = all_of(made)
    assert answer.startswith(b"HTTP/1.1 413")
    assert "quá lớn".encode() in answer


@pytest.mark.parametrize(("path", "status"), [("/ca", b"400"), ("/giu", b"200")])
def test_an_answer_is_read_by_who_sends_more_than_they_said(
    port: int, path: str, status: bytes
) -> None:
    """What comes behind the declared end is no body: the answer is to what was declared."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as made:
        head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n".encode()
        made.sendall(head + b"x" * 1_000)
        for _ in range(300):
            made.sendall(b"x" * 65_536)
        made.shutdown(socket.SHUT_WR)
        answer = all_of(made)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert "đã đọc 1000".encode() in answer


def test_a_connection_on_which_nothing_is_asked_ends_at_once(port: int) -> None:
    """Both ways, so that nobody has to be waited for when the program stops."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as made:
        assert all_of(made) == b""  # too slow with its headers
        with pytest.raises(OSError):
            for _ in range(1_000):
                made.sendall(b"x" * 65_536)


def test_who_sends_without_end_is_let_go_at_last(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LINGER_BYTES", 1_000_000)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as made:
        made.sendall(b"POST /lon HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        with pytest.raises(OSError):
            for _ in range(10_000):
                made.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


PROGRAM = """
import datetime as dt, socket, sys
from relay.serving import Chore, run
from tests.relay.test_serving import APP

done = []

def faulty():
    done.append("x")
    if len(done) == 3:
        print("three", flush=True)
    raise RuntimeError("a citizen's words")

HERE = ("127.0.0.1", 0)
with socket.create_server(HERE) as front, socket.create_server(HERE) as back:
    try:
        run(APP, APP, (front, back), [Chore("c", dt.timedelta(milliseconds=5), faulty)])
    except KeyboardInterrupt:
        pass
print("ended", flush=True)
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_chores_go_on_after_a_fault_and_both_servers_end_together(ending: signal.Signals) -> None:
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import signal; signal.signal({int(signal.SIGTERM)}, "
            f"signal.default_int_handler)\n{PROGRAM}",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "three\n"
        child.send_signal(ending)
        assert child.stdout.readline() == "ended\n"
        assert child.wait(60) == 0
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def test_what_a_chore_says_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    def faulty() -> None:
        raise RuntimeError("nội dung của một người dân")

    async def once() -> None:
        task = asyncio.create_task(serving._again(Chore("thử", dt.timedelta(hours=1), faulty)))
        while not caplog.records:
            await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(once())
    assert "người dân" not in caplog.text
    assert caplog.records[0].__dict__["error"] == "RuntimeError"


def test_who_was_asked_to_stop_before_it_could_hear_stops_as_it_starts() -> None:
    here, told = ("127.0.0.1", 0), list[str]()
    with socket.create_server(here) as front, socket.create_server(here) as back:
        run(APP, APP, (front, back), [], lambda: told.append("ready"), lambda: True)
    assert told == []
