"""A whole small town of people: a repository with the house and one portal, and who works there."""

import atexit
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from accounts.database import open_database
from accounts.place import find_place
from accounts.register import Register
from regulation.loading import load_portal
from regulation.yamlfile import VIETNAM

from .forking import Forking

ROOT = Path(__file__).resolve().parents[3]
PORTAL = "quangnam-cchc"

KEPT = frozenset(
    "tin-tuc van-ban media data so-lieu-ho-so thong-bao-su-co lay-y-kien dao-tao gioi-thieu "
    "hop-thu-ban-bien-tap bao-cao trang-thanh-phan xu-huong".split()
)
"""The folders of a portal that are taken: few pages, so that publishing takes a moment."""

DOCUMENTS = "van-ban"
"""Of these only those are taken that another page names."""

STAFF = {
    "an": "ctv-chuyen-trach",
    "binh": "tv-tin-tuc",
    "chau": "truong-ban",
    "dung": "tv-thu-tuc",
    "em": "don-vi-van-hanh",
}
"""Who works there, by the post they hold."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said: exit code, and both outputs together."""

    code: int
    text: str


@dataclass(frozen=True)
class Town:
    """A repository and its people.

    Attributes:
        folder: Everything lies in it.
        root: The checkout.
        portal: The portal's folder in it.
    """

    folder: Path
    portal_id: ClassVar[str] = PORTAL

    @property
    def root(self) -> Path:
        return self.folder / "repo"

    @property
    def portal(self) -> Path:
        return self.root / "content" / self.portal_id

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the machine's own Git settings or accounts."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        return kept | {
            "CONG_ACCOUNTS": str(self.folder / "accounts.sqlite"),
            "GIT_CONFIG_GLOBAL": str(self.folder / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "CONG_CLAMD": "off",
            "HOME": str(self.folder),
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "PYTHONPATH": str(self.root),
        }

    def cong(self, who: str, *words: str, more: Mapping[str, str] | None = None) -> Said:
        """Somebody types a command in the checkout; with more in their environment, if given."""
        environment = {**self.environment, "CONG_LOGIN": who, **(more or {})}
        return Said(*_command_of(self).run(words, environment))

    def cong_afresh(self, who: str, *words: str) -> Said:
        """The same, loaded anew as when somebody really types it: for measuring."""
        done = subprocess.run(
            [sys.executable, "-P", str(self.root / "cong.py"), *words],
            cwd=self.root,
            env={**self.environment, "CONG_LOGIN": who},
            capture_output=True,
            text=True,
            check=False,
        )
        return Said(done.returncode, done.stdout + done.stderr)

    def git(self, *words: str) -> str:
        """A command of Git in the checkout."""
        return subprocess.run(
            ["git", *words],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def sits_down(self, who: str) -> None:
        """Somebody works in the checkout now: what is written here is theirs."""
        self.git("config", "user.name", who)
        self.git("config", "user.email", f"{who}@tinh.example")


class LaoCai(Town):
    """The same in Lào Cai, of the portal on reform there."""

    portal_id = "laocai-cchc"


class QuangNam(Town):
    """The same at the portal of the whole province, to which many agencies post."""

    portal_id = "quangnam"


def _wanted(name: str, portal_id: str) -> bool:
    """Code, and of the content what a small portal of news and documents needs."""
    parts = name.split("/")
    if parts[0] != "content":
        return True
    return parts[1] == portal_id and (len(parts) == 3 or parts[2] in KEPT)


def _needed(files: Mapping[str, str]) -> set[str]:
    """Which legal documents the other files of a portal name, and which those name in turn.

    Each document makes a dozen pages of lists, and most are named by nobody.
    """
    names = {
        path: (Path(path).stem, re.search(r"^id: *(\S+)", text, re.M))
        for path, text in files.items()
        if f"/{DOCUMENTS}/" in path
    }
    found: set[str] = set()
    told = "".join(text for path, text in files.items() if path not in names)
    while told:
        new = {
            path
            for path, (stem, id_) in names.items()
            if path not in found and (stem in told or (id_ and id_[1] in told))
        }
        found |= new
        told = "".join(files[path] for path in new)
    return found


_COMMANDS: dict[Path, Forking] = {}


def _command_of(town: Town) -> Forking:
    """The command of a town, loaded when it is first typed there."""
    if town.root not in _COMMANDS:
        _COMMANDS[town.root] = Forking(town.root, town.environment)
        atexit.register(_COMMANDS[town.root].stop)
    return _COMMANDS[town.root]


def settle(
    folder: Path,
    staff: Mapping[str, str] = STAFF,
    kind: Callable[[Path], Town] = Town,
    *,
    whole: bool = False,
) -> Town:
    """Copies the house as it stands here with one portal, and registers its people.

    Args:
        folder: An empty folder.
        staff: Who works there, by the post they hold.
        kind: The town of which portal.
        whole: With every portal and all that is in them.
    """
    town = kind(folder)
    told = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    names = [
        name
        for name in told.decode().split("\0")
        if name and not name.startswith(("tests/", "docs/")) and (ROOT / name).is_file()
    ]
    if not whole:
        names = [name for name in names if _wanted(name, town.portal_id)]
        texts = {
            name: (ROOT / name).read_text(encoding="utf-8")
            for name in names
            if name.startswith("content/") and name.endswith((".md", ".yml"))
        }
        needed = _needed(texts)
        names = [name for name in names if f"/{DOCUMENTS}/" not in name or name in needed]
    for name in names:
        target = town.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    (folder / "gitconfig").touch()
    town.git("init", "--quiet", "--initial-branch=main")
    town.sits_down("em")
    town.git("add", "--all")
    town.git("commit", "--quiet", "-m", "Lập cổng")
    day = dt.datetime.now(VIETNAM)
    portal = load_portal(town.portal, town.root, day.date())
    place = find_place(town.environment, folder)
    with open_database(place, town.environment, create=True) as database:
        register = Register(database, lambda: day, "", "máy thử")
        for who, post in staff.items():
            register.add_person(who, who.title(), addresses=[f"{who}@tinh.example"])
            register.grant({town.portal_id: portal}, who, town.portal_id, post)
    return town
