"""The browser's script, started once."""

from collections.abc import Iterator

import pytest

from tests.plugins.search.sides import Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    side = Browser(tmp_path_factory.mktemp("browser"))
    yield side
    side.close()
