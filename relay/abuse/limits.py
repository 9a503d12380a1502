"""How often one may knock: budgets by address prefix and in all, with the time as an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Door(StrEnum):
    """What is counted apart."""

    FORM = "form"
    CODE = "code"
    SIGN_IN = "sign-in"
    CHALLENGE = "challenge"


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket: how many at once, and how many a second come back."""

    burst: float
    a_second: float


class Limits:
    """Token buckets for every door, by prefix (IPv4 /32 and /24, IPv6 /64 and /48) and in all."""

    def __init__(
        self, rates: Mapping[Door, tuple[Rate, Rate, Rate]] | None = None, most: int = 50_000
    ) -> None:
        """Makes full buckets.

        Args:
            rates: For each door: one address, its neighbourhood, everybody.
            most: Prefixes that are remembered; the one not seen for longest is forgotten.
        """
        raise NotImplementedError

    def wait(self, door: Door, address: str, now: float) -> float:
        """Takes one from every bucket of the address.

        Args:
            door: What is asked for.
            address: Of the asker (``peer``).
            now: Seconds of a clock that never goes back.

        Returns:
            0 when all had one; otherwise the seconds to wait, and nothing was taken.
        """
        raise NotImplementedError


def peer(client: str, forwarded: str | None, trusted: frozenset[str]) -> str:
    """Who asks: the address of the connection, or what a trusted proxy says.

    Args:
        client: The address at the other end of the connection.
        forwarded: The header X-Forwarded-For.
        trusted: Networks of our own proxies, such as ``127.0.0.1/32``.
    """
    raise NotImplementedError
