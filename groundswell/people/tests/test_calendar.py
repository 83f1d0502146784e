"""The calendar of days, by hand."""

from datetime import date, timedelta

from groundswell.people.calendar import LEVELS, calendar

MONDAY = date(2026, 1, 5)


def days(*counts: int) -> list[tuple[date, int]]:
    return [(MONDAY + timedelta(days=place), count) for place, count in enumerate(counts)]


def test_weeks_are_columns_and_the_busiest_day_is_the_darkest() -> None:
    """Of 8 days the eighth begins the second column; 1 of 8 events is the lowest level, 5 of 8 the third of four."""
    drawn = calendar(days(0, 1, 5, 8, 0, 0, 0, 2))
    assert [square.level for square in drawn.squares] == [0, 1, 3, LEVELS, 0, 0, 0, 1]
    assert len({square.x for square in drawn.squares}) == 2
    assert drawn.squares[7].y == drawn.squares[0].y
    assert drawn.squares[7].x > drawn.squares[6].x == drawn.squares[0].x
    assert (drawn.events, drawn.active, drawn.most) == (16, 4, 8)


def test_a_month_is_named_over_the_week_in_which_it_begins() -> None:
    """January's first week is too near to February for two names only when fewer than three weeks lie between."""
    drawn = calendar(days(*[0] * 70))
    assert [day for day, _x in drawn.months] == [MONDAY, date(2026, 2, 1), date(2026, 3, 1)]
    late = calendar([(date(2026, 1, 26) + timedelta(days=place), 0) for place in range(35)])
    assert [day for day, _x in late.months] == [date(2026, 2, 1)]


def test_nothing_happened_is_a_calendar_too() -> None:
    drawn = calendar(days(0, 0))
    assert (drawn.events, drawn.active, drawn.most) == (0, 0, 0)
    assert calendar([]).squares == []
