"""Codes of an authenticator app (TOTP, RFC 6238): six digits, a new one every half minute."""

import base64
import datetime as dt
import hmac
import io
from collections.abc import Callable

import pyotp
import segno

PERIOD = 30
"""Seconds a code lasts."""

DRIFT = 1
"""How many codes before and after are taken too: the phone's clock may be wrong by so much."""

DIGITS = 6


def new_secret(entropy: Callable[[int], bytes]) -> str:
    """A new shared secret: 160 bits, as many as SHA-1's output, in base 32."""
    return base64.b32encode(entropy(20)).decode()


def uri(secret: str, person: str, name: str) -> str:
    """What the square says: the secret, whose it is and for which portal."""
    return pyotp.TOTP(secret).provisioning_uri(name=person, issuer_name=name)


def square(text: str) -> str:
    """The square (QR) as an SVG of its own, dark on white in every scheme, with no style in it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        scale=5,
        border=4,
        light="#fff",
        dark="#000",
        xmldecl=False,
        svgns=False,
        title="Mã vuông để quét bằng ứng dụng xác thực",
    )
    return out.getvalue().decode()


def letters(secret: str) -> str:
    """The secret in groups of four, to be typed where nothing can be scanned."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def step_of(secret: str, typed: str, now: dt.datetime, last: int = -1) -> int | None:
    """The step (half minute since 1970) of which this is the code; none when it is of none.

    Args:
        secret: The shared secret.
        typed: What somebody typed, with blanks or without.
        now: When.
        last: The last step that was taken: it and those before are not taken again.
    """
    code = "".join(typed.split())
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    app = pyotp.TOTP(secret, interval=PERIOD, digits=DIGITS)
    current = int(now.timestamp()) // PERIOD
    found = None
    for step in range(current - DRIFT, current + DRIFT + 1):
        right = hmac.compare_digest(app.generate_otp(step), code)
        if right and step > last and found is None:
            found = step
    return found
