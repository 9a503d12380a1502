"""Where the database lies: never where Git would pick it up, and open to nobody else."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from regulation.findings import Finding, Refused

VARIABLE = "CONG_ACCOUNTS"
"""The environment variable that names the database: a path, or a URL as SQLAlchemy writes them."""

IN_GIT = (
    "Tệp này nằm trong kho Git nên danh sách người có tài khoản có thể bị đưa vào kho; hãy "
    f"đặt {VARIABLE} ra ngoài kho, hoặc bỏ trống để dùng thư mục riêng của người dùng."
)
"""What to say of the register where Git would pick it up."""


def find_place(environment: Mapping[str, str], home: Path) -> URL:
    """Where the database lies.

    Args:
        environment: The environment.
        home: The home folder of whoever is asking.

    Raises:
        Refused: The variable names nothing that can be one.
    """
    named = environment.get(VARIABLE, "").strip()
    if not named:
        return _file(_data_folder(environment, home) / "cong" / "accounts.sqlite")
    if "://" not in named:
        return _file(Path(named).expanduser())
    try:
        url = make_url(named)
    except ArgumentError:
        # The URL is not repeated: it may hold a password.
        message = (
            "Không đọc được địa chỉ cơ sở dữ liệu; hãy ghi đường dẫn tệp, hoặc địa chỉ dạng "
            "sqlite:////duong/dan/accounts.sqlite."
        )
        raise Refused([Finding(VARIABLE, message)]) from None
    if url.get_backend_name() != "sqlite":
        return url
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        message = (
            "Cơ sở dữ liệu SQLite phải là một tệp; hãy ghi đường dẫn, ví dụ "
            "sqlite:////duong/dan/accounts.sqlite."
        )
        raise Refused([Finding(VARIABLE, message)])
    return url.set(database=str(Path(url.database).expanduser().resolve()))


def _data_folder(environment: Mapping[str, str], home: Path) -> Path:
    named = Path(environment.get("XDG_DATA_HOME", ""))
    # The specification says to pass over a path that is not absolute.
    return named if named.is_absolute() else home / ".local" / "share"


def _file(path: Path) -> URL:
    return URL.create("sqlite", database=str(path.resolve()))


def demand_outside_git(path: Path, environment: Mapping[str, str], message: str = IN_GIT) -> None:
    """Refuses a file that Git could commit: the list of persons is confidential (G5).

    Args:
        path: The file, there or not yet, with every symbolic link followed.
        environment: For Git; what would turn it to another repository is left out.
        message: What to say then.

    Raises:
        Refused: It lies in a work tree, is not ignored there and is not in .git either.
    """
    folder = next(each for each in path.parents if each.is_dir())
    clean = {name: value for name, value in environment.items() if not name.startswith("GIT_")}

    def ask(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            ["git", "-C", str(folder), *words],
            env=clean,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        return done.returncode, done.stdout.strip()

    code, inside = ask("rev-parse", "--is-inside-work-tree")
    if code != 0 or inside != "true":
        return
    if ask("check-ignore", "--quiet", "--", str(path))[0] != 0:
        raise Refused([Finding(str(path), message)])


def make_folders(path: Path) -> None:
    """Makes the folders that are missing above a file, open to their owner only."""
    missing = [folder for folder in path.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)


def close_to_others(path: Path) -> None:
    """Takes from others what they may do with a file."""
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def claim(path: Path) -> None:
    """Makes the empty file, so that it is never open to others, not for a moment."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
