"""The site on one's own machine: what it answers, and that it follows every change."""

import queue
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from plugins.server import HEADERS, POLICY, application
from tests.small import PORTAL, Small, clean_environment


@pytest.fixture
def client(drawn: Small) -> Iterator[TestClient]:
    with TestClient(application(drawn.output)) as made:
        yield made


def test_a_page_is_served_with_every_header(client: TestClient) -> None:
    answer = client.get("/tin-tuc/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


def test_the_policy_of_the_header_is_that_of_the_page(client: TestClient) -> None:
    page = client.get("/").text
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert found
    told = {part.strip() for part in POLICY.split(";")}
    # A page cannot say who may frame it: only the header can.
    assert told - {"frame-ancestors 'none'"} == {part.strip() for part in found[1].split(";")}
    assert "default-src 'none'" in told
    assert not re.search(r"unsafe|http|\*|data:", POLICY)


def test_a_page_that_is_not_there_is_answered_by_ours_with_404(client: TestClient) -> None:
    for path in ("/khong-co/", "/tin-tuc/2026/khong-co/", "/x.css"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "<h1" in answer.text
        assert answer.headers["content-security-policy"] == POLICY


def test_a_folder_without_its_slash_leads_to_the_one_with_it(client: TestClient) -> None:
    answer = client.get("/tin-tuc", follow_redirects=False)
    assert answer.status_code in (301, 307, 308)
    assert answer.headers["location"].endswith("/tin-tuc/")


def test_text_is_sent_compressed_to_those_who_can_read_that(client: TestClient) -> None:
    assert (
        client.get("/", headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"
    )
    assert "content-encoding" not in client.get("/", headers={"accept-encoding": ""}).headers


def test_what_is_named_by_its_content_is_kept_and_pages_are_asked_for_again(
    client: TestClient, drawn: Small
) -> None:
    css = next((drawn.output / "static").glob("*.css")).name
    kept = client.get(f"/static/{css}").headers["cache-control"]
    assert kept == "public, max-age=31536000, immutable"
    assert client.get("/").headers["cache-control"] == "no-cache"
    tag = client.get("/").headers["etag"]
    assert client.get("/", headers={"if-none-match": tag}).status_code == 304


def test_the_index_of_search_is_kept_but_for_its_manifest(client: TestClient, drawn: Small) -> None:
    folder = "/static/search/vi"
    shard = next((drawn.output / folder.lstrip("/") / "s").glob("*.bin"))
    manifest = client.get(f"{folder}/vi.bin")
    assert manifest.headers["cache-control"] == "no-cache"
    again = client.get(f"{folder}/vi.bin", headers={"if-none-match": manifest.headers["etag"]})
    assert again.status_code == 304
    kept = client.get(f"{folder}/s/{shard.name}")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-encoding"] == "gzip"
    assert kept.content == shard.read_bytes()
    gone = client.get(f"{folder}/s/0-000000.bin")
    assert (gone.status_code, gone.headers["cache-control"]) == (404, "no-cache")


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/%2e%2e/pyproject.toml",
        "/static/..%2f..%2fpyproject.toml",
        "/..%5cpyproject.toml",
        "/%2e%2e%2f%2e%2e%2fetc/passwd",
        "//etc/passwd",
        "/%00",
        "/media/%2e%2e/%2e%2e/%2e%2e/pelicanconf.py",
    ],
)
def test_no_path_leads_out_of_the_site(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404)
    assert "JINJA" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_site_is_only_read(client: TestClient, method: str) -> None:
    assert client.request(method, "/").status_code == 405


class Running:
    """A ``cong serve`` under way: what it says, line by line, and where it answers."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        for stream in (process.stdout, process.stderr):
            threading.Thread(target=self._listen, args=(stream,), daemon=True).start()

    def _listen(self, stream: "Iterator[str]") -> None:
        for line in stream:
            self._lines.put(line.rstrip("\n"))

    def hears(self, pattern: str, seconds: float = 40) -> "re.Match[str]":
        """Waits for a line that matches."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=min(left, 0.2))
            except queue.Empty:
                if self.process.poll() is not None and self._lines.empty():
                    break
                continue
            self.said.append(line)
            if match := re.search(pattern, line):
                return match
        raise AssertionError(f"never said {pattern!r}: {self.said}")


@contextmanager
def serving(house: Small, *words: str) -> Iterator[Running]:
    process = subprocess.Popen(
        [sys.executable, "-m", "cong", "serve", "--port", "0", "--portal", PORTAL, *words],
        cwd=house.root,
        env=clean_environment(),
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.wait(10)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode("utf-8"))


def becomes(url: str, words: str, changed: Path, seconds: float = 60) -> bool:
    """Whether a page comes to say something before the time is over.

    The watcher of files is up a moment after the server: the file is touched again until then.
    """
    deadline = time.monotonic() + seconds
    again = time.monotonic() + 4
    while time.monotonic() < deadline:
        try:
            if words in read(url):
                return True
        except OSError:
            pass  # between the two renames of a switch
        if time.monotonic() > again:
            changed.touch()
            again = time.monotonic() + 4
        time.sleep(0.05)
    return False


def test_serve_follows_a_change_keeps_the_old_page_at_a_fault_and_stops_at_ctrl_c(
    house: Small,
) -> None:
    item = "tin-tuc/2026/doi-cho.md"
    with serving(house) as running:
        base = running.hears(r"(http://localhost:\d+)/ để xem")[1]
        assert any(line.startswith(f"✓ {PORTAL}: ") for line in running.said)
        page = f"{base}/tin-tuc/2026/doi-cho/"
        file = house.folder / item
        assert becomes(page, "Tin đổi chỗ", file)

        house.change(item, "title: Tin đổi chỗ", "title: Tin vừa sửa")
        assert becomes(page, "Tin vừa sửa", file), running.said

        house.change(item, "title: Tin vừa sửa", 'title: "Tin vừa hỏng')
        running.hears(rf"content/{PORTAL}/{item}:3: lỗi: Không đọc được YAML")
        running.hears("Trang cũ vẫn giữ nguyên")
        assert "Tin vừa sửa" in read(page)

        house.change(item, 'title: "Tin vừa hỏng', "title: Tin đã lành")
        assert becomes(page, "Tin đã lành", file), running.said

        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(20) == 0
    assert not any("Traceback" in line for line in running.said)


def test_serve_refuses_a_port_that_is_taken_and_says_what_to_type(house: Small) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = house.cong("serve", "--portal", PORTAL, "--port", str(port))
    assert done.returncode == 1
    assert re.fullmatch(
        rf"cong serve: lỗi: Cổng mạng {port} đã có .*PORT={port + 1}\)\.\n", done.stderr
    )


@pytest.mark.parametrize("host", ["khong-co-may-nay.invalid", "999.1.1.1", "1.2.3.4", "a b", "ảo"])
def test_serve_says_when_it_is_the_host_that_is_wrong(house: Small, host: str) -> None:
    done = house.cong("serve", "--portal", PORTAL, "--host", host, "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        rf"--host: lỗi: .*“{re.escape(host)}”; hãy dùng 127\.0\.0\.1\.\n", done.stderr
    )


def test_serve_answers_at_an_address_of_the_new_kind(house: Small) -> None:
    with serving(house, "--host", "::1") as running:
        url = running.hears(r"(http://\[::1\]:\d+/) để xem")[1]
        assert "<h1" in read(url)


def test_serve_stops_when_there_is_no_good_site_to_show(house: Small) -> None:
    house.write("tin-tuc/2026/mau.md", "hỏng")
    done = house.cong("serve", "--portal", PORTAL, "--port", "0")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert not Path(house.output).exists()
