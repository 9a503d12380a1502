"""What docs/deploy/ gives for systemd and nginx, run: the units' own commands, behind nginx."""

import asyncio
import contextlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import cong
from relay.settings import VARIABLES, read_settings
from tests.bench_relay.client import Citizen, message, review
from tests.relay.citizens import write_frame
from tests.workflow.publish.test_nginx import AROUND, NGINX, ROOT

PORTAL = "quangnam-cchc"
DEPLOY = ROOT / "docs" / "deploy"
ANALYZE = shutil.which("systemd-analyze")
LOGGED = "access_log {folder}/access.log combined;\n    error_log {folder}/error.log info;"
FORM = "/y-kien/gui/phan-anh/"

nginx = pytest.mark.skipif(NGINX is None, reason="no nginx: make test installs it, when root")


def said(name: str, key: str) -> list[str]:
    """What a unit says under a key, every time."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    return re.findall(rf"^{key}=(.*)$", text, re.M)


def lines_of(text: str) -> dict[str, str]:
    """Variables of a file for systemd."""
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.M))


def of_unit(name: str, folder: Path, **ours: str) -> tuple[list[str], dict[str, str]]:
    """What a unit would run and in what environment, in a folder in the place of the machine's.

    Args:
        name: The unit.
        folder: In the place of ``/``.
        ours: What its file of variables says otherwise here.
    """
    own = dict(pair.split("=", 1) for each in said(name, "Environment") for pair in each.split())
    told = own | lines_of((DEPLOY / "portal.env").read_text(encoding="utf-8")) | ours
    environment = {key: re.sub(r"^/(?=var|srv)", f"{folder}/", each) for key, each in told.items()}
    (line,) = said(name, "ExecStart")
    line = re.sub(r"\$\{(\w+)\}", lambda found: environment[found[1]], line.replace("%i", PORTAL))
    program, *words = shlex.split(line)
    assert program == "/srv/kho/.venv/bin/cong"
    words = [re.sub(r"^/(?=var|srv)", f"{folder}/", word) for word in words]
    return [sys.executable, "-m", "cong", *words], environment


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


@pytest.mark.skipif(ANALYZE is None, reason="no systemd-analyze on this machine")
def test_systemd_takes_every_unit_as_it_is(tmp_path: Path) -> None:
    program = tmp_path / "cong"
    program.touch(0o755)
    for unit in [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]:
        text = unit.read_text(encoding="utf-8")
        text = text.replace("/srv/kho/.venv/bin/cong", str(program))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    units = [str(path) for path in tmp_path.glob("*@.*")]
    assert len(units) == 5
    done = subprocess.run(
        [str(ANALYZE), "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_file_of_variables_says_what_the_relay_reads() -> None:
    text = (DEPLOY / "portal.env").read_text(encoding="utf-8")
    told = lines_of(text)
    asked = {found for path in DEPLOY.glob("*.service") for found in said(path.name, "ExecStart")}
    ports = {name for line in asked for name in re.findall(r"\$\{(\w+)\}", line)}
    assert {*lines_of(text.replace("#CONG", "CONG"))} <= {*VARIABLES, *ports}
    made = read_settings(told | {"XDG_DATA_HOME": "/var/lib"}, Path("/"), ROOT, PORTAL)
    (kept,) = said("cong-relay@.service", "StateDirectory")
    lie = {str(path.parent) for path in (made.secret, Path(made.database.database or ""))}
    assert lie == {f"/var/lib/{kept.split()[1].replace('%i', PORTAL)}"}


@dataclass(frozen=True)
class Machine:
    """A machine on which the relay runs as its unit says, behind nginx.

    Attributes:
        folder: In the place of ``/``.
        front, private: Ports of nginx and of what only the machine itself may ask.
    """

    folder: Path
    front: int
    private: int

    def logs(self) -> str:
        """All that nginx wrote down."""
        return "".join((self.folder / f"{name}.log").read_text() for name in ("access", "error"))


@contextlib.contextmanager
def running(words: list[str], environment: Mapping[str, str], port: int) -> Iterator[None]:
    """A program, from when it answers at a port until it has ended."""
    with subprocess.Popen(words, cwd=ROOT, env={**os.environ, **environment}) as process:
        try:
            for _ in range(1200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                assert process.poll() is None
                time.sleep(0.05)
            yield
        finally:
            process.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def nginx_before(folder: Path, port: int, behind: int) -> Iterator[None]:
    """nginx as the two documents say it is set up, one put into the other."""
    text = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
    (server,) = re.findall(r"```nginx\n(.*?)```", text, re.S)
    ours = (DEPLOY / "relay.nginx.conf").read_text(encoding="utf-8")
    assert ours.count("127.0.0.1:8100") == 1
    ours = ours.replace("127.0.0.1:8100", f"127.0.0.1:{behind}")
    server = server.replace("    location / {", ours + "\n    location / {", 1)
    server = server.replace("listen 80;", f"listen 127.0.0.1:{port};")
    server = server.replace("/srv/cong", str(folder / "srv" / "cong"))
    around = AROUND.replace("access_log off;", LOGGED)
    user = "user nobody nogroup;" if os.getuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(around.format(user=user, folder=folder, server=server), encoding="utf-8")
    with running([str(NGINX), "-c", str(config), "-p", str(folder)], {}, port):
        yield


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """The relay and nginx, as the documents have them."""
    front, behind, private = free_port(), free_port(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="cong-machine-"))
    folder.chmod(0o755)  # nginx reads as somebody else
    write_frame(folder / "srv" / "cong" / "live")
    ports = {"CONG_PORT": str(behind), "CONG_PRIVATE": str(private)}
    mail = {"CONG_RELAY_MAIL": str(folder / "letters")}
    words, environment = of_unit("cong-relay@.service", folder, **ports, **mail)
    try:
        with running(words, environment, behind), nginx_before(folder, front, behind):
            yield Machine(folder, front, private)
    finally:
        shutil.rmtree(folder)


def got(port: int, path: str, **headers: str) -> tuple[int, str, Mapping[str, str]]:
    """Status, text and headers of a page."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


async def _sent(port: int) -> str:
    citizen = Citizen(port)
    try:
        page = await citizen.post(FORM, message(7))
        answer = await citizen.post(*review(page.body))
    finally:
        await citizen.close()
    assert answer.status == 303
    return answer.headers["location"]


@nginx
def test_a_message_comes_through_and_leaves_no_trace_in_the_web_servers_logs(
    machine: Machine,
) -> None:
    receipt = asyncio.run(_sent(machine.front))
    status, page, headers = got(machine.front, receipt)
    code = re.findall(r"<span>([0-9A-Z]{4})</span>", page)
    assert (status, len(code)) == (200, 4)
    # A browser says from which page it comes, as far as the page lets it.
    assert headers["referrer-policy"] in ("no-referrer", "origin", "strict-origin")
    assert got(machine.front, "/static/x.css")[0] == 404
    logs = machine.logs()
    assert "/static/x.css" in logs
    for secret in (receipt.strip("/").rpartition("/")[2], *code, "y-kien"):
        assert secret not in logs


@nginx
def test_what_is_for_the_machine_itself_is_not_reached_through_nginx(machine: Machine) -> None:
    for path in ("/metrics", "/healthz", "/readyz", "/cau-tra-loi/"):
        assert got(machine.front, path)[0] == 404
        assert got(machine.front, f"/y-kien/..{path}")[0] == 404
        assert got(machine.front, f"/y-kien{path}")[0] == 404
    assert got(machine.private, "/healthz")[:2] == (200, "ok\n")
    assert "cong_relay_" in got(machine.private, "/metrics")[1]


@nginx
@pytest.mark.parametrize("length", ["content-length: 100000000", "transfer-encoding: chunked"])
def test_who_sends_too_much_reads_so_on_our_own_page(machine: Machine, length: str) -> None:
    head = (
        f"POST {FORM} HTTP/1.1\r\nhost: cchc.example.gov.vn\r\n{length}\r\n"
        "content-type: multipart/form-data; boundary=a\r\n\r\n"
    )
    piece = (
        b"--a\r\ncontent-disposition: form-data; name=tep; filename=a.pdf\r\n\r\n" + b"a" * 99_000
    )
    answer = b""
    with socket.create_connection(("127.0.0.1", machine.front), timeout=60) as made:
        made.sendall(head.encode())
        with contextlib.suppress(OSError):  # it has answered and reads no more
            for _ in range(1000):
                made.sendall(f"{len(piece):x}\r\n".encode() * ("chunked" in length))
                made.sendall(piece + b"\r\n" * ("chunked" in length))
                made.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    answer += made.recv(65536)
                made.settimeout(60)
                if answer:
                    break
        with contextlib.suppress(OSError):
            while more := made.recv(65536):
                answer += more
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert "gửi lại" in answer.decode()
    assert "<center>nginx" not in answer.decode()


@nginx
def test_officers_and_the_backup_of_the_night(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, page, _ = got(machine.front, "/can-bo/dang-nhap/")
    assert (status, "Đăng nhập" in page) == (200, True)
    words, environment = of_unit("cong-relay-backup@.service", machine.folder)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", words[2:])
    with pytest.raises(SystemExit) as left:
        cong.main()
    assert not left.value.code
    folder = machine.folder / "var" / "backups" / "cong" / PORTAL
    assert {path.suffix for path in folder.iterdir()} == {".sqlite", ".txt"}


@nginx
def test_while_the_relay_is_away_nginx_says_so_in_words_and_writes_nothing_down() -> None:
    folder = Path(tempfile.mkdtemp(prefix="cong-machine-"))
    folder.chmod(0o755)
    try:
        with nginx_before(folder, port := free_port(), free_port()):
            status, text, headers = got(port, "/y-kien/bien-nhan/BIMAT/")
            logs = (folder / "access.log").read_text() + (folder / "error.log").read_text()
    finally:
        shutil.rmtree(folder)
    assert (status, headers["retry-after"], "gửi lại" in text) == (503, "30", True)
    assert "BIMAT" not in logs
