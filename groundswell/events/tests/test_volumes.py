"""How often events happened: the same numbers whether days were counted ahead or not, in the project's days."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.events.catalogue import event_card, events_page
from groundswell.events.chart import HEIGHT, WIDTH, bars
from groundswell.events.volumes import RECENT, people_lately, recent_days, volumes
from tests.world import World, identify, track

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def at(days_ago: int, hour: int = 10) -> str:
    return (NOON.replace(hour=hour) - timedelta(days=days_ago)).isoformat()


@FEW
@given(ago=st.lists(st.integers(0, 60), min_size=1, max_size=12), late=st.lists(st.integers(1, 60), max_size=4))
def test_what_was_counted_ahead_is_counted_once(world: World, tmp_path: Path, ago: list[int], late: list[int]) -> None:
    board = World(tmp_path)
    board.send(*[track("ada", "Opened", at(days)) for days in ago])
    before = volumes(board.project)["Opened"]
    board.count_ahead()
    ahead = volumes(board.project)["Opened"]
    assert (ahead.total, ahead.days, ahead.first) == (before.total, before.days, before.first)
    board.send(*[track("ben", "Opened", at(days)) for days in late])  # changes days that were counted
    everything = [*ago, *late]
    after = volumes(board.project)["Opened"]
    assert after.total == len(everything)
    assert after.days == tuple(everything.count(days) for days in reversed(range(RECENT)))
    assert after.first == date(2026, 1, 10) - timedelta(days=max(everything))
    card = event_card(board.project, "Opened")
    assert card.last_seen == datetime.fromisoformat(at(min(everything)))


def test_days_are_those_of_the_project(world: World, tmp_path: Path) -> None:
    seoul = World(tmp_path, tz="Asia/Seoul")  # nine hours ahead: at noon it is nine in the evening of the same day
    seoul.send(track("ada", "Opened", "2026-01-08T16:00:00Z"), track("ada", "Opened", "2026-01-08T14:00:00Z"))
    assert recent_days(seoul.project)[-1] == date(2026, 1, 10)
    assert volumes(seoul.project)["Opened"].days[-3:] == (1, 1, 0)
    seoul.count_ahead()
    assert volumes(seoul.project)["Opened"].days[-3:] == (1, 1, 0)


def test_what_is_older_than_the_last_days_counts_in_all_only(world: World) -> None:
    world.send(track("ada", "Opened", at(29)), track("ada", "Opened", at(30)), track("ada", "Closed", at(40)))
    assert (volumes(world.project)["Opened"].total, sum(volumes(world.project)["Opened"].days)) == (2, 1)
    closed = event_card(world.project, "Closed")
    assert (closed.count, closed.recent, closed.first_seen) == (1, 0, date(2025, 12, 1))
    assert set(volumes(world.project, "Closed")) == {"Closed"}


def test_people_are_counted_once_whatever_ids_they_used(world: World) -> None:
    world.send(
        track("~phone", "Opened", at(3)), identify("ada", "phone", at(2)), track("ada", "Opened", at(1)),
        track("ben", "Opened", at(1)), track("cleo", "Opened", at(31)), track("dora", "Closed", at(1)),
    )  # fmt: skip
    assert people_lately(world.project, "Opened") == 2
    assert people_lately(world.project, "Nothing") == 0


def test_a_name_of_which_nothing_is_left_is_listed_with_nothing(world: World) -> None:
    world.send(track("ada", "Opened", at(1)), {"type": "track", "userId": "ben", "event": "Payment Succeeded"})
    page = events_page(world.project)
    assert {card.name: card.count for card in page.items} == {"Opened": 1, "Payment Succeeded": 1}
    assert events_page(world.project, number=9).items == []
    assert events_page(world.project, text="\0").total == 2, "what no database keeps is looked for nowhere"


def test_volumes_of_other_projects_are_not_counted(world: World, tmp_path: Path) -> None:
    world.send(track("ada", "Opened", at(1)))
    other = World(tmp_path)
    other.send(*[track("cleo", "Opened", at(day)) for day in range(5)])
    other.count_ahead()
    assert volumes(world.project)["Opened"].total == 1
    assert people_lately(world.project, "Opened") == 1


# The chart


def test_the_highest_bar_fills_the_chart_and_nothing_has_none() -> None:
    days = [date(2026, 1, day) for day in (1, 2, 3, 4)]
    chart = bars(days, [0, 10, 5, 20])
    assert chart.most == 20
    assert [(bar.height, bar.y) for bar in chart.bars] == [
        ("0.0", f"{HEIGHT}.0"), ("48.0", "48.0"), ("24.0", "72.0"), ("96.0", "0.0"),
    ]  # fmt: skip
    assert [bar.place for bar in chart.bars] == ["0.0", "150.0", "300.0", "450.0"]


def test_what_happened_once_among_millions_is_still_seen() -> None:
    chart = bars([date(2026, 1, 1), date(2026, 1, 2)], [1, 5_000_000])
    assert float(chart.bars[0].height) >= 1.5


@given(st.lists(st.integers(0, 10**9), max_size=40))
def test_bars_stand_inside_the_chart(counts: list[int]) -> None:
    days = [date(2026, 1, 1) + timedelta(days=day) for day in range(len(counts))]
    for bar in bars(days, counts).bars:
        assert 0 <= float(bar.x) <= WIDTH
        assert 0 <= float(bar.y) <= HEIGHT
        assert float(bar.y) + float(bar.height) == pytest.approx(HEIGHT, abs=0.2)
