"""What the catalogue learns of properties: types, examples without secrets, and when they were seen last."""

from datetime import UTC, datetime, timedelta

import pytest

from groundswell.events.service import properties_of
from groundswell.events.types import PropertyCard
from tests.world import World, track

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What time it is: the last of these."""
    times = [NOW]
    monkeypatch.setattr("groundswell.collect.names.now", lambda: times[-1])
    return times


def card(world: World, name: str) -> PropertyCard:
    return next(each for each in properties_of(world.project.id) if each.name == name)


def test_examples_are_written_as_json_writes_them(world: World) -> None:
    world.send(track("ada", "Opened", flag=True, none=None, list=[1, "a"], object={"a": False}, text="a", number=1.5))
    shown = {each.name: each.examples for each in properties_of(world.project.id)}
    assert shown == {
        "flag": ("true",), "none": ("null",), "list": ('[1,"a"]',), "object": ('{"a":false}',), "text": ("a",),
        "number": ("1.5",),
    }  # fmt: skip


def test_examples_keep_no_secrets(world: World) -> None:
    world.send(track("ada", "Opened", password="hunter2", login={"api_key": "k-1"}, long="w" * 500))
    assert card(world, "password").examples == ("•••",)
    assert card(world, "login").examples == ('{"api_key":"•••"}',)
    assert card(world, "long").examples == ("w" * 80,)


def test_a_property_that_is_still_sent_is_seen_every_hour(world: World, clock: list[datetime]) -> None:
    world.send(track("ada", "Opened", size=1))
    assert card(world, "size").last_seen == NOW
    clock.append(NOW + timedelta(minutes=30))
    world.send(track("ada", "Opened", size=2))
    assert card(world, "size").last_seen == NOW, "not each time: that would be a write a block"
    clock.append(NOW + timedelta(minutes=61))
    world.send(track("ada", "Opened", size=3))
    seen = card(world, "size")
    assert (seen.last_seen, seen.first_seen) == (clock[-1], NOW)
    assert seen.examples == ("1", "3")


def test_another_type_is_written_down_at_once(world: World, clock: list[datetime]) -> None:
    world.send(track("ada", "Opened", size=1))
    clock.append(NOW + timedelta(minutes=1))
    world.send(track("ada", "Opened", size="large"))
    assert card(world, "size").types == ("number", "string")
    assert card(world, "size").examples == ("1", "large")
    clock.append(NOW + timedelta(minutes=2))
    world.send(track("ada", "Opened", size="small"))
    assert card(world, "size").last_seen == NOW + timedelta(minutes=1)


def test_a_few_examples_are_enough(world: World, clock: list[datetime]) -> None:
    for hour in range(8):
        clock.append(NOW + timedelta(hours=2 * hour))
        world.send(track("ada", "Opened", size=hour))
    assert card(world, "size").examples == ("0", "1", "2", "3", "4")
