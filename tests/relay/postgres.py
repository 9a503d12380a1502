"""A PostgreSQL server of the tests' own, from Debian's binaries, on a socket of their own."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

BINARIES = Path("/usr/lib/postgresql")
"""Where Debian and Ubuntu put every version."""

USER = "postgres"
TEMPLATE = "cong_template"


def _binaries() -> Path:
    found = sorted(BINARIES.glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if not found:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    return found[-1].parent


def _as_user() -> list[str]:
    """How the server is started: it refuses to be root, and ends when the tests do."""
    if shutil.which("setpriv") is None:
        pytest.skip("PostgreSQL is not started without setpriv (util-linux)")
    start = ["setpriv", "--pdeathsig=INT"]
    if os.geteuid() != 0:
        return start
    try:
        pwd.getpwnam(USER)
    except KeyError:
        pytest.skip(f"there is no user {USER} to run PostgreSQL as")
    return [*start, f"--reuid={USER}", f"--regid={USER}", "--init-groups"]


class Server:
    """A running server; databases are made in it one a test."""

    def __init__(self, folder: Path, bins: Path, start: list[str]) -> None:
        self.folder = folder
        self._bins = bins
        self._start = start
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    def url(self, database: str) -> URL:
        """The address of one of its databases."""
        return URL.create(
            "postgresql+psycopg",
            username=USER,
            database=database,
            query={"host": str(self.folder)},
        )

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(f"host={self.folder} user={USER} dbname=postgres", autocommit=True)

    def make(self) -> None:
        """Makes the cluster: trusts whoever reaches the socket, which lies in a closed folder."""
        words = ["--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [*self._start, self._bins / "initdb", "-D", self.folder / "data", *words],
            check=True,
            capture_output=True,
            cwd=self.folder,
        )

    def start(self) -> None:
        """Starts it, with fsync as in production, and waits until it answers."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "synchronous_commit": "off",  # the relay has to ask for more
            "shared_buffers": "16MB",
            "max_connections": "60",
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._start, self._bins / "postgres", "-D", self.folder / "data", *words],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        for _ in range(600):
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError((self.folder / "log").read_text())

    def stop(self) -> None:
        """Stops it as a power cut would: whatever was not written is gone."""
        if self._process is not None:
            self._process.send_signal(3)  # SIGQUIT: immediately
            self._process.wait()
            self._process = None

    def sql(self, statement: str) -> None:
        """Runs one statement."""
        with self._connect() as connection:
            connection.execute(statement)

    def database(self, template: str = "template1") -> str:
        """Makes a database; its name."""
        self._made += 1
        name = f"cong_{self._made}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name


@contextmanager
def running_server() -> Iterator[Server]:
    """A server; skips the test where there can be none."""
    bins, start = _binaries(), _as_user()
    folder = Path(tempfile.mkdtemp(prefix="cong-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
    server = Server(folder, bins, start)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
