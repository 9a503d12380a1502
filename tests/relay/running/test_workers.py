"""Several processes of one portal: what docs/deploy/ gives for them, run."""

import http.client
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.relay.running.test_deploy import ANALYZE, DEPLOY, free_port, running
from tests.workflow.publish.test_nginx import AROUND, NGINX

UNIT = "cong-relay-worker@.service"
ADDRESSES = [f"127.0.0.{number}" for number in range(2, 42)]


@pytest.mark.skipif(ANALYZE is None, reason="no systemd-analyze on this machine")
def test_systemd_takes_the_unit_with_what_workers_have_otherwise(tmp_path: Path) -> None:
    program = tmp_path / "cong"
    program.touch(0o755)
    (tmp_path / f"{UNIT}.d").mkdir()
    for name, place in (("cong-relay@.service", UNIT), ("worker.conf", f"{UNIT}.d/worker.conf")):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        text = text.replace("/srv/kho/.venv/bin/cong", str(program))
        (tmp_path / place).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [str(ANALYZE), "verify", "--man=no", str(tmp_path / UNIT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


class _Worker(BaseHTTPRequestHandler):
    """Says on which port it answers."""

    def do_GET(self) -> None:
        said = str(self.connection.getsockname()[1]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Says nothing else."""


@contextmanager
def _workers(count: int) -> Iterator[list[ThreadingHTTPServer]]:
    with ExitStack() as stack:
        made = []
        for _ in range(count):
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), _Worker))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            made.append(server)
        yield made


def _met(front: int, address: str) -> str:
    """Which worker somebody at an address meets."""
    link = http.client.HTTPConnection("127.0.0.1", front, 30, source_address=(address, 0))
    try:
        link.request("GET", "/y-kien/x/")
        answer = link.getresponse()
        assert answer.status == 200
        return answer.read().decode()
    finally:
        link.close()


@pytest.mark.skipif(NGINX is None, reason="no nginx: make test installs it, when root")
def test_an_address_meets_one_worker_always_and_another_only_when_that_is_gone() -> None:
    folder = Path(tempfile.mkdtemp(prefix="cong-workers-"))
    folder.chmod(0o755)  # nginx reads as somebody else
    front = free_port()
    with _workers(2) as workers:
        ports = [str(each.server_address[1]) for each in workers]
        upstream = (DEPLOY / "relay-workers.nginx.conf").read_text(encoding="utf-8")
        named = re.findall(r"127\.0\.0\.1:(\d+)", upstream)
        assert len(named) == 2
        for name, port in zip(named, ports, strict=True):
            upstream = upstream.replace(f":{name};", f":{port};")
        ours = (DEPLOY / "relay.nginx.conf").read_text(encoding="utf-8")
        ours = ours.replace("http://127.0.0.1:8100", "http://cong_relay")
        server = f"{upstream}\nserver {{\nlisten 127.0.0.1:{front};\n{ours}\n}}"
        user = "user nobody nogroup;" if os.getuid() == 0 else ""
        config = folder / "nginx.conf"
        config.write_text(AROUND.format(user=user, folder=folder, server=server), encoding="utf-8")
        with running([str(NGINX), "-c", str(config), "-p", str(folder)], {}, front):
            before = {address: _met(front, address) for address in ADDRESSES}
            assert {*before.values()} == {*ports}
            assert {address: _met(front, address) for address in ADDRESSES} == before
            workers[0].shutdown()
            workers[0].server_close()
            assert {_met(front, address) for address in ADDRESSES} == {ports[1]}
    shutil.rmtree(folder)
