"""One value of a breakdown has one place and one colour, whatever is shown of a question.

Whiteboard Co., UTC, 5 January 2026. By how often somebody signed up: zeta 3, alpha 2, none 1. By how many finished, and
by text, alpha would be first.

    ada, ben, cleo   S zeta; ada B a minute later
    dan, eve         S alpha, B two minutes later
    fay              S
"""

from collections.abc import Mapping
from typing import Any

import pytest

from groundswell.insights.groups import COLOURS, GREY, colour_at, dash_at, groups_of
from groundswell.insights.kinds import kind_of
from groundswell.insights.labels import MOST
from groundswell.insights.pictures import chart
from groundswell.insights.service import ask
from groundswell.insights.types import Answer
from tests.world import World, track

DATES = {"date_from": "2026-01-05", "date_to": "2026-01-05"}
FUNNEL = {"kind": "funnel", "steps": [{"event": "S"}, {"event": "B"}], "window": "1d"}
ORDER = ["zeta", "alpha", "–"]
VIEWS: dict[str, dict[str, Any]] = {
    "steps": FUNNEL,
    "times": {**FUNNEL, "show": "times"},
    "over time": {**FUNNEL, "show": "over_time", "interval": "day"},
    "trend": {"kind": "trend", "series": [{"event": "S"}], "interval": "day"},
    "retention": {
        "kind": "retention",
        "start": {"event": "S"},
        "return": {"event": "B"},
        "period": "day",
        "periods": 1,
    },
    "lifecycle": {"kind": "lifecycle", "event": "S", "interval": "day"},
    "stickiness": {"kind": "stickiness", "event": "S", "unit": "day"},
    "paths": {"kind": "paths", "start": {"event": "S"}, "end": None, "steps": 2},
}


@pytest.fixture
def plans(world: World) -> World:
    for plan, users in (("zeta", ("ada", "ben", "cleo")), ("alpha", ("dan", "eve")), (None, ("fay",))):
        for user in users:
            world.send(track(user, "S", "2026-01-05T09:00:00Z", **({"plan": plan} if plan else {})))
    for user, minute in (("ada", "01"), ("dan", "02"), ("eve", "02")):
        world.send(track(user, "B", f"2026-01-05T09:{minute}:00Z"))
    return world


def asked(world: World, question: Mapping[str, Any], breakdown: Any = "plan") -> Answer:
    return ask(world.project, {**question, **DATES, "breakdown": breakdown})


def shown(answer: Answer) -> Any:
    return kind_of(answer.question).show(answer.question, answer, str, 1)


def drawn_in(definition: Any) -> dict[str, str]:
    """Which colour of a chart each value has, in the order of its legend."""
    text = next(each["encoding"]["color"] for each in definition["layer"] if "color" in each.get("encoding", {}))
    return dict(zip(text["scale"]["domain"], text["scale"]["range"], strict=True))


@pytest.mark.parametrize("view", VIEWS)
def test_an_answer_has_its_values_those_of_most_events_first(plans: World, view: str) -> None:
    answer = asked(plans, VIEWS[view])
    assert answer.beside["values"] == ["zeta", "alpha", None]
    assert answer.as_json()["values"] == ["zeta", "alpha", None]
    assert [(each.name, each.colour) for each in groups_of(answer)] == [("zeta", 0), ("alpha", 1), ("–", 2)]
    assert "values" not in asked(plans, VIEWS[view], None).beside


def test_all_views_of_a_funnel_have_a_value_in_one_colour(plans: World) -> None:
    steps, times, over_time = (shown(asked(plans, VIEWS[view])) for view in ("steps", "times", "over time"))
    assert [(bar.group, bar.colour) for bar in steps.steps[0].bars] == [("zeta", 0), ("alpha", 1), ("–", 2)]
    assert [row.group for row in steps.table] == [row.group for row in times.table] == ORDER
    assert [(each.group, each.colour) for each in times.histograms] == [
        ("zeta", 0),
        ("alpha", 1),
    ]  # of – nobody finished
    assert [(line.name, line.colour) for line in over_time.drawing.lines] == [("zeta", 0), ("alpha", 1), ("–", 2)]
    colours = [drawn_in(chart(asked(plans, VIEWS[view])).to_dict()) for view in ("steps", "over time")]
    assert colours[0] == colours[1]
    assert list(colours[0]) == ORDER


@pytest.mark.parametrize("view", ["trend", "retention", "stickiness"])
def test_pictures_of_other_kinds_have_them_in_the_same_order(plans: World, view: str) -> None:
    assert list(drawn_in(chart(asked(plans, VIEWS[view])).to_dict())) == ORDER


@pytest.mark.parametrize("view", ["retention", "lifecycle", "stickiness"])
def test_so_do_the_groups_of_pages(plans: World, view: str) -> None:
    assert [group.name for group in shown(asked(plans, VIEWS[view])).groups] == ORDER


def test_values_of_several_names_are_told_apart(plans: World) -> None:
    answer = asked(plans, FUNNEL, ["plan", "event.plan"])
    assert [(each.value, each.name) for each in groups_of(answer)] == [
        (["zeta", "zeta"], "zeta · zeta"), (["alpha", "alpha"], "alpha · alpha"), ([None, None], "– · –"),
    ]  # fmt: skip


def test_what_has_no_rows_of_its_own_is_last_and_grey(world: World) -> None:
    # v00 … v25 once each, and v26 twice: 25 have rows of their own.
    names = [f"v{number:02}" for number in range(MOST + 2)]
    for place, name in enumerate([*names, names[-1]]):
        world.send(track(f"p{place}", "S", "2026-01-05T09:00:00Z", plan=name))
    for view in ("steps", "trend"):
        groups = groups_of(asked(world, VIEWS[view]))
        assert [each.name for each in groups] == [names[-1], *names[: MOST - 1], "(other)"]
        assert [each.colour for each in groups] == [place % COLOURS for place in range(MOST)] + [GREY]


def test_colours_begin_again_with_another_dash() -> None:
    assert [(colour_at(place, "a"), dash_at(place)) for place in (0, 9, 10, 39, 40)] == [
        (0, 0), (9, 0), (0, 1), (9, 3), (0, 0),
    ]  # fmt: skip


def test_where_the_store_sorts_too_many_values_their_order_is_the_same(
    plans: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundswell.insights.trend.MOST_GROUPS", 2)
    assert asked(plans, VIEWS["trend"]).beside["values"] == ["zeta", "alpha", None]
