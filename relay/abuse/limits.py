"""How often one may knock: budgets by address prefix and in all, with the time as an argument.

Whole villages share one address of their telephone company, so one address has room for many, its
neighbourhood for more, and what is counted over all only keeps the machine upright.
"""

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Door(StrEnum):
    """What is counted apart."""

    FORM = "form"
    CODE = "code"
    CHALLENGE = "challenge"


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket: how many at once, and how many a second come back."""

    burst: float
    a_second: float


RATES: Mapping[Door, tuple[Rate, Rate, Rate]] = {
    Door.FORM: (Rate(60, 0.5), Rate(300, 3), Rate(3_000, 250)),
    Door.CODE: (Rate(30, 0.1), Rate(120, 0.5), Rate(500, 20)),
    Door.CHALLENGE: (Rate(120, 1), Rate(600, 6), Rate(6_000, 500)),
}
"""For each door: one address (IPv4 /32, IPv6 /64), its neighbourhood (/24, /48), everybody."""

BY_FAULTS = frozenset({Door.CODE})
"""Doors at which everybody's bucket pays for what was wrong only (``Limits.wrong``): whoever
guesses from many places must not shut them to those who know."""

_BUSY = 0.5


class Limits:
    """Token buckets for every door. Safe to ask from several threads."""

    def __init__(
        self, rates: Mapping[Door, tuple[Rate, Rate, Rate]] | None = None, most: int = 50_000
    ) -> None:
        """Makes full buckets.

        Args:
            rates: For each door: one address, its neighbourhood, everybody.
            most: Prefixes that are remembered; the one not seen for longest is forgotten.
        """
        self._rates = rates or RATES
        self._most = most
        self._lock = threading.Lock()
        self._all: dict[Door, tuple[float, float]] = {}
        self._levels: OrderedDict[tuple[Door, str], tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many prefixes are remembered."""
        return len(self._levels)

    def wait(self, door: Door, address: str, now: float) -> float:
        """Takes one from every bucket of the address, and from everybody's unless of ``BY_FAULTS``.

        Args:
            door: What is asked for.
            address: Of the asker (``peer``).
            now: Seconds of a clock that never goes back.

        Returns:
            0 when all had one; otherwise the seconds to wait, and nothing was taken.
        """
        one, near, every = self._rates[door]
        places = [
            ((door, prefix), rate)
            for prefix, rate in zip(prefixes(address), (one, near), strict=True)
        ]
        with self._lock:
            levels = [_level(self._levels.get(place), rate, now) for place, rate in places]
            short = [
                (1 - level) / rate.a_second
                for level, (_, rate) in zip(levels, places, strict=True)
                if level < 1
            ]
            if short:
                return max(short)
            if door not in BY_FAULTS and (wait := self._from_all(door, every, now)):
                return wait
            for (place, _), level in zip(places, levels, strict=True):
                self._levels[place] = (level - 1, now)
                self._levels.move_to_end(place)
            while len(self._levels) > self._most:
                self._levels.popitem(last=False)
        return 0.0

    def wrong(self, door: Door, now: float) -> float:
        """Takes one of everybody's, for something that was wrong.

        Args:
            door: One of ``BY_FAULTS``.
            now: Seconds of a clock that never goes back.

        Returns:
            0 when there was one; otherwise the seconds until there is, and nothing was taken.
        """
        with self._lock:
            return self._from_all(door, self._rates[door][2], now)

    def _from_all(self, door: Door, rate: Rate, now: float) -> float:
        level = _level(self._all.get(door), rate, now)
        if level < 1:
            return (1 - level) / rate.a_second
        self._all[door] = (level - 1, now)
        return 0.0

    def busy(self, door: Door, now: float) -> bool:
        """Whether half of what everybody has together is used up."""
        every = self._rates[door][2]
        with self._lock:
            return _level(self._all.get(door), every, now) < every.burst * _BUSY


def _level(kept: tuple[float, float] | None, rate: Rate, now: float) -> float:
    if kept is None:
        return rate.burst
    level, at = kept
    return min(rate.burst, level + max(0.0, now - at) * rate.a_second)


class Budget:
    """A bucket of something that has a size, such as bytes held for others."""

    def __init__(self, rate: Rate) -> None:
        """Full."""
        self._rate = rate
        self._lock = threading.Lock()
        self._kept: tuple[float, float] | None = None

    def take(self, size: float, now: float) -> bool:
        """Takes so much, if it is there.

        Args:
            size: How much.
            now: Seconds of a clock that never goes back.
        """
        with self._lock:
            level = _level(self._kept, self._rate, now)
            if level < size:
                return False
            self._kept = (level - size, now)
        return True


@lru_cache(maxsize=10_000)
def prefixes(address: str) -> tuple[str, str]:
    """The address as one household has it, and its neighbourhood.

    What is no address (a test's, a socket's) is one household and one neighbourhood.
    """
    found = _parsed(address)
    if found is None:
        return "?", "??"
    near, wide = (32, 24) if found.version == 4 else (64, 48)
    return (
        str(ipaddress.ip_network((found, near), strict=False)),
        str(ipaddress.ip_network((found, wide), strict=False)),
    )


def peer(client: str, forwarded: str | None, trusted: Collection[str]) -> str:
    """Who asks: the address of the connection, or what a trusted proxy says.

    Each proxy writes behind what it was told; so it is read from the end, and what stands before
    the first address that is not a proxy of ours may be anybody's invention.

    Args:
        client: The address at the other end of the connection.
        forwarded: The header X-Forwarded-For.
        trusted: Addresses or networks of our own proxies, such as ``127.0.0.1``.
    """
    networks = _networks(frozenset(trusted))
    asks = client
    for said in reversed((forwarded or "").split(",")[-20:]):
        found = _parsed(asks)
        if found is None or not any(found in network for network in networks):
            break
        before = _parsed(said.strip().strip('"'))
        if before is None:
            break
        asks = str(before)
    return asks


Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=10_000)
def _parsed(address: str) -> Address | None:
    try:
        found = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped
    return found


@lru_cache(maxsize=16)
def _networks(trusted: frozenset[str]) -> tuple[Network, ...]:
    made = []
    for each in trusted:
        try:
            made.append(ipaddress.ip_network(each, strict=False))
        except ValueError:
            continue  # no address: nobody is trusted by it
    return tuple(made)
