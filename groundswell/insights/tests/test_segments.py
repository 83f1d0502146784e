"""Questions are narrowed to segments and broken down by them.

ada (pro, acme) did A twice and B, ben (free, acme) did A and B, cleo (no trait, bolt) did A.
"""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from groundswell.conditions.atoms import atoms_of
from groundswell.conditions.wording import condition_text
from groundswell.insights.service import ask
from groundswell.insights.tests.test_api import post
from groundswell.kernel.errors import Refusal
from groundswell.segments.service import put_segment
from groundswell.workspace.types import Caller, Role
from tests.visitors import member
from tests.world import World, group, identify, track

DAYS = {"date_from": "2026-01-05", "date_to": "2026-01-05"}
PAYERS = {"person.segment": {"$inGroup": "payers"}}
OTHERS = {"person.segment": {"$notInGroup": "payers"}}
BIG = {"account.segment": {"$inGroup": "big"}}
_visits = itertools.count()


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


# How they are called -------------------------------------------------------------------------------------------------


@pytest.fixture
def named(asked: World) -> World:
    """What people call the segments, one of them with what is no name at all."""
    for key, of, name in (("payers", "people", "Who <b>pays</b>"), ("big", "accounts", "Big ones")):
        match = {"trait": {"plan": "pro"} if of == "people" else {"size": 9}}
        put_segment(Caller(is_operator=True), asked.project, key, name=name, of=of, match=match)
    return asked


def page(world: World, language: str = "en", **question: Any) -> str:
    ada = member(world.project, f"ada{next(_visits)}", Role.OWNER)
    ada.cookies["groundswell_language"] = language
    shown = {"kind": "trend", "series": [{"event": "A"}], **DAYS, **question}
    return ada.get(f"/p/{world.project.id}/insights/ask", {"q": json.dumps(shown)}).content.decode()


def test_a_sentence_says_the_name_of_a_segment(named: World) -> None:
    text = page(named, series=[{"event": "A", "where": {**PAYERS, "account.segment": {"$notInGroup": "big"}}}])
    assert "<bdi>they are in segment Who &lt;b&gt;pays&lt;/b&gt;</bdi>" in text
    assert "<bdi>their company is not in segment Big ones</bdi>" in text
    korean = page(named, "ko", series=[{"event": "A", "where": PAYERS}])
    assert "<bdi>세그먼트 Who &lt;b&gt;pays&lt;/b&gt;에 속하는</bdi>" in korean


def test_so_does_what_is_split_by_one(named: World) -> None:
    text = page(named, breakdown="account.segment.big")
    assert "<bdi>segment Big ones</bdi>" in text
    assert "<bdi>in segment Big ones</bdi>" in text
    assert "<bdi>not in segment Big ones</bdi>" in text


def test_a_segment_that_is_gone_says_so_by_its_key(named: World) -> None:
    gone = {"series": [{"event": "A", "where": {"person.segment": {"$inGroup": "stars"}}}]}
    assert "<bdi>they are in segment stars (gone)</bdi>" in page(named, **gone)
    assert "<bdi>세그먼트 stars(삭제됨)에 속하는</bdi>" in page(named, "ko", **gone)


def test_other_projects_have_names_of_their_own(named: World, tmp_path: Path) -> None:
    text = page(World(tmp_path / "other"), series=[{"event": "A", "where": PAYERS}])
    assert "they are in segment payers (gone)" in text
    assert "pays" not in text


def test_pictures_say_the_name_as_well(named: World) -> None:
    question = {"kind": "trend", "series": [{"event": "A", "where": BIG}], "breakdown": "account.segment.big", **DAYS}
    drawn = json.loads(post(named, question, query="?format=vega").content)["title"]
    assert "their company is in segment Big ones" in " ".join(drawn["text"])
    assert "split by segment Big ones" in " ".join(drawn["text"])
    assert "big" not in json.dumps(drawn)


def test_where_no_project_is_spoken_of_the_key_stands(named: World) -> None:
    assert condition_text(atoms_of(BIG)[0]) == "their company is in segment big"
