"""A question may be answered in several ways, whichever is fastest. They give the same answer."""

from typing import Any

import pytest

from groundswell.insights import funnel, grouped, recalled, stories, trend
from groundswell.insights.funnel import _volume
from groundswell.insights.kinds import check
from groundswell.insights.service import ask
from groundswell.insights.tests.worlds import crowd
from groundswell.insights.types import Funnel
from tests.answering import without_register
from tests.world import World, identify, track

DATES = {"date_from": "2026-01-02", "date_to": "2026-01-08"}
FUNNEL = {"kind": "funnel", "window": "2d", **DATES}


@pytest.fixture(params=["numpy", "compiled"])
def passes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "compiled":
        monkeypatch.setattr(grouped, "MANY", 0)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("count", "breakdown", "own"),
    [
        ("people", "person.team", {"person.size": {"$lt": 9}}),
        ("people", ["person.team", "person.home.city"], {"$or": [{"person.size": 3}, {"person.none": None}]}),
        ("people", "plan", {"person.none": {"$exists": False}, "person.size": {"$gt": 2}}),
        ("people", None, {"$not": {"person.team": "x"}, "n": {"$gte": 1}}),
        ("accounts", "account.tier", {"account.tier": {"$ne": "free"}}),
    ],
)
def test_what_belongs_to_the_actors_is_what_their_events_say(
    world: World, monkeypatch: pytest.MonkeyPatch, seed: int, count: str, breakdown: Any, own: Any
) -> None:
    world.send(*crowd(seed))
    for first, second, order in ((own, {}, "ordered"), ({}, own, "ordered"), (own, {}, "any")):
        steps = [{"event": "A", "where": first}, {"event": "B", "where": second}, {"event": "C"}]
        question = {**FUNNEL, "steps": steps, "breakdown": breakdown, "count": count, "order": order}
        with without_register():
            monkeypatch.setattr(funnel, "BY_OWNER", 10**9)
            by_event = ask(world.project, question).rows
            assert sum(row[3] for row in by_event if row[0] == 2)
            monkeypatch.setattr(funnel, "BY_OWNER", 0)
            assert ask(world.project, question).rows == by_event
        assert ask(world.project, question).rows == by_event


def test_events_at_one_instant_reach_the_same_step_both_ways(world: World, passes: None) -> None:
    # Ada does C, B and A at one instant: taken as A, B, C they carry her through.
    at = "2026-01-05T10:00:00Z"
    world.send(*({"type": "track", "userId": "ada", "event": name, "timestamp": at} for name in "CBA"))
    question = {**FUNNEL, "steps": [{"event": name} for name in "ABC"]}
    assert [row[3] for row in ask(world.project, question).rows] == [1, 1, 1]


FUNNELS = [
    {**FUNNEL, "steps": [{"event": "A"}, {"event": "B"}, {"event": "C"}], **options}
    for options in (
        {},
        {"breakdown": "plan"},
        {"breakdown": ["plan", "person.team"], "count": "accounts"},
        {"order": "strict", "breakdown": "v"},
        {"order": "any", "count": "accounts"},
        {"exclude": [{"event": "D", "from_step": 2}], "breakdown": "account.tier"},
        {"order": "any", "breakdown": "person.team"},
        {"exclude": [{"event": "D", "from_step": 2}, {"event": "A"}]},
    )
]


@pytest.mark.parametrize("question", FUNNELS)
@pytest.mark.parametrize(("piece", "aside"), [(10, 10**6), (50, 20), (10**6, 30)])
def test_runs_do_not_depend_on_how_events_are_read(
    world: World, monkeypatch: pytest.MonkeyPatch, question: dict[str, Any], piece: int, aside: int
) -> None:
    world.send(*crowd(4))
    at_once = ask(world.project, question).rows
    assert sum(row[3] for row in at_once) > 5
    monkeypatch.setattr(stories, "PIECE", piece)
    monkeypatch.setattr(recalled, "PIECE", piece)
    monkeypatch.setattr(stories, "MOST_ASIDE", aside)
    assert ask(world.project, question).rows == at_once
    with without_register():
        assert ask(world.project, question).rows == at_once
        monkeypatch.setattr(grouped, "MANY", 0)
        assert ask(world.project, question).rows == at_once
    assert ask(world.project, question).rows == at_once


TRENDS = [
    {"kind": "trend", "interval": interval, **DATES, "series": series, "breakdown": breakdown, **options}
    for series in (
        [{"event": "A"}],
        [{"event": "A", "measure": "total"}, {"event": None, "where": {"person.team": "x"}}],
        [{"event": "B", "measure": "median", "property": "n"}],
    )
    for interval, breakdown, options in (
        ("day", "v", {}),
        ("day", "plan", {}),
        ("week", ["plan", "n"], {"cumulative": True}),
        ("month", "plan", {"count": "accounts", "compare": "previous", "date_from": "2026-01-05"}),
        ("week", ["plan", "person.team"], {"cumulative": True}),
        ("day", "person.home.city", {"compare": "previous", "date_from": "2026-01-05"}),
    )
]


@pytest.mark.parametrize("question", TRENDS)
def test_too_many_values_to_look_at_each_change_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, question: dict[str, Any]
) -> None:
    world.send(*crowd(5))
    known = ask(world.project, question)
    assert sum(row[3] or 0 for row in known.rows) > 5
    with without_register():
        for most in (trend.MOST_GROUPS, 2):
            monkeypatch.setattr(trend, "MOST_GROUPS", most)
            read = ask(world.project, question)
            assert (read.rows, read.beside) == (known.rows, known.beside)


def test_many_people_do_not_hide_each_others_traits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trend, "MOST_GROUPS", 3)
    world.send(*(identify(f"u{number}", team=number % 2) for number in range(9)))
    world.send(*(track(f"u{number}", "A", "2026-01-05T10:00:00Z") for number in range(9)))
    question = {"kind": "trend", "interval": "month", **DATES, "series": [{"event": "A"}], "breakdown": "person.team"}
    assert [row[2:] for row in ask(world.project, question).rows] == [["0", 5], ["1", 4]]


@pytest.mark.parametrize("name", ["groundswell.expose", "system.os", "url (short)", "scope.events", "{only}", "it's"])
@pytest.mark.parametrize("prefix", ["", "context."])
def test_whatever_a_property_is_called(world: World, name: str, prefix: str) -> None:
    message = track("ada", "A", "2026-01-05T10:00:00Z", **{name: "x"}, **{f"p{number}": 1 for number in range(20)})
    world.send({**message, "context": {name: "x"}})
    for kind in (
        {"kind": "trend", "interval": "day", "series": [{"event": "A", "where": {prefix + name: "x"}}]},
        {**FUNNEL, "steps": [{"event": "A", "where": {prefix + name: "x"}}]},
    ):
        rows = ask(world.project, {**kind, **DATES, "breakdown": prefix + name}).rows
        assert [row[2:4] for row in rows if row[3]] == [["x", 1]]


def test_a_share_of_all_ids_tells_how_many_events_there_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.send(*crowd(7, people=400, events=2000))
    question = check({**FUNNEL, "steps": [{"event": "A"}, {"event": "B"}]}, "UTC")
    assert isinstance(question, Funnel)
    exactly = _volume(world.project.id, question)
    monkeypatch.setattr(stories, "SAMPLED", 4)
    monkeypatch.setattr(stories, "ENOUGH", 100)
    estimate = _volume(world.project.id, question)
    assert estimate % 4 == 0
    assert estimate == pytest.approx(exactly, rel=0.25)


@pytest.mark.parametrize("interval", ["day", "week", "month", "whole"])
@pytest.mark.parametrize("measure", ["people", "total"])
@pytest.mark.parametrize("breakdown", [None, "person.team"])
def test_the_rollup_says_what_the_events_say(world: World, interval: str, measure: str, breakdown: str | None) -> None:
    world.send(*crowd(6))
    question = {"kind": "trend", "interval": interval, **DATES, "breakdown": breakdown}
    never_there = {"$not": {"nobody sends this": {"$exists": True}}}  # has the events read, and holds for all
    from_rollup = ask(world.project, {**question, "series": [{"event": "A", "measure": measure}]})
    from_events = ask(world.project, {**question, "series": [{"event": "A", "measure": measure, "where": never_there}]})
    assert from_rollup.rows == from_events.rows
    assert sum(row[3] for row in from_rollup.rows) > 10
