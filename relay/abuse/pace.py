"""How slowly a body may come: some seconds of grace, then a least rate, and an end in all."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pace:
    """What a sender has to reach.

    Attributes:
        seconds: For the whole body.
        grace: Seconds before the rate counts.
        rate: Bytes a second on average.
    """

    seconds: float = 300.0
    grace: float = 20.0
    rate: float = 2_000.0


class TooSlow(Exception):
    """A body did not come in time."""


class Paced:
    """One body that is being read.

    Args:
        pace: What its sender has to reach.
        clock: Seconds of a clock that never goes back: the running loop's.
    """

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self._pace, self._clock = pace, clock
        self._began, self._came = clock(), 0

    async def wait(self, coming: Awaitable[T]) -> T:
        """What comes next, if it comes in time.

        Raises:
            TooSlow: It does not.
        """
        pace = self._pace
        allowed = min(pace.seconds, pace.grace + self._came / pace.rate)
        left = self._began + allowed - self._clock()
        try:
            # A little even when nothing is left: what is to come is always awaited.
            async with asyncio.timeout(max(left, 0)):
                came = await coming
        except TimeoutError as error:
            raise TooSlow from error
        if left <= 0:
            raise TooSlow
        return came

    def came(self, size: int) -> None:
        """So many bytes more have come."""
        self._came += size
