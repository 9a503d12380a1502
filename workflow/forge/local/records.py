"""One record: what somebody did with a proposal, as it is written down.

A record is a commit. Its tree holds one file, ``record.json``; its first parent is the record
before. The second parent of a record that opens or pushes is the commit that was put forward (the
first record has that one only), so that whatever anybody looked at is never pruned and travels
with the records.
"""

import datetime as dt
import json
import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from accounts.staff import OWN_HOST, fold_name, own_address
from workflow.forge.interface import Act
from workflow.proposals import Verdict

FILE = "record.json"
PROPOSALS = "refs/cong/proposals/"
REPORTS = "refs/cong/reports/"
INCOMING = "refs/cong/incoming/"
BRANCHES = "refs/heads/de-xuat/"
REFSPEC = "refs/cong/*:refs/cong/*"
"""What is fetched and pushed between copies: never forced, so that no chain gets shorter."""

_NUMBER = "[1-9][0-9]{0,8}"
NUMBER = re.compile(_NUMBER + r"\Z")
LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?\Z")
MAX_TEXT = 100_000
"""Characters in what is said with a record."""


def _login(value: str) -> str:
    if fold_name(value) != value or not LOGIN.match(value):
        raise ValueError("tên tài khoản không đúng dạng")
    return value


Hash = Annotated[str, StringConstraints(pattern="^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
Login = Annotated[str, AfterValidator(_login)]
Words = Annotated[str, StringConstraints(max_length=MAX_TEXT)]


class _Record(BaseModel):
    """What every record says.

    Attributes:
        proposal: The number of the proposal; a record cannot be moved to another.
        record: Its own number in the chain, from 1.
        who: The login of whoever wrote it.
        at: When.
        commit: The commit it is about.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    proposal: Annotated[str, StringConstraints(pattern=f"^{_NUMBER}$")]
    record: Annotated[int, Field(ge=1)]
    who: Login
    at: AwareDatetime
    commit: Hash


class Opened(_Record):
    """A proposal was opened."""

    act: Literal[Act.OPENED] = Act.OPENED
    title: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
    text: Words
    draft: bool


class Pushed(_Record):
    """Its head was replaced."""

    act: Literal[Act.PUSHED] = Act.PUSHED


class Ready(_Record):
    """It is a draft no more."""

    act: Literal[Act.READY] = Act.READY


class Reviewed(_Record):
    """Somebody gave a review."""

    act: Literal[Act.REVIEWED] = Act.REVIEWED
    verdict: Literal[Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.COMMENT]
    ground: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None
    text: Words


class Dismissed(_Record):
    """Somebody took a review of theirs back: the one with the number ``review``."""

    act: Literal[Act.DISMISSED] = Act.DISMISSED
    review: Annotated[int, Field(ge=1)]
    text: Words


class Withdrawn(_Record):
    """It was closed without being published."""

    act: Literal[Act.WITHDRAWN] = Act.WITHDRAWN
    text: Words


class Merged(_Record):
    """It became part of the main branch; ``commit`` is the merge."""

    act: Literal[Act.MERGED] = Act.MERGED


Record = Opened | Pushed | Ready | Reviewed | Dismissed | Withdrawn | Merged
_ANY: TypeAdapter[Record] = TypeAdapter(Annotated[Record, Field(discriminator="act")])


class FormError(Exception):
    """A text is no record; says what is wrong, in Vietnamese."""


def to_text(record: Record) -> bytes:
    """A record as it is written: one way of writing it, so that nothing can hide in it."""
    data = record.model_dump(mode="json")
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def from_text(text: bytes) -> Record:
    """A record as it was written.

    Raises:
        FormError: It is not exactly what ``to_text`` writes.
    """
    try:
        record = _ANY.validate_json(text)
        again = to_text(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        what = {
            "missing": "thiếu trường",
            "extra_forbidden": "thừa trường",
            "union_tag_invalid": "không rõ là việc gì",
            "union_tag_not_found": "không ghi là việc gì",
            "json_invalid": "không phải JSON",
        }.get(first["type"], "ghi sai trường")
        raise FormError(f"{FILE} {what}{f' “{place}”' if place else ''}") from None
    except (UnicodeError, ValueError):
        raise FormError(f"{FILE} không đọc được") from None
    if again != text:
        raise FormError(f"{FILE} không đúng cách viết")
    return record


def identity(login: str, at: dt.datetime) -> str:
    """Who and when as a commit says it: the login, and no e-mail address that anybody has."""
    offset = at.strftime("%z")[:5]
    return f"{login} <{own_address(login)}> {int(at.timestamp())} {offset}"


def login_of(email: str) -> str | None:
    """The login in such an address; none in any other."""
    login, _, host = email.rpartition("@")
    return login if host == OWN_HOST and LOGIN.match(login) else None
