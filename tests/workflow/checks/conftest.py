"""The small portal as a repository."""

from pathlib import Path

import pytest

from tests.workflow.checks.repository import Repository


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """A fresh repository, which a test may spoil."""
    return Repository(tmp_path)
