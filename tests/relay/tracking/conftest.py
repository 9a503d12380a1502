"""An office over a fresh store, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from relay.store.database import Store
from relay.store.keys import Keys
from tests.relay.citizens import Office, opened_office


@pytest.fixture
def office(store: Store, keys: Keys, tmp_path: Path) -> Iterator[Office]:
    """A relay as citizens meet it."""
    with opened_office(store, keys, tmp_path) as opened:
        yield opened
