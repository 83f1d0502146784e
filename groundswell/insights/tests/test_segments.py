"""Questions are narrowed to segments and broken down by them.

ada (pro, acme) did A twice and B, ben (free, acme) did A and B, cleo (no trait, bolt) did A.
"""

from typing import Any

import pytest

from groundswell.insights.service import ask
from groundswell.kernel.errors import Refusal
from groundswell.segments.service import put_segment
from groundswell.workspace.types import Caller
from tests.world import World, group, identify, track

DAYS = {"date_from": "2026-01-05", "date_to": "2026-01-05"}
PAYERS = {"person.segment": {"$inGroup": "payers"}}
OTHERS = {"person.segment": {"$notInGroup": "payers"}}
BIG = {"account.segment": {"$inGroup": "big"}}


@pytest.fixture
def asked(world: World) -> World:
    start = "2026-01-01T00:00:00Z"
    world.send(
        identify("ada", at=start, plan="pro", segment="north"), identify("ben", at=start, plan="free"),
        group("ada", "acme", at=start, size=9), group("ben", "acme", at=start), group("cleo", "bolt", at=start),
        track("ada", "A", p=1), track("ada", "A", p=2), track("ben", "A"), track("cleo", "A"),
        track("ada", "B", at="2026-01-05T11:00:00Z"), track("ben", "B", at="2026-01-05T11:00:00Z"),
    )  # fmt: skip
    for key, of, trait in (("payers", "people", {"plan": "pro"}), ("big", "accounts", {"size": 9})):
        put_segment(Caller(is_operator=True), world.project, key, name=key, of=of, match={"trait": trait})
    return world


def trend(world: World, where: Any = None, breakdown: Any = None, **more: Any) -> list[tuple[Any, Any]]:
    question = {"kind": "trend", "series": [{"event": "A", "where": where or {}, **more}], "breakdown": breakdown}
    return [(row[2], row[3]) for row in ask(world.project, {**question, **DAYS}).rows]


def funnel(world: World, where: Any = None, breakdown: Any = None, count: str = "people") -> list[tuple[Any, int]]:
    steps = [{"event": "A", "where": where or {}}, {"event": "B"}]
    question = {"kind": "funnel", "steps": steps, "window": "1d", "breakdown": breakdown, "count": count, **DAYS}
    return [(row[2], row[3]) for row in ask(world.project, question).rows]


def test_trends_are_narrowed(asked: World) -> None:
    assert trend(asked, PAYERS) == [(None, 1)]
    assert trend(asked, OTHERS, measure="total") == [(None, 2)]
    assert trend(asked, {**PAYERS, "p": 2}, measure="total") == [(None, 1)]
    assert trend(asked, BIG, measure="total") == [(None, 3)]
    assert trend(asked, {"$or": [{"$not": BIG}, PAYERS]}) == [(None, 2)]
    assert trend(asked, {"person.segment": {"$not": {"$inGroup": "payers"}}}) == [(None, 2)]


def test_a_trait_may_be_called_segment_as_well(asked: World) -> None:
    assert trend(asked, {"person.segment": "north"}) == [(None, 1)]
    assert trend(asked, {"person.segment": {"$exists": True, "$notInGroup": "payers"}}) == [(None, 0)]
    assert trend(asked, breakdown="person.segment") == [("north", 1), (None, 2)]


def test_trends_are_broken_down(asked: World) -> None:
    assert trend(asked, breakdown="person.segment.payers") == [("false", 2), ("true", 1)]
    assert trend(asked, breakdown="account.segment.big", measure="total") == [("false", 1), ("true", 3)]
    assert trend(asked, breakdown="person.segment.payers", measure="total") == [("false", 2), ("true", 2)]


def test_funnels_are_narrowed_and_broken_down(asked: World) -> None:
    assert funnel(asked) == [(None, 3), (None, 2)]
    assert funnel(asked, OTHERS) == [(None, 2), (None, 1)]
    assert funnel(asked, BIG) == [(None, 2), (None, 2)]
    by = funnel(asked, breakdown="person.segment.payers")
    assert sorted(by) == [("false", 1), ("false", 2), ("true", 1), ("true", 1)]
    assert sorted(funnel(asked, breakdown="account.segment.big", count="accounts")) == [
        ("false", 0), ("false", 1), ("true", 1), ("true", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "where", [{"person.segment": {"$inGroup": "payer"}}, {"account.segment": {"$inGroup": "payers"}}]
)
def test_a_segment_that_is_not_there_is_refused(asked: World, where: Any) -> None:
    with pytest.raises(Refusal, match="names no segment") as refused:
        trend(asked, where)
    assert refused.value.status == 400
    assert list(refused.value.fields) == [next(iter(where))]


def test_other_names_have_no_groups(asked: World) -> None:
    for where in ({"p": {"$inGroup": "payers"}}, {"person.segment": {"$inGroup": ["payers"]}}):
        with pytest.raises(Refusal, match="names a group that is not there"):
            trend(asked, where)
