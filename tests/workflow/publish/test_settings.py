"""Where portals are published, as an environment says it."""

import subprocess
from pathlib import Path

import pytest

from regulation.findings import Mistyped
from workflow.git import Git
from workflow.publish.settings import VARIABLE, Setting, settings_of


def told(tmp_path: Path, said: str) -> dict[str, Setting]:
    """What a repository with a setting of its own takes the environment to say."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    git = Git(tmp_path, {"PATH": "/usr/bin:/bin", VARIABLE: said})
    git.run("config", "cong.mau.publishTo", "/srv/mau")
    return dict(settings_of(git))


def test_an_environment_says_a_portal_a_line(tmp_path: Path) -> None:
    found = told(tmp_path, "\n quangnam s3://cong-quangnam/x \nquangnam-cchc pages /cong/\r\n")
    assert found == {
        "quangnam": Setting("quangnam", "s3://cong-quangnam/x"),
        "quangnam-cchc": Setting("quangnam-cchc", "pages", "/cong", "origin"),
    }


def test_without_it_git_is_asked(tmp_path: Path) -> None:
    assert told(tmp_path, " \n") == {"mau": Setting("mau", "/srv/mau")}


@pytest.mark.parametrize("said", ["quangnam", "quangnam s3://a /b c"])
def test_a_line_that_says_something_else_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(Mistyped, match="mỗi dòng một cổng"):
        told(tmp_path, said)
