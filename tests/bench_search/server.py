"""nginx as docs/publishing.md sets it up, over HTTP and, with TLS, over HTTP/2, on this machine.

Its log says how many bytes went out, those of workers included, which a page's session does not
tell. One word is added to the policy of the pages: Pagefind runs WebAssembly.
"""

import base64
import datetime as dt
import hashlib
import ipaddress
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.small import ROOT

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
WITH_WASM = ("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""What the policy says, and what it must say for Pagefind."""

_AROUND = """
{user}
daemon off;
error_log stderr;
pid {folder}/pid;
worker_processes 1;
events {{}}
http {{
    log_format bytes '$request_uri\t$status\t$bytes_sent\t$body_bytes_sent';
    access_log {folder}/log bytes;
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """One answer of the server.

    Attributes:
        path: What was asked for, without what follows a question mark.
        whole: Bytes with the headers.
        body: Bytes of the body, as they went out.
    """

    path: str
    whole: int
    body: int


@dataclass(slots=True)
class Server:
    """A running nginx.

    Attributes:
        plain: Its address over HTTP/1.1, without a slash at the end.
        http2: Its address over HTTP/2 with TLS.
        key: The fingerprint of its key, as Chromium's flag takes it.
    """

    plain: str
    http2: str
    key: str
    _log: Path
    _read: int = 0

    def sent(self) -> list[Sent]:
        """What was sent since this was asked last; raises `SystemExit` for what was missing."""
        with self._log.open("rb") as log:
            log.seek(self._read)
            rows = log.read()
        rows = rows[: rows.rfind(b"\n") + 1]
        self._read += len(rows)
        found = []
        for row in rows.decode().splitlines():
            path, status, whole, body = row.split("\t")
            if status not in ("200", "304"):
                raise SystemExit(f"{path}: the server answered {status}")
            found.append(Sent(path.partition("?")[0], int(whole), int(body)))
        return found


@contextmanager
def serving(site: Path) -> Iterator[Server]:
    """Serves a folder until the block ends."""
    if NGINX is None:
        raise SystemExit(
            "✗ Thiếu nginx. Hãy gõ: sudo make apt-servers, rồi gõ lại lệnh make vừa rồi"
        )
    ports = _free(), _free()
    folder = Path(tempfile.mkdtemp(prefix="cong-bench-"))
    try:
        config = folder / "nginx.conf"
        key = _certificate(folder)
        config.write_text(_configuration(site, folder, ports), encoding="utf-8")
        with subprocess.Popen([NGINX, "-c", str(config), "-p", str(folder)]) as process:
            try:
                for port in ports:
                    _wait(process, port)
                yield Server(
                    f"http://127.0.0.1:{ports[0]}",
                    f"https://127.0.0.1:{ports[1]}",
                    key,
                    folder / "log",
                )
            finally:
                process.terminate()
    finally:
        shutil.rmtree(folder)


def _configuration(site: Path, folder: Path, ports: tuple[int, int]) -> str:
    text = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
    (server,) = re.findall(r"```nginx\n(.*?)```", text, re.S)
    tls = (
        f"listen 127.0.0.1:{ports[1]} ssl http2; ssl_certificate {folder}/certificate; "
        f"ssl_certificate_key {folder}/key;"
    )
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{ports[0]}; {tls}"),
        ("/srv/cong/live", str(site)),
        WITH_WASM,
    ):
        if old not in server:
            raise SystemExit(f"docs/publishing.md: no {old} in the configuration of nginx")
        server = server.replace(old, new)
    # Whoever measures may read the folder; somebody else may not come to it.
    user = f"user {pwd.getpwuid(0).pw_name};" if os.getuid() == 0 else ""
    return _AROUND.format(user=user, folder=folder, server=server)


def _certificate(folder: Path) -> str:
    """Writes a key and a certificate for loopback; the fingerprint of the key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "key").write_bytes(private)
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit("nginx does not take the configuration of docs/publishing.md")
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("nginx does not answer")
