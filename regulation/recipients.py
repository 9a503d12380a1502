"""Public keys that messages are sealed to: age's X25519 recipients, read and looked at.

A key that is mistyped seals a message that nobody opens any more, and one that is made up seals
it to everybody. Nothing here seals: a key is read as bech32 (BIP 173) and compared.
"""

from regulation.vietnamese import nfc

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_POLYNOMIAL = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_PREFIX = "age"
_PRIVATE = "AGE-SECRET-KEY-"
_FIELD = 2**255 - 19
_OPEN_TO_ALL = frozenset(
    (
        0,
        1,
        _FIELD - 1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    )
)
"""Points of small order on Curve25519 (RFC 7748, 6.1): whatever is agreed with one is known to all,
and age stops the whole program when it is asked to seal to one."""


def recipient(value: str) -> str:
    """An age X25519 recipient as it stands in ``portal.yml``, in small letters.

    Raises:
        ValueError: It is none; says in Vietnamese what is wrong and what to do.
    """
    text = nfc(value.strip())
    if text.upper().startswith(_PRIVATE):
        raise ValueError(
            "Đây là khóa riêng (AGE-SECRET-KEY-…), không được ghi vào kho. Khóa này coi như đã lộ: "
            "hãy tạo cặp khóa mới bằng cong relay keys new và chỉ ghi khóa công khai age1…."
        )
    if not text.lower().startswith(f"{_PREFIX}1"):
        raise ValueError(
            f"“{_short(text)}” không phải khóa công khai của age; hãy ghi khóa bắt đầu bằng age1, "
            "tạo bằng cong relay keys new hoặc age-keygen."
        )
    if text not in (text.lower(), text.upper()):
        raise ValueError(
            "Khóa công khai lẫn chữ hoa với chữ thường; hãy sao chép lại nguyên dòng age1…."
        )
    text = text.lower()
    point = _point(text)
    if point is None:
        raise ValueError(
            f"Khóa công khai “{_short(text)}” thiếu, thừa hoặc sai chữ, hoặc không phải loại "
            "X25519; hãy sao chép lại nguyên dòng age1…, đủ 62 chữ."
        )
    if point % 2**255 % _FIELD in _OPEN_TO_ALL:
        raise ValueError(
            f"Khóa công khai “{_short(text)}” không giữ kín được gì vì ai cũng mở được; hãy tạo "
            "cặp khóa khác bằng cong relay keys new."
        )
    return text


def _short(text: str) -> str:
    """Enough of a key to be found by; it may be another secret that was pasted by mistake."""
    return text if len(text) <= 12 else f"{text[:12]}…"


def _point(text: str) -> int | None:
    """The point that a key names; none where it is no bech32 of 32 bytes."""
    data = [_LETTERS.find(letter) for letter in text[len(_PREFIX) + 1 :]]
    if len(data) != 52 + 6 or -1 in data:
        return None
    head = [ord(c) >> 5 for c in _PREFIX] + [0] + [ord(c) & 31 for c in _PREFIX]
    if _checksum([*head, *data]) != 1:
        return None
    number = 0
    for five in data[:-6]:
        number = number << 5 | five
    if number & 0b1111:  # 52 letters hold 260 bits; the last four fill up
        return None
    return int.from_bytes((number >> 4).to_bytes(32, "big"), "little")


def _checksum(values: list[int]) -> int:
    sum_ = 1
    for value in values:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ value
        for bit, part in enumerate(_POLYNOMIAL):
            if top >> bit & 1:
                sum_ ^= part
    return sum_
