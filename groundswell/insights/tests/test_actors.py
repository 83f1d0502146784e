"""Behind every number stand exactly as many as it says, and the right ones."""

from pathlib import Path
from typing import Any

import pytest

from groundswell.insights.actors import FunnelCell, TrendCell
from groundswell.insights.kinds import actors, check, check_cell, counts_accounts
from groundswell.insights.service import ask
from groundswell.insights.tests.worlds import crowd
from groundswell.kernel.errors import Refusal
from groundswell.people.service import account_cards, cards
from tests.world import World, group, track

DATES = {"date_from": "2026-01-02", "date_to": "2026-01-08"}
FUNNEL = {"kind": "funnel", "window": "2d", **DATES, "steps": [{"event": "A"}, {"event": "B"}, {"event": "C"}]}
TREND = {"kind": "trend", "interval": "day", **DATES, "series": [{"event": "A"}, {"event": None}]}


def behind(world: World, question: dict[str, Any], **cell: Any) -> set[str]:
    """The ids of those behind a cell."""
    checked = check(question, "UTC")
    named = check_cell(checked, cell)
    found = actors(world.project.id, checked, named).tolist()
    carded = account_cards if counts_accounts(checked, named) else cards
    return {card.id for card in carded(world.project, found)}


def how_many(world: World, question: dict[str, Any], **cell: Any) -> int:
    checked = check(question, "UTC")
    return len(actors(world.project.id, checked, check_cell(checked, cell)))


FUNNELS = [
    {**FUNNEL, **options}
    for options in (
        {},
        {"breakdown": "plan"},
        {"breakdown": ["plan", "person.team"], "count": "accounts"},
        {"order": "strict", "breakdown": "v"},
        {"order": "any", "count": "accounts"},
        {"exclude": [{"event": "D", "from_step": 2}], "breakdown": "account.tier"},
        {"medians": False},
        {"medians": False, "breakdown": "person.team"},
    )
]


@pytest.mark.parametrize("question", FUNNELS)
def test_a_funnel_s_cells_hold_as_many_as_they_say(world: World, question: dict[str, Any]) -> None:
    world.send(*crowd(4))
    rows = ask(world.project, question).rows
    assert sum(row[3] for row in rows) > 5
    before = 0
    for step, _label, value, count, *_ in rows:
        breakdown = {"breakdown": value} if question.get("breakdown") else {}
        assert how_many(world, question, step=step, **breakdown) == count
        if step > 1:
            assert how_many(world, question, step=step, dropped=True, **breakdown) == before - count
        before = count


TRENDS = [
    {**TREND, **options}
    for options in (
        {},
        {"interval": "hour"},
        {"interval": "week", "breakdown": "plan"},
        {"interval": "month", "breakdown": "v"},
        {"interval": "whole", "compare": "previous", "breakdown": "plan"},
        {"breakdown": ["plan", "person.team"]},
        {"count": "accounts", "breakdown": "account.tier"},
        {"cumulative": True, "breakdown": "person.team"},
        {"compare": "previous", "date_from": "2026-01-06", "breakdown": "plan"},
        {"series": [{"event": "B", "measure": "accounts", "where": {"n": {"$gte": 1}}}], "interval": "week"},
    )
]


@pytest.mark.parametrize("question", TRENDS)
def test_a_trend_s_cells_hold_as_many_as_they_say(world: World, question: dict[str, Any]) -> None:
    world.send(*crowd(5))
    rows = ask(world.project, question).rows
    assert sum(row[3] for row in rows) > 3
    nobody = [row for row in rows if not row[3]]
    for period, series, value, count in [row for row in rows if row[3]][:60] + nobody[:9]:
        cell: dict[str, Any] = {"series": 2 if series.startswith("Any event") else 1, "period": period}
        if question.get("breakdown"):
            cell["breakdown"] = value
        if series.endswith(" (previous)"):
            cell["previous"] = True
        assert how_many(world, question, **cell) == count


# Stories -------------------------------------------------------------------------------------------------------------

DAYS = {"date_from": "2026-01-01", "date_to": "2026-01-31"}
INVITED = {"kind": "funnel", "steps": [{"event": "Signed Up"}, {"event": "Invite Sent"}], "window": "14d", **DAYS}
SPLIT = {**INVITED, "breakdown": "plan"}
TWICE = {"kind": "trend", "series": [{"event": "Signed Up"}], "breakdown": ["plan", "person.role"], **DAYS}
PAID = {"kind": "trend", "series": [{"event": "Paid", "measure": "sum", "property": "amount"}], **DAYS}


@pytest.fixture
def team(world: World) -> World:
    """Ada and Ben, who invited, and Cleo, who did not. Ada was a visitor first."""
    world.send(
        track("~laptop", "Page Viewed", "2026-01-04T10:00:00Z"),
        {**track("ada", "Signed Up", "2026-01-05T10:00:00Z", plan="pro"), "anonymousId": "laptop"},
        track("ben", "Signed Up", "2026-01-05T10:00:00Z", plan="free"),
        track("cleo", "Signed Up", "2026-01-06T10:00:00Z", plan="free"),
        track("ada", "Invite Sent", "2026-01-06T10:00:00Z"),
        track("ben", "Invite Sent", "2026-01-07T10:00:00Z"),
        track("ada", "Paid", "2026-01-08T10:00:00Z", amount=30),
        track("ben", "Paid", "2026-01-08T10:00:00Z", amount="a lot"),
        group("ada", "acme", "2026-01-01T00:00:00Z"),
    )
    return world


def test_who_never_invited_anybody_is_among_the_lost(team: World) -> None:
    assert behind(team, INVITED, step=2, dropped=True) == {"cleo"}
    assert behind(team, INVITED, step=2) == {"ada", "ben"}


def test_those_behind_a_value_are_of_that_value(team: World) -> None:
    assert behind(team, SPLIT, step=1, breakdown="free") == {"ben", "cleo"}
    assert behind(team, SPLIT, step=1, breakdown="gone") == set()


def test_a_visitor_is_who_they_became(team: World) -> None:
    question = {"kind": "trend", "series": [{"event": "Page Viewed"}], **DAYS}
    assert behind(team, question, series=1, period="2026-01-04") == {"ada"}


def test_without_a_period_all_days_count(team: World) -> None:
    question = {"kind": "trend", "series": [{"event": "Signed Up"}], **DAYS}
    assert behind(team, question) == {"ada", "ben", "cleo"}
    assert behind(team, question, period="2026-01-06") == {"cleo"}


def test_behind_a_sum_are_those_who_gave_it_a_number(team: World) -> None:
    assert behind(team, PAID, period="2026-01-08") == {"ada"}


def test_behind_a_total_are_those_who_did_it(team: World) -> None:
    team.send(track("ada", "Invite Sent", "2026-01-06T11:00:00Z"))
    question = {"kind": "trend", "series": [{"event": "Invite Sent", "measure": "total"}], **DAYS}
    assert behind(team, question, period="2026-01-06") == {"ada"}
    assert behind(team, {**question, "cumulative": True}, period="2026-01-07") == {"ada", "ben"}


def test_behind_what_has_no_row_of_its_own_are_all_of_the_rest(world: World) -> None:
    # Plans p0 … p29, of which the first 25 were bought twice.
    buyers = [*range(30), *range(25)]
    world.send(*(track(f"u{number}", "Paid", "2026-01-05T10:00:00Z", plan=f"p{number}") for number in buyers))
    question = {"kind": "trend", "series": [{"event": "Paid"}], "breakdown": "plan", **DAYS}
    assert behind(world, question, breakdown="(other)", period="2026-01-05") == {
        f"u{number}" for number in range(25, 30)
    }
    assert behind(world, question, breakdown="p3") == {"u3"}


def test_an_hour_in_which_clocks_change_at_midnight(tmp_path: Path, open_store: None, db: None) -> None:
    # In Havana, on 1 November 2026, one o'clock at night becomes midnight again.
    world = World(tmp_path, tz="America/Havana")
    at = ["2026-11-01T03:30:00Z", "2026-11-01T04:30:00Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"]
    world.send(*(track(f"u{number}", "A", instant) for number, instant in enumerate(at)))
    question = {"kind": "trend", "interval": "hour", "series": [{"event": "A"}],
                "date_from": "2026-10-31", "date_to": "2026-11-01"}  # fmt: skip
    checked = check(question, "America/Havana")
    found = {}
    for period, _series, _value, count in ask(world.project, question).rows:
        numbers = actors(world.project.id, checked, check_cell(checked, {"period": period}))
        assert len(numbers) == count
        if count:
            found[period] = {card.id for card in cards(world.project, numbers.tolist())}
    assert found == {
        "2026-10-31T23:00-04:00": {"u0"},
        "2026-11-01T00:00-04:00": {"u1"},
        "2026-11-01T00:00-05:00": {"u2"},
        "2026-11-01T01:00-05:00": {"u3"},
    }


def test_behind_accounts_are_accounts(team: World) -> None:
    question = {"kind": "trend", "series": [{"event": "Paid", "measure": "accounts"}], **DAYS}
    assert behind(team, question) == {"acme"}


# Cells ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "cell", "field"),
    [
        (INVITED, {"step": 3}, "cell.step"), (INVITED, {"step": 0}, "cell.step"),
        (INVITED, {"step": 1, "dropped": True}, "cell.step"), (INVITED, {"series": 1}, "cell.series"),
        (INVITED, {"step": 1, "breakdown": "x"}, "cell.breakdown"), (INVITED, [], "cell"),
        (SPLIT, {"step": 1}, "cell.breakdown"), (SPLIT, {"step": 1, "breakdown": ["x"]}, "cell.breakdown"),
        (TWICE, {"breakdown": "x"}, "cell.breakdown"), (TWICE, {"breakdown": ["x"]}, "cell.breakdown"),
        (TWICE, {"breakdown": None}, "cell.breakdown"), (TWICE, {"breakdown": ["x", 1]}, "cell.breakdown"),
        (PAID, {"series": 2}, "cell.series"), (PAID, {"previous": True}, "cell.previous"),
        (PAID, {"breakdown": {"x": 1}}, "cell.breakdown"), (PAID, {"period": 5}, "cell.period"),
    ],
)  # fmt: skip
def test_a_cell_that_the_answer_has_not_is_refused(question: dict[str, Any], cell: Any, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_cell(check(question, "UTC"), cell)
    assert caught.value.status == 400
    assert field in caught.value.fields


def test_a_period_that_the_answer_has_not_is_refused(team: World) -> None:
    with pytest.raises(Refusal, match="no period of this answer"):
        how_many(team, PAID, period="2026-02-01")


def test_a_cell_is_named_as_it_was() -> None:
    assert FunnelCell(2, ("a", None), True).as_json() == {"step": 2, "breakdown": ["a", None], "dropped": True}
    assert TrendCell(1, "2026-01-01", None, False).as_json() == {
        "series": 1, "period": "2026-01-01", "breakdown": None, "previous": False,
    }  # fmt: skip
