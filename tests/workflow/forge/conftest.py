"""The forges under test: each passes the same suite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .drivers import Driver, LocalDriver
from .github_driver import GitHubDriver


@pytest.fixture(params=["local-shared", "local-checkout", "github"])
def forge(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    """A forge with a small portal on its main branch."""
    if request.param == "github":
        yield from _github(tmp_path)
    else:
        yield LocalDriver(tmp_path, shared=request.param == "local-shared")


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GitHubDriver]:
    """GitHub's forge over a stand-in."""
    yield from _github(tmp_path)


def _github(folder: Path) -> Iterator[GitHubDriver]:
    driver = GitHubDriver(folder)
    yield driver
    driver.github.stop()


@pytest.fixture
def local(tmp_path: Path) -> LocalDriver:
    """The local forge in a bare repository, with a checkout beside it."""
    return LocalDriver(tmp_path)


@pytest.fixture
def alone(tmp_path: Path) -> LocalDriver:
    """The local forge in a checkout's own repository."""
    return LocalDriver(tmp_path, shared=False)
