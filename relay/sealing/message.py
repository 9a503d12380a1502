"""What is inside a sealed message: JSON that any machine reads, padded with line ends.

It is text so that it can be read after ``age --decrypt`` where there is no Cổng: the fields in
Vietnamese letters, files as base64.
"""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from regulation.findings import Finding, Refused
from relay.sealing.sizes import MOST, size_class

VERSION = 1
"""The shape of the JSON below; another shape gets another number."""

_PLACE = "niêm phong"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file that was sent with a sealed message.

    Attributes:
        name: As the sender called it; never a path to write to.
        kind: Media type.
        content: The bytes.
    """

    name: str
    kind: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed message, open. What people wrote is not shown by ``repr``: a log may hold one.

    Attributes:
        portal: The portal's id.
        route: The id of the route by which it came.
        unit: The id of the agency it was sealed to.
        kind: The kind of message, such as ``denunciation``.
        moment: When it was sealed, aware.
        fields: What the form asked besides who sends it, by name.
        contact: Who sends it and how they are reached, by name.
        files: What was attached.
    """

    portal: str
    route: str
    unit: str
    kind: str
    moment: dt.datetime
    fields: Mapping[str, str] = field(repr=False)
    contact: Mapping[str, str] = field(repr=False)
    files: tuple[SealedFile, ...] = field(repr=False)


def packed(message: Sealed) -> bytes:
    """The bytes to be encrypted: canonical JSON, then line ends up to the size class.

    Raises:
        Refused: It is larger than the largest class.
    """
    text = json.dumps(
        {
            "version": VERSION,
            "portal": message.portal,
            "route": message.route,
            "unit": message.unit,
            "kind": message.kind,
            "moment": message.moment.astimezone(dt.UTC).isoformat(),
            "fields": dict(message.fields),
            "contact": dict(message.contact),
            "files": [
                {"name": f.name, "kind": f.kind, "content": base64.b64encode(f.content).decode()}
                for f in message.files
            ],
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    size = size_class(len(text))
    if size is None:
        message_ = (
            f"Nội dung và tệp gửi kèm vượt quá {MOST // 2**20} MB sau khi đóng gói; hãy bớt tệp "
            "hoặc nộp tệp trực tiếp tại cơ quan."
        )
        raise Refused([Finding(_PLACE, message_)])
    return text + b"\n" * (size - len(text))


def unpacked(content: bytes) -> Sealed:
    """The message in decrypted bytes.

    Raises:
        Refused: They are no message of ours; nothing of what they hold is repeated.
    """
    try:
        return _message(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused([Finding(_PLACE, _NOT_OURS)]) from None


_NOT_OURS = (
    "Mở được lớp niêm phong nhưng bên trong không phải nội dung do Cổng đóng gói; hãy mở bằng "
    "chương trình age rồi xem tệp nhận được."
)


def _message(data: Any) -> Sealed:
    if data["version"] != VERSION:
        raise ValueError(data["version"])
    moment = dt.datetime.fromisoformat(data["moment"])
    if moment.tzinfo is None:
        raise ValueError(moment)
    return Sealed(
        portal=_text(data["portal"]),
        route=_text(data["route"]),
        unit=_text(data["unit"]),
        kind=_text(data["kind"]),
        moment=moment,
        fields=_texts(data["fields"]),
        contact=_texts(data["contact"]),
        files=tuple(_files(data["files"])),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value))
    return value


def _texts(value: Any) -> dict[str, str]:
    return {name: _text(text) for name, text in value.items()}


def _files(rows: Any) -> Iterable[SealedFile]:
    for row in rows:
        try:
            content = base64.b64decode(_text(row["content"]), validate=True)
        except binascii.Error as error:
            raise ValueError from error
        yield SealedFile(_text(row["name"]), _text(row["kind"]), content)
