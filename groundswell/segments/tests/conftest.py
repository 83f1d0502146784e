"""A world of which Ada's team knows who is in which segment; the clock stands where a test puts it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from groundswell.kernel import happenings
from groundswell.segments import service
from groundswell.segments.types import Card, SegmentChanged
from groundswell.workspace.types import Caller, Role
from tests.visitors import member
from tests.world import World

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
MACHINE = Caller(is_operator=True)
Put = Callable[..., Card]


class Clock:
    """What time it is."""

    def __init__(self) -> None:
        self.now = NOON

    def set(self, at: str) -> None:
        self.now = datetime.fromisoformat(at).astimezone(UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("groundswell.kernel.clock.now", lambda: made.now)
    return made


@pytest.fixture
def put(world: World, clock: Clock) -> Put:
    """Make a segment, or change it."""

    def put(key: str, *statements: dict[str, Any], of: str = "people", how: str = "all", name: str = "") -> Card:
        match = {how: list(statements)}
        return service.put_segment(MACHINE, world.project, key, name=name or key, of=of, match=match)

    return put


@pytest.fixture
def told() -> Iterator[list[SegmentChanged]]:
    """What listeners hear."""
    heard: list[SegmentChanged] = []
    before = dict(happenings._listeners)
    happenings.listen(SegmentChanged, heard.append)
    yield heard
    happenings._listeners.clear()
    happenings._listeners.update(before)


@pytest.fixture
def ben(world: World) -> Client:
    return member(world.project, "ben", Role.EDITOR)


@pytest.fixture
def vera(world: World) -> Client:
    return member(world.project, "vera", Role.VIEWER)


def ids(world: World, key: str) -> list[str]:
    """Who is in a segment as it is known, by the id of their profile."""
    from groundswell.people.service import account_cards, cards

    card = service.segment(world.project, key)
    numbers = service.members(world.project, key).tolist()
    shown = cards(world.project, numbers) if card.of == "people" else account_cards(world.project, numbers)
    return sorted(each.id for each in shown)
