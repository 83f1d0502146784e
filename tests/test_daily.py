"""Days counted ahead: never out of date, whatever comes after."""

from typing import Any

import pytest

from groundswell.insights.service import ask
from groundswell.kernel.errors import Refusal
from groundswell.people.daily import Counted
from groundswell.store import service as store
from groundswell.workspace.models import Project
from groundswell.workspace.service import project_card
from tests.world import World, identify, track

DAY5, DAY6 = "2026-01-05T10:00:00Z", "2026-01-06T10:00:00Z"


def people(world: World, event: str | None = "Opened", measure: str = "people") -> list[Any]:
    """By day, from the 4th to the 7th."""
    question = {
        "kind": "trend", "interval": "day", "series": [{"event": event, "measure": measure}],
        "date_from": "2026-01-04", "date_to": "2026-01-07",
    }  # fmt: skip
    return [row[3] for row in ask(world.project, question).rows]


def counted(world: World) -> list[tuple[Any, ...]]:
    rows = world.run(
        "SELECT toString(event), toString(day), people, total FROM scope.daily"
        " WHERE day < (SELECT max(until) FROM scope.daily_until) ORDER BY ALL"
    )
    return [(event, day[-2:], people, total) for event, day, people, total in rows]


@pytest.fixture
def busy(world: World) -> World:
    world.send(
        track("ann", "Opened", DAY5), track("~phone", "Opened", DAY5), track("ann", "Closed", DAY5),
        track("ben", "Opened", DAY6), track("ben", "Opened", DAY6),
    )  # fmt: skip
    world.count_ahead()
    return world


def test_every_day_is_counted_by_event_and_for_any(busy: World) -> None:
    assert counted(busy) == [
        ("", "05", 2, 3), ("", "06", 1, 2), ("Closed", "05", 1, 1), ("Opened", "05", 2, 2), ("Opened", "06", 1, 2),
    ]  # fmt: skip
    assert people(busy) == [0, 2, 1, 0]
    assert people(busy, None) == [0, 2, 1, 0]
    assert people(busy, None, "total") == [0, 3, 2, 0]


def test_late_events_have_their_day_counted_anew(busy: World) -> None:
    busy.send(track("cleo", "Opened", DAY6))
    assert [row[1] for row in counted(busy)] == ["05", "05", "05"]
    assert people(busy) == [0, 2, 2, 0]
    busy.count_ahead()
    assert counted(busy)[-1] == ("Opened", "06", 2, 3)
    assert people(busy) == [0, 2, 2, 0]


def test_a_join_has_the_days_counted_anew_on_which_the_one_who_joined_was_there(busy: World) -> None:
    busy.send(identify("ann", "phone", at="2026-02-01T00:00:00Z"))
    assert counted(busy) == []
    assert people(busy) == [0, 1, 1, 0]
    busy.count_ahead()
    assert people(busy) == [0, 1, 1, 0]


def test_a_join_of_somebody_new_leaves_the_days_before_alone(busy: World) -> None:
    busy.send(track("~laptop", "Opened", DAY6), identify("ben", "laptop", at=DAY6))
    assert [row[1] for row in counted(busy)] == ["05", "05", "05"]
    assert people(busy) == [0, 2, 1, 0]


def test_earlier_events_that_came_late_are_remembered_of_who_joins(busy: World) -> None:
    busy.send(track("~laptop", "Opened", DAY6))
    busy.send(track("~laptop", "Opened", DAY5))
    busy.count_ahead()
    assert people(busy) == [0, 3, 2, 0]
    busy.start_loader()
    busy.send(identify("ben", "laptop", at="2026-02-01T00:00:00Z"), identify("ann", "phone", at="2026-02-01T00:00:01Z"))
    assert people(busy) == [0, 2, 1, 0]


def test_a_merge_of_two_known_people_has_everything_counted_anew(busy: World) -> None:
    busy.send(track("ben", "Opened", DAY5))
    busy.count_ahead()
    assert people(busy) == [0, 3, 1, 0]
    busy.send({"type": "alias", "userId": "ann", "previousId": "ben", "timestamp": DAY6})
    assert counted(busy) == []
    assert people(busy) == [0, 2, 1, 0]


def test_a_change_of_zone_begins_anew(busy: World) -> None:
    busy.send(track("cleo", "Opened", "2026-01-05T20:00:00Z"))
    busy.count_ahead()
    assert people(busy) == [0, 3, 1, 0]
    Project.objects.filter(pk=busy.project.id).update(timezone="Asia/Seoul", counted_in="UTC")
    while busy.loader.rezoning.step():
        pass
    busy.project = project_card(busy.project.id)
    assert counted(busy) == []
    assert people(busy) == [0, 2, 2, 0]
    busy.send(track("dora", "Opened", "2026-01-06T20:00:00Z"))
    assert people(busy) == [0, 2, 2, 1]
    busy.count_ahead()
    assert people(busy) == [0, 2, 2, 1]
    busy.send(track("dora", "Opened", "2026-01-05T20:00:00Z"))
    assert people(busy) == [0, 2, 3, 1]


def test_what_is_counted_survives_a_restart(busy: World) -> None:
    before = counted(busy)
    busy.start_loader()
    assert not busy.loader.daily.count_on(busy.project)
    assert counted(busy) == before


def test_today_is_not_counted_ahead(world: World) -> None:
    from groundswell.kernel.clock import now

    world.send(track("ann", "Opened", now().isoformat()))
    world.count_ahead()
    assert counted(world) == []
    assert not world.loader.daily.count_on(world.project)


def test_a_count_that_was_cut_short_is_made_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    append = store.append

    def fail(table: str, *args: Any, **options: Any) -> None:
        append(table, *args, **options)
        if table == "daily":
            raise Refusal(503, "power_cut", "The power went out.")

    world.send(track("ann", "Opened", DAY5))
    monkeypatch.setattr(store, "append", fail)
    with pytest.raises(Refusal):
        world.count_ahead()
    monkeypatch.setattr(store, "append", append)
    world.start_loader()
    world.send(track("ben", "Opened", DAY5))
    world.count_ahead()
    assert people(world) == [0, 2, 0, 0]
    assert counted(world)[-1] == ("Opened", "05", 2, 2)


def test_where_counting_fails_questions_count_and_loading_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(project: Any) -> bool:
        raise Refusal(422, "question_too_long", "It took too long.")

    world.send(track("ann", "Opened", DAY5))
    monkeypatch.setattr(world.loader.daily, "_counted", {world.project.id: Counted()})
    monkeypatch.setattr(world.loader.daily, "count_on", fail)
    world.loader.count_ahead()
    assert "not counted ahead: It took too long." in caplog.text
    assert people(world) == [0, 1, 0, 0]
