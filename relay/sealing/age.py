"""Sealing to public keys and opening with a private one, in the format of age.

What is sealed here opens with every program that knows age (age-encryption.org/v1, X25519), and
the other way round: the relay keeps nobody from their own message by a format of its own.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol, TypedDict

import pyrage
from pyrage import x25519

from regulation.findings import Finding, Refused
from regulation.model import Route
from regulation.portal import Portal, UnknownError
from regulation.yamlfile import VIETNAM
from relay.sealing.message import Sealed, SealedFile, packed, unpacked

_PLACE = "niêm phong"


class Attached(Protocol):
    """A file as it was taken in: ``relay.store.cases.NewFile`` is one."""

    @property
    def name(self) -> str:
        """As the sender called it."""

    @property
    def kind(self) -> str:
        """Media type."""

    @property
    def content(self) -> bytes:
        """The bytes."""


class Body(TypedDict):
    """What is sealed: the kind, when, what was written, by whom, what was attached."""

    kind: str
    moment: dt.datetime
    fields: Mapping[str, str]
    contact: Mapping[str, str]
    files: Sequence[Attached]


def can_seal(portal: Portal, unit: str, on: dt.date) -> bool:
    """Whether something can be sealed to the unit on the day: it and the recovery have keys.

    Where it cannot, the form is not offered: the page says where to go instead.
    """
    try:
        return bool(portal.sealed_to(unit, on))
    except UnknownError:
        return False


def seal(portal: Portal, route: Route, unit: str, body: Body) -> bytes:
    """A message encrypted to the unit's keys and to the recovery keys, as a binary age file.

    Args:
        portal: Whose regulation names the keys.
        route: The route by which the message comes.
        unit: The id of the agency that is to open it.
        body: What is sealed; its moment is aware, and its day is that of the keys.

    Raises:
        Refused: There is no key for the unit on that day, or the message is too large.
    """
    day = body["moment"].astimezone(VIETNAM).date()
    if not can_seal(portal, unit, day):
        message = (
            f"Chưa có đủ khóa niêm phong để gửi kín đến “{unit}”; nội dung không được nhận, không "
            "lưu ở đâu. Hãy gửi đơn trực tiếp hoặc qua bưu điện theo địa chỉ ghi trên trang."
        )
        raise Refused([Finding(_PLACE, message)])
    files = tuple(SealedFile(f.name, f.kind, f.content) for f in body["files"])
    message_ = Sealed(
        portal.id,
        route.id,
        unit,
        body["kind"],
        body["moment"],
        body["fields"],
        body["contact"],
        files,
    )
    keys = [x25519.Recipient.from_str(key) for key in portal.sealed_to(unit, day)]
    sealed: bytes = pyrage.encrypt(packed(message_), keys)
    return sealed


def open_sealed(ciphertext: bytes, identities: Sequence[str]) -> Sealed:
    """What is inside a sealed message, checked to be unchanged.

    Args:
        ciphertext: An age file, binary or armored.
        identities: Private keys, ``AGE-SECRET-KEY-1…``; one that fits is enough.

    Raises:
        Refused: No key fits, a key is none, or the file was cut, changed or is no age file.
    """
    try:
        keys = [x25519.Identity.from_str(text.strip()) for text in identities]
    except pyrage.IdentityError:
        raise Refused([Finding("--key", _NO_KEY)]) from None
    try:
        content = pyrage.decrypt(ciphertext, keys)
    except pyrage.DecryptError as error:
        wrong = "No matching keys" in str(error)
        raise Refused([Finding(_PLACE, _WRONG_KEY if wrong else _BROKEN)]) from None
    return unpacked(content)


_NO_KEY = (
    "Tệp khóa không có dòng khóa riêng nào dùng được (AGE-SECRET-KEY-1…); hãy chọn đúng tệp do "
    "cong relay keys new hoặc age-keygen tạo ra."
)
_WRONG_KEY = (
    "Khóa này không mở được tệp: tệp có thể được niêm phong cho khóa khác. Hãy dùng khóa của đơn "
    "vị nhận vào ngày gửi, hoặc khóa khôi phục. Nếu không khóa nào mở được thì có thể đó là dữ "
    "liệu rác: nhìn từ ngoài, rác và thư niêm phong giống nhau."
)
_BROKEN = (
    "Tệp không còn nguyên vẹn (bị cắt, bị sửa) hoặc không phải tệp niêm phong; hãy sao chép lại "
    "tệp .age từ hộp thư công việc. Vẫn không mở được thì có thể đó là dữ liệu rác ai đó gửi đến."
)
