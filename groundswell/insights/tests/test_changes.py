"""What changed, worked out by hand."""

import math
from datetime import date

import pytest

from groundswell.insights.changes import Change, changes, discoveries
from groundswell.kernel.periods import Days
from tests.world import World, track

WEEK = Days(date(2026, 1, 12), date(2026, 1, 18), "UTC")


def day(number: int) -> str:
    return f"2026-01-{number:02}T10:00:00Z"


def test_people_are_counted_once_in_each_week_and_in_all(world: World) -> None:
    # Ada does A in both weeks, Ben B before only, Cleo A twice now. In all: Ada, Cleo now; Ada, Ben before.
    world.send(
        track("ada", "A", day(6)), track("ada", "A", day(13)), track("ben", "B", day(8)),
        track("cleo", "A", day(14)), track("cleo", "A", day(18)), track("dan", "A", day(4)), track("dan", "A", day(19)),
    )  # fmt: skip
    found = changes(world.project, WEEK)
    assert found.in_all == Change(None, 2, 2)
    assert {each.event: (each.now, each.before) for each in found.events} == {"A": (2, 1), "B": (0, 1)}


def test_two_ids_of_one_person_count_once(world: World) -> None:
    world.send(
        track("ada", "A", day(13)),
        track("ada-2", "A", day(14)),
        {"type": "alias", "previousId": "ada-2", "userId": "ada", "timestamp": day(15)},
    )
    assert changes(world.project, WEEK).in_all.now == 1


def test_where_nothing_happened_nothing_changed(world: World) -> None:
    found = changes(world.project, WEEK)
    assert (found.in_all, found.events, found.sure) == (Change(None, 0, 0), (), ())


def test_the_chance_is_that_of_a_normal_deviate() -> None:
    # (60 - 40) / √100 = 2 standard deviations: 4.55 %.
    assert math.isclose(Change("A", 60, 40).chance, 0.0455, abs_tol=0.0001)
    assert Change("A", 60, 40).share == pytest.approx(0.5)
    assert Change("A", 5, 0).share is None
    assert Change("A", 0, 0).chance == 1.0


def test_of_many_looks_only_the_surest_count() -> None:
    # Benjamini and Hochberg (1995), table 1: at 5 % the first four of these fifteen stand.
    chances = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
        0.7590, 1.0,
    ]  # fmt: skip
    assert len(discoveries(chances)) == 4
    assert len(discoveries([0.2, 0.9])) == 0


def test_a_large_change_is_named_and_a_small_one_is_not(world: World) -> None:
    before = [track(f"p{number}", name, day(7)) for number in range(40) for name in ("Fell", "Stayed")]
    now = [track(f"p{number}", "Stayed", day(14)) for number in range(38)]
    world.send(*before, *now, track("p1", "Fell", day(14)))
    assert [each.event for each in changes(world.project, WEEK).sure] == ["Fell"]
