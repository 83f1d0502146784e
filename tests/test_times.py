"""How long people took through random funnels, held against the slow reference, and who is behind each bin."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.insights.kinds import actors, check, check_cell
from groundswell.insights.service import ask
from groundswell.insights.types import Answer
from tests import reference
from tests.answering import as_of_much_data, worlds_told
from tests.random_questions import TIMES, Question, questions
from tests.random_worlds import MARCH, ZONES, Told, worlds
from tests.reference.labels import as_answered
from tests.test_answers import THOROUGH
from tests.world import World

SECOND = 1_000_000  # µs


def percentile(times: list[int], percent: int) -> float:
    """Between the two nearest, where it falls between them (s)."""
    place = (len(times) - 1) * percent / 100
    low, high = times[int(place)], times[min(int(place) + 1, len(times) - 1)]
    return (low + (high - low) * (place - int(place))) / SECOND


def is_in(time: int, row: list[Any]) -> bool:
    return row[0] * SECOND < time <= row[1] * SECOND or time == row[0] == 0


def hold(answer: Answer, expected: dict[Any, tuple[list[int], int]], bins: int | None) -> None:
    """The answer has these times, and those who finished and did not."""
    by_value = {repr(as_answered(label)): took for label, took in expected.items()}
    assert [repr(each["breakdown"]) for each in answer.beside["times"]] == list(
        dict.fromkeys(repr(row[2]) for row in answer.rows)
    ) or not answer.rows
    assert {repr(each["breakdown"]) for each in answer.beside["times"]} == by_value.keys()
    edges = {tuple((row[0], row[1]) for row in answer.rows if repr(row[2]) == value) for value in by_value}
    assert len(edges) <= 1
    for begin, end in pairwise(next(iter(edges), ())):
        assert begin[1] == end[0]
    assert bins is None or not edges or len(next(iter(edges))) <= bins
    for told in answer.beside["times"]:
        times, unfinished = by_value[repr(told["breakdown"])]
        assert (told["finished"], told["unfinished"]) == (len(times), unfinished)
        for name, percent in (("p25", 25), ("median", 50), ("p75", 75), ("p90", 90)):
            wanted = pytest.approx(percentile(times, percent)) if times else None
            assert told[f"{name}_seconds"] == wanted
        rows = [row for row in answer.rows if repr(row[2]) == repr(told["breakdown"])]
        assert [row[3] for row in rows] == [sum(is_in(time, row) for time in times) for row in rows]
        assert sum(row[3] for row in rows) == len(times)
        assert [row[4] for row in rows] == [pytest.approx(row[3] / len(times) if times else 0) for row in rows]


def behind(world: World, question: Question, tz: str, **cell: Any) -> int:
    checked = check(question, tz)
    return len(actors(world.project.id, checked, check_cell(checked, cell)))


@pytest.mark.usefixtures("open_store", "transactional_db")
@THOROUGH
@given(told=worlds(most=24), question=questions(TIMES, MARCH), tz=st.sampled_from(ZONES))
def test_times_are_what_the_reference_says_however_the_messages_came(
    tmp_path: Path, told: Told, question: Question, tz: str
) -> None:
    expected = reference.times(told[0], question, tz)
    punctual, late = worlds_told(tmp_path, told, tz)
    answer = ask(punctual.project, question)
    hold(answer, expected, question["bins"])
    with as_of_much_data():
        hold(ask(late.project, question), expected, question["bins"])
    for row in answer.rows[:6]:
        value = {"breakdown": row[2]} if question["breakdown"] else {}
        assert behind(late, question, tz, from_seconds=row[0], to_seconds=row[1], **value) == row[3]
    for each in answer.beside["times"][:2]:
        value = {"breakdown": each["breakdown"]} if question["breakdown"] else {}
        assert behind(late, question, tz, finished=True, **value) == each["finished"]
        assert behind(late, question, tz, finished=False, **value) == each["unfinished"]
