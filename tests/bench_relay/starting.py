"""Starting what is measured: the relay as a program of its own, over a fresh store."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from relay.settings import DATABASE
from tests.small import ROOT

PORTAL = "quangnam-cchc"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bench works.

    Attributes:
        folder: Its own, thrown away afterwards.
        site: The portal as it was built.
    """

    folder: Path
    site: Path

    def environment(self, database: str = "") -> dict[str, str]:
        """What a relay of the bench is told.

        Args:
            database: Where messages are kept; a fresh file of SQLite if empty.
        """
        inherited = {name: each for name, each in os.environ.items() if "CONG_" not in name}
        data = self.folder / f"data-{len(list(self.folder.iterdir()))}"
        data.mkdir()
        return {
            **inherited,
            "XDG_DATA_HOME": str(data),
            "CONG_ACCOUNTS": str(data / "accounts.sqlite"),
            "CONG_RELAY_SITE": str(self.site),
            "CONG_RELAY_URL": "http://127.0.0.1:8100",
            **({DATABASE: database} if database else {}),
        }


@contextlib.contextmanager
def relay(
    environment: Mapping[str, str], module: str = "cong", *words: str
) -> Iterator[tuple[int, int]]:
    """A relay as a program: its port and its process id.

    Args:
        environment: What it is told.
        module: The program.
        words: What it is told besides the portal and its ports.
    """
    port, private = free_port(), free_port()
    asked = ["relay", "serve"] if module == "cong" else []
    program = [sys.executable, "-m", module, *asked, "--portal", PORTAL]
    program += ["--port", str(port), "--private", str(private), *words]
    with running(program, environment, port) as pid:
        yield port, pid


@contextlib.contextmanager
def running(words: list[str], environment: Mapping[str, str], port: int) -> Iterator[int]:
    """A server as a program of its own, until it answers; gives its process id."""
    log = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the child
    child = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if child.poll() is not None or time.monotonic() > end:
                log.seek(0)
                sys.exit(f"the server did not start: {' '.join(words)}\n{log.read().decode()}")
            time.sleep(0.1)
        yield child.pid
    finally:
        child.terminate()
        child.wait()
        log.close()


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


def memory(pid: int) -> float:
    """Megabytes of a process that are in memory."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    return 0.0
