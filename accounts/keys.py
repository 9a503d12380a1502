"""SSH public keys: what may be registered, and what a key is called."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

_CURVES = ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")
_ON_A_TOKEN = ("sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com")
_RSA = "ssh-rsa"
KINDS = ("ssh-ed25519", *_ON_A_TOKEN, *_CURVES, _RSA)
"""Kinds of keys that are taken, the best first."""

MIN_RSA_BITS = 3072
"""Shorter RSA keys are not taken."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An SSH public key.

    Attributes:
        line: Its kind and the key itself, as in ``authorized_keys``; the comment is left out,
            since it often says somebody's name and machine.
        fingerprint: What it is called: "SHA256:…", as ``ssh-keygen -l`` says.
    """

    line: str
    fingerprint: str


def read_key(text: str) -> PublicKey:
    """The public key that a file holds.

    Raises:
        ValueError: It holds none that may be registered; says why, in Vietnamese.
    """
    if "PRIVATE KEY" in text:
        raise ValueError(
            "Đây là khóa riêng, không được đưa cho ai; hãy dùng tệp cùng tên có đuôi .pub."
        )
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1:
        raise ValueError("Tệp phải có đúng một khóa công khai trên một dòng; hãy xem lại tệp.")
    kind, _, rest = lines[0].strip().partition(" ")
    if kind not in KINDS:
        raise ValueError(
            f"Không nhận loại khóa này; hãy tạo khóa bằng ssh-keygen -t ed25519. Các loại nhận: "
            f"{', '.join(KINDS)}."
        )
    encoded = rest.split()[0] if rest.split() else ""
    try:
        blob = base64.b64decode(encoded, validate=True)
        parts = _parts(blob)
    except (binascii.Error, ValueError):
        parts = []
    if len(parts) < 2 or parts[0] != kind.encode():
        raise ValueError("Khóa công khai bị cắt hoặc sai; hãy chép lại cả dòng từ tệp .pub.")
    if kind == _RSA and len(parts[-1].lstrip(b"\0")) * 8 < MIN_RSA_BITS:
        raise ValueError(
            f"Khóa RSA ngắn hơn {MIN_RSA_BITS} bit; hãy tạo khóa bằng ssh-keygen -t ed25519."
        )
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return PublicKey(f"{kind} {base64.b64encode(blob).decode()}", f"SHA256:{digest}")


def _parts(blob: bytes) -> list[bytes]:
    """The strings of which a key is made: each with its length before it, nothing left over."""
    found = []
    while blob:
        size = int.from_bytes(blob[:4], "big")
        if len(blob) < 4 + size:
            raise ValueError("cut short")
        found.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return found
