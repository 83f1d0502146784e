"""Ada owns the world's project, Ben edits, Vera views. It is noon of 10 January 2026."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import Client

from groundswell.workspace.types import Role
from tests.visitors import member
from tests.world import World

_QUIET = {"accepted": 0, "loaded": 0, "dropped": {}, "waiting": 0, "lag_seconds": 0, "refused": 0}
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    collector = SimpleNamespace(
        ledger=world.ledger, recent=world.recent, ingestion=lambda project: _QUIET, close=lambda: None
    )
    monkeypatch.setattr("groundswell.collect.service._collector", collector)
    monkeypatch.setattr("groundswell.kernel.clock.now", lambda: NOW)
    return world


@pytest.fixture
def ben(world: World) -> Client:
    return member(world.project, "ben", Role.EDITOR)


@pytest.fixture
def vera(world: World) -> Client:
    return member(world.project, "vera", Role.VIEWER)
