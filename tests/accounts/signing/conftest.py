"""A door for every test of signing in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accounts.signing.door import Door, open_door


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """The pages over a fresh register."""
    made = open_door(tmp_path / "kho" / "accounts.sqlite")
    yield made
    made.desk.database.close()
