"""What cards show of answers of every kind, worked out by hand. Who is in the world is said in conftest: Ada, Ben and
Cleo signed up on the 5th, 6th and 7th of January 2026, a Monday and the days after it; Ada made a board on the 8th,
Cleo on the 9th; Dan came in February."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from groundswell.dashboards import service
from groundswell.dashboards.faces import Face, face
from groundswell.dashboards.faces.numbers import counts_differ, shares_differ
from groundswell.dashboards.plots import bar_plot, line_plot
from groundswell.dashboards.tests.conftest import FUNNEL, SIGN_UPS, made
from groundswell.dashboards.tiles import Tile
from groundswell.dashboards.types import Answered, Display
from groundswell.insights.kinds import KINDS
from tests.world import World, track

WEEK = {"date_from": "2026-01-05", "date_to": "2026-01-11"}
ANY = {"event": None}
RETENTION = {"kind": "retention", "start": {"event": "Signed Up", "first_time": True}, "return": ANY, "period": "day",
             "periods": 4, "date_from": "2026-01-05", "date_to": "2026-01-07"}  # fmt: skip
LIFECYCLE = {"kind": "lifecycle", **ANY, "interval": "week", "date_from": "2026-01-05", "date_to": "2026-01-25"}
STICKINESS = {"kind": "stickiness", **ANY, "unit": "day", **WEEK}


def answered(world: World, question: Mapping[str, Any], display: str) -> Answered:
    (found,) = service.answers(world.project, made(world, {"question": question, "display": display}))
    assert found.answer, found.refusal
    return found


def shown(world: World, question: Mapping[str, Any], display: str) -> Any:
    return face(answered(world, question, display)).shown


def test_retention_is_a_curve_over_the_days_after(board: World) -> None:
    # Ada was back after three days, Cleo after two, Ben never.
    drawn = shown(board, RETENTION, "chart")
    assert [column.values for column in drawn.plot.columns] == [(("", share),) for share in (1.0, 0.0, 1 / 3, 1 / 3)]
    assert (drawn.are_shares, drawn.are_periods, drawn.legend) == (True, False, [])


def test_retention_as_a_number_is_who_was_back_after_one_period(board: World) -> None:
    (number,) = shown(board, RETENTION, "number").numbers
    assert (number.value, number.before, number.chance) == (0.0, None, None)
    # Within three days from the day before that of the sign-up on: Ada and Cleo of three, nobody in the three before.
    weeks = {**RETENTION, "period": "week", "date_to": "2026-01-11", "start": {"event": None}, "return": ANY}
    numbers = shown(board, weeks, "number")
    assert numbers.of == (0, 3)


def test_retention_as_a_table_has_the_latest_cohort_first(board: World) -> None:
    cohorts = shown(board, RETENTION, "table").group.cohorts
    assert [(cohort.name, cohort.size, [square.returned for square in cohort.squares]) for cohort in cohorts] == [
        ("2026-01-07", 1, [1, 0, 1, 0]), ("2026-01-06", 1, [1, 0, 0, 0]), ("2026-01-05", 1, [1, 0, 0, 1]),
    ]  # fmt: skip


def test_lifecycle_hangs_who_stayed_away_below_the_line(board: World) -> None:
    # Three were new in the first week, and stayed away in the second; in the third nobody was left to stay away.
    drawn = shown(board, LIFECYCLE, "chart")
    assert [dict(column.values) for column in drawn.plot.columns] == [
        {"New": 3, "Still there": 0, "Came back": 0, "Stayed away": 0},
        {"New": 0, "Still there": 0, "Came back": 0, "Stayed away": 3},
        {"New": 0, "Still there": 0, "Came back": 0, "Stayed away": 0},
    ]
    new, dormant = drawn.plot.bars
    assert new.y + new.height == dormant.y == drawn.plot.floor
    assert new.height == dormant.height
    table = shown(board, LIFECYCLE, "table")
    assert [(row.name, list(row.values)) for row in table.rows][-1] == ("2026-01-05", [3, 0, 0, 0])


def test_stickiness_has_a_bar_for_each_number_of_days(board: World) -> None:
    # Ben was there on one of the seven days, Ada and Cleo on two: five of three times seven.
    drawn = shown(board, STICKINESS, "chart")
    assert [column.values[0][1] for column in drawn.plot.columns] == [1, 2, 0, 0, 0, 0, 0]
    (number,) = shown(board, STICKINESS, "number").numbers
    assert (number.value, number.before) == (pytest.approx(5 / 21), None)
    table = shown(board, STICKINESS, "table")
    assert [(row.name, list(row.values), row.share) for row in table.rows] == [
        ("1 day", [1], 0.5), ("2 days", [2], 1.0),
    ]  # fmt: skip


def test_paths_are_the_moves_and_where_nothing_more_came(board: World) -> None:
    # Whoever signed up did nothing more in that visit.
    question = {"kind": "paths", "start": {"event": "Signed Up"}, **WEEK}
    (row,) = shown(board, question, "table").rows
    assert (row.name, list(row.values), row.share) == ("1. Signed Up → nothing more", [3], 1.0)
    (number,) = shown(board, question, "number").numbers
    assert (number.value, number.before) == (3, 0)


def test_of_a_split_the_largest_groups_are_drawn(board: World) -> None:
    # Split by city: Ada and Cleo are in Seoul, Ben in Busan.
    split = {"breakdown": "person.city"}
    assert [name for name, _colour, _dash in shown(board, {**RETENTION, **split}, "chart").legend] == ["Seoul", "Busan"]
    numbers = shown(board, {**STICKINESS, **split}, "number").numbers
    assert [(each.name, each.value) for each in numbers] == [("Seoul", 4 / 14), ("Busan", 1 / 7)]
    found = face(answered(board, {**LIFECYCLE, **split}, "chart"))
    assert (found.shown.plot.columns[0].values[0], found.more) == (("New", 2), 1)


def test_times_are_bars_over_lengths_of_time(board: World) -> None:
    # Ada took three days from her sign-up to her board, Cleo two; Ben made none.
    times = {**FUNNEL, "show": "times", "bins": 2}
    drawn = shown(board, times, "chart")
    assert [(column.name, column.values) for column in drawn.plot.columns] == [
        ("1d – 2d", (("", 1),)), ("2d – 3d", (("", 1),)),
    ]  # fmt: skip
    split = shown(board, {**times, "breakdown": "plan"}, "table")
    assert [(row.name, row.values) for row in split.rows] == [("1d – 2d", [0, 1]), ("2d – 3d", [1, 0])]
    assert split.names == ["free", "pro"]


def test_a_funnel_over_time_is_a_line_a_share_and_a_table(board: World) -> None:
    weekly = {**FUNNEL, "show": "over_time", **WEEK}
    drawn = shown(board, weekly, "chart")
    assert [column.values for column in drawn.plot.columns] == [(("", 2 / 3),)]
    assert drawn.are_shares
    number = shown(board, weekly, "number")
    assert (number.numbers[0].value, number.of) == (2 / 3, (2, 3))
    table = shown(board, weekly, "table")
    assert [(row.name, row.values) for row in table.rows] == [("2026-01-05", [3, 2])]


def test_why_people_stopped_is_a_few_sentences(board: World) -> None:
    # All 30 pros of the sixth made a board within the day, none of the 30 others.
    for number in range(60):
        is_pro = number < 30
        board.send(
            track(f"p{number}", "Signed Up", "2026-01-06T10:00:00Z", team="a" if is_pro else "b"),
            *([track(f"p{number}", "Board Created", "2026-01-06T11:00:00Z")] if is_pro else []),
        )
    why = {**FUNNEL, "show": "why", "window": "1d", "date_from": "2026-01-06", "date_to": "2026-01-06"}
    found = answered(board, why, "chart")
    page = render_to_string("dashboards/parts/body.html", {"tile": Tile(found.card, "", found, face(found))})
    assert "30 went on, 31 stopped." in page  # and Ben
    assert "with team “a” at “Signed Up”" in page
    assert "100.0% of 30" in page
    assert "<a " not in page


VIEWS = [(kind, view) for kind in sorted(KINDS) for view, _ in KINDS[kind].views or (("", ""),)]


@pytest.mark.parametrize("display", [each for each in Display if each is not Display.TEXT])
@pytest.mark.parametrize(("kind", "view"), VIEWS)
def test_every_kind_can_be_shown_in_every_way(board: World, kind: str, view: str, display: str) -> None:
    # Of an event that came, of one that never did, and split.
    for event in ("Signed Up", "Never"):
        begun = KINDS[kind].begin([{"event": event}])
        if view:
            begun |= {"show": view, "steps": [*begun["steps"], {"event": "Board Created"}]}
        for breakdown in (None,) if view == "why" else (None, "plan"):
            said = answered(board, {**begun, **WEEK, "breakdown": breakdown}, display)
            found: Face = face(said)
            tile = Tile(said.card, "", said, found)
            page = render_to_string("dashboards/parts/body.html", {"tile": tile, "project": board.project})
            assert 'class="empty"' not in page or event == "Never"
            assert 'class="empty"' in page or event == "Signed Up" or display != "chart"


# Drawings ------------------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(-1e9, 1e9) | st.none(), min_size=1, max_size=40))
def test_columns_fill_the_room_without_a_gap(values: list[float | None]) -> None:
    for plot in (
        line_plot([("", values)], [str(place) for place in range(len(values))]),
        bar_plot([("", 0, [abs(value or 0) for value in values])], [str(place) for place in range(len(values))]),
    ):
        assert plot.columns[0].at == 0
        ends = [column.at + column.width for column in plot.columns]
        assert all(abs(end - after.at) <= 0.03 for end, after in zip(ends, plot.columns[1:], strict=False))
        assert ends[-1] == pytest.approx(100, abs=0.03)
        assert all(-0.01 <= mark.at <= 100.01 for mark in (*plot.marks, *plot.names))
        for x, column in zip(plot.xs, plot.columns, strict=True):
            assert column.at - 0.03 <= x <= column.at + column.width + 0.03


@given(st.lists(st.tuples(*[st.integers(0, 10**6)] * 3), min_size=1, max_size=20))
def test_bars_stand_upon_each_other_inside_the_room(rows: list[tuple[int, int, int]]) -> None:
    new, back, away = ([row[place] for row in rows] for place in range(3))
    plot = bar_plot([("new", 0, new), ("back", 1, back), ("away", 2, away)], [str(row) for row in rows], below=1)
    for bar in plot.bars:
        assert bar.y >= -0.02 and bar.y + bar.height <= 100.02
        assert bar.y >= plot.floor - 0.02 if bar.colour == 2 else bar.y + bar.height <= plot.floor + 0.02
    heights = [bar.height for bar in plot.bars if bar.colour != 2]
    scale = (100 / (plot.marks[-1].at - plot.marks[0].at)) if len(plot.marks) > 1 else 0
    assert scale and all(height >= 0 for height in heights)


# Chance --------------------------------------------------------------------------------------------------------------


def test_only_what_is_hardly_chance_is_told_apart() -> None:
    # Known values: 100 against 60 is z = 3.16, 12 against 10 is z = 0.43; 30 % against 20 % of 200 each is z = 2.31.
    assert counts_differ(100, 60) == pytest.approx(0.00157, abs=1e-5)
    assert counts_differ(12, 10) == pytest.approx(0.6698, abs=1e-4)
    assert counts_differ(0, 0) == 1
    assert shares_differ(60, 200, 40, 200) == pytest.approx(0.02092, abs=1e-4)
    assert shares_differ(0, 10, 0, 20) == 1
    assert shares_differ(1, 10, 0, 0) is None


def test_a_number_has_a_colour_only_where_it_is_sure(board: World) -> None:
    numbers = {
        display: shown(board, {**question, **WEEK}, "number").numbers[0]
        for display, question in (("trend", SIGN_UPS), ("funnel", FUNNEL))
    }
    assert (numbers["trend"].value, numbers["trend"].before, numbers["trend"].tone) == (3, 0, "soft")
    assert (numbers["funnel"].value, numbers["funnel"].before, numbers["funnel"].tone) == (2 / 3, None, "soft")
