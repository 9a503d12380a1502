"""What is published: the main branch where it really is, without what is urgently taken down."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from accounts.database import open_database
from accounts.holders import LOCAL
from accounts.place import find_place
from accounts.roster import everybody
from workflow.gate.words import day
from workflow.git import Git
from workflow.proposing.base import regulations_at
from workflow.proposing.context import Context, context, forge_of, repository_at
from workflow.publish.vouched import demand_vouched
from workflow.urgent import Standing, standing, with_withdrawals

Tell = Callable[[str], None]
"""Told each urgent withdrawal that is left out, in a line."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where publishing takes the main branch from.

    Attributes:
        git: The repository that has it: the checkout's own, the bare one that several checkouts
            share, or the copy of what GitHub has.
        settings: The repository whose settings say where portals are published: the same, except
            that a copy of GitHub's can be thrown away, so that there it is the checkout.
        shown: Gives the commit that citizens are to see of the one that is published.
        now: The clock.
        demand: Refuses what came to the main branch unapproved between two commits, where nothing
            else keeps people from writing there.
    """

    git: Git
    settings: Git
    shown: Callable[[str], str]
    now: Callable[[], dt.datetime]
    demand: Callable[[str, str], None] = lambda last, commit: None


@contextmanager
def source(
    root: Path,
    environment: Mapping[str, str],
    home: Path,
    now: Callable[[], dt.datetime],
    tell: Tell,
) -> Iterator[Source]:
    """Finds where the main branch is.

    Args:
        root: The root of the checkout.
        environment: The environment.
        home: The home folder of whoever asks.
        now: The clock.
        tell: Told what is left out.

    Raises:
        ForgeError: The forge does not answer.
        Refused: The list of staff cannot be read.
    """
    kind, _ = forge_of(Git(root, environment), environment)
    if kind == LOCAL and not _staff_is_listed(environment, home):
        # Where nobody is listed yet, nobody may take anything down.
        git = settings_repository(root, environment)
        yield Source(git, git, lambda commit: commit, now)
        return
    with context(root, environment, home, now, reading=True) as here:
        yield source_of(here, tell)


def source_of(here: Context, tell: Tell) -> Source:
    """The same for a verb that has opened the forge already.

    Args:
        here: What it works with.
        tell: Told what is left out, once each.
    """
    told: set[str] = set()

    def shown(commit: str) -> str:
        now = here.now()
        regulations = regulations_at(here.git_of_forge, here.forge.main, day(now))
        found = list(standing(here.git_of_forge, here.forge, here.staff, regulations, now))
        for each in found:
            line = _line(each, now)
            if line not in told:
                told.add(line)
                tell(line)
        return with_withdrawals(here.git_of_forge, commit, found)

    own = settings_repository(here.root, here.environment)
    if here.forge.name != LOCAL:  # rules guard the main branch there
        return Source(here.git_of_forge, own, shown, here.now)
    demand = partial(demand_vouched, here.git_of_forge, here.forge)
    return Source(here.git_of_forge, own, shown, here.now, demand)


def settings_repository(root: Path, environment: Mapping[str, str]) -> Git:
    """The repository whose settings say where portals are published (``Source.settings``).

    Args:
        root: The root of the checkout.
        environment: The environment.

    Raises:
        ForgeError: It is not clear which forge.
    """
    kind, place = forge_of(Git(root, environment), environment)
    return Git(repository_at(root, place) if kind == LOCAL else root, environment)


def _line(each: Standing, now: dt.datetime) -> str:
    return f"Đề xuất {each.entry.number}: {each.line(now)}"


def _staff_is_listed(environment: Mapping[str, str], home: Path) -> bool:
    """Whether anybody stands in the list: one that ``cong serve`` just made is nobody's yet.

    People are never taken out again, so what once asked for approvals goes on to.
    """
    place = find_place(environment, home)
    if place.get_backend_name() == "sqlite" and not Path(place.database or "").exists():
        return False
    with open_database(place, environment) as database, database.reading() as connection:
        return bool(everybody(connection))
