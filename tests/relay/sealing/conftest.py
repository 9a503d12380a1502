"""The small portal, with keys."""

import pytest

from regulation.portal import Portal
from tests.regulation.conftest import House, house
from tests.relay.sealing.sealed_portal import Keys, sealed_portal

__all__ = ["house"]


@pytest.fixture
def keys() -> Keys:
    """Keys made for this test."""
    return Keys()


@pytest.fixture
def portal(house: House, keys: Keys) -> Portal:
    """The small portal with keys to seal to."""
    return sealed_portal(house, keys)
