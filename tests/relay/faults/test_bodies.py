"""Large and slow bodies over real sockets: refused early, in little memory; nobody else waits."""

import select
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import uvicorn

from relay.serving import Patient
from relay.store.database import Store
from relay.store.keys import Keys
from tests.relay.citizens import QUESTION, SEND, opened_office

MB = 1 << 20
BOUNDARY = b"----moc"
HEAD = (
    b"POST /y-kien/gui/cau-hoi/ HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: multipart/form-data; boundary=" + BOUNDARY + b"\r\n"
)
FILE = (
    b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="tep"; filename="a.pdf"\r\n\r\n'
)


@pytest.fixture
def port(sqlite_store: Store, keys: Keys, tmp_path: Path) -> Iterator[int]:
    """A relay on a real socket."""
    with opened_office(sqlite_store, keys, tmp_path) as office:
        server = uvicorn.Server(uvicorn.Config(office.app, port=0, log_level="error", http=Patient))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
        server.should_exit = server.force_exit = True
        thread.join(20)


def memory() -> int:
    """The most memory that this process has had, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def pour(port: int, head: bytes, total: int, chunked: bool) -> tuple[int, bytes]:
    """Sends a body until it is answered: how much went out, and the answer."""

    def framed(data: bytes) -> bytes:
        return b"%x\r\n%b\r\n" % (len(data), data) if chunked else data

    sent = 0
    with socket.create_connection(("127.0.0.1", port), 30) as link:
        link.sendall(HEAD + head + b"\r\n" + framed(FILE))
        while sent < total and not select.select([link], [], [], 0)[0]:
            link.sendall(framed(b"x" * 65_536))
            sent += 65_536
        return sent, link.recv(200)


@pytest.mark.parametrize(
    ("head", "chunked", "statuses", "most"),
    [
        (b"Content-Length: 104857600\r\n", False, (b"413",), 16 * MB),
        (b"Transfer-Encoding: chunked\r\n", True, (b"413",), 40 * MB),
        (b"Content-Length: 1000\r\nTransfer-Encoding: chunked\r\n", True, (b"413",), 40 * MB),
        # What comes behind the declared end is no body (RFC 9112): this one is cut off.
        (b"Content-Length: 1000\r\n", False, (b"400",), 16 * MB),
        (b"", False, (b"400",), 16 * MB),
    ],
    ids=["declared", "chunked", "lying and chunked", "lying", "none"],
)
def test_a_hundred_megabytes_are_refused_early_in_little_memory(
    port: int, head: bytes, chunked: bool, statuses: tuple[bytes, ...], most: int
) -> None:
    httpx2.get(f"http://127.0.0.1:{port}/y-kien/altcha?loai=cau-hoi")
    before = memory()
    sent, answer = pour(port, head, 100 * MB, chunked)
    assert sent < most
    assert answer.split()[1] in statuses
    assert memory() - before < 32 * MB


def test_slow_senders_keep_nobody_waiting(port: int) -> None:
    links = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(100)]
    try:
        for link in links:
            link.sendall(HEAD + b"Content-Length: 5000\r\n\r\n" + FILE)
        page = httpx2.post(
            f"http://127.0.0.1:{port}{SEND}",
            files=[(name, (None, text)) for name, text in QUESTION.items()],
            timeout=60,
        )
        assert page.status_code == 200
        assert "Xem lại trước khi gửi" in page.text
    finally:
        for link in links:
            link.close()
