"""The instants of events are kept in memory, and are right however they came about."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from groundswell.insights import recalled
from groundswell.insights.attendance import diary, passes
from groundswell.insights.attendance.register import Register
from groundswell.insights.attendance.roster import Roster
from groundswell.insights.service import ask
from groundswell.kernel.clock import to_us
from groundswell.kernel.periods import Days
from groundswell.store import service as store
from groundswell.workspace.projects import settle, settled
from groundswell.workspace.types import Caller
from tests.world import World, identify, track

FUNNEL = {
    "kind": "funnel", "steps": [{"event": "A"}, {"event": "B"}], "window": "14d",
    "date_from": "2026-01-05", "date_to": "2026-01-25",
}  # fmt: skip
DAYS = Days(date(2026, 1, 5), date(2026, 1, 25), "UTC")


@pytest.fixture(autouse=True)
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    fresh = Register()
    monkeypatch.setattr(recalled, "register", fresh)
    return fresh


def reached(world: World, **options: Any) -> list[int]:
    """How many did A, and B after it."""
    return [row[3] for row in ask(world.project, {**FUNNEL, **options}).rows]


def reads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Of which events how many weeks are read from now on."""
    asked: list[tuple[str, int]] = []
    read = diary._read

    def noted(project: int, stretch: Any, *given: Any) -> Any:
        asked.append((stretch.event, len(stretch.weeks)))
        return read(project, stretch, *given)

    monkeypatch.setattr(diary, "_read", noted)
    return asked


def test_a_week_is_read_again_only_after_something_was_written_to_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Days since 1970, divided by 7: the weeks begin on Thursdays. From January 5 to February 8 there are six.
    world.send(track("ada", "A", "2026-01-06T10:00:00Z"), track("ada", "B", "2026-01-07T10:00:00Z"))
    world.send(track("ada", "C", "2026-01-01T10:00:00Z"), track("ada", "C", "2026-02-20T10:00:00Z"))
    asked = reads(monkeypatch)
    assert reached(world) == [1, 1]
    assert sorted(asked) == [("A", 6), ("B", 6)]
    assert reached(world, window="2d") == [1, 1]
    assert reached(world, window="2h") == [1, 0]
    assert len(asked) == 2
    world.send(track("ben", "A", "2026-01-20T10:00:00Z"), identify("ben", plan="pro"))
    assert reached(world) == [2, 1]
    assert sorted(asked[2:]) == [("A", 1), ("B", 1)]
    world.send(track("ben", "B", "2026-02-19T10:00:00Z"))  # after the window of the last day
    assert reached(world) == [2, 1]
    assert len(asked) == 4


def test_people_who_turn_out_to_be_one_went_through_together(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.send(track("~phone", "A", "2026-01-06T10:00:00Z"), track("ada", "B", "2026-01-07T10:00:00Z"))
    assert reached(world) == [1, 0]
    asked = reads(monkeypatch)
    world.send(identify("ada", "phone", "2026-02-20T10:00:00Z"))
    assert reached(world) == [1, 1]
    assert asked == []


def test_the_dates_and_the_window_cut_through_weeks(world: World) -> None:
    world.send(
        track("ada", "A", "2026-01-04T23:59:59Z"), track("ada", "B", "2026-01-06T10:00:00Z"),  # before the dates
        track("ben", "A", "2026-01-05T00:00:00Z"), track("ben", "B", "2026-01-19T00:00:00Z"),  # just inside the window
        track("cleo", "A", "2026-01-25T23:59:59Z"), track("cleo", "B", "2026-02-08T23:59:59Z"),  # of the last day
        track("dan", "A", "2026-01-26T00:00:00Z"), track("dan", "B", "2026-01-26T00:00:01Z"),  # after them
    )  # fmt: skip
    assert reached(world) == [2, 2]
    assert reached(world, window="13d") == [2, 0]


def test_an_event_may_be_two_steps(world: World) -> None:
    world.send(*(track("ada", "A", f"2026-01-06T1{hour}:00:00Z") for hour in range(2)))
    world.send(track("ben", "A", "2026-01-06T10:00:00Z"))
    assert reached(world, steps=[{"event": "A"}, {"event": "A"}]) == [2, 1]


def test_another_zone_begins_it_anew(world: World) -> None:
    # 20:00 in UTC of the 25th is the 26th in Seoul.
    world.send(track("ada", "A", "2026-01-25T10:00:00Z"), track("ben", "A", "2026-01-25T20:00:00Z"))
    assert reached(world) == [2, 0]
    operator = Caller(is_operator=True)
    world.project = settle(operator, world.project, **{**settled(world.project), "timezone": "Asia/Seoul"})
    world.loader.rezoning.ask()
    while world.loader.rezoning.step():
        pass
    assert reached(world) == [1, 0]


@pytest.mark.usefixtures("world")  # a store that is open
@pytest.mark.parametrize("tz", ["America/New_York", "Asia/Seoul", "Australia/Lord_Howe"])
def test_weeks_of_more_and_of_fewer_hours(tmp_path: Path, tz: str) -> None:
    # Each instant of a year once, in weeks that may have 167 to 169 hours: the moments come back as they were.
    world = World(tmp_path, tz=tz)
    instants = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=11 * number) for number in range(800)]
    world.send(*(track("ada", "A", at.isoformat()) for at in instants))
    found = recalled.register.recollection(world.project.id, ["A"], Days(date(2024, 12, 31), date(2026, 1, 2), tz))
    assert found is not None
    ever = (store.FROM_START, store.TO_END)
    edges, at, _ = recalled.Recalling(found, ever, {}).told((0, 0))
    assert edges.tolist() == [0, 800]
    assert at.tolist() == [to_us(each) for each in instants]


def test_what_is_written_while_a_week_is_read_is_read_the_next_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(track("ada", "A", "2026-01-06T10:00:00Z"))
    read = diary._read

    def slow(*given: Any) -> Any:
        found = read(*given)
        if read is not diary._read:
            monkeypatch.setattr(diary, "_read", read)
            world.send(track("ada", "B", "2026-01-07T10:00:00Z"))
        return found

    monkeypatch.setattr(diary, "_read", slow)
    reached(world)
    assert reached(world) == [1, 1]


def test_what_was_not_asked_for_the_longest_is_forgotten_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Register(budget=4_000)  # for four pages of three people, and what is known of their ids
    monkeypatch.setattr(recalled, "register", small)
    who = ("ada", "ben", "cleo")
    world.send(*(track(each, event, f"2026-01-06T1{hour}:00:00Z") for each in who for hour, event in enumerate("ABCD")))
    week = {"date_from": "2026-01-02", "date_to": "2026-01-06", "window": "1d"}
    asked = reads(monkeypatch)
    for steps in ("AB", "CD", "CD", "AB"):
        assert reached(world, steps=[{"event": event} for event in steps], **week) == [3, 3]
        assert sum(book.size for book in small._books.values()) <= 4_000
    assert [event for event, _ in asked].count("C") == 1


def test_days_are_forgotten_where_they_take_more_than_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Register(budget=4_000)
    monkeypatch.setattr(recalled, "register", small)
    world.send(track("ada", "A", "2026-01-06T10:00:00Z"), track("ada", "B", "2026-01-07T10:00:00Z"))
    assert reached(world) == [1, 1]
    for week in range(60):  # each time another block of days
        begin = date(2024, 1, 1) + timedelta(weeks=week)
        world.send(track("ada", f"E{week}", f"{begin}T10:00:00Z"))
        small.attendance(world.project.id, [f"E{week}"], Days(begin, begin, "UTC"))
    assert sum(book.size for book in small._books.values()) <= 4_000
    assert reached(world) == [1, 1]


@pytest.mark.parametrize("limit", [("MOST_MOMENTS", 1), ("MOST_IDS", -1)])
def test_too_many_to_keep_are_read_each_time(
    world: World, monkeypatch: pytest.MonkeyPatch, register: Register, limit: tuple[str, int]
) -> None:
    world.send(track("ada", "A", "2026-01-06T10:00:00Z"), track("ada", "B", "2026-01-07T10:00:00Z"))
    monkeypatch.setattr(diary, *limit)
    assert register.recollection(world.project.id, ["A", "B"], DAYS) is None
    assert reached(world) == [1, 1]


def test_more_weeks_than_can_be_looked_at_are_read_each_time(world: World, register: Register) -> None:
    world.send(track("ada", "A", "2000-01-05T10:00:00Z"), track("ada", "A", "2026-01-05T10:00:00Z"))
    assert register.recollection(world.project.id, ["A"], Days(date(2000, 1, 1), date(2026, 1, 1), "UTC")) is None


def test_where_others_write_to_the_store_nothing_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, register: Register
) -> None:
    world.send(track("ada", "A", "2026-01-06T10:00:00Z"), track("ada", "B", "2026-01-07T10:00:00Z"))
    monkeypatch.setattr(store.engine(), "is_embedded", False)
    assert register.recollection(world.project.id, ["A", "B"], DAYS) is None
    assert reached(world) == [1, 1]


# The passes


def test_what_each_id_did_lies_side_by_side_by_time() -> None:
    # Events 7 and 5 in the week that begins at 1000, and 7 in the next; of ids 1 to 4, 2 did nothing.
    pages = [[(1, 5), (3, 2), (4, 1)], [(1, 4), (1, 7)], [(1, 0), (4, 9)]]
    keys = np.array([number << diary.BITS | since for page in pages for number, since in page], np.uint64)
    edges, begins, events = np.array([0, 3, 5, 7]), np.array([1000, 1000, 2000]), np.array([7, 5, 7], np.int32)
    where, at, event = passes.told(keys, edges, begins, events, diary.BITS, 1, 4)
    assert where.tolist() == [0, 4, 4, 5, 7]
    assert list(zip(at.tolist(), event.tolist(), strict=True)) == [
        (1004, 5), (1005, 7), (1007, 5), (2000, 7), (1002, 7), (1001, 7), (2009, 7)
    ]  # fmt: skip


def test_many_moments_of_one_id_are_sorted_too() -> None:
    chance = np.random.default_rng(1)
    since = np.concatenate([np.sort(chance.integers(0, 10**6, 500)) for _ in range(3)])
    edges, begins, events = np.array([0, 500, 1000, 1500]), np.zeros(3, int), np.arange(3, dtype=np.int32)
    _, at, event = passes.told(since.astype(np.uint64), edges, begins, events, diary.BITS, 0, 1)
    assert at.tolist() == sorted(since.tolist())
    assert np.bincount(event).tolist() == [500, 500, 500]


def test_ids_are_found_also_where_many_have_the_same_lowest_bits() -> None:
    ids = np.array([1 << 40, 2 << 40, 3 << 40, 7, (1 << 63) + 7], np.uint64)
    roster = Roster(ids, np.argsort(ids).astype(np.int32))
    assert roster.numbers(np.array([7, 2 << 40, 8, (1 << 63) + 7, 0], np.uint64)).tolist() == [3, 1, -1, 4, -1]
    assert Roster.empty().numbers(ids).tolist() == [-1] * 5
