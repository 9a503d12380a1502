"""The browser's scripts, each started once."""

from collections.abc import Iterator

import pytest

from tests.plugins.search.sides import READING, Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    side = Browser(tmp_path_factory.mktemp("browser"))
    yield side
    side.close()


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser's reader of an index, and its search."""
    side = Browser(tmp_path_factory.mktemp("reading"), READING)
    yield side
    side.close()
