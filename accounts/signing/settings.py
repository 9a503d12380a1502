"""What signing in must be told by whoever starts the server."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from regulation.findings import Finding, Refused

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""This machine by its names: where http is as good as https."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A province's own accounts, asked by OpenID Connect.

    Attributes:
        issuer: Its address, just as it calls itself in what it signs.
        client_id, client_secret: What it knows us by.
        title: What it is called on the sign-in page: "Tài khoản công vụ tỉnh Lào Cai".
        claim: Which of its claims says who it is: ``email`` is looked up among the registered
            addresses, any other among the ids of people.
        trust_email: Whether its addresses are believed without ``email_verified``: only where the
            provider itself gives the addresses out.

    Raises:
        Refused: The address is not https, and not of this machine either.
    """

    issuer: str
    client_id: str
    client_secret: str
    title: str
    claim: str = "email"
    trust_email: bool = False

    def __post_init__(self) -> None:
        _demand_safe(self.issuer, "issuer")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the pages are reached, and who else may say who somebody is.

    Attributes:
        origin: Scheme, host and port as the browser sees them, without a slash at the end.
        name: The portal's name, as authenticator apps show it.
        provider: The province's accounts, where there are any.

    Raises:
        Refused: The origin is not https, and not of this machine either.
    """

    origin: str
    name: str
    provider: Provider | None = None

    def __post_init__(self) -> None:
        _demand_safe(self.origin, "origin")

    @property
    def https(self) -> bool:
        """Whether cookies are kept to https, under the name that says so."""
        return self.origin.startswith("https://")

    @property
    def host(self) -> str:
        """The host alone: to which passkeys are bound (the relying party's id)."""
        return urlsplit(self.origin).hostname or ""


def _demand_safe(address: str, name: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return
    message = (
        f"“{address}” không phải địa chỉ https; đăng nhập chỉ chạy qua https, hoặc trên chính máy "
        "này khi thử. Hãy sửa lại."
    )
    raise Refused([Finding(name, message)])
