"""The configuration of docs/publishing.md, while releases change under it."""

import http.client
import itertools
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.server import HEADERS
from tests.workflow.publish.places import page, release, written
from tests.workflow.publish.test_faults import LONG
from workflow.publish.folder import FolderTarget

ROOT = Path(__file__).resolve().parents[3]
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
SECONDS = 60 if LONG else 3
PAGES = [f"tin/{n}/index.html" for n in range(20)]

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx: make test installs it, when root")

AROUND = """
{user}
daemon off;
error_log stderr;
pid {folder}/pid;
worker_processes 2;
events {{}}
http {{
    access_log off;
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


def site(word: str) -> dict[str, str]:
    """A site of which every page, long and short, says the same word throughout."""
    lengths = itertools.cycle((1, 700, 40_000))
    pages = {name: page(*PAGES, text=f"{word} " * next(lengths)) for name in PAGES}
    style = {f"static/cong.{word}.css": f"p{{content:'{word}'}}"}
    index = {
        "static/search/vi/vi.bin": f"{word} " * 200,
        f"static/search/vi/s/0-{word}.bin": f"{word} " * 200,
    }
    whole = {"index.html": page(*PAGES, text=word), "404.html": page(text="404")}
    return {**whole, **pages, **style, **index}


@pytest.fixture
def www() -> Iterator[Path]:
    """A folder that the web server, who is somebody else, can come to."""
    folder = Path(tempfile.mkdtemp(prefix="cong-www-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def port(www: Path) -> Iterator[int]:
    """nginx on a free port of this machine, as the document says it is set up."""
    text = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
    (server,) = re.findall(r"```nginx\n(.*?)```", text, re.S)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    server = server.replace("listen 80;", f"listen 127.0.0.1:{number};")
    server = server.replace("/srv/cong", str(www / "cong"))
    user = "user nobody nogroup;" if os.getuid() == 0 else ""
    config = www / "nginx.conf"
    config.write_text(AROUND.format(user=user, folder=www, server=server), encoding="utf-8")
    FolderTarget(www / "cong").put(written(www / "first", site("mot")), release(site("mot"), 0))
    with subprocess.Popen([str(NGINX), "-c", str(config), "-p", str(www)]) as process:
        for _ in range(200):
            assert process.poll() is None, "nginx does not take the configuration"
            with socket.socket() as asking:
                if asking.connect_ex(("127.0.0.1", number)) == 0:
                    break
            time.sleep(0.02)
        yield number
        process.terminate()


class Reader(threading.Thread):
    """Reads one page after another over one connection, and keeps what is not as it should be."""

    def __init__(self, port: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.stop, self.wrong = port, stop, list[str]()
        self.seen = {"mot": 0, "hai": 0}

    def run(self) -> None:
        """Reads until it is told to stop."""
        whole = {text: word for word in ("mot", "hai") for text in site(word).values()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        for name in itertools.cycle(("index.html", *PAGES)):
            if self.stop.is_set():
                break
            connection.request("GET", f"/{name.removesuffix('index.html')}")
            answer = connection.getresponse()
            word = whole.get(answer.read().decode())
            if answer.status != 200 or word is None:
                self.wrong.append(f"{name}: {answer.status}")
            else:
                self.seen[word] += 1
        connection.close()


def test_no_reader_ever_meets_anything_but_a_whole_page(www: Path, port: int) -> None:
    stop = threading.Event()
    readers = [Reader(port, stop) for _ in range(2)]
    for reader in readers:
        reader.start()
    sites = {word: written(www / word, site(word)) for word in ("mot", "hai")}
    target, begun, number = FolderTarget(www / "cong"), time.monotonic(), 0

    def enough() -> bool:
        """Whether it was looked at long and often enough; a slow machine gets more time."""
        whole = sum(sum(reader.seen.values()) for reader in readers) > 1000
        both = all(min(reader.seen.values()) for reader in readers)
        return time.monotonic() - begun > SECONDS and number > 3 and whole and both

    while not enough() and time.monotonic() - begun < 20 * SECONDS:
        number += 1
        word = "hai" if number % 2 else "mot"
        target.put(sites[word], release(site(word), number))
        for other in target.releases()[-3:]:
            target.switch(other.name)
    stop.set()
    for reader in readers:
        reader.join()
        assert reader.wrong == []
    assert enough()


def ask(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    """One answer, whose body has been read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_the_server_says_what_our_own_server_says(port: int) -> None:
    for path in ("/", "/tin/1/", "/static/cong.mot.css", "/khong-co/"):
        answer = ask(port, path)
        for name, value in HEADERS.items():
            assert answer.headers.get_all(name) == [value], (path, name)
    assert ask(port, "/").headers["Content-Type"] == "text/html; charset=utf-8"
    assert ask(port, "/").headers["Cache-Control"] == "no-cache"
    assert ask(port, "/static/cong.mot.css").headers["Cache-Control"].endswith("immutable")
    assert ask(port, "/khong-co/").status == 404
    assert ask(port, "/tin/1").headers["Location"] == "/tin/1/"
    packed = ask(port, "/tin/1/", **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    for hidden in ("/../releases/", "/.lock", "/releases/"):
        assert ask(port, hidden).status in (400, 404)


def test_the_index_of_search_is_sent_packed_and_its_manifest_asked_for_anew(port: int) -> None:
    gzip = {"Accept-Encoding": "gzip"}
    manifest = ask(port, "/static/search/vi/vi.bin", **gzip)
    assert manifest.headers["Cache-Control"] == "no-cache"
    tag = {"If-None-Match": manifest.headers["ETag"]}
    assert ask(port, "/static/search/vi/vi.bin", **gzip, **tag).status == 304
    shard = ask(port, "/static/search/vi/s/0-mot.bin", **gzip)
    assert shard.headers["Cache-Control"].endswith("immutable")
    for answer in (manifest, shard):
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Content-Type"] == "application/octet-stream"
