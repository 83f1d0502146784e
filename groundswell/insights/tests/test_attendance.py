"""Who was there on which day is kept in memory, and is right however it came about."""

import threading
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from groundswell.conditions.types import Wanted
from groundswell.insights.attendance import reading, service
from groundswell.insights.attendance import register as registers
from groundswell.insights.attendance.register import Register
from groundswell.insights.attendance.roster import Persons, Roster
from groundswell.insights.service import ask
from groundswell.insights.stories import Joins
from groundswell.insights.tests.worlds import crowd
from groundswell.kernel.periods import Days
from groundswell.store import limits
from groundswell.store import service as store
from groundswell.workspace.projects import settle, settled
from groundswell.workspace.types import Caller
from tests.world import World, group, identify, track

DATES = {"date_from": "2026-01-05", "date_to": "2026-01-11"}
STICKINESS = {"kind": "stickiness", "event": "A", "unit": "day", **DATES}
WEEK = Days(date(2026, 1, 5), date(2026, 1, 11), "UTC")


@pytest.fixture(autouse=True)
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    fresh = Register()
    monkeypatch.setattr(service, "register", fresh)
    return fresh


def days(world: World) -> list[int]:
    """How many did A on one day, on two days, …"""
    return [row[1] for row in ask(world.project, STICKINESS).rows]


def reads(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The days that the rollup is asked for from now on, question by question."""
    asked: list[list[str]] = []
    read = registers.read

    def noted(project: int, event: str | None, unknown: list[int], *given: Any) -> Any:
        asked.append([str(np.datetime64(day, "D")) for day in unknown])
        return read(project, event, unknown, *given)

    monkeypatch.setattr(registers, "read", noted)
    return asked


def test_a_day_is_read_again_only_after_something_was_written_to_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"), track("ada", "A", "2026-01-06T10:00:00Z"))
    world.send(track("ada", "B", "2026-01-01T10:00:00Z"), track("ada", "B", "2026-01-20T10:00:00Z"))
    asked = reads(monkeypatch)
    assert days(world) == [0, 1, 0, 0, 0, 0, 0]
    assert [len(each) for each in asked] == [7]
    assert days(world) == [0, 1, 0, 0, 0, 0, 0]
    assert len(asked) == 1
    world.send(track("ben", "A", "2026-01-08T10:00:00Z"), identify("ben", plan="pro"))
    assert days(world) == [1, 1, 0, 0, 0, 0, 0]
    assert asked[1:] == [["2026-01-08"]]
    world.send(track("ben", "B", "2026-01-21T10:00:00Z"))
    assert days(world) == [1, 1, 0, 0, 0, 0, 0]
    assert len(asked) == 2


def test_people_who_turn_out_to_be_one_are_one_without_reading_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(track("~phone", "A", "2026-01-05T10:00:00Z"), track("ada", "A", "2026-01-06T10:00:00Z"))
    assert days(world) == [2, 0, 0, 0, 0, 0, 0]
    asked = reads(monkeypatch)
    world.send(identify("ada", "phone", "2026-01-20T10:00:00Z"))
    assert days(world) == [0, 1, 0, 0, 0, 0, 0]
    assert asked == []


def test_another_zone_begins_it_anew(world: World) -> None:
    # 20:00 in UTC is the next day in Seoul.
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"), track("ada", "A", "2026-01-05T20:00:00Z"))
    assert days(world) == [1, 0, 0, 0, 0, 0, 0]
    operator = Caller(is_operator=True)
    world.project = settle(operator, world.project, **{**settled(world.project), "timezone": "Asia/Seoul"})
    world.loader.rezoning.ask()
    while world.loader.rezoning.step():
        pass
    assert days(world) == [0, 1, 0, 0, 0, 0, 0]


def test_what_is_written_while_the_rollup_is_read_is_read_the_next_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"))
    read = registers.read

    def slow(*given: Any) -> Any:
        found = read(*given)
        monkeypatch.setattr(registers, "read", read)
        world.send(track("ada", "A", "2026-01-06T10:00:00Z"))
        return found

    monkeypatch.setattr(registers, "read", slow)
    days(world)
    assert days(world) == [0, 1, 0, 0, 0, 0, 0]


def test_what_was_read_before_all_was_counted_anew_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"))
    read = registers.read

    def overtaken(*given: Any) -> Any:
        monkeypatch.setattr(registers, "read", read)
        found = read(*given)
        store.moved(world.project.id)
        assert days(world) == [1, 0, 0, 0, 0, 0, 0]  # somebody else is answered meanwhile
        return found

    monkeypatch.setattr(registers, "read", overtaken)
    assert days(world) == [1, 0, 0, 0, 0, 0, 0]


def test_what_is_forgotten_while_a_day_of_it_is_read_is_read_whole_the_next_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "register", Register(budget=1_000))  # for one event's sheet
    world.send(*(track(who, event, "2026-01-05T10:00:00Z") for who in ("ada", "ben", "cleo") for event in "AB"))
    assert days(world)[0] == 3
    world.send(track("dan", "A", "2026-01-06T10:00:00Z"))
    read = registers.read

    def overtaken(*given: Any) -> Any:
        monkeypatch.setattr(registers, "read", read)
        found = read(*given)
        ask(world.project, {**STICKINESS, "event": "B"})
        return found

    monkeypatch.setattr(registers, "read", overtaken)
    assert [days(world)[0] for _ in range(3)] == [4, 4, 4]


def test_a_question_that_is_late_works_with_no_book_of_another_time(
    world: World, monkeypatch: pytest.MonkeyPatch, register: Register
) -> None:
    world.send(*(track(f"p{number}", "A", "2026-01-05T10:00:00Z") for number in range(30)))
    world.send(*(track(f"q{number}", "B", "2026-01-05T10:00:00Z") for number in range(3)))
    states = store.part_states
    before = states(world.project.id, [store.WHOLE])
    assert before is not None
    store.moved(world.project.id)
    found = register.attendance(world.project.id, ["A"], WEEK)
    monkeypatch.setattr(store, "part_states", lambda _, parts: before * len(parts))
    assert register.attendance(world.project.id, ["B"], WEEK) is None
    monkeypatch.setattr(store, "part_states", states)
    again = register.attendance(world.project.id, ["A"], WEEK)
    assert found is not None
    assert again is not None
    assert again[0].sheet is found[0].sheet


def test_days_on_which_nobody_can_have_done_anything_cost_nothing(world: World, register: Register) -> None:
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"))
    for year in range(1972, 2148, 3):
        days = Days(date(year, 1, 1), date(year + 2, 12, 31), "UTC")
        assert register.attendance(world.project.id, ["A"], days) is not None
    (found,) = register.attendance(world.project.id, ["A"], WEEK) or ()
    assert len(found.sheet.words) == 1
    (book,) = register._books.values()
    assert [len(entry.states) for entry in book._entries.values()] == [1]


def test_what_is_known_of_events_that_nobody_did_is_counted_and_forgotten_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Register(budget=5_000)
    monkeypatch.setattr(service, "register", small)
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"))
    for number in range(50):
        ask(world.project, {**STICKINESS, "event": f"nothing {number}"})
    assert sum(book.size for book in small._books.values()) <= 5_000


def test_a_switch_of_the_zone_that_nobody_heard_the_end_of_is_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"), track("ada", "A", "2026-01-05T20:00:00Z"))
    assert days(world)[0] == 1
    operator = Caller(is_operator=True)
    world.project = settle(operator, world.project, **{**settled(world.project), "timezone": "Asia/Seoul"})
    command = store.engine().command

    def broken(sql: str, **given: Any) -> Any:
        command(sql, **given)
        if "rollup_editions" in sql:
            monkeypatch.undo()
            raise OSError("The answer did not come.")

    with monkeypatch.context() as patched:
        patched.setattr(store.engine(), "command", broken)
        world.loader.rezoning.ask()
        while world.loader.rezoning.step():
            pass
    assert days(world) == [0, 1, 0, 0, 0, 0, 0]


def test_what_was_not_asked_for_the_longest_is_forgotten_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Register(budget=1_300)  # for what is known of one event: three people, and the states of a block of days
    monkeypatch.setattr(service, "register", small)
    world.send(*(track(who, event, "2026-01-05T10:00:00Z") for who in ("ada", "ben", "cleo") for event in "AB"))
    asked = reads(monkeypatch)
    for event in "ABBA":
        rows = ask(world.project, {**STICKINESS, "event": event}).rows
        assert rows[0][1] == 3
    assert len(asked) == 3  # A, B, and A again


BY_PLAN = {"kind": "trend", "interval": "week", "series": [{"event": "A"}], "breakdown": "plan", **DATES}


def plans(world: World, **options: Any) -> list[list[Any]]:
    """How many did A with each plan in the week."""
    return [row[2:] for row in ask(world.project, {**BY_PLAN, **options}).rows]


def test_values_are_told_apart_and_a_day_is_read_again_only_after_something_was_written_to_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = reads(monkeypatch)
    world.send(
        track("ada", "A", "2026-01-05T10:00:00Z", plan="pro"),
        track("ada", "A", "2026-01-06T10:00:00Z", plan="pro"),
        track("~phone", "A", "2026-01-07T10:00:00Z", plan="pro"),
        track("ben", "A", "2026-01-06T10:00:00Z", plan="free"),
        track("ben", "A", "2026-01-06T11:00:00Z"),
        track("ben", "B", "2026-01-20T10:00:00Z", plan="none"),
    )
    assert plans(world) == [["free", 1], ["pro", 2], [None, 1]]
    assert len(asked) == 1
    world.send(identify("ada", "phone", "2026-01-21T10:00:00Z"))
    assert plans(world) == [["free", 1], ["pro", 1], [None, 1]]
    assert plans(world, series=[{"event": "A", "where": {"person.none": {"$exists": True}}}]) == []  # asked otherwise
    assert len(asked) == 1
    world.send(*(track(who, "A", "2026-01-08T10:00:00Z", plan="team") for who in ("ada", "ben", "cleo", "dan")))
    assert plans(world) == [["free", 1], ["pro", 1], ["team", 4], [None, 1]]
    assert asked[1:] == [["2026-01-08"]]


def test_events_of_no_account_have_their_value_named(world: World) -> None:
    world.send(group("ada", "acme", "2026-01-04T10:00:00Z"))
    world.send(
        track("ada", "A", "2026-01-05T10:00:00Z", plan="pro"), track("ben", "A", "2026-01-05T10:00:00Z", plan="free")
    )
    assert plans(world, count="accounts") == [["free", 0], ["pro", 1]]


@pytest.mark.parametrize("is_asked_meanwhile", [True, False])
def test_too_many_values_are_read_each_time(
    world: World, monkeypatch: pytest.MonkeyPatch, is_asked_meanwhile: bool
) -> None:
    monkeypatch.setattr(registers, "MOST_VALUES", 2)
    for number in range(3):
        world.send(track("ada", "A", f"2026-01-{5 + number:02}T10:00:00Z", plan=str(number)))
        if is_asked_meanwhile:
            assert len(plans(world)) == number + 1
    asked = reads(monkeypatch)
    for _ in range(2):
        assert plans(world) == [["0", 1], ["1", 1], ["2", 1]]
    assert asked == []


def test_what_is_too_large_to_be_read_at_once_is_asked_otherwise(
    world: World, monkeypatch: pytest.MonkeyPatch, register: Register
) -> None:
    world.send(track("ada", "A", "2026-01-05T10:00:00Z", plan="pro"))

    def too_large(*_: Any) -> Any:
        raise limits.too_large()

    monkeypatch.setattr(registers, "read", too_large)
    assert days(world) == [1, 0, 0, 0, 0, 0, 0]
    assert plans(world) == [["pro", 1]]


def test_days_scattered_more_than_a_query_names_are_read_with_those_between(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_RANGES", 1)
    world.send(*(track("ada", "A", f"2026-01-{day:02}T10:00:00Z", plan="pro") for day in range(5, 12)))
    assert plans(world) == [["pro", 1]]
    world.send(*(track("ben", "A", f"2026-01-{day:02}T10:00:00Z", plan="free") for day in (5, 7, 11)))
    assert plans(world) == [["free", 1], ["pro", 1]]
    assert days(world) == [0, 0, 1, 0, 0, 0, 1]


def test_where_others_write_nothing_is_read_to_find_that_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"))
    monkeypatch.setattr(store, "part_states", lambda *_: None)
    monkeypatch.setattr(registers, "reach", lambda _: pytest.fail("It was read."))
    assert days(world) == [1, 0, 0, 0, 0, 0, 0]


def test_many_ask_and_write_at_once_and_everybody_is_counted(world: World) -> None:
    world.send(*crowd(7))
    wrong: list[Any] = []

    def asks(event: str) -> None:
        for _ in range(5):
            found = service.attended(world.project.id, [Wanted(event, {}), Wanted(None, {})], WEEK)
            assert found is not None
            alone, every = (service.edges(each)[0] for each in found)
            wrong.extend(set(alone.tolist()) - set(every.tolist()))

    threads = [threading.Thread(target=asks, args=[event]) for event in "ABCD"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_too_many_days_are_asked_otherwise(world: World, register: Register) -> None:
    world.send(track("ada", "A", "2000-01-05T10:00:00Z"), track("ada", "A", "2026-01-05T10:00:00Z"))
    assert register.attendance(world.project.id, ["A"], Days(date(2000, 1, 1), date(2026, 1, 1), "UTC")) is None


def test_where_others_write_to_the_store_nothing_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, register: Register
) -> None:
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"))
    monkeypatch.setattr(store.engine(), "is_embedded", False)
    assert register.attendance(world.project.id, ["A"], WEEK) is None
    assert days(world) == [1, 0, 0, 0, 0, 0, 0]


def test_numbers_of_ids_stay_theirs() -> None:
    first, numbers = Roster.empty().with_ids(np.array([30, 10, 20], np.uint64))
    assert first.ids[numbers].tolist() == [30, 10, 20]
    second, more = first.with_ids(np.array([25, 10, 5], np.uint64))
    assert second.ids[numbers].tolist() == [30, 10, 20]
    assert second.ids[more].tolist() == [25, 10, 5]
    assert second.ascending.tolist() == [5, 10, 20, 25, 30]


def test_a_person_is_behind_all_of_their_ids_also_where_none_is_theirs() -> None:
    # 10 and 30 are Ada's, whose own number 15 never did anything; 20 is Ben.
    roster, numbers = Roster.empty().with_ids(np.array([30, 10, 20], np.uint64))
    joins = Joins(np.array([10, 30], np.uint64), np.array([15, 15], np.uint64), np.array([15], np.uint64))
    persons = Persons.behind(roster, joins)
    assert persons.actor.tolist() == [15, 20]
    assert persons.actor[persons.row[numbers]].tolist() == [15, 15, 20]


def test_a_trend_of_days_goes_by_what_is_known_already_and_reads_more_when_asked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"), track("ben", "A", "2026-01-05T10:00:00Z"))
    world.send(track("ada", "B", "2026-01-01T10:00:00Z"), track("ada", "B", "2026-01-20T10:00:00Z"))
    world.count_ahead()
    trend = {"kind": "trend", "interval": "day", "series": [{"event": "A"}], **DATES}
    asked = reads(monkeypatch)

    def people() -> list[int]:
        return [row[3] for row in ask(world.project, trend).rows]

    assert people() == [2, 0, 0, 0, 0, 0, 0]
    assert asked == []
    assert people() == [2, 0, 0, 0, 0, 0, 0]
    assert len(asked) == 1
    world.send(track("ada", "A", "2026-01-06T10:00:00Z"), track("ben", "A", "2026-01-09T10:00:00Z"))
    assert people() == [2, 1, 0, 0, 1, 0, 0]
    assert asked[1:] == [["2026-01-06", "2026-01-09"]]
    assert people() == [2, 1, 0, 0, 1, 0, 0]
    assert len(asked) == 2


# Accounts


def companies(world: World) -> list[int]:
    """Of how many accounts somebody did A on one day, on two days, …"""
    return [row[1] for row in ask(world.project, {**STICKINESS, "count": "accounts"}).rows]


def test_of_accounts_too_a_day_is_read_again_only_after_something_was_written_to_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(track("ada", "B", "2026-01-01T10:00:00Z"), track("ada", "B", "2026-01-20T10:00:00Z"))
    world.send(group("ada", "acme", "2026-01-02T10:00:00Z"), group("ben", "bolt", "2026-01-02T10:00:00Z"))
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"), track("ada", "A", "2026-01-06T10:00:00Z"))
    asked = reads(monkeypatch)
    assert companies(world) == [0, 1, 0, 0, 0, 0, 0]
    assert [len(each) for each in asked] == [7]
    world.send(track("ben", "A", "2026-01-08T10:00:00Z"), track("nobody", "A", "2026-01-08T10:00:00Z"))
    assert companies(world) == [1, 1, 0, 0, 0, 0, 0]
    assert asked[1:] == [["2026-01-08"]]


def test_accounts_are_looked_up_anew_when_somebody_comes_to_one(world: World) -> None:
    world.send(track("ada", "A", "2026-01-05T10:00:00Z"), track("~phone", "A", "2026-01-06T10:00:00Z"))
    assert companies(world) == [0, 0, 0, 0, 0, 0, 0]
    world.send(group("ada", "acme", "2026-01-05T09:00:00Z"))
    assert companies(world) == [1, 0, 0, 0, 0, 0, 0]
    world.send(identify("ada", "phone", "2026-01-20T10:00:00Z"))
    assert companies(world) == [0, 1, 0, 0, 0, 0, 0]


def test_days_of_accounts_are_local_around_a_change_of_clocks(tmp_path: Path, world: World) -> None:
    # In New York March 8 has 23 hours: the 7th ends at 5:00 in UTC, the 8th at 4:00 of the next day.
    eastern = World(tmp_path, tz="America/New_York")
    eastern.send(group("ada", "acme", "2026-03-01T10:00:00Z"))
    instants = ("2026-03-08T04:59:59Z", "2026-03-08T05:00:00Z", "2026-03-09T03:59:59Z", "2026-03-09T04:00:00Z")
    eastern.send(*(track("ada", "A", at) for at in instants))
    question = {**STICKINESS, "date_from": "2026-03-07", "date_to": "2026-03-09", "count": "accounts"}
    assert [row[1] for row in ask(eastern.project, question).rows] == [0, 0, 1]
