"""Asking the relay over its private interface: what is cleared, and telling it what became of it.

The relay is believed as far as a form is: what it hands over is checked here once more, and then
by the checks and the gate as everything that is proposed.
"""

import datetime as dt
import http.client
import ipaddress
import json
import re
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from regulation.findings import Finding, Mistyped
from regulation.model import ID
from regulation.vietnamese import nfc
from workflow.forge import ForgeError

PATIENCE = 30.0
"""Seconds that the relay has for an answer."""

MOST = 64 * 1024 * 1024
"""Bytes of an answer of the relay."""

FORMS = frozenset(("question", "feedback", "petition", "complaint", "comment"))
COMMENT = "comment"

_CASE = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}\Z")
_VERSION = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that the board cleared.

    Attributes:
        case: What the relay calls it; never written into Git.
        item: The id of the item that is to hold it.
        version: The digest of the cleared words.
        form: Of the content type ``answer``, or ``comment``.
        title, subject, question, answer: The words.
        received, answered: Days in Viet Nam.
        answered_by: The agency's id.
        about: The id of the item that it is about; empty if none.
        cleared: When it was cleared last.
    """

    case: str = field(repr=False)
    item: str
    version: str
    form: str
    title: str
    subject: str
    question: str
    answer: str
    received: dt.date
    answered: dt.date
    answered_by: str
    about: str
    cleared: dt.datetime

    @property
    def mark(self) -> str:
        """What a commit and a proposal bear that hold exactly these words."""
        return f"{self.item} {self.version}"


@dataclass(frozen=True, slots=True)
class Held:
    """What the relay does not hand out, and why."""

    item: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """All that waits for publication."""

    portal: str
    answers: tuple[Answer, ...]
    held: tuple[Held, ...]


class Relay(Protocol):
    """What ``pull`` asks and tells."""

    def ask(self) -> Asked:
        """What is cleared and not published."""

    def published(self, answer: Answer, commit: str, address: str) -> None:
        """Tells that it is live."""

    def withheld(self, answer: Answer, reason: str) -> None:
        """Tells that the board refused it."""

    def returned(self, answer: Answer, reason: str) -> None:
        """Tells that it must be mended before it can be proposed."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token elsewhere."""

    def redirect_request(self, *args: Any) -> None:
        """None is followed."""
        return


class HttpRelay:
    """The relay at an address.

    Args:
        address: Such as ``http://127.0.0.1:8101``.
        token: The secret that both sides have.

    Raises:
        Mistyped: The token would go over a network in the clear, or there is none.
    """

    def __init__(self, address: str, token: str) -> None:
        demand_private(address)
        if not token.strip():
            message = (
                "Chưa có mã bí mật; hãy đặt biến môi trường CONG_ANSWERS_TOKEN bằng nội dung tệp "
                "mã của phần tiếp nhận ý kiến."
            )
            raise Mistyped([Finding("CONG_ANSWERS_TOKEN", message)])
        self._address = address.rstrip("/")
        self._token = token.strip()
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())

    def ask(self) -> Asked:
        """What is cleared and not published.

        Raises:
            ForgeError: The relay does not answer, refuses, or says what cannot be understood.
        """
        said = self._said("/answers")
        try:
            return Asked(
                _id(said["portal"]),
                tuple(_answer(row) for row in said["answers"]),
                tuple(
                    Held(_id(row["item"]), tuple(_line(text) for text in row["findings"]))
                    for row in said["held"]
                ),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ForgeError(
                "Phần tiếp nhận ý kiến trả về dữ liệu không đúng dạng; hãy cập nhật hai bên lên "
                "cùng một bản phần mềm."
            ) from error

    def published(self, answer: Answer, commit: str, address: str) -> None:
        """Tells that it is live."""
        self._tell("published", answer, commit=commit, address=address)

    def withheld(self, answer: Answer, reason: str) -> None:
        """Tells that the board refused it."""
        self._tell("withheld", answer, reason=_short(reason))

    def returned(self, answer: Answer, reason: str) -> None:
        """Tells that it must be mended before it can be proposed."""
        self._tell("returned", answer, reason=_short(reason))

    def _tell(self, what: str, answer: Answer, **more: str) -> None:
        self._said(f"/answers/{what}", {"case": answer.case, "version": answer.version, **more})

    def _said(self, path: str, body: Mapping[str, str] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            self._address + path,
            data,
            {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                content = answer.read(MOST + 1)
            if len(content) > MOST:
                raise ForgeError("Phần tiếp nhận ý kiến trả về quá nhiều; hãy báo đơn vị vận hành.")
            return json.loads(content)
        except urllib.error.HTTPError as error:
            raise ForgeError(_why(error)) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ForgeError(
                f"Phần tiếp nhận ý kiến ở {self._address} không trả lời; hãy xem nó có đang chạy "
                "không, địa chỉ và cổng riêng có đúng không."
            ) from error


def demand_private(address: str) -> None:
    """Demands an address to which a secret may be sent: HTTPS, or this machine.

    Raises:
        Mistyped: It is none.
    """
    try:
        parts = urlsplit(address)
        host, fine = parts.hostname or "", parts.port is None or parts.port > 0
    except ValueError:
        host, fine, parts = "", False, urlsplit("")
    local = host == "localhost"
    if not local:
        try:
            local = ipaddress.ip_address(host).is_loopback
        except ValueError:
            local = False
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if not (
        host and fine and bare and (parts.scheme == "https" or (parts.scheme == "http" and local))
    ):
        message = (
            "Hãy ghi địa chỉ cổng riêng của phần tiếp nhận ý kiến, ví dụ http://127.0.0.1:8101; ở "
            "máy khác thì phải là https://."
        )
        raise Mistyped([Finding("--relay", message)])


def _why(error: urllib.error.HTTPError) -> str:
    if error.code == 401:
        return (
            "Phần tiếp nhận ý kiến không nhận mã bí mật; hãy đặt CONG_ANSWERS_TOKEN giống tệp mã "
            "của nó."
        )
    try:
        said = _line(json.loads(error.read(4096))["message"])
    except (ValueError, KeyError, TypeError, OSError):
        said = f"mã {error.code}"
    return f"Phần tiếp nhận ý kiến từ chối: {said}"


def _answer(row: Any) -> Answer:
    if row["form"] not in FORMS:
        raise ValueError(row["form"])
    if not _CASE.match(row["case"]) or not _VERSION.match(row["version"]):
        raise ValueError(row["item"])
    cleared = dt.datetime.fromisoformat(row["cleared"])
    if cleared.tzinfo is None:
        raise ValueError(cleared)
    return Answer(
        case=row["case"],
        item=_id(row["item"]),
        version=row["version"],
        form=row["form"],
        title=_line(row["title"]),
        subject=_line(row["subject"]),
        question=_text(row["question"]),
        answer=_text(row["answer"]),
        received=dt.date.fromisoformat(row["received"]),
        answered=dt.date.fromisoformat(row["answered"]),
        answered_by=_id(row["answered_by"]),
        about=_id(row["about"]) if row["about"] else "",
        cleared=cleared,
    )


def _id(value: str) -> str:
    if not ID.match(value):
        raise ValueError(value)
    return value


def _line(value: str) -> str:
    return " ".join(_text(value).split())


def _text(value: str) -> str:
    """Text in which every character is seen: lines end in LF, nothing turns or hides a word."""
    lines = nfc(value).replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    seen = "".join(c for c in lines if c == "\n" or _is_seen(c))
    return "\n".join(line.strip() for line in seen.split("\n")).strip()


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _short(reason: str) -> str:
    kept = _line(reason) or "không nêu"
    return kept if len(kept) <= 800 else f"{kept[:799]}…"
