"""Backups: two files a time, so that a contact that is erased is gone from them 30 days later.

A backup is the same from either database and goes back into either: a file of SQLite with
everything but the cases' own keys, and the keys in a file of their own that is kept for 30 days.
"""

import base64
import binascii
import datetime as dt
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.engine import URL

from accounts.opening import alone
from accounts.place import close_to_others, make_folders
from regulation.findings import Finding, Refused
from relay.running.proving import a_line_a_case
from relay.store.addresses import BOX
from relay.store.database import Store, open_store
from relay.store.history import prove
from relay.store.keys import Keys
from relay.store.schema import attachments, case_keys, cases, contacts, held, metadata, spent

KEYS_KEPT = dt.timedelta(days=30)
"""How long the files of keys are kept: nobody's contact outlives its erasing by more."""

KEPT = dt.timedelta(days=90)
"""How long the other files are kept, unless said otherwise."""

_NAME = re.compile(r"(?:relay|keys)-(\d{8}T\d{6}Z)\.(?:sqlite|txt)")
_AT_ONCE = 500
_HEAVY = {attachments.name: 4}
"""Rows that are read at once; of files few, since each may be 7 MB."""

_ELSEWHERE = (case_keys, held)
"""What a backup's main file does not have: keys have their own, held files last two hours."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup.

    Attributes:
        main: The file with everything but the keys.
        keys: The file of the keys.
        cases: How many cases it holds.
    """

    main: Path
    keys: Path
    cases: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back.

    Attributes:
        cases: How many cases there are.
        unread: Of how many of them the file of the keys had none, though they have a contact.
    """

    cases: int
    unread: int


def back_up(
    store: Store, folder: Path, keys: Keys, environment: Mapping[str, str], now: dt.datetime
) -> Backup:
    """Makes a backup while the relay goes on, proves it, and only then puts it in its place.

    Args:
        store: What is copied, as at one moment.
        folder: Where to; on another disk, outside Git.
        keys: To prove the histories with.
        environment: For Git.
        now: Now; the files are called by it.

    Raises:
        Refused: A history does not hold, a file is not what was received, or Git would pick it up.
        Unavailable: The database does not answer.
    """
    stamp = f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    main, apart = folder / f"relay-{stamp}.sqlite", folder / f"keys-{stamp}.txt"
    make_folders(main)
    if main.exists() or apart.exists():
        message = "Trong giây này đã có một bản sao lưu ở đây; mỗi cổng hãy dùng một thư mục riêng."
        raise Refused([Finding(str(main), message)])
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=folder) as place:
        fresh = Path(place) / "relay.sqlite"
        copied = open_store(_file(fresh), environment, create=True)
        try:
            with store.reading() as source:
                with alone(copied.engine, str(main)) as target:
                    _copy(source, target)
                written = [(row.case, bytes(row.wrapped)) for row in source.execute(_KEYS)]
            with copied.reading() as connection:
                # It is the database that is at fault: of the backup nothing stays.
                _demand_whole(connection, keys, store.shown)
                count = connection.execute(select(func.count()).select_from(cases)).scalar_one()
            _one_file(copied)
        finally:
            copied.close()
        lines = [f"{case} {base64.b64encode(wrapped).decode()}" for case, wrapped in written]
        fresh_keys = Path(place) / "keys.txt"
        _write(fresh_keys, "\n".join([*lines, f"# {len(lines)}", ""]))
        fresh_keys.replace(apart)
        _to_disk(fresh)
        fresh.replace(main)
    _to_disk(folder)
    return Backup(main, apart, count)


_KEYS = select(case_keys.c.case, case_keys.c.wrapped).order_by(case_keys.c.case)


def let_go_of_old(folder: Path, now: dt.datetime, kept: dt.timedelta = KEPT) -> list[Path]:
    """Deletes files of keys older than 30 days, and others older than ``kept``; which ones.

    Args:
        folder: Where backups lie; nothing else in it is touched.
        now: Now.
        kept: How long the main files are kept.
    """
    gone = []
    for path in sorted(folder.iterdir()):
        named = _NAME.fullmatch(path.name)
        if named is None:
            continue
        at = dt.datetime.strptime(named[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        if now - at > (KEYS_KEPT if path.name.startswith("keys-") else kept):
            path.unlink()
            gone.append(path)
    return gone


def restore(
    main: Path, apart: Path | None, url: URL, keys: Keys, environment: Mapping[str, str]
) -> Restored:
    """Puts a backup in the place of a database that is not there, if every history holds.

    Args:
        main: The backup's main file; it is only read.
        apart: The file of the keys that belongs to it, or a newer one, which lacks what was erased
            since; without it nobody's contact can be read.
        url: Where the database is to lie: a file that is not there, or an empty PostgreSQL.
        keys: To prove the histories with.
        environment: For Git.

    Raises:
        Refused: There is a database already, or something in the backup is not what was received.
            Nothing is left in its place.
    """
    if not main.is_file():
        raise Refused([Finding(str(main), "Không có tệp sao lưu này; hãy xem lại đường dẫn.")])
    own = dict(_read_keys(apart)) if apart is not None else {}
    if url.get_backend_name() != "sqlite":
        with tempfile.TemporaryDirectory(prefix="cong-restore-") as folder:
            return _fill(main, own, url, keys, environment, Path(folder))
    place = Path(url.database or "")
    # A log of changes that was left behind would be written into whatever lies in the place.
    for there in (place.with_name(place.name + end) for end in ("", "-wal", "-shm", "-journal")):
        if there.exists():
            message = (
                "Ở đây đã có cơ sở dữ liệu; hãy dừng cong relay, chuyển tệp cũ đi (cả các tệp "
                "-wal, -shm bên cạnh) rồi làm lại."
            )
            raise Refused([Finding(str(there), message)])
    make_folders(place)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=place.parent) as folder:
        fresh = Path(folder) / place.name
        restored = _fill(main, own, _file(fresh), keys, environment, Path(folder))
        try:
            os.link(fresh, place)
        except FileExistsError:
            raise Refused([Finding(str(place), "Vừa có cơ sở dữ liệu ở đây.")]) from None
    _to_disk(place.parent)
    return restored


def _fill(
    main: Path,
    own: Mapping[str, bytes],
    url: URL,
    keys: Keys,
    environment: Mapping[str, str],
    folder: Path,
) -> Restored:
    """Copies a backup into an empty database, proves it there, and only then lets it count."""
    # A copy: one of an older version is brought up to this one, and the backup stays as it is.
    copied = folder / "from" / main.name
    copied.parent.mkdir(mode=0o700)
    copied.touch(0o600)
    shutil.copyfile(main, copied)
    try:
        source = open_store(_file(copied), environment)
    except Refused as refused:  # it is the backup that is meant, and not our copy of it
        raise Refused([Finding(str(main), each.message) for each in refused.findings]) from None
    target = open_store(url, environment, create=True)
    try:
        with source.reading() as reading, alone(target.engine, target.shown) as writing:
            if writing.execute(select(cases.c.id).limit(1)).first() is not None:
                message = "Cơ sở dữ liệu này không trống; hãy chọn một cơ sở dữ liệu mới."
                raise Refused([Finding(target.shown, message)])
            _copy(reading, writing)
            there = set(writing.execute(select(cases.c.id)).scalars())
            rows = [
                {"case": case, "wrapped": wrapped} for case, wrapped in own.items() if case in there
            ]
            if rows:
                writing.execute(insert(case_keys), rows)
            _demand_whole(writing, keys, str(main))
            unread = {*writing.execute(select(contacts.c.case)).scalars()} - {*own}
        if target.engine.dialect.name == "sqlite":
            _one_file(target)
        return Restored(len(there), len(unread))
    finally:
        source.close()
        target.close()


def _copy(source: Connection, target: Connection) -> None:
    """Copies every table but those that are kept elsewhere, in the order of what points where."""
    for table in metadata.sorted_tables:
        if table in _ELSEWHERE:
            continue
        size = _HEAVY.get(table.name, _AT_ONCE)
        query = select(table).order_by(*table.primary_key).execution_options(yield_per=size)
        if table is spent:
            query = query.where(spent.c.challenge.not_like(f"{BOX}%"))
        rows = source.execute(query)
        for heap in rows.mappings().partitions(size):
            target.execute(insert(table), [dict(row) for row in heap])
        if target.dialect.name == "postgresql":
            _count_on(target, table)


def _count_on(target: Connection, table: Table) -> None:
    """On PostgreSQL the numbers that it gives go on from those that were copied."""
    (column, *_) = table.primary_key
    if column.autoincrement == "auto" and column.type.python_type is int:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        last = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
        target.execute(select(func.setval(sequence, last, False)))


def _demand_whole(connection: Connection, keys: Keys, shown: str) -> None:
    """Refuses what is not what was received: a history that does not hold, a file that changed.

    Args:
        connection: Of what is looked at.
        keys: To prove the histories with.
        shown: What is at fault then, for people.

    Raises:
        Refused: With everything that is wrong.
    """
    wrong = a_line_a_case(prove(connection, keys.history))
    found = [Finding(shown, each) for each in wrong]
    files = select(attachments.c.case, attachments.c.sha256, attachments.c.content)
    heavy = _HEAVY[attachments.name]
    for case, sha256, content in connection.execute(files.execution_options(yield_per=heavy)):
        if hashlib.sha256(content).hexdigest() != sha256:
            found.append(
                Finding(shown, f"Vụ việc {case}: một tệp đính kèm không còn như khi nhận.")
            )
    if found:
        raise Refused(found)


def _read_keys(path: Path) -> Iterator[tuple[str, bytes]]:
    """The keys of a backup.

    Raises:
        Refused: It cannot be read, or is cut short.
    """
    broken = Refused(
        [Finding(str(path), "Tệp khóa của bản sao lưu thiếu hoặc hỏng; hãy lấy bản khác.")]
    )
    try:
        *lines, last = path.read_text(encoding="ascii").splitlines()
        read = [line.split(" ") for line in lines]
        if last != f"# {len(lines)}":
            raise broken
        for case, wrapped in read:
            yield case, base64.b64decode(wrapped, validate=True)
    except (OSError, UnicodeDecodeError, ValueError, binascii.Error):
        raise broken from None


def _file(path: Path) -> URL:
    return URL.create("sqlite", database=str(path.resolve()))


def _one_file(store: Store) -> None:
    """Brings a database of SQLite to its one file: nothing of it is left beside it."""
    raw = store.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    finally:
        raw.close()


def _write(path: Path, said: str) -> None:
    path.touch(0o600)
    path.write_text(said, encoding="ascii")
    close_to_others(path)
    _to_disk(path)


def _to_disk(path: Path) -> None:
    """Waits until a file or a folder is on its disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
