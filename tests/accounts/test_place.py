"""Where the database may lie, and who may read it."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from accounts.place import demand_outside_git, find_place
from regulation.findings import Refused
from tests.accounts.desk import open_desk

HOME = Path("/nha/mai")


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ({}, "sqlite:////nha/mai/.local/share/cong/accounts.sqlite"),
        ({"XDG_DATA_HOME": "/du-lieu"}, "sqlite:////du-lieu/cong/accounts.sqlite"),
        ({"XDG_DATA_HOME": "du-lieu"}, "sqlite:////nha/mai/.local/share/cong/accounts.sqlite"),
        ({"CONG_ACCOUNTS": "  "}, "sqlite:////nha/mai/.local/share/cong/accounts.sqlite"),
        ({"CONG_ACCOUNTS": "/srv/tk.sqlite"}, "sqlite:////srv/tk.sqlite"),
        ({"CONG_ACCOUNTS": "sqlite:////srv/tk.sqlite"}, "sqlite:////srv/tk.sqlite"),
        ({"CONG_ACCOUNTS": "postgresql://a:b@may/cong"}, "postgresql://a:***@may/cong"),
    ],
)
def test_the_place_is_named_or_the_users_own(environment: Mapping[str, str], place: str) -> None:
    assert find_place(environment, HOME).render_as_string() == place


@pytest.mark.parametrize("named", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=ro"])
def test_a_sqlite_database_is_a_file(named: str) -> None:
    with pytest.raises(Refused, match="Cơ sở dữ liệu SQLite phải là một tệp"):
        find_place({"CONG_ACCOUNTS": named}, HOME)


def test_an_address_that_is_none_is_refused_without_repeating_its_password() -> None:
    with pytest.raises(Refused, match="Không đọc được địa chỉ") as refused:
        find_place({"CONG_ACCOUNTS": "://a:mat-khau@may"}, HOME)
    assert "mat-khau" not in str(refused.value)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """An empty Git repository that ignores one folder."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("/rieng/\n")
    return tmp_path


@pytest.mark.duty("G5")
@pytest.mark.parametrize("name", ["tk.sqlite", "sau/hon/nua/tk.sqlite"])
def test_a_file_that_git_would_pick_up_is_refused(checkout: Path, name: str) -> None:
    with pytest.raises(Refused, match="Tệp này nằm trong kho Git"):
        open_desk(checkout / name)
    assert sorted(path.name for path in checkout.iterdir()) == [".git", ".gitignore"]


@pytest.mark.duty("G5")
def test_a_link_into_the_checkout_is_followed(checkout: Path) -> None:
    link = checkout / ".git" / "loi-tat"
    link.symlink_to(checkout / "tk.sqlite")
    place = find_place({"CONG_ACCOUNTS": str(link)}, HOME)
    with pytest.raises(Refused, match="Tệp này nằm trong kho Git"):
        demand_outside_git(Path(str(place.database)), os.environ)


def test_a_hook_of_another_repository_does_not_mislead(checkout: Path) -> None:
    environment = {**os.environ, "GIT_DIR": "/khong/co", "GIT_WORK_TREE": "/khong/co"}
    with pytest.raises(Refused, match="Tệp này nằm trong kho Git"):
        demand_outside_git(checkout / "tk.sqlite", environment)


@pytest.mark.parametrize("name", ["rieng/tk.sqlite", ".git/tk.sqlite"])
def test_what_git_ignores_and_gits_own_folder_will_do(checkout: Path, name: str) -> None:
    open_desk(checkout / name).database.close()
    assert (checkout / name).is_file()


@pytest.mark.duty("G5")
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "tk.sqlite"
    mask = os.umask(0)
    try:
        made = open_desk(path)
        made.known("mai")
        with made.database.reading() as connection:
            connection.exec_driver_sql("SELECT * FROM people")
            there = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
        made.database.close()
    finally:
        os.umask(mask)
    assert {"tk.sqlite", "tk.sqlite-wal", "tk.sqlite-shm"} == {*there}
    assert {*there.values()} == {0o600}
    assert [folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)] == [
        0o700,
        0o700,
    ]


def test_a_file_that_was_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "tk.sqlite"
    open_desk(path).database.close()
    path.chmod(0o644)
    open_desk(path).database.close()
    assert path.stat().st_mode & 0o777 == 0o600
