"""Why people stopped in random funnels, held against the slow reference, and who is behind each number."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.insights.kinds import actors, check, check_cell
from groundswell.insights.why import answer as why
from groundswell.insights.why import statements
from groundswell.insights.why.basis import basis_of
from groundswell.insights.why.candidates import Candidate
from groundswell.insights.why.deeds import Spans
from groundswell.insights.why.question import FunnelWhy
from tests import reference
from tests.answering import as_of_much_data, worlds_told
from tests.random_questions import WHY, Question, questions
from tests.random_worlds import MARCH, ZONES, Told, crowds
from tests.reference.why import Feature, Why
from tests.test_answers import THOROUGH
from tests.world import World

MOST_CELLS = 8  # of an example


@pytest.fixture
def however_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that one has are tried as well."""
    monkeypatch.setattr(statements, "LEAST", 1)


def found(world: World, question: FunnelWhy) -> Why:
    """What is compared, and all that is tried."""
    basis = basis_of(world.project.id, question)
    spans = Spans.of(question, basis)
    tables = {}
    for each in why.candidates(world.project.id, question, basis, spans, why.Names()):
        one = each.feature
        tables[str(one.kind), one.name, one.operator and str(one.operator), one.value, str(one.when)] = table(
            each, basis.went_on
        )
    return Why(basis.converted, basis.dropped, basis.open, spans.after, tables)


def table(one: Candidate, went_on: Any) -> tuple[int, int, int, int]:
    some, others = one.has & one.among, ~one.has & one.among
    counts = [int((who & went).sum()) for who in (some, others) for went in (went_on, ~went_on)]
    return counts[0], counts[1], counts[2], counts[3]


def telling(one: Why) -> Why:
    """Without what all of them have, or nobody."""
    return Why(
        one.converted, one.dropped, one.open, one.within,
        {feature: each for feature, each in one.tables.items() if sum(each[:2]) and sum(each[2:])},
    )  # fmt: skip


def behind(world: World, question: Question, tz: str, feature: Feature, **cell: Any) -> int:
    checked = check(question, tz)
    named = dict(zip(("kind", "name", "operator", "value", "when"), feature, strict=True))
    return len(actors(world.project.id, checked, check_cell(checked, {**named, **cell})))


@pytest.mark.usefixtures("open_store", "transactional_db", "however_few")
@THOROUGH
@given(told=crowds(), question=questions(WHY, MARCH), tz=st.sampled_from(ZONES))
def test_what_is_tried_is_what_the_reference_says_however_the_messages_came(
    tmp_path: Path, told: Told, question: Question, tz: str
) -> None:
    expected = telling(reference.why(told[0], question, tz))
    punctual, late = worlds_told(tmp_path, told, tz)
    checked = check(question, tz)
    assert isinstance(checked, FunnelWhy)
    assert telling(found(punctual, checked)) == expected
    with as_of_much_data():
        assert telling(found(late, checked)) == expected
    for feature, counts in sorted(expected.tables.items(), key=lambda each: repr(each))[:MOST_CELLS]:
        within = {"within_seconds": expected.within // 1_000_000} if feature[-1] == "after" else {}
        assert behind(late, question, tz, feature, converted=True, **within) == counts[0]
        assert behind(late, question, tz, feature, converted=False, **within) == counts[1]
        assert behind(late, question, tz, feature, **{"with": False}, **within) == counts[2] + counts[3]
