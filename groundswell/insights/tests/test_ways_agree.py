"""A question may be answered in several ways, whichever is fastest. They give the same answer."""

import itertools
from typing import Any

import pytest

from groundswell.insights import stories, trend
from groundswell.insights.funnel import _volume, needs_only_levels
from groundswell.insights.questions import check
from groundswell.insights.service import ask
from groundswell.insights.tests.worlds import crowd
from groundswell.insights.types import Funnel
from tests.world import World, identify, track

DATES = {"date_from": "2026-01-02", "date_to": "2026-01-08"}
FUNNEL = {"kind": "funnel", "window": "2d", **DATES}


def without_medians(rows: list[list[Any]]) -> list[list[Any]]:
    return [row[:-1] for row in rows]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_levels_are_those_of_the_runs(world: World, seed: int) -> None:
    world.send(*crowd(seed))
    steps = [
        {"event": "A"},
        {"event": "B", "where": {"n": {"$gte": 1}}},
        {"event": "C", "where": {"person.size": {"$lt": 9}}},
    ]
    for breakdown, count, length in itertools.product(
        (None, "person.team", ["person.team", "person.home.city"]), ("people", "accounts"), (1, 2, 3)
    ):
        question = {**FUNNEL, "steps": steps[:length], "breakdown": breakdown, "count": count, "medians": False}
        if not needs_only_levels(check(question, "UTC")):  # type: ignore[arg-type]
            assert breakdown and count == "accounts"
            continue
        with_medians = ask(world.project, {**question, "medians": True})
        assert without_medians(ask(world.project, question).rows) == without_medians(with_medians.rows)


def test_events_at_one_instant_reach_the_same_level_both_ways(world: World) -> None:
    # Ada does C, B and A at one instant: taken as A, B, C they carry her through.
    at = "2026-01-05T10:00:00Z"
    world.send(*({"type": "track", "userId": "ada", "event": name, "timestamp": at} for name in "CBA"))
    question = {**FUNNEL, "steps": [{"event": name} for name in "ABC"]}
    assert [row[3] for row in ask(world.project, question).rows] == [1, 1, 1]
    assert [row[3] for row in ask(world.project, {**question, "medians": False}).rows] == [1, 1, 1]


FUNNELS = [
    {**FUNNEL, "steps": [{"event": "A"}, {"event": "B"}, {"event": "C"}], **options}
    for options in (
        {},
        {"breakdown": "plan"},
        {"breakdown": ["plan", "person.team"], "count": "accounts"},
        {"order": "strict", "breakdown": "v"},
        {"order": "any", "count": "accounts"},
        {"exclude": [{"event": "D", "from_step": 2}], "breakdown": "account.tier"},
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
    monkeypatch.setattr(stories, "MOST_ASIDE", aside)
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
        ("week", ["plan", "person.team"], {"cumulative": True}),
        ("day", "person.home.city", {"compare": "previous", "date_from": "2026-01-05"}),
    )
]


@pytest.mark.parametrize("question", TRENDS)
def test_too_many_values_to_look_at_each_change_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, question: dict[str, Any]
) -> None:
    world.send(*crowd(5))
    by_raw = ask(world.project, question)
    assert sum(row[3] or 0 for row in by_raw.rows) > 5
    monkeypatch.setattr(trend, "MOST_GROUPS", 2)
    by_text = ask(world.project, question)
    assert by_text.rows == by_raw.rows
    assert by_text.beside == by_raw.beside


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


def test_dates_far_beyond_the_events_change_no_volume(world: World) -> None:
    world.send(*crowd(7))
    question = {**FUNNEL, "steps": [{"event": "A"}, {"event": "B"}]}
    near = check(question, "UTC")
    far = check({**question, "date_from": "1990-01-01", "date_to": "2040-01-01", "window": "9000d"}, "UTC")
    assert isinstance(near, Funnel) and isinstance(far, Funnel)
    volumes = [_volume(world.project.id, each) for each in (near, far)]
    assert min(each.wanted for each in volumes) > 100
    assert volumes[1].all == pytest.approx(volumes[0].all, rel=0.5)


@pytest.mark.parametrize("interval", ["day", "week", "month"])
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
