"""On random worlds and for all options, behind every number stand as many as it says."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.insights.kinds import actors, check, check_cell, counts_accounts
from groundswell.insights.lines import lines_of
from groundswell.insights.service import ask
from groundswell.insights.types import Measure, Trend
from tests.effort import examples
from tests.random_questions import (
    FUNNEL,
    LIFECYCLE,
    OVER_TIME,
    PATHS,
    RETENTION,
    STICKINESS,
    TREND,
    questions,
)
from tests.random_worlds import MARCH, SPRING, ZONES, worlds
from tests.test_answers import THOROUGH
from tests.world import World

MOST_CELLS = 12  # of an example
EXAMPLES = settings(THOROUGH, max_examples=examples(25))


def told(folder: Path, batches: Any, tz: str) -> World:
    """A world that was told of everything late, in another order and with repeats."""
    world = World(folder, tz=tz)
    for batch in batches:
        world.count_ahead()
        if batch:
            world.send(*batch)
    return world


def how_many(world: World, question: Mapping[str, Any], tz: str, cell: Mapping[str, Any]) -> int:
    checked = check(question, tz)
    found = actors(world.project.id, checked, check_cell(checked, cell))
    assert sorted(set(found.tolist())) == found.tolist()
    return len(found)


@pytest.mark.usefixtures("open_store", "transactional_db")
@EXAMPLES
@given(told_of=worlds(), question=questions(TREND, MARCH), tz=st.sampled_from(ZONES), chance=st.randoms())
def test_behind_a_trend_s_numbers(tmp_path: Path, told_of: Any, question: dict[str, Any], tz: str, chance: Any) -> None:
    world = told(tmp_path, told_of[1], tz)
    checked = check(question, tz)
    assert isinstance(checked, Trend)
    cells = [
        (line, place, value)
        for line in lines_of(checked, ask(world.project, question))
        for place, value in enumerate(line.values)
    ]
    chance.shuffle(cells)
    for line, place, value in sorted(cells, key=lambda each: not each[2])[:MOST_CELLS]:
        cell = line.cell(place, is_split=bool(checked.breakdown))
        found = how_many(world, question, tz, cell)
        measure = checked.series[line.series - 1].measure
        if measure is Measure.PEOPLE or measure is Measure.ACCOUNTS:
            assert found == value
            assert (measure is Measure.ACCOUNTS or question["count"] == "accounts") == counts_accounts(
                checked, check_cell(checked, cell)
            )
        elif measure is Measure.TOTAL:
            assert bool(found) == bool(value)
            assert found <= (value or 0)
        elif measure is not Measure.SUM:  # which is 0 for nobody as for numbers that add up to 0
            assert bool(found) == (value is not None)


@pytest.mark.usefixtures("open_store", "transactional_db")
@EXAMPLES
@given(told_of=worlds(), question=questions(FUNNEL, MARCH), tz=st.sampled_from(ZONES))
def test_behind_a_funnel_s_numbers(tmp_path: Path, told_of: Any, question: dict[str, Any], tz: str) -> None:
    world = told(tmp_path, told_of[1], tz)
    before = 0
    for step, _label, value, count, *_ in ask(world.project, question).rows[: MOST_CELLS // 2]:
        cell = {"step": step, **({"breakdown": value} if question["breakdown"] else {})}
        assert how_many(world, question, tz, cell) == count
        if step > 1:
            assert how_many(world, question, tz, {**cell, "dropped": True}) == before - count
        before = count


@pytest.mark.usefixtures("open_store", "transactional_db")
@EXAMPLES
@given(told_of=worlds(SPRING), question=questions(PATHS, SPRING), tz=st.sampled_from(ZONES))
def test_behind_the_numbers_of_paths(tmp_path: Path, told_of: Any, question: dict[str, Any], tz: str) -> None:
    world = told(tmp_path, told_of[1], tz)
    answer = ask(world.project, question)
    for step, source, target, count, *value in answer.rows[: MOST_CELLS // 2]:
        split = {"breakdown": value[0]} if value else {}
        assert how_many(world, question, tz, {"step": step, "source": source, "target": target, **split}) == count
    for step, event, count, dropped, *value in answer.beside["nodes"]["rows"][-MOST_CELLS // 3 :]:
        node = {"step": step, "source": event, **({"breakdown": value[0]} if value else {})}
        assert how_many(world, question, tz, node) == count
        if question["end"] is None:
            assert how_many(world, question, tz, {**node, "dropped": True}) == dropped


@pytest.mark.usefixtures("open_store", "transactional_db")
@EXAMPLES
@given(told_of=worlds(), question=questions(OVER_TIME, MARCH), tz=st.sampled_from(ZONES))
def test_behind_a_funnel_s_numbers_over_time(tmp_path: Path, told_of: Any, question: dict[str, Any], tz: str) -> None:
    world = told(tmp_path, told_of[1], tz)
    rows = sorted(ask(world.project, question).rows, key=lambda row: -row[2])
    for period, value, started, finished, *_ in rows[: MOST_CELLS // 3]:
        cell = {"period": period, **({"breakdown": value} if question["breakdown"] else {})}
        assert how_many(world, question, tz, cell) == started
        assert how_many(world, question, tz, {**cell, "finished": True}) == finished
        assert how_many(world, question, tz, {**cell, "finished": False}) == started - finished


@pytest.mark.usefixtures("open_store", "transactional_db")
@EXAMPLES
@given(told_of=worlds(SPRING), data=st.data(), tz=st.sampled_from(ZONES))
def test_behind_the_numbers_of_who_was_there_when(tmp_path: Path, told_of: Any, data: st.DataObject, tz: str) -> None:
    world = told(tmp_path, told_of[1], tz)
    for kind in (RETENTION, LIFECYCLE, STICKINESS):
        question = data.draw(questions(kind, SPRING))
        found = list(_cells(question, ask(world.project, question).rows))
        data.draw(st.randoms()).shuffle(found)
        for cell, count in sorted(found, key=lambda each: not each[1])[: MOST_CELLS // 2]:
            assert how_many(world, question, tz, cell) == count, (question, cell)


def _cells(question: Mapping[str, Any], rows: Any) -> Iterator[tuple[dict[str, Any], int]]:
    """Every number of people in the answer: its cell, and how many it says."""
    for row in rows:
        split = {"breakdown": row[-1]} if question["breakdown"] else {}
        if question["kind"] == "retention":
            cohort, size, period, returned, *_ = row
            yield {"cohort": cohort, **split}, size
            if returned is not None:
                yield {"cohort": cohort, "period": period, **split}, returned
                yield {"cohort": cohort, "period": period, "returned": False, **split}, size - returned
        elif question["kind"] == "lifecycle":
            yield {"period": row[0], "status": row[1], **split}, row[2]
        else:
            at_least = sum(other[1] for other in rows if other[0] >= row[0] and other[3:] == row[3:])
            yield {"days_active": row[0], **split}, row[1]
            yield {"days_active": row[0], "at_least": True, **split}, at_least
