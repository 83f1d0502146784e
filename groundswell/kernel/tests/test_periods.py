"""Days, windows and instants."""

from datetime import UTC, date, datetime

import pytest

from groundswell.kernel.errors import Refusal
from groundswell.kernel.periods import Days, local_iso, month_of, week_of, window_us, zone

HOUR = 3_600_000_000  # µs


def test_a_day_in_new_york_has_23_or_25_hours_when_the_clocks_change() -> None:
    lengths = [Days(day, day, "America/New_York") for day in (date(2026, 3, 8), date(2026, 11, 1), date(2026, 6, 1))]
    assert [(each.end_us - each.start_us) // HOUR for each in lengths] == [23, 25, 24]


def test_a_day_in_seoul_begins_at_15_utc_the_day_before() -> None:
    start = Days(date(2026, 1, 5), date(2026, 1, 5), "Asia/Seoul").start_us
    assert datetime.fromtimestamp(start / 1e6, UTC) == datetime(2026, 1, 4, 15, tzinfo=UTC)


def test_days_are_counted_with_both_ends() -> None:
    days = Days(date(2026, 2, 27), date(2026, 3, 2), "UTC")
    assert len(days) == 4
    assert list(days)[-1] == date(2026, 3, 2)


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    assert week_of(date(2026, 11, 22)) == date(2026, 11, 16)  # a Sunday
    assert month_of(date(2026, 11, 22)) == date(2026, 11, 1)


@pytest.mark.parametrize(("text", "hours"), [("14d", 336), ("2h", 2), ("60m", 1), ("1w", 168)])
def test_a_window_is_a_number_and_a_unit(text: str, hours: int) -> None:
    assert window_us(text) == hours * HOUR


@pytest.mark.parametrize("text", ["", "d", "14", "0d", "9" * 5_000 + "d", "-1d", "1.5h", "1y", "١d", "999999999d"])
def test_what_is_no_window_is_refused_with_the_field(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        window_us(text)
    assert refused.value.fields.keys() == {"window"}


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(Refusal, match="no time zone"):
        zone(name)


def test_an_instant_is_shown_with_its_offset() -> None:
    assert local_iso(datetime(2026, 1, 4, 15, tzinfo=UTC), "Asia/Seoul") == "2026-01-05T00:00:00+09:00"
