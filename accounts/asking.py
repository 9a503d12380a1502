"""Who is asking, as Git is told."""

import subprocess
from pathlib import Path

from accounts.database import Database
from accounts.holders import LOCAL, id_of_email, id_of_login


def who_is_asking(database: Database, folder: Path) -> str:
    """The id of whoever is asking; empty when nobody known is.

    It is believed, not proven: a key proves it (``accounts.keys``). Whoever may write the database
    may write anything in any name, so the file's permissions are what keeps others out.

    Args:
        database: Where people are listed.
        folder: The folder whose Git settings name them: ``cong.login``, or else ``user.email``.
    """
    with database.reading() as connection:
        own = id_of_login(connection, LOCAL, _git_says("cong.login", folder))
        return own or id_of_email(connection, _git_says("user.email", folder)) or ""


def _git_says(name: str, folder: Path) -> str:
    words = ["git", "-C", str(folder), "config", "--get", name]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout
