"""Local days and counts."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.events.rollup import count, local_days

ZONES = ("UTC", "Asia/Seoul", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "America/St_Johns")


@given(second=st.integers(946_771_200, 2_145_830_400), tz=st.sampled_from(ZONES))  # 2000 … 2037
def test_a_local_day_is_the_date_on_the_wall(second: int, tz: str) -> None:
    wall = datetime.fromtimestamp(second, ZoneInfo(tz)).date()
    (day,) = local_days(np.array([second * 1_000_000]), tz)
    assert np.datetime64(int(day), "D") == np.datetime64(wall)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-08T04:59:59", "2026-03-07"),  # New York, winter: five hours behind
        ("2026-03-08T05:00:00", "2026-03-08"),
        ("2026-03-09T03:59:59", "2026-03-08"),  # the day of 23 hours ends after four hours of UTC
        ("2026-11-01T04:00:00", "2026-11-01"),
        ("2026-11-02T04:59:59", "2026-11-01"),  # the day of 25 hours
    ],
)
def test_days_of_new_york_around_both_changes(instant: str, day: str) -> None:
    at = np.array([instant], "datetime64[us]").astype("i8")
    assert local_days(at, "America/New_York").astype("datetime64[D]")[0] == np.datetime64(day)


def test_events_are_counted_per_name_day_and_id_with_first_and_last() -> None:
    # Ada (1) opens twice on day 0 and once on day 1; Ben (2) once on day 0; Ada edits once on day 0.
    names = pa.array(["open", "open", "edit", "open", "open"]).dictionary_encode()
    counted = count(
        names, np.array([0, 0, 0, 0, 1]), np.array([1, 1, 1, 2, 1], "u8"), np.array([50, 10, 20, 30, 90_000_000_000])
    )
    rows = [
        (row["event"], row["id"], row["count"], row["first"].timestamp(), row["last"].timestamp())
        for row in counted.to_pylist()
    ]
    assert rows == [
        ("open", 1, 2, 0.00001, 0.00005),
        ("open", 2, 1, 0.00003, 0.00003),
        ("open", 1, 1, 90_000, 90_000),
        ("edit", 1, 1, 0.00002, 0.00002),
    ]
