"""The register's desk for every test of this room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accounts.desk import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A fresh register."""
    made = open_desk(tmp_path / "kho" / "accounts.sqlite")
    yield made
    made.database.close()
