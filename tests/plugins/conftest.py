"""The small portal, built once for those that only look, and fresh for those that spoil it."""

from pathlib import Path

import pytest

from plugins.site import Site
from tests.small import Small, small


@pytest.fixture
def house(tmp_path: Path) -> Small:
    """A fresh checkout of the small portal, with every kind of page."""
    return small(tmp_path)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The small portal built as of ``NOW``, only to be looked at."""
    made = small(tmp_path_factory.mktemp("drawn"))
    made.build()
    return made


@pytest.fixture(scope="session")
def site(drawn: Small) -> Site:
    """What the build of the small portal knew, only to be looked at."""
    return drawn.site()
