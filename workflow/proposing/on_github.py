"""What every verb begins with when proposals live on GitHub."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from accounts.database import open_database
from accounts.holders import DatabaseStaff
from accounts.place import VARIABLE
from accounts.place import find_place as place_of_accounts
from workflow.forge.github import Api, GitHubForge, Mirror
from workflow.forge.github.place import find_place
from workflow.forge.github.staff import GitHubStaff
from workflow.gate.words import day
from workflow.git import Git
from workflow.proposing.base import regulations_at
from workflow.proposing.context import GITHUB, Context

_MIRRORS = "cong/github"  # below where the checkout's Git keeps its own files


@contextmanager
def on_github(
    root: Path,
    git: Git,
    repository: str,
    environment: Mapping[str, str],
    home: Path,
    now: Callable[[], dt.datetime],
) -> Iterator[Context]:
    """Opens proposals on GitHub, and the list of staff: the database if one is named, or teams.

    Args:
        root: The root of the checkout.
        git: Git in the checkout.
        repository: As ``owner/name``.
        environment: The environment.
        home: The home folder of whoever asks.
        now: The clock.

    Raises:
        ForgeError: GitHub does not answer, or there is no token.
        Refused: There is no list of staff where the environment names one.
    """
    place = find_place(repository, environment, now)
    api = Api(place.token, base=place.api, now=now)
    common = Path(git.run("rev-parse", "--path-format=absolute", "--git-common-dir").line)
    folder = common / _MIRRORS / f"{place.repository.lower()}.git"
    mirror = Mirror(folder, git, place.remote, place.token)
    forge = GitHubForge(api, place.repository, mirror)
    forge.follow()  # the regulations that bind are those of the main branch as GitHub has it
    if environment.get(VARIABLE, "").strip():
        with open_database(place_of_accounts(environment, home), environment) as database:
            staff = DatabaseStaff(database, GITHUB)
            yield Context(root, git, forge, mirror.git, staff, now, environment)
        return
    teams = GitHubStaff(
        api,
        place.organisation,
        lambda: regulations_at(mirror.git, forge.main, day(now())),
        forge.login_of_email,
        now,
    )
    yield Context(root, git, forge, mirror.git, teams, now, environment)
