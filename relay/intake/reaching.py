"""Telephone numbers and mail addresses, in the ways in which people in Viet Nam type them."""

import re

_MOBILE = re.compile(r"0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])[0-9]{7}\Z")
"""Ten digits. Thông tư 22/2014/TT-BTTTT, as numbers were converted in 2018."""

_LAND = re.compile(r"02[0-9]{9}\Z")
_SERVICE = re.compile(r"1[89]00[0-9]{4,6}\Z")
_ABROAD = re.compile(r"\+(?!84)[1-9][0-9]{6,14}\Z")
_OLD = {
    **dict.fromkeys(("0162", "0163", "0164", "0165", "0166", "0167", "0168", "0169"), "03"),
    **{"0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078"},
    **{"0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082"},
    **{"0186": "056", "0188": "058", "0199": "059"},
}
_BETWEEN = re.compile(r"[\s.,()\-–—_/]+")
_TYPED = re.compile(r"[0-9+oO\s.,()\-–—_/]+\Z")

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]+)\Z")
_MISTYPED = {
    "gmai.com": "gmail.com",
    "gmail.con": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.com.vn": "gmail.com",
    "gmial.com": "gmail.com",
    "gamil.com": "gmail.com",
    "gmail.cm": "gmail.com",
    "yaho.com": "yahoo.com",
    "yahoo.con": "yahoo.com",
    "hotmai.com": "hotmail.com",
    "hotmail.con": "hotmail.com",
    "outlok.com": "outlook.com",
}


class NotPhone(ValueError):
    """No telephone number; the text says what to do."""


class NotMail(ValueError):
    """No mail address; the text says what to do."""


def phone(typed: str) -> str:
    """A telephone number as digits that begin with 0 (``+`` and the country's for one abroad).

    Raises:
        NotPhone: It is none.
    """
    help_ = "hãy gõ đủ số, như 0905 123 456 hoặc 0235 3852 123; không muốn nêu thì để trống."
    if not _TYPED.match(typed):
        raise NotPhone(f"Số điện thoại chỉ gồm chữ số; {help_}")
    bare = _BETWEEN.sub("", re.sub(r"\(\s*0\s*\)", "", typed)).replace("o", "0").replace("O", "0")
    bare = re.sub(r"\A(?:\++|00)84", "0", bare)
    bare = re.sub(r"\A84(?=[2-9][0-9]{8,9}\Z)", "0", bare)
    bare = re.sub(r"\A00(?=[2-9][0-9]{8,9}\Z)", "0", bare)  # +84 0905 …
    bare = re.sub(r"\A00(?=[1-9])", "+", bare)
    if any(pattern.match(bare) for pattern in (_MOBILE, _LAND, _SERVICE, _ABROAD)):
        return bare
    if re.fullmatch(r"01[0-9]{9}", bare) and bare[:4] in _OLD:
        new = f"03{bare[3:]}" if _OLD[bare[:4]] == "03" else _OLD[bare[:4]] + bare[4:]
        raise NotPhone(f"Số 11 chữ số đã đổi đầu số từ năm 2018; hãy gõ số mới, có lẽ là {new}.")
    raise NotPhone(f"Số điện thoại thiếu, thừa chữ số hoặc sai đầu số; {help_}")


def mail(typed: str) -> str:
    """A mail address, its host in small letters.

    Raises:
        NotMail: It is none to which anything could be sent.
    """
    bare = re.sub(r"\A(?:mailto:|<)+", "", typed, flags=re.IGNORECASE).rstrip(">;,. ")
    bare = re.sub(r"\s+", "", bare) if re.search(r"\s*@\s*", bare) else bare
    local, at, host = bare.rpartition("@")
    host = host.lower().replace(",", ".")
    help_ = "hãy gõ như ten@gmail.com; không muốn nêu thì để trống."
    if not at or not local:
        raise NotMail(f"Địa chỉ thư thiếu dấu @ hoặc phần trước dấu @; {help_}")
    if not bare.isascii():
        raise NotMail(f"Địa chỉ thư chỉ gồm chữ không dấu, không có ký tự lạ; {help_}")
    if "@" in local or not _LOCAL.match(local) or len(local) > 64 or len(bare) > 254:
        raise NotMail(f"Phần trước dấu @ của địa chỉ thư có ký tự không dùng được; {help_}")
    if not _HOST.match(host):
        raise NotMail(f"Phần sau dấu @ của địa chỉ thư thiếu hoặc sai; {help_}")
    if host in _MISTYPED:
        raise NotMail(f"Địa chỉ thư ghi {host}, có lẽ là {_MISTYPED[host]}; hãy xem lại.")
    return f"{local}@{host}"
