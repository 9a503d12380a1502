"""Ways out for letters: a mail server, or a folder of .eml files."""

import asyncio
import contextlib
import os
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from accounts.place import make_folders
from regulation.findings import Finding, Refused


class NotSent(Exception):
    """A letter did not go out.

    Attributes:
        final: Whether the server will not have it at any time; else it is tried again.
        gone: Whether the server does not answer at all: the others need not be tried now.
    """

    def __init__(self, why: str, *, final: bool = False, gone: bool = False) -> None:
        super().__init__(why)
        self.final = final
        self.gone = gone


class Way(Protocol):
    """A way out."""

    placeholder: bool
    """Whether a letter to somebody with no address is shown all the same."""

    def send(self, letters: Iterable[tuple[str, EmailMessage]]) -> Iterator[NotSent | None]:
        """Sends letters to addresses, one after another: None for each that was taken."""


class Folder:
    """Letters as files, for trying it out: nothing leaves the machine.

    Args:
        folder: Where; made if it is not there.
    """

    placeholder = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letters: Iterable[tuple[str, EmailMessage]]) -> Iterator[NotSent | None]:
        """Writes each letter whole under its Message-ID: a second time it is the same file."""
        for _, letter in letters:
            name = str(letter["Message-ID"]).strip("<>").partition("@")[0]
            try:
                self._write(f"{name}.eml", letter.as_bytes(policy=SMTP))
            except OSError as error:
                yield NotSent(type(error).__name__)
            else:
                yield None

    def _write(self, name: str, content: bytes) -> None:
        make_folders(self._folder / name)
        fresh = self._folder / f".{name}"
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._folder / name)


class Server:
    """A mail server.

    Args:
        url: ``smtp://host:25`` or ``smtps://user:password@host:465``; ``?starttls=always`` sends
            nothing unless the line is encrypted, ``never`` does not ask for it; otherwise it is
            encrypted where the server can.
        timeout: Seconds that the server has for each answer.

    Raises:
        Refused: The address says something else.
    """

    placeholder = False

    def __init__(self, url: str, timeout: float = 30) -> None:
        parts = urlsplit(url)
        starttls = parse_qs(parts.query).get("starttls", ["auto"])[0]
        if parts.scheme not in ("smtp", "smtps") or starttls not in _STARTTLS:
            message = (
                "Không đọc được nơi gửi thư; hãy ghi smtp://máy:25 hoặc smtps://máy:465, có thể "
                "thêm ?starttls=always hoặc ?starttls=never."
            )
            raise Refused([Finding("CONG_RELAY_MAIL", message)])
        self._tls = parts.scheme == "smtps"
        self._starttls = _STARTTLS[starttls]
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._tls else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._timeout = timeout

    def send(self, letters: Iterable[tuple[str, EmailMessage]]) -> Iterator[NotSent | None]:
        """Hands letters over, on one connection; begins anew for what is left if it breaks."""
        away: NotSent | None = None
        client: aiosmtplib.SMTP | None = None
        with asyncio.Runner() as runner:
            for to, letter in letters:
                if away is not None:
                    yield away
                    continue
                try:
                    if client is None or not client.is_connected:
                        client = self._client()
                        runner.run(client.connect())
                except (aiosmtplib.SMTPException, OSError) as error:
                    away = NotSent(type(error).__name__, gone=True)
                    yield away
                    continue
                try:
                    sender = letter["From"].addresses[0].addr_spec
                    runner.run(client.send_message(letter, sender=sender, recipients=[to]))
                except (aiosmtplib.SMTPException, OSError) as error:
                    yield _fault(error)
                else:
                    yield None
            if client is not None and client.is_connected:
                with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                    runner.run(client.quit())

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._tls,
            start_tls=None if not self._tls and self._starttls is None else self._starttls,
            timeout=self._timeout,
        )


_STARTTLS: dict[str, bool | None] = {"auto": None, "always": True, "never": False}


def _fault(error: Exception) -> NotSent:
    """What became of a letter, in words that name neither address nor matter."""
    codes: list[int] = []
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [each.code for each in error.recipients]
    elif isinstance(error, aiosmtplib.SMTPResponseException):
        codes = [error.code]
    kind = type(error).__name__
    words = " ".join([kind, *map(str, codes)])
    refused = isinstance(error, (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPDataError))
    final = refused and bool(codes) and all(500 <= code < 600 for code in codes)
    return NotSent(words, final=final)


def way_of(said: str) -> Way:
    """The way out that a setting names: an SMTP address or a folder.

    Raises:
        Refused: It is neither.
    """
    return Server(said) if "://" in said else Folder(Path(said))
