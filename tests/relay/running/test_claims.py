"""A chore of several processes is done by one of them, once in so long."""

import datetime as dt
import os
from collections.abc import Callable

import pytest

from relay.running.claims import claimed
from relay.store.database import Store, open_store
from relay.store.writer import Writer
from tests.relay.store.samples import AT

LASTING = dt.timedelta(minutes=55)


class Office:
    """Processes over one database, a clock, and what was done by whom."""

    def __init__(self, writers: list[Writer]) -> None:
        self.writers = writers
        self.now = AT
        self.done: list[int] = []
        self.fault: type[BaseException] | None = None

    def chore(self, place: int, name: str = "cases quangnam") -> Callable[[], None]:
        def do() -> None:
            if self.fault is not None:
                raise self.fault
            self.done.append(place)

        return claimed(self.writers[place], name, LASTING, lambda: self.now, do)

    def everybody(self, name: str = "cases quangnam") -> list[int]:
        """Each of them has its turn; who did it."""
        before = len(self.done)
        for place in range(len(self.writers)):
            self.chore(place, name)()
        return self.done[before:]


def test_one_process_does_it_and_another_takes_over_in_time(postgres_store: Store) -> None:
    other_store = open_store(postgres_store.engine.url, os.environ)
    with Writer(postgres_store) as one, Writer(other_store) as other:
        office = Office([one, other])
        assert office.everybody() == [0]
        assert office.everybody("cases khanhhoa") == [0]  # another portal, the same database
        office.now += LASTING - dt.timedelta(seconds=1)
        assert office.everybody() == []
        office.now += dt.timedelta(seconds=1)
        office.chore(1)()
        assert office.done[-1] == 1
        assert office.everybody() == []
    other_store.close()


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
def test_who_fails_gives_the_chore_back(sqlite_store: Store, fault: type[BaseException]) -> None:
    with Writer(sqlite_store) as writer:
        office = Office([writer, writer])
        office.fault = fault
        with pytest.raises(fault):
            office.chore(0)()
        office.fault = None
        assert office.everybody() == [0]
