"""What takes long to make is made once: folders of `.cache/bench-search/`, named by what went in.

With each is kept what making it took, which a later run tells again.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.plugins.search.corpus import samples
from tests.small import ROOT

CACHE = ROOT / ".cache" / "bench-search"
_TOLD = "made.json"
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Made:
    """What making an index took.

    Attributes:
        folder: Where its files lie.
        cpu: Seconds of processor time.
        peak: The most memory of any of its processes at a time (resident), in MiB.
        told: Words about it that the tables say.
        again: Whether it was made by an earlier run.
    """

    folder: Path
    cpu: float
    peak: int
    told: str = ""
    again: bool = False


def digest(*parts: str | int, sources: Iterable[Path] = ()) -> str:
    """A name for what is made of these, of the items' texts and of the bytes of these files."""
    summed = hashlib.sha256(repr((parts, samples())).encode())
    for path in (ROOT / "tests" / "plugins" / "search" / "corpus.py", *sorted(sources)):
        summed.update(path.read_bytes())
    return summed.hexdigest()[:12]


class Unfinished:
    """A folder being made: it gets its name when it is whole, and older ones like it go."""

    as_made = False
    """Whether what was made of something else is taken, too: to try things out."""

    def __init__(self, name: str, key: str) -> None:
        self.name = name
        self.whole = CACHE / f"{name}.{key}"
        self.folder = CACHE / f"{name}.part"

    def there(self) -> Made | None:
        """What an earlier run made, if it is to be taken."""
        if self.as_made and not self.whole.exists():
            self.whole = next(CACHE.glob(f"{self.name}.*[0-9a-f]"), self.whole)
        try:
            told = json.loads((self.whole / _TOLD).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Made(**{**told, "folder": self.whole, "again": True})

    def begin(self) -> Path:
        """An empty folder to fill."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self.folder

    def done(self, cpu: float, peak: int, told: str = "") -> Made:
        """Keeps what was made."""
        made = Made(self.whole, cpu, peak, told)
        (self.folder / _TOLD).write_text(
            json.dumps(asdict(made) | {"folder": "", "again": False}), encoding="utf-8"
        )
        for older in CACHE.glob(f"{self.name}.*"):
            if older != self.folder:
                shutil.rmtree(older)
        self.folder.rename(self.whole)
        return made


def run(command: Sequence[str | Path], **environment: str) -> tuple[float, int, str]:
    """Runs a program: seconds of processor time, MiB of memory at most, and what it printed.

    Raises `SystemExit` with what it said, if it fails.
    """
    with subprocess.Popen(
        list(map(str, command)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | environment,
    ) as process:
        assert process.stdout
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]}: {said}")
    peak = used.ru_maxrss * (1024 if sys.platform != "darwin" else 1) // _MEGABYTE
    return used.ru_utime + used.ru_stime, peak, said
