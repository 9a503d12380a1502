"""The server's secrets, all out of one file of 32 random bytes that is never in the database."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accounts.place import demand_outside_git, make_folders
from regulation.findings import Finding, Refused
from relay.store.crockford import letters, typed

SIZE = 32
"""Bytes in the file, and in each secret."""

CODE_LETTERS = 16
CASE_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets, one for each purpose: what one of them made says nothing of another.

    Attributes:
        history: For the seals of events.
        codes: For tracking codes and what the database has of them.
        tokens: For signed tokens of forms, reviews and receipts.
        contacts: Wraps the key of each case.
        altcha: For challenges.
        csrf: For officers' forms.
        cases: For what is called by letters: case ids, Message-IDs, confirmations of addresses.
        sent: For the print of what was sent: it must not be guessed from the database.
        logs: For what stands for somebody's address in a log.
        random: So many random bytes.
    """

    history: bytes
    codes: bytes
    tokens: bytes
    contacts: bytes
    altcha: bytes
    csrf: bytes
    cases: bytes
    sent: bytes
    logs: bytes
    random: Callable[[int], bytes] = field(default=secrets.token_bytes, repr=False)

    def __repr__(self) -> str:
        return "Keys(…)"  # never in a log

    def code(self, token: str) -> str:
        """The tracking code (mã tra cứu) of a submission: 16 letters, 80 bits, not grouped."""
        return letters(_print(self.codes, "code", token), CODE_LETTERS)

    def code_hash(self, code: str) -> str:
        """What the database has of a code, in whatever way somebody typed it: 64 hex digits."""
        return _print(self.codes, "hash", typed(code)).hex()

    def case_id(self, token: str, attempt: int = 0) -> str:
        """What a submission's case is called: 8 letters; another one at the next attempt."""
        return letters(_print(self.cases, "case", token, str(attempt)), CASE_LETTERS)

    def message_id(self, case: str, about: str, place: int) -> str:
        """The left half of the Message-ID of the n-th mail that tells of something in a case."""
        return letters(_print(self.cases, "mail", case, about, str(place)), 24).lower()

    def address_token(self, case: str, address: str, asked: str) -> str:
        """What the link that confirms an address bears: 32 letters; ``asked`` is when, in words."""
        return letters(_print(self.cases, "address", case, address, asked), 32).lower()

    def address_hash(self, token: str) -> str:
        """What the database has of such a link."""
        return _print(self.cases, "asked", token.lower()).hex()

    def address_print(self, address: str) -> str:
        """What stands for a mail address, whoever's case it is in; one box has one, mostly.

        What stands behind a plus, dots and capitals lead into the same box at most providers.
        """
        local, _, host = address.casefold().rpartition("@")
        box = local.partition("+")[0].replace(".", "")
        return _print(self.sent, "box", box, host).hex()

    def sent_hash(self, *parts: bytes) -> str:
        """The print of all that was sent."""
        return _print(self.sent, *parts).hex()


def keys_from(secret: bytes, random: Callable[[int], bytes] = secrets.token_bytes) -> Keys:
    """The secrets that a file's bytes stand for (HKDF, RFC 5869)."""

    def derived(purpose: str) -> bytes:
        return HKDF(SHA256(), SIZE, None, f"cong relay {purpose}".encode()).derive(secret)

    return Keys(
        history=derived("history"),
        codes=derived("codes"),
        tokens=derived("tokens"),
        contacts=derived("contacts"),
        altcha=derived("altcha"),
        csrf=derived("csrf"),
        cases=derived("cases"),
        sent=derived("sent"),
        logs=derived("logs"),
        random=random,
    )


def load_keys(path: Path, environment: Mapping[str, str], *, create: bool = False) -> Keys:
    """The server's secrets.

    Args:
        path: The file of 32 random bytes, outside Git, open to its owner only.
        environment: For Git, which is asked whether the file could be committed.
        create: Whether to make it when there is none.

    Raises:
        Refused: There is none, it is not such a file, or it is open to others.
    """
    path = path.resolve()
    demand_outside_git(path, environment, _IN_GIT)
    if create and not path.exists():
        make_folders(path)
        _make(path)
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes()
    except OSError:
        raise Refused([Finding(str(path), _NO_FILE)]) from None
    if len(secret) != SIZE:
        raise Refused([Finding(str(path), _NOT_A_KEY)])
    if mode & 0o077:
        raise Refused([Finding(str(path), _OPEN)])
    return keys_from(secret)


_IN_GIT = (
    "Tệp khóa này nằm trong kho Git nên có thể bị đưa vào kho; hãy đặt tệp ra ngoài kho rồi làm "
    "lại."
)
_NO_FILE = (
    "Không đọc được tệp khóa của máy chủ; hãy trả tệp về đúng chỗ từ bản sao lưu khóa. Không tạo "
    "khóa mới khi đã có hồ sơ: mã tra cứu đã cấp và lịch sử vụ việc gắn với khóa cũ."
)
_NOT_A_KEY = f"Tệp khóa phải có đúng {SIZE} byte; hãy lấy lại tệp từ bản sao lưu khóa."
_OPEN = "Người khác trên máy đọc được tệp khóa; hãy chạy chmod 600 cho tệp rồi làm lại."


def _make(path: Path) -> None:
    """Puts the file there whole and on disk: half a key would lock out every citizen."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(SIZE))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            return  # another made it at the same moment: that one counts
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _print(key: bytes, *parts: str | bytes) -> bytes:
    """HMAC-SHA-256 of parts, each with its length before it: no two lists of parts are one."""
    made = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode()
        made.update(len(data).to_bytes(8, "big"))
        made.update(data)
    return made.digest()
