"""What publishing asks hangs on the list of staff: on who stands in it, not on its file."""

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from accounts.database import open_database
from accounts.place import find_place
from accounts.register import Register
from regulation.findings import Refused
from tests.workflow.publish.places import START, git
from workflow.forge import ForgeError
from workflow.proposing.context import context
from workflow.publish.release import PublishError
from workflow.publish.source import source


def now() -> dt.datetime:
    """A moment."""
    return START


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which something came to the main branch without a proposal."""
    root = tmp_path / "checkout"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "commit", "--quiet", "--allow-empty", "-m", "Mở đầu")
    (root / "content" / "nho").mkdir(parents=True)
    (root / "content" / "nho" / "bai.md").write_text("Chưa ai duyệt\n", encoding="utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "Bài")
    return root


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """Where the list of staff would lie."""
    return {**os.environ, "CONG_ACCOUNTS": str(tmp_path / "ra-ngoai" / "accounts.sqlite")}


def asks(root: Path, environment: Mapping[str, str], home: Path) -> bool:
    """Whether publishing refuses what nobody approved."""
    with source(root, environment, home, now, lambda line: None) as found:
        try:
            found.demand("HEAD~1", "HEAD")
        except PublishError:
            return True
        return False


def test_an_approval_is_asked_for_once_there_is_somebody_to_give_it(
    checkout: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    assert not asks(checkout, environment, tmp_path)  # no list at all

    with open_database(find_place(environment, tmp_path), environment, create=True) as database:
        # As ``cong serve`` makes it for a portal that is tried.
        assert not asks(checkout, environment, tmp_path)
        Register(database, now, "", "cong@may").add_person("mai", "Người thử")
    assert asks(checkout, environment, tmp_path)


def test_whoever_acts_where_nobody_is_listed_is_told_to_begin_there(
    checkout: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    mine = {**environment, "GIT_CONFIG_GLOBAL": os.devnull, "CONG_LOGIN": ""}
    open_database(find_place(mine, tmp_path), mine, create=True).close()
    with pytest.raises(ForgeError, match="cong accounts add"):
        context(checkout, mine, tmp_path, now).__enter__()


def test_a_list_that_cannot_be_read_is_not_taken_for_an_empty_one(
    checkout: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    place = Path(environment["CONG_ACCOUNTS"])
    place.parent.mkdir()
    place.write_bytes(b"not a database" * 100)
    with pytest.raises(Refused):
        asks(checkout, environment, tmp_path)
