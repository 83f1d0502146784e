"""Ada owns the world's project, Ben edits, Vera views. It is noon of 10 January 2026."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from groundswell.workspace.types import Role
from tests.visitors import member
from tests.world import World

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("groundswell.kernel.clock.now", lambda: NOW)
    return world


@pytest.fixture
def ben(world: World) -> Client:
    return member(world.project, "ben", Role.EDITOR)


@pytest.fixture
def vera(world: World) -> Client:
    return member(world.project, "vera", Role.VIEWER)
