"""The forges under test: each passes the same suite."""

from pathlib import Path

import pytest

from .drivers import Driver, LocalDriver


@pytest.fixture(params=["local-shared", "local-checkout"])
def forge(request: pytest.FixtureRequest, tmp_path: Path) -> Driver:
    """A forge with a small portal on its main branch."""
    return LocalDriver(tmp_path, shared=request.param == "local-shared")


@pytest.fixture
def local(tmp_path: Path) -> LocalDriver:
    """The local forge in a bare repository, with a checkout beside it."""
    return LocalDriver(tmp_path)


@pytest.fixture
def alone(tmp_path: Path) -> LocalDriver:
    """The local forge in a checkout's own repository."""
    return LocalDriver(tmp_path, shared=False)
