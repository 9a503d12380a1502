"""Who acts, where and when: what every verb begins with."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from accounts.asking import who_is_asking
from accounts.database import open_database
from accounts.holders import LOCAL, DatabaseStaff
from accounts.place import find_place
from accounts.roster import everybody
from accounts.staff import Staff
from workflow.forge import Forge, ForgeError
from workflow.forge.local import LocalForge
from workflow.git import Git

FORGE = "CONG_FORGE"
"""The environment variable that names the forge; else ``git config cong.forge``."""

GITHUB = "github"
"""What the setting begins with when proposals live on GitHub: ``github:owner/name``."""

LOGIN = "CONG_LOGIN"
"""The environment variable that names who acts; else ``git config cong.login``."""

NOBODY = "Chưa ai có tài khoản; hãy đăng ký người đầu tiên bằng cong accounts add."

READER = "cong"
"""The login under which a program reads: nobody's, for it is given no post."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a verb works with.

    Attributes:
        root: The root of the checkout.
        git: Git in the checkout.
        forge: Where proposals live.
        git_of_forge: Git in the repository that has the main branch.
        staff: Who holds which post.
        now: The clock.
        environment: The environment.
    """

    root: Path
    git: Git
    forge: Forge
    git_of_forge: Git
    staff: Staff
    now: Callable[[], dt.datetime]
    environment: Mapping[str, str]


@contextmanager
def context(
    root: Path,
    environment: Mapping[str, str],
    home: Path,
    now: Callable[[], dt.datetime],
    *,
    reading: bool = False,
) -> Iterator[Context]:
    """Opens the forge and the list of staff.

    Args:
        root: The root of the checkout.
        environment: The environment.
        home: The home folder of whoever asks.
        now: The clock.
        reading: Whether nothing is to be done in anybody's name, so that nobody need be known.

    Raises:
        ForgeError: It is not clear which forge, or who asks.
        Refused: There is no list of staff.
    """
    git = Git(root, environment)
    kind, place = forge_of(git, environment)
    if kind == GITHUB:
        # Loaded here: whoever has everything on one machine does not wait for what speaks HTTP.
        from workflow.proposing.on_github import on_github

        with on_github(root, git, place, environment, home, now) as found:
            yield found
        return
    with open_database(find_place(environment, home), environment) as database:
        staff = DatabaseStaff(database, LOCAL)
        me = environment.get(LOGIN, "") or who_is_asking(database, git.path)
        me = me or (READER if reading else "")
        if not me:
            with database.reading() as connection:
                if not everybody(connection):  # ``cong serve`` makes an empty list
                    raise ForgeError(NOBODY)
            raise ForgeError(
                "Chưa rõ ai đang làm việc này; hãy gõ: git config cong.login <mã của bạn> (mã do "
                "đơn vị vận hành đăng ký bằng cong accounts add)."
            )
        repository = repository_at(root, place)
        forge = LocalForge(
            repository,
            me,
            keys=staff.keys_of,
            now=now,
            environment=environment,
            checkout=root,
        )
        of_forge = Git(repository, environment)
        yield Context(root, git, forge, of_forge, staff, now, environment)


def forge_of(git: Git, environment: Mapping[str, str]) -> tuple[str, str]:
    """Where proposals live: of which kind, and where; the place is empty for the checkout's own.

    Raises:
        ForgeError: There is no such kind.
    """
    named = environment.get(FORGE) or git.run("config", "--get", "cong.forge", ok=(0, 1)).line
    kind, _, place = named.partition(":")
    if kind not in ("", LOCAL, GITHUB):
        raise ForgeError(
            f"Chưa dùng được kho đề xuất “{kind}”; hãy gõ: git config cong.forge local, hoặc "
            "local:/đường/dẫn/kho.git, hoặc github:tổ-chức/kho."
        )
    return kind or LOCAL, place


def repository_at(root: Path, place: str) -> Path:
    """The repository on this machine that has the main branch.

    Args:
        root: The root of the checkout.
        place: Where the forge is, as it was set; empty for the checkout's own.
    """
    return (Path(place).expanduser() if place else root).absolute()
