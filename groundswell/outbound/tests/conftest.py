"""A neighbour on this machine, and networks that are opened for it."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.neighbours import Neighbour, neighbour


@pytest.fixture
def open_here(settings: Settings) -> None:
    settings.ALLOW_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def next_door(open_here: None) -> Iterator[Neighbour]:
    """Somebody's server that may be reached."""
    with neighbour() as made:
        yield made
