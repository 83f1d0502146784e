"""Where lines over time are drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.insights.drawing import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, drawing, marked, nice

DAYS = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 7, [0, 2, 4, 6, 8]),
        (0, 1234, [0, 500, 1000, 1500]),
        (-30, 50, [-40, -20, 0, 20, 40, 60]),
        (0, 0.3, [0, 0.1, 0.2, 0.3]),
    ],
)
def test_an_axis_has_round_numbers(low: float, high: float, expected: list[float]) -> None:
    found = nice(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    if low or high:
        assert found == expected


@given(st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=1, max_size=30))
def test_nothing_is_drawn_outside(values: list[float | None]) -> None:
    drawn = drawing([("all", values)], [str(place) for place in range(len(values))])
    points = [tuple(map(float, point.split(","))) for piece in drawn.lines[0].pieces for point in piece.split()]
    for x, y in [*points, *drawn.lines[0].dots]:
        assert LEFT <= x <= WIDTH - RIGHT
        assert TOP - 0.1 <= y <= HEIGHT - BOTTOM + 0.1


def test_a_gap_parts_a_line() -> None:
    [line] = drawing([("median", [1, 2, None, 4])], DAYS).lines
    assert len(line.pieces) == 1
    assert len(line.dots) == 1
    assert line.area == ""


def test_higher_stands_higher_and_later_stands_further_right() -> None:
    [line] = drawing([("all", [0, 5, 10, 20])], DAYS).lines
    points = [tuple(map(float, point.split(","))) for point in line.pieces[0].split()]
    assert points == sorted(points)
    assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)


def test_few_periods_are_labelled_of_many() -> None:
    drawn = drawing([("all", [1.0] * 365)], [f"day {place}" for place in range(365)])
    assert len(drawn.periods) == 7
    assert drawn.periods[-1].label == "day 364"


@pytest.mark.parametrize("count", [*range(1, 100), 365, 2000])
def test_periods_are_named_evenly_apart_and_the_last_one_always(count: int) -> None:
    places = marked(count)
    assert places[-1] == count - 1
    assert 1 <= len(places) <= 9
    assert places[0] < max(places.step, 2)
    if count > 16:
        assert places[::2][-1] == count - 1


def test_whole_numbers_have_whole_ticks_and_nothing_lies_on_the_ground() -> None:
    assert [tick.label for tick in drawing([("all", [0, 0, 0, 0])], DAYS).values] == [0, 1]
    assert [tick.label for tick in drawing([("all", [0, 2, 1, 0])], DAYS).values] == [0, 1, 2]
    [line] = (drawn := drawing([("all", [0, 0, 0, 0])], DAYS)).lines
    assert {point.split(",")[1] for point in line.pieces[0].split()} == {str(drawn.floor)}


def test_lines_whose_colour_is_taken_have_another_dash() -> None:
    drawn = drawing([(str(number), [1, 2]) for number in range(45)], DAYS[:2])
    assert len({(line.colour, line.dash) for line in drawn.lines}) == 40
    assert {line.dash for line in drawn.lines[:10]} == {0}


def test_a_single_period_is_a_dot_in_the_middle() -> None:
    [line] = drawing([("all", [3])], ["2026-01-01"]).lines
    assert line.pieces == ()
    assert line.dots[0][0] == LEFT + (WIDTH - LEFT - RIGHT) / 2


def test_what_counts_only_in_part_is_dashed_and_hollow_and_says_so() -> None:
    [line] = drawing([("all", [1, 2, 3, 4])], DAYS, [{0: "6 of 7 days", 3: "not over yet"}]).lines
    whole = [point.split(",")[0] for point in line.pieces[0].split()]
    assert len(whole) == 2
    assert [piece.split()[-1].split(",")[0] for piece in line.cuts] == [whole[0], str(WIDTH - RIGHT) + ".0"]
    assert [(x, how) for x, _, how in line.hollow] == [(LEFT, "6 of 7 days"), (WIDTH - RIGHT, "not over yet")]


def test_an_axis_of_next_to_nothing_has_numbers_too() -> None:
    assert nice(0, 5e-324)[0] == 0
    assert len(nice(0, 5e-324)) >= 2
