"""Segments in words, and how a word of one is changed."""

from typing import Any

import pytest
from django.utils import translation

from groundswell.kernel.errors import Refusal
from groundswell.segments.edits import changed
from groundswell.segments.matches import match_of
from groundswell.segments.types import Definition, Of
from groundswell.segments.wording import Sentences
from groundswell.workspace.types import ProjectCard

PROJECT = ProjectCard(1, "Whiteboard", "UTC", "USD", "en")
PRO = {"trait": {"plan": "pro"}}
DID = {"did": {"event": "Board Created", "where": {"template": True}, "at_least": 3, "within": "30d"}}
STARS = Definition(1, 1, "stars", "Trial stars", Of.PEOPLE, match_of(PRO, Of.PEOPLE, "UTC"))


def text(match: Any, of: Of = Of.PEOPLE, language: str = "en") -> str:
    with translation.override(language):
        definitions = {"stars": STARS}
        return Sentences(PROJECT, of, definitions.get).text(match_of(match, of, "UTC"))


@pytest.mark.parametrize(
    ("match", "english", "korean"),
    [
        (PRO, "People: whose plan is pro", "사람: plan이 pro인 경우"),
        ({"not": PRO}, "People: except those whose plan is pro", "사람: plan이 pro인 경우 제외"),
        (
            DID, "People: who did Board Created where template is true at least 3 times within the last 30 days",
            "사람: 최근 30일 안에 template가 true인 Board Created를 3번 이상 한 경우",
        ),
        (
            {"not": {"did": {"event": None}}}, "People: who did not do any event",
            "사람: 아무 이벤트를 하지 않은 경우",
        ),
        (
            {"any": [PRO, {"segment": "stars"}]}, "People: whose plan is pro; or who are in Trial stars",
            "사람: plan이 pro인 경우, 또는 Trial stars에 속하는 경우",
        ),
        (
            {"all": [{"any": [PRO, {"listed": True}]}, {"not": {"all": [PRO, PRO]}}]},
            "People: (whose plan is pro; or who are on the list of this segment); and"
            " not (whose plan is pro; and whose plan is pro)",
            "사람: (plan이 pro인 경우, 또는 이 세그먼트의 명단에 있는 경우), 그리고"
            " (plan이 pro인 경우, 그리고 plan이 pro인 경우) 제외",
        ),
    ],
)  # fmt: skip
def test_a_segment_is_read_aloud(match: Any, english: str, korean: str) -> None:
    assert text(match) == english
    assert text(match, language="ko") == korean


@pytest.mark.parametrize(
    ("times", "english"),
    [
        ({}, ""), ({"at_least": 1}, ""), ({"at_least": 2}, " at least 2 times"), ({"at_most": 0}, " never"),
        ({"at_most": 1}, " at most 1 time"), ({"at_least": 2, "at_most": 2}, " exactly 2 times"),
        ({"at_least": 2, "at_most": 4}, " 2 to 4 times"),
    ],
)  # fmt: skip
def test_how_often_is_said(times: Any, english: str) -> None:
    assert text({"did": {"event": "A", **times}}) == f"People: who did A{english}"


def test_companies_are_spoken_of_as_such() -> None:
    assert text({"segment": "stars"}, Of.ACCOUNTS) == "Companies: with somebody in Trial stars"
    assert text({"not": {"segment": "gone"}}) == "People: who are not in gone"


def after(match: Any, what: str, **given: str) -> Any:
    return changed(match, what, given, lambda name: frozenset(), lambda name: frozenset({"string"}))


A, B, C = ({"did": {"event": name}} for name in "ABC")


@pytest.mark.parametrize(
    ("match", "what", "given", "expected"),
    [
        ({"all": []}, "match.add.did", {"value": "A"}, {"all": [A]}),
        ({"all": [A]}, "match.add.did", {"value": ""}, {"all": [A, {"did": {"event": None}}]}),
        (
            {"all": [A]}, "match.add.trait", {"name": "plan", "operator": "is", "value": "pro"}, {"all": [A, PRO]},
        ),
        ({"all": [A]}, "match.add.segment", {"value": "stars"}, {"all": [A, {"segment": "stars"}]}),
        ({"all": [A]}, "match.add.listed", {}, {"all": [A, {"listed": True}]}),
        ({"all": [A, B]}, "match.1.beside.did", {"value": "C"}, {"all": [A, {"any": [B, C]}]}),
        ({"any": [A, {"not": B}]}, "match.1.beside.listed", {}, {"any": [A, {"all": [{"not": B}, {"listed": True}]}]}),
        ({"all": [A, {"any": [B]}]}, "match.1.add.did", {"value": "C"}, {"all": [A, {"any": [B, C]}]}),
        ({"all": [A]}, "match.how", {"value": "any"}, {"any": [A]}),
        ({"all": [{"any": [A, B]}]}, "match.0.how", {"value": "not any"}, {"all": [{"not": {"any": [A, B]}}]}),
        ({"all": [{"not": {"any": [A, B]}}]}, "match.0.how", {"value": "all"}, {"all": [{"all": [A, B]}]}),
        ({"all": [A]}, "match.0.verb", {"value": "not"}, {"all": [{"not": A}]}),
        ({"all": [{"not": {"not": {"not": A}}}]}, "match.0.verb", {"value": ""}, {"all": [A]}),
        ({"all": [A, B]}, "match.0.remove", {}, {"all": [B]}),
        ({"all": [A, {"not": {"any": [B]}}]}, "match.1.0.remove", {}, {"all": [A]}),
        ({"all": [A]}, "match.0.remove", {}, {"all": []}),
        ({"all": [A, B]}, "match.1.earlier", {}, {"all": [B, A]}),
        ({"all": [A, B]}, "match.0.earlier", {}, {"all": [A, B]}),
        ({"all": [{"not": A}]}, "match.0.event", {"value": "B"}, {"all": [{"not": B}]}),
        (
            {"all": [A]}, "match.0.times", {"value": "between", "number": "2", "more": "5"},
            {"all": [{"did": {"event": "A", "at_least": 2, "at_most": 5}}]},
        ),
        (
            {"all": [A]}, "match.0.times", {"value": "at_most", "number": "2"},
            {"all": [{"did": {"event": "A", "at_least": 0, "at_most": 2}}]},
        ),
        (
            {"all": [A]}, "match.0.within", {"number": "2", "unit": "w"},
            {"all": [{"did": {"event": "A", "within": "2w"}}]},
        ),
        ({"all": [DID]}, "match.0.within", {"value": "ever"}, {"all": [{"did": {**DID["did"], "within": None}}]}),
        (
            {"all": [A]}, "match.0.where.add", {"name": "n", "operator": "at_least", "value": "3"},
            {"all": [{"did": {"event": "A", "where": {"n": {"$gte": 3}}}}]},
        ),
        ({"all": [DID]}, "match.0.where.0", {"remove": "1"}, {"all": [{"did": {**DID["did"], "where": {}}}]}),
        (
            {"all": [{"not": PRO}]}, "match.0.trait.0", {"name": "plan", "operator": "is", "value": "10"},
            {"all": [{"not": {"trait": {"plan": "10"}}}]},
        ),
        ({"all": [A, PRO]}, "match.1.trait.0", {"remove": "1"}, {"all": [A]}),
        ({"all": [{"segment": "stars"}]}, "match.0.segment", {"value": "x"}, {"all": [{"segment": "x"}]}),
    ],
)  # fmt: skip
def test_one_word_is_changed(match: Any, what: str, given: dict[str, str], expected: Any) -> None:
    assert after(match, what, **given) == expected


@pytest.mark.parametrize(
    "what",
    ["match", "match.1.remove", "match.0.0.verb", "match.0.segment.x", "match.0.trait.0", "match.0.where.0", "x.how",
     "match.how.how", "match.0.times"],
)  # fmt: skip
def test_a_place_that_is_not_there_is_refused(what: str) -> None:
    with pytest.raises(Refusal, match="is no word of this segment"):
        after({"all": [A]}, what, value="nonsense", name="a", operator="is")
