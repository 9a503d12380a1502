"""What was counted and read before, kept from build to build: it saves time and nothing else.

One SQLite file a portal, below the checkout's ``.cache/``. A row is found by a hash of everything
that its value follows from, the code included, and believed if its checksum is right. Whatever is
wrong with the file, a build goes on without it. Several builds may use it at once.
"""

import hashlib
import sqlite3
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from plugins.search.gather import Tally

KEPT_RUNS = 20
"""A row that so many builds of its portal did not use is let go …"""
_TOUCHED = 10
"""… so that what is used is noted now and then, and a build that changes nothing writes little."""
PATIENCE = 1.0
"""Seconds that a build waits for another one that writes; then it does without."""

_CHECK = struct.Struct("<I")
_LENGTHS = struct.Struct("<4I")
_COUNT = struct.Struct("<Q")
_TABLE = """
create table if not exists runs (number integer not null);
create table if not exists kept (
    key blob primary key, value blob not null, used integer not null
) without rowid;
"""


class Memory:
    """Values by their keys. Made by `remembering`; without a file it remembers nothing.

    Attributes:
        spoilt: Whether the file turned out to be broken while it was read.
    """

    def __init__(self, file: sqlite3.Connection | None = None) -> None:
        self._file = file
        self._run = 0
        self.spoilt = False
        self._fresh: dict[bytes, bytes] = {}
        self._used: list[bytes] = []
        if file:
            file.executescript(_TABLE)
            (last,) = file.execute("select coalesce(max(number), 0) from runs").fetchone()
            self._run = int(last) + 1

    def get(self, key: bytes) -> bytes | None:
        """What was kept; none if nothing was, or if it is spoilt."""
        if key in self._fresh:
            return self._fresh[key]
        if self._file is None:
            return None
        try:
            row = self._file.execute(
                "select value, used from kept where key = ?", (key,)
            ).fetchone()
            if row is None:
                return None
            value, used = bytes(row[0]), int(row[1])
        except (sqlite3.Error, TypeError, ValueError) as error:
            self.spoilt = not isinstance(error, sqlite3.OperationalError)
            self._file = None
            return None
        body = value[_CHECK.size :]
        if value[: _CHECK.size] != _check(key, body):
            return None
        if used < self._run - _TOUCHED:
            self._used.append(key)
        try:
            return zlib.decompress(body)
        except zlib.error:
            return None

    def put(self, key: bytes, value: bytes) -> None:
        """Keeps a value, once the build is done."""
        self._fresh[key] = value

    def save(self) -> None:
        """Writes what is new and lets go of what nobody uses. Never raises."""
        if self._file is None:
            return
        with suppress(sqlite3.Error), self._file:
            self._file.execute("delete from runs")
            self._file.execute("insert into runs values (?)", (self._run,))
            self._file.executemany(
                "insert or replace into kept values (?, ?, ?)", self._rows(self._fresh.items())
            )
            self._file.executemany(
                "update kept set used = ? where key = ?", [(self._run, key) for key in self._used]
            )
            self._file.execute("delete from kept where used <= ?", (self._run - KEPT_RUNS,))

    def _rows(self, values: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes, int]]:
        for key, value in values:
            body = zlib.compress(value, 1)
            yield key, _check(key, body) + body, self._run


def _check(key: bytes, body: bytes) -> bytes:
    return _CHECK.pack(zlib.crc32(body, zlib.crc32(key)))


@contextmanager
def remembering(path: Path) -> Iterator[Memory]:
    """The memory in a file, saved at the end of a build that went well.

    What is no such file is removed and begun anew.
    """
    file = _opened(path)
    try:
        memory = _memory(file, path)
        yield memory
        memory.save()
        if memory.spoilt:
            _remove(path)
    finally:
        if file is not None:
            with suppress(sqlite3.Error):
                file.close()


def _opened(path: Path) -> sqlite3.Connection | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return sqlite3.connect(path, timeout=PATIENCE)
    except (OSError, sqlite3.Error):
        return None


def _memory(file: sqlite3.Connection | None, path: Path) -> Memory:
    try:
        return Memory(file)
    except sqlite3.OperationalError:  # another build holds it, or it cannot be written
        return Memory()
    except (sqlite3.Error, TypeError, ValueError):
        _remove(path)
        return Memory()


def _remove(path: Path) -> None:
    """Removes what cannot be read: the next build begins a new one."""
    for name in (path, path.with_name(f"{path.name}-journal")):
        with suppress(OSError):
            name.unlink(missing_ok=True)


def key_of(kind: str, code: bytes, *parts: str | bytes) -> bytes:
    """The key of what follows from some code and some texts."""
    hash_ = hashlib.sha256(code)
    for part in (kind, *parts):
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        hash_.update(len(data).to_bytes(8, "little") + data)
    return hash_.digest()


@cache
def code_of_terms() -> bytes:
    """A hash of the code and the words by which texts are counted."""
    from regulation import vietnamese

    here = Path(__file__).parent
    spelling = Path(vietnamese.__file__).parent
    return code(
        *(here / name for name in ("terms.py", "words.py", "words.json", "gather.py")),
        *(here / name for name in ("weights.py", "memory.py")),
        *sorted(spelling.rglob("*.py")),
    )


def code(*files: Path) -> bytes:
    """A hash of files of code, and of what letters are here."""
    hash_ = hashlib.sha256(unicodedata.unidata_version.encode())
    for file in files:
        hash_.update(hashlib.sha256(file.read_bytes()).digest())
    return hash_.digest()


def write_tally(tally: Tally) -> bytes:
    """A tally as bytes: lengths, counts, keys."""
    keys = "\n".join(tally.keys).encode()
    counts = b"".join(map(_COUNT.pack, tally.keys.values()))
    return _LENGTHS.pack(*tally.lengths) + _COUNT.pack(len(tally.keys)) + counts + keys


def read_tally(data: bytes) -> Tally | None:
    """A tally from bytes; none if they make no sense."""
    at = _LENGTHS.size + _COUNT.size
    try:
        lengths = _LENGTHS.unpack_from(data)
        (count,) = _COUNT.unpack_from(data, _LENGTHS.size)
        counts = struct.unpack_from(f"<{count}Q", data, at)
        keys = data[at + 8 * count :].decode().split("\n") if count else []
        return Tally(dict(zip(keys, counts, strict=True)), lengths)
    except (struct.error, ValueError, OverflowError, MemoryError):
        return None
