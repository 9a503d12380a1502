"""The small portal as a whole checkout."""

from pathlib import Path

import pytest

from tests.small import Small, small


@pytest.fixture
def house(tmp_path: Path) -> Small:
    """A fresh checkout of the small portal, which a test may spoil."""
    return small(tmp_path)
