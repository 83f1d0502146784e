"""Answers are held against the slow reference, on random worlds and for all options.

Each world is sent twice: as it happened, and to another project in another order, in batches, with repeats, its days
counted ahead in between. Both must answer as the reference does from the messages alone, the second in the ways that
are taken where there is much to read.
"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.answering import hold
from tests.effort import examples
from tests.random_questions import FUNNEL, OVER_TIME, PATHS, TREND, Question, one_of_each, questions
from tests.random_worlds import AUTUMN, MARCH, SPRING, ZONES, Told, many_values, worlds

THOROUGH = settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.usefixtures("open_store", "transactional_db")
@THOROUGH
@given(told=worlds(), question=questions(TREND, MARCH), tz=st.sampled_from(ZONES))
def test_trends_are_what_the_reference_says_however_the_messages_came(
    tmp_path: Path, told: Told, question: Question, tz: str
) -> None:
    hold(tmp_path, told, [question], tz)


@pytest.mark.usefixtures("open_store", "transactional_db")
@THOROUGH
@given(told=worlds(), question=questions(FUNNEL, MARCH), tz=st.sampled_from(ZONES))
def test_funnels_are_what_the_reference_says_however_the_messages_came(
    tmp_path: Path, told: Told, question: Question, tz: str
) -> None:
    hold(tmp_path, told, [question], tz)


@pytest.mark.usefixtures("open_store", "transactional_db")
@THOROUGH
@given(told=worlds(SPRING), question=questions(PATHS, SPRING), tz=st.sampled_from(ZONES))
def test_paths_are_what_the_reference_says_however_the_messages_came(
    tmp_path: Path, told: Told, question: Question, tz: str
) -> None:
    hold(tmp_path, told, [question], tz)


@pytest.mark.usefixtures("open_store", "transactional_db")
@THOROUGH
@given(told=worlds(), question=questions(OVER_TIME, MARCH), tz=st.sampled_from(ZONES))
def test_a_funnel_over_time_says_of_each_period_what_the_funnel_does(
    tmp_path: Path, told: Told, question: Question, tz: str
) -> None:
    hold(tmp_path, told, [question], tz)


@pytest.mark.usefixtures("open_store", "transactional_db")
@pytest.mark.parametrize("season", [SPRING, AUTUMN], ids=["spring", "autumn"])
@settings(THOROUGH, max_examples=examples(20))
@given(data=st.data(), tz=st.sampled_from(ZONES))
def test_every_kind_is_answered_as_the_reference_does_around_a_change_of_clocks(
    tmp_path: Path, season: Any, data: st.DataObject, tz: str
) -> None:
    before = data.draw(st.sampled_from([[], [], [], many_values(season)]))
    told, asked = data.draw(worlds(season, most=24)), data.draw(one_of_each(season))
    hold(tmp_path, told, asked, tz, before)
