"""The log (nhật ký): every change, who made it, and in each entry the hash of the one before.

An entry holds what was written, row by row, so that all that gives a right can be told from the log
alone, secrets by their fingerprints; of sessions it says who began and who ended which. Whoever
changes an entry breaks the chain; whoever changes a table, or cuts the log short, makes the two
disagree. Whoever rewrites both makes other hashes: that is what the last hash, written down
elsewhere, is for.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

from accounts.schema import LOGGED, SECRET, log


class Action(StrEnum):
    """What was done."""

    ADDED = "added"  # đăng ký người
    LOGIN_ADDED = "login-added"
    LOGIN_ENDED = "login-ended"
    EMAIL_ADDED = "email-added"
    EMAIL_ENDED = "email-ended"
    KEY_ADDED = "key-added"
    KEY_REVOKED = "key-revoked"
    CONTACT_CHANGED = "contact-changed"  # tổ chức, chức danh, địa chỉ, điện thoại
    GRANTED = "granted"  # giao chức danh
    REVOKED = "revoked"  # thu hồi chức danh
    LEFT = "left"  # thôi việc
    SUSPENDED = "suspended"  # tạm ngừng
    RESUMED = "resumed"  # cho dùng lại
    DELEGATED = "delegated"  # ủy quyền
    DELEGATION_REVOKED = "delegation-revoked"  # thu hồi ủy quyền
    DESK_GIVEN = "desk-given"  # giao trả lời cho cơ quan
    DESK_TAKEN = "desk-taken"
    INVITED = "invited"  # cấp mã thiết lập
    SET_UP = "set-up"  # đặt mật khẩu và cách xác nhận
    RESET = "reset"  # bỏ mọi cách đăng nhập
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a word, not one
    PASSKEY_ADDED = "passkey-added"  # thêm khóa truy cập
    PASSKEY_ENDED = "passkey-ended"
    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SESSIONS_ENDED = "sessions-ended"


@dataclass(frozen=True, slots=True)
class Change:
    """A row that was written.

    Attributes:
        table: In which table.
        id: Which row.
        values: What was put into it: all of a new row, some of an old one. Secrets are told by
            their fingerprints.
    """

    table: str
    id: str | int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Attributes:
        number: From 1, without a gap.
        at: When.
        actor: The id of whoever did it; empty when nobody known was asking.
        account: The account on the machine from which it was done.
        action: What was done.
        person: The id of whom it was done to.
        changes: What was written, as JSON.
        previous: The hash of the entry before; empty at the first.
        hash: The hash of all of the above.
    """

    number: int
    at: dt.datetime
    actor: str
    account: str
    action: str
    person: str
    changes: str
    previous: str
    hash: str

    @property
    def seal(self) -> str:
        """The entry's number and hash, as they are written down elsewhere."""
        return f"{self.number}:{self.hash}"

    def right_hash(self) -> str:
        """The hash that its words call for."""
        words = [self.number, _plain(self.at), self.actor, self.account, self.action, self.person]
        return hashlib.sha256(_json([*words, self.changes, self.previous]).encode()).hexdigest()


def entries(connection: Connection, person: str | None = None) -> list[Entry]:
    """The log in its order; of one person only, those by whom it was done included."""
    query = select(log).order_by(log.c.number)
    if person is not None:
        query = query.where((log.c.person == person) | (log.c.actor == person))
    return [Entry(**row) for row in connection.execute(query).mappings()]


def last(connection: Connection) -> Entry | None:
    """The last entry, if there is any."""
    row = connection.execute(select(log).order_by(log.c.number.desc()).limit(1)).mappings().first()
    return Entry(**row) if row else None


def append(
    connection: Connection,
    at: dt.datetime,
    who: tuple[str, str],
    action: Action,
    person: str,
    changes: Sequence[Change],
) -> Entry:
    """Adds an entry to the log; the connection must be one that alone may write.

    Args:
        connection: See ``Database.writing``.
        at: When it is done.
        who: The id of whoever does it, and the account on the machine.
        action: What is done.
        person: To whom.
        changes: What was written.
    """
    before = last(connection)
    number, previous = (before.number + 1, before.hash) if before else (1, "")
    written = _json([[c.table, c.id, _told(c.table, c.values)] for c in changes])
    open_entry = Entry(number, at.astimezone(dt.UTC), *who, action, person, written, previous, "")
    values = {name: getattr(open_entry, name) for name in Entry.__slots__}
    entry = Entry(**{**values, "hash": open_entry.right_hash()})
    connection.execute(insert(log).values({**values, "hash": entry.hash}))
    return entry


def verify(connection: Connection, seal: str = "") -> Iterator[str]:
    """What is wrong with the log, in Vietnamese; nothing when all of it holds.

    Args:
        connection: See ``Database.reading``.
        seal: A number and hash written down earlier: ``17:9f86d0…``. An entry must still bear it.
    """
    found = entries(connection)
    broken = False
    before: Entry | None = None
    for entry in found:
        wanted = before.number + 1 if before else 1
        if entry.number != wanted:
            yield f"Nhật ký thiếu mục số {wanted}: sau mục trước là mục số {entry.number}."
        elif entry.previous != (before.hash if before else ""):
            yield f"Mục số {entry.number} của nhật ký không nối với mục trước nó."
        elif entry.hash != entry.right_hash():
            yield f"Mục số {entry.number} của nhật ký đã bị sửa."
        else:
            before = entry
            continue
        before, broken = entry, True
    if seal and seal not in {entry.seal for entry in found}:
        yield f"Nhật ký không còn mục mang mã {seal}: đã bị cắt bớt hoặc viết lại."
    if not broken:  # what a broken log tells of the tables is worth nothing
        yield from _disagreements(connection, found)


def replay(found: Sequence[Entry]) -> dict[tuple[str, str], dict[str, Any]]:
    """Every row that there must be, by table and id, as the log tells it."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in found:
        for table, row, values in json.loads(entry.changes):
            rows.setdefault((table, str(row)), {"id": row}).update(values)
    return rows


def _disagreements(connection: Connection, found: Sequence[Entry]) -> Iterator[str]:
    logged = {table.name for table in LOGGED}
    told = {place: row for place, row in replay(found).items() if place[0] in logged}
    there = {
        (table.name, str(row["id"])): {
            name: _plain(value) for name, value in _told(table.name, row).items()
        }
        for table in LOGGED
        for row in connection.execute(select(table)).mappings()
    }
    for table, row in sorted({*told, *there}):
        if (table, row) not in told:
            yield f"Bảng {table} có dòng {row} mà nhật ký không ghi."
        elif (table, row) not in there:
            yield f"Bảng {table} mất dòng {row} mà nhật ký đã ghi."
        elif told[table, row] != there[table, row]:
            names = [n for n, value in told[table, row].items() if there[table, row][n] != value]
            yield f"Bảng {table}, dòng {row}: {', '.join(names)} khác với nhật ký."


def fingerprint(secret: str) -> str:
    """What stands for a secret in the log: it shows a change, and nothing of the secret.

    Every secret there is holds 80 random bits or more (the salt, in the case of a password's
    hash), so that none can be guessed from it.
    """
    return "sha256:" + hashlib.sha256(secret.encode()).hexdigest()


def _told(table: str, values: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as the log tells it."""
    secret = SECRET.get(table, frozenset())
    return {n: fingerprint(v) if n in secret else v for n, v in values.items()}


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def _json(value: Any) -> str:
    """JSON of which there is only one way to write it."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )
