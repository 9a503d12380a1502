"""Signed tokens: of the review page, and of a form that is sent in one step.

A token is the id of one submission; whoever sends it twice gets the same receipt. It says when it
was made, for which portal and kind, and which text was reviewed: nobody can change that on the way.
"""

import base64
import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

LIFE = dt.timedelta(hours=24)
"""How long a review page or an open form can be sent."""

CODE_SHOWN = dt.timedelta(minutes=30)
"""How long after the message was received its receipt shows the tracking code."""

_EARLY = dt.timedelta(minutes=5)
"""How far the clocks of two machines behind one address may differ."""

_MAX = 1_000


class Expired(Exception):
    """The token was good and is too old: the text is kept, and it is reviewed once more.

    Attributes:
        token: What it was.
    """

    def __init__(self, token: "Token") -> None:
        """Says which."""
        super().__init__("expired")
        self.token = token


class Spliced(Exception):
    """No token of this server, or one of another form, portal or text."""


@dataclass(frozen=True, slots=True)
class Token:
    """One submission that may be sent.

    Attributes:
        id: 22 url-safe random letters: the idempotency key.
        portal: The portal's id.
        kind: The kind of message.
        at: When the token was made: with the review page, or with the challenge of ALTCHA.
        digest: Of the fields and the held files that were reviewed; empty before any was.
        marks: What else held when it was made: ``HONEYPOT``, ``UNSCANNED``, ``FILES``, ``SEALED``.
    """

    id: str
    portal: str
    kind: str
    at: dt.datetime
    digest: str = ""
    marks: tuple[str, ...] = ()


HONEYPOT = "honeypot"
"""The field that nobody sees was filled in."""

UNSCANNED = "unscanned"
"""Nobody looked for malware in the files."""

FILES = "files"
"""Files are held for it."""

SEALED = "sealed"
"""The review said that nothing is kept before it is sealed."""


def new_id() -> str:
    """22 url-safe random letters (128 bits)."""
    return secrets.token_urlsafe(16)


def digest(values: Mapping[str, str], files: Sequence[bytes] = ()) -> str:
    """What the review page showed, as two hashes: fields in any order, held files in theirs."""
    sums = [hashlib.sha256(each).hexdigest() for each in files]
    return f"{_hashed(sorted(values.items()))}.{_hashed(sums)}"


def fields_of(digest_: str) -> str:
    """The hash of the fields alone: held files are gone when a message is sent once more."""
    return digest_.partition(".")[0]


def _hashed(shown: object) -> str:
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def bound_id(token_id: str, content: str) -> str:
    """The id of what is sent in one step: of the token and of its content.

    The same sent twice is one submission; another text under the same token is another one, so
    that no text is ever taken for one that was received.

    Args:
        token_id: The id in the token.
        content: Its ``digest``.
    """
    made = hashlib.sha256(f"{token_id}|{content}".encode()).digest()[:16]
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def sign(token: Token, key: bytes) -> str:
    """The token as it stands in a page.

    Args:
        token: What it says.
        key: The server's secret for tokens.
    """
    said: list[object] = [token.id, token.portal, token.kind, round(token.at.timestamp() * 1000)]
    said += [token.digest, list(token.marks)]
    return str(_signer(key).dumps(said))


def read(signed: str, key: bytes, *, portal: str, kind: str | None, now: dt.datetime) -> Token:
    """The token that a page sent back.

    Args:
        signed: What ``sign`` made.
        key: The server's secret for tokens.
        portal: The portal that is asked.
        kind: The kind of message that is sent; None where the token itself says it.
        now: The moment.

    Raises:
        Spliced: It is not this server's, or of another portal or kind.
        Expired: It is older than ``LIFE``.
    """
    if len(signed) > _MAX:
        raise Spliced
    try:
        id_, for_portal, for_kind, at, reviewed, marks = _signer(key).loads(signed)
        made = dt.datetime.fromtimestamp(at / 1000, dt.UTC)
    except (BadData, ValueError, TypeError, OverflowError) as error:
        raise Spliced from error
    token = Token(id_, for_portal, for_kind, made, reviewed, tuple(marks))
    if for_portal != portal or kind not in (None, for_kind) or made > now + _EARLY:
        raise Spliced
    if now - made > LIFE:
        raise Expired(token)
    return token


def _signer(key: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(
        key, salt="relay.intake.token", signer_kwargs={"digest_method": hashlib.sha256}
    )
