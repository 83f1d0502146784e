"""The days of a project counted anew in another zone: meanwhile everything is loaded and every question has an answer.

Three projects are told the same: one stays in UTC, one was in Seoul (UTC+9) from the beginning, one goes from the first
to the second. Until it is there it must answer as the first does, then as the second, in everything.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest
from django.db import DatabaseError

from groundswell.collect import rezoning
from groundswell.collect.service import close_collector
from groundswell.events import editions
from groundswell.insights import service as insights
from groundswell.kernel.errors import Refusal
from groundswell.store import service as column_store
from groundswell.workspace.models import Project
from groundswell.workspace.projects import counting_days, settle, settled
from groundswell.workspace.service import project_card
from groundswell.workspace.types import Caller
from tests.effort import IS_BRIEF
from tests.test_crash_points import one_request
from tests.world import Tray, World, identify, track

UTC, SEOUL, NEW_YORK = "UTC", "Asia/Seoul", "America/New_York"
SPAN = {"date_from": "2025-12-29", "date_to": "2026-03-05"}
QUESTIONS: list[dict[str, Any]] = [
    {"kind": "trend", "interval": "day", "series": [{"event": "Opened", "measure": "people"}], **SPAN},
    {"kind": "trend", "interval": "day", "series": [{"event": None, "measure": "total"}], **SPAN},
    {"kind": "trend", "interval": "month", "series": [{"event": "Opened", "measure": "total"}], **SPAN},
    {"kind": "trend", "interval": "hour", "series": [{"event": "Opened", "measure": "total"}], **SPAN},
    {"kind": "funnel", "steps": [{"event": "Opened"}, {"event": "Closed"}], "window": "3d", "date_from": "2026-01-01",
     "date_to": "2026-01-31"},
]  # fmt: skip
# Evenings in UTC are the next day in Seoul; three of these are the next month there, one the next year.
FIRST = [
    track("ann", "Opened", "2025-12-31T20:00:00Z"), track("ann", "Closed", "2026-01-01T20:00:00Z"),
    track("ben", "Opened", "2026-01-31T16:00:00Z"), track("~tab", "Opened", "2026-01-31T14:00:00Z"),
    track("ben", "Closed", "2026-02-02T10:00:00Z"), track("cleo", "Opened", "2026-02-28T15:00:00Z"),
    track("ann", "Opened", "2026-01-01T01:00:00Z"),
]  # fmt: skip
LATER = [
    [track("dora", "Opened", "2026-02-28T23:00:00Z"), track("ann", "Opened", "2025-12-31T20:00:00Z")],
    [identify("ben", "tab", at="2026-02-01T00:00:00Z"), track("dora", "Closed", "2026-03-01T10:00:00Z")],
    [track("eve", "Opened", "2026-03-03T18:00:00Z"), track("eve", "Opened", "2026-01-15T18:00:00Z")],
    [track("ann", "Opened", "2026-01-31T15:00:00Z"), track("ben", "Closed", "2026-01-31T23:59:59Z")],
]


@dataclass
class Three:
    stays: World
    goes: World
    is_there: World

    @property
    def all(self) -> list[World]:
        return [self.stays, self.goes, self.is_there]

    def told(self, *messages: dict[str, Any]) -> None:
        for world in self.all:
            world.send(*messages)

    def step(self) -> bool:
        return self.goes.loader.rezoning.step()

    def finish(self) -> None:
        while self.step():
            pass


@pytest.fixture
def three(store: None, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Three:
    close_collector()  # one that other tests left open would count as well
    monkeypatch.setattr(rezoning, "SHARE", 0.0)  # one month at a time
    worlds = []
    for number, tz in enumerate((UTC, UTC, SEOUL)):
        folder = tmp_path / str(number)
        folder.mkdir()
        worlds.append(World(folder, tz=tz))
    made = Three(*worlds)
    made.told(*FIRST)
    for world in made.all:
        world.count_ahead()
    return made


def moves(world: World, tz: str) -> None:
    """The owner chooses another zone."""
    settle(Caller(is_operator=True), world.project, **{**settled(world.project), "timezone": tz})
    world.loader.rezoning.ask()


def answers(world: World) -> list[Any]:
    card = project_card(world.project.id)
    return [insights.ask(card, question).rows for question in QUESTIONS]


def zone_of(world: World) -> str:
    return project_card(world.project.id).timezone


def rollup(world: World) -> list[Any]:
    """Every count by day, of all editions that the store still has."""
    return column_store.read(
        "SELECT edition, day, event, sum(count) FROM groundswell.rollup WHERE project = {project:UInt32}"
        " GROUP BY ALL ORDER BY ALL",
        params={"project": world.project.id},
    ).rows


def test_the_two_zones_do_answer_differently(three: Three) -> None:
    """Else the other tests would prove nothing."""
    utc, seoul = answers(three.stays), answers(three.is_there)
    assert not [one for one, other in zip(utc, seoul, strict=True) if one == other]
    assert answers(three.goes) == utc


def test_afterwards_all_is_as_if_it_had_been_there_from_the_beginning(three: Three) -> None:
    moves(three.goes, SEOUL)
    assert (zone_of(three.goes), answers(three.goes)) == (UTC, answers(three.stays))
    three.finish()
    assert (zone_of(three.goes), answers(three.goes)) == (SEOUL, answers(three.is_there))
    three.goes.project = project_card(three.goes.project.id)
    for world in three.all:
        world.count_ahead()
    assert answers(three.goes) == answers(three.is_there)
    three.told(*LATER[0])  # a day that was counted ahead in the new zone
    assert answers(three.goes) == answers(three.is_there)


def test_what_is_loaded_between_any_two_months_is_counted_once_in_both_zones(three: Three) -> None:
    moves(three.goes, SEOUL)
    was_there = []
    for messages in LATER:
        three.told(*messages)
        was_there.append(zone_of(three.goes))
        assert answers(three.goes) == answers(three.stays)
        three.step()
    three.finish()
    assert (was_there, zone_of(three.goes)) == ([UTC] * 4, SEOUL)
    assert answers(three.goes) == answers(three.is_there)


def test_it_says_how_far_it_is(three: Three) -> None:
    """There are events in four months of UTC, one of them from the second round."""
    three.told(*LATER[1])
    moves(three.goes, SEOUL)
    seen = []
    while (counting := counting_days(three.goes.project)) is not None:
        assert counting.timezone == SEOUL
        seen.append(counting.share)
        three.step()
    assert seen == [0, 0.25, 0.5, 0.75, 1]


@pytest.mark.parametrize("steps", [*([] if IS_BRIEF else [1, 4]), 3])
def test_after_a_crash_it_is_taken_up_at_the_next_start(three: Three, steps: int) -> None:
    moves(three.goes, SEOUL)
    for messages in LATER[:steps]:
        three.step()
        three.told(*messages)
    three.goes.start_loader()
    for messages in LATER[steps:]:
        three.told(*messages)
        assert answers(three.goes) in (answers(three.stays), answers(three.is_there))
        three.step()
    three.finish()
    assert answers(three.goes) == answers(three.is_there)


def test_a_crash_in_the_middle_of_a_block_that_is_counted_twice(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever write is the last: the block is loaded to its end before anything is counted anew."""
    monkeypatch.setattr("groundswell.collect.loader.RETRY", 0)
    monkeypatch.setattr(Tray, "read", one_request)
    append = column_store.append
    for writes in (1, 6) if IS_BRIEF else (1, 5, 6, 9):
        moves(three.goes, NEW_YORK if zone_of(three.goes) != NEW_YORK else UTC)
        three.step()
        left = writes

        def dies(*args: Any, **kwargs: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                three.goes.loader.stop()
                raise Refusal(503, "dead", "The power is gone.")
            append(*args, **kwargs)

        three.goes.put(*LATER[writes % 4])
        with monkeypatch.context() as patch:
            patch.setattr(column_store, "append", dies)
            try:
                three.goes.load()
            except Refusal:
                three.goes.start_loader()
        three.goes.load()
        three.stays.send(*LATER[writes % 4])
        three.finish()
    assert zone_of(three.goes) == UTC
    assert answers(three.goes) == answers(three.stays)


def test_a_question_during_which_it_goes_over_is_asked_again(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    moves(three.goes, SEOUL)
    answered, turns = insights.answered, []

    def slowly(*args: Any, **kwargs: Any) -> Any:
        answer = answered(*args, **kwargs)
        turns.append(zone_of(three.goes))
        three.finish()
        return answer

    monkeypatch.setattr(insights, "answered", slowly)
    asked_in_utc = three.goes.project
    found = insights.ask(asked_in_utc, QUESTIONS[0]).rows
    assert turns == [UTC, SEOUL]
    assert found == insights.ask(three.is_there.project, QUESTIONS[0]).rows


def test_between_the_last_two_writes_it_is_in_the_new_zone_already(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store has gone over, and the database, which says so to people, has failed."""

    def fails(*_: Any, **__: Any) -> None:
        raise DatabaseError("locked")

    moves(three.goes, SEOUL)
    with monkeypatch.context() as patch:
        patch.setattr(rezoning, "days_are_counted", fails)
        three.finish()
    assert zone_of(three.goes) == UTC
    for messages in LATER:
        three.told(*messages)
        three.goes.count_ahead()
        assert answers(three.goes) == answers(three.is_there)
    edition = editions.current(three.goes.project.id)
    three.goes.start_loader()
    three.finish()
    assert (zone_of(three.goes), editions.current(three.goes.project.id)) == (SEOUL, edition)
    assert answers(three.goes) == answers(three.is_there)


def test_a_store_that_fails_is_tried_again_from_nothing(
    three: Three, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    count_month, tries = editions.count_month, iter(range(100))

    def fails_at_times(*args: Any) -> None:
        count_month(*args)  # all of it is written, and nobody knows
        if next(tries) in (0, 2, 3):
            raise Refusal(503, "store_error", "The disk is full.")

    monkeypatch.setattr(editions, "count_month", fails_at_times)
    monkeypatch.setattr(rezoning, "AGAIN", 0.0)
    moves(three.goes, SEOUL)
    for messages in LATER:
        three.step()
        three.told(*messages)
        assert answers(three.goes) == answers(three.stays)
    for _ in range(12):
        three.step()
    assert "The disk is full." in caplog.text
    assert answers(three.goes) == answers(three.is_there)


def test_meanwhile_it_waits_a_little(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        tried.append(1)
        raise Refusal(503, "store_error", "The disk is full.")

    tried: list[int] = []
    monkeypatch.setattr(editions, "count_month", fails)
    moves(three.goes, SEOUL)
    assert [three.step() for _ in range(5)] == [False] * 5
    assert len(tried) == 1


def test_another_zone_may_be_chosen_while_one_is_being_counted(three: Three) -> None:
    moves(three.goes, NEW_YORK)
    three.step()
    three.told(*LATER[0])
    moves(three.goes, SEOUL)
    three.told(*LATER[1])
    three.step()
    three.told(*LATER[2])
    three.finish()
    three.finish()
    assert zone_of(three.goes) == SEOUL
    assert answers(three.goes) == answers(three.is_there)


def test_whoever_goes_back_at_once_has_nothing_counted(three: Three) -> None:
    moves(three.goes, SEOUL)
    three.step()
    moves(three.goes, UTC)
    assert counting_days(three.goes.project) is None
    three.told(*LATER[0])
    three.finish()
    assert (zone_of(three.goes), editions.current(three.goes.project.id).number) == (UTC, 0)
    assert answers(three.goes) == answers(three.stays)


def test_whoever_chooses_another_one_in_the_last_moment_gets_it(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old zone is chosen again when the store has gone over, but before that is written down."""
    done = rezoning.days_are_counted

    def too_late(*args: Any, **kwargs: Any) -> None:
        monkeypatch.undo()
        moves(three.goes, UTC)
        done(*args, **kwargs)

    moves(three.goes, SEOUL)
    monkeypatch.setattr(rezoning, "days_are_counted", too_late)
    while editions.current(three.goes.project.id).zone != SEOUL:
        three.step()
    assert answers(three.goes) == answers(three.is_there)
    three.told(*LATER[0])
    assert answers(three.goes) == answers(three.is_there)
    three.finish()
    assert zone_of(three.goes) == UTC
    assert answers(three.goes) == answers(three.stays)


def test_there_and_back_again(three: Three) -> None:
    for tz in (SEOUL, UTC, SEOUL):
        moves(three.goes, tz)
        three.step()
        three.told(*LATER[0])
        three.finish()
    assert answers(three.goes) == answers(three.is_there)


def test_only_what_questions_read_is_kept_in_the_end(three: Three) -> None:
    moves(three.goes, NEW_YORK)
    three.step()
    three.told(*LATER[0])  # into an edition that is never finished
    three.goes.start_loader()
    moves(three.goes, SEOUL)
    three.finish()
    wanted = editions.current(three.goes.project.id).number
    assert wanted == 2
    wait_for(lambda: {edition for edition, *_ in rollup(three.goes)} == {wanted})
    assert {edition for edition, *_ in rollup(three.stays)} == {0}


def test_two_projects_are_counted_one_after_the_other(three: Three) -> None:
    one_loader = three.goes.loader.rezoning
    moves(three.goes, SEOUL)
    moves(three.stays, SEOUL)
    while one_loader.step() or one_loader._asked.is_set():
        pass
    assert zone_of(three.stays) == zone_of(three.goes) == SEOUL
    assert answers(three.goes) == answers(three.stays) == answers(three.is_there)


def test_a_project_without_events_goes_over_at_once(store: None, transactional_db: None, tmp_path: Path) -> None:
    empty = World(tmp_path)
    moves(empty, SEOUL)
    assert not empty.loader.rezoning.step()
    assert zone_of(empty) == SEOUL
    empty.send(track("ann", "Opened", "2026-01-31T20:00:00Z"))
    assert [str(day) for _, day, _, _ in rollup(empty)] == ["2026-02-01"]


def test_a_project_that_is_gone_is_not_waited_for(three: Three) -> None:
    moves(three.goes, SEOUL)
    three.step()
    Project.objects.filter(pk=three.goes.project.id).delete()
    three.finish()
    assert not three.step()


def test_the_store_knows_every_zone_that_people_may_choose(store: None) -> None:
    known = {name for (name,) in column_store.read("SELECT time_zone FROM system.time_zones").rows}
    assert available_timezones() - known <= {"localtime"}  # that of the machine, which nobody is offered


def wait_for(is_true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < until
        time.sleep(0.05)
