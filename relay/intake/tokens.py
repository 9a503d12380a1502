"""Signed tokens: of the review page, and of a form that is sent in one step.

A token is the id of one submission; whoever sends it twice gets the same receipt.
"""

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from itsdangerous import URLSafeSerializer

LIFE = dt.timedelta(hours=24)
"""How long a review page or an open form can be sent."""

CODE_SHOWN = dt.timedelta(minutes=30)
"""How long after the message was received its receipt shows the tracking code."""

_MAX = 1_000


class Expired(Exception):
    """The token was good and is too old: the text is kept, and it is reviewed once more."""


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
    """

    id: str
    portal: str
    kind: str
    at: dt.datetime
    digest: str = ""


def new_id() -> str:
    """22 url-safe random letters (128 bits)."""
    return secrets.token_urlsafe(16)


def digest(values: Mapping[str, str], files: Sequence[str]) -> str:
    """What the review page showed, as a hash: fields in any order, held files in theirs."""
    said = json.dumps([sorted(values.items()), list(files)], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def sign(token: Token, key: bytes) -> str:
    """The token as it stands in a page."""
    said = [token.id, token.portal, token.kind, int(token.at.timestamp()), token.digest]
    return str(_signer(key).dumps(said))


def read(signed: str, key: bytes, *, portal: str, kind: str, now: dt.datetime) -> Token:
    """The token that a page sent back.

    Args:
        signed: What ``sign`` made.
        key: The server's secret for tokens.
        portal: The portal that is asked.
        kind: The kind of message that is sent.
        now: The moment.

    Raises:
        Spliced: It is not this server's, or of another portal or kind.
        Expired: It is older than ``LIFE``.
    """
    raise NotImplementedError


def _signer(key: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(
        key, salt="relay.intake.token", signer_kwargs={"digest_method": hashlib.sha256}
    )
