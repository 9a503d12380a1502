"""Somebody who guesses codes: whether one is found, how many are let through, what time tells."""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from relay.store.crockford import ALPHABET
from tests.bench_relay.client import Answer, Citizen, message, review
from tests.bench_relay.sending import FORM, RECEIPT

TRACK = "/y-kien/tra-cuu/"
_CODE = re.compile(r"<span>([0-9A-Z]{4})</span>")

LINES = 4
"""Connections that guess."""

LETTERS = 16


@dataclass
class Guessed:
    """What came of guesses.

    Attributes:
        statuses: How many were answered with which status.
        pages: Every different page of wrong codes, with figures left out.
        answers: By status, in their order: whether the guess was of the first kind, seconds.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    pages: set[bytes] = field(default_factory=set)
    answers: dict[int, list[tuple[bool, float]]] = field(default_factory=dict)

    def add(self, of_first: bool, answer: Answer, seconds: float) -> None:
        """One more."""
        self.statuses[answer.status] += 1
        if answer.status != 200:
            self.pages.add(re.sub(rb"\d", b"", answer.body))
        self.answers.setdefault(answer.status, []).append((of_first, seconds))


async def codes(port: int, count: int) -> list[str]:
    """The tracking codes of so many cases that are sent for it."""
    found = []
    for number in range(count):
        citizen = Citizen(port)
        page = await citizen.post(FORM, message(number))
        sent = await citizen.post(*review(page.body))
        if not sent.headers.get("location", "").startswith(RECEIPT):
            raise ValueError("no receipt")
        receipt = await citizen.get(sent.headers["location"])
        found.append("".join(_CODE.findall(receipt.body.decode())))
        await citizen.close()
    return found


def near(code: str, dice: random.Random) -> str:
    """A code with one letter changed."""
    place = dice.randrange(len(code))
    other = dice.choice([letter for letter in ALPHABET if letter != code[place]])
    return code[:place] + other + code[place + 1 :]


def anything(dice: random.Random) -> str:
    """A code that is as likely as any other."""
    return "".join(dice.choices(ALPHABET, k=LETTERS))


def shuffled(
    first: Iterable[str], second: Iterable[str], dice: random.Random
) -> list[tuple[bool, str]]:
    """Guesses of two kinds, in an order that says nothing of either."""
    made = [*((True, each) for each in first), *((False, each) for each in second)]
    dice.shuffle(made)
    return made


async def guess(
    port: int, guesses: Sequence[tuple[bool, str]], addresses: Sequence[str] = ("",) * LINES
) -> Guessed:
    """Asks for one code after another, on a connection for each address.

    Args:
        port: Of the relay.
        guesses: Whether of the first kind, and the code.
        addresses: Where the guesser is; somewhere new where empty.
    """
    guessed = Guessed()
    todo = iter(guesses)

    async def work(address: str) -> None:
        line = Citizen(port, address)
        for of_first, code in todo:
            begun = time.perf_counter()
            answer = await line.post(TRACK, [("ma", code)])
            guessed.add(of_first, answer, time.perf_counter() - begun)
        await line.close()

    await asyncio.gather(*(work(address) for address in addresses))
    return guessed


async def from_everywhere(port: int, guesses: Iterable[str]) -> Guessed:
    """Asks for codes, each from a network that never asked before."""
    guessed = Guessed()
    todo = iter(guesses)

    async def work() -> None:
        line = Citizen(port)
        for code in todo:
            line.address = Citizen(port).address
            begun = time.perf_counter()
            answer = await line.post(TRACK, [("ma", code)])
            guessed.add(False, answer, time.perf_counter() - begun)
        await line.close()

    await asyncio.gather(*(work() for _ in range(LINES)))
    return guessed
