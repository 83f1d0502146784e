"""Days, weeks, months and hours are those of the project's zone, in every kind of question, also when clocks change.

New York had 25 hours on Sunday 2 November 2025 (from 4:00Z to 5:00Z) and 23 on Sunday 8 March 2026 (from 5:00Z to
4:00Z). Seoul never changes its clocks: there both Sundays end at 15:00Z.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from groundswell.insights.service import ask
from tests import reference
from tests.world import World, track

Question = dict[str, Any]
Rows = list[list[Any]]

pytestmark = pytest.mark.usefixtures("open_store", "transactional_db")

#         UTC                  New York                 Seoul
# Ada     2 Nov 4:00           Sunday, first instant    Sunday
#         3 Nov 4:59:59.999999 Sunday, last instant     Monday
# Ben     2 Nov 5:30           Sunday 1:30, summer      Sunday
#         2 Nov 6:30           Sunday 1:30, winter      Sunday
#         3 Nov 5:00           Monday, first instant    Monday
# Cleo    2 Nov 5:50, 6:10     twenty minutes apart     twenty minutes apart
# Dan     2 Nov 3:50           Saturday                 Sunday
#         2 Nov 4:00, 4:10     Sunday                   Sunday
# Zoe     10 Nov 5:00          Monday, first instant    Monday
AUTUMN = [
    track("ada", "A", "2025-11-02T04:00:00Z"), track("ada", "A", "2025-11-03T04:59:59.999999Z"),
    track("ben", "A", "2025-11-02T05:30:00Z"), track("ben", "A", "2025-11-02T06:30:00Z"),
    track("ben", "A", "2025-11-03T05:00:00Z"),
    track("cleo", "P", "2025-11-02T05:50:00Z"), track("cleo", "Q", "2025-11-02T06:10:00Z"),
    track("dan", "P", "2025-11-02T03:50:00Z"), track("dan", "Q", "2025-11-02T04:00:00Z"),
    track("dan", "R", "2025-11-02T04:10:00Z"),
    track("zoe", "Z", "2025-11-10T05:00:00Z"),
]  # fmt: skip

#         UTC                  New York                 Seoul
# Ada     1 Mar 4:30           February                 March
#         8 Mar 4:59:59.999999 Saturday, last instant   Sunday
#         8 Mar 5:00           Sunday, first instant    Sunday
# Ben     8 Mar 6:59           Sunday 1:59, winter      Sunday
#         8 Mar 7:00           Sunday 3:00, summer      Sunday
#         9 Mar 4:00           Monday, first instant    Monday
# Zoe     16 Mar 4:00          Monday, first instant    Monday
SPRING = [
    track("ada", "A", "2026-03-01T04:30:00Z"), track("ada", "A", "2026-03-08T04:59:59.999999Z"),
    track("ada", "A", "2026-03-08T05:00:00Z"), track("ben", "A", "2026-03-08T06:59:00Z"),
    track("ben", "B", "2026-03-08T07:00:00Z"), track("ben", "A", "2026-03-09T04:00:00Z"),
    track("zoe", "Z", "2026-03-16T04:00:00Z"),
]  # fmt: skip

TREND: Question = {"kind": "trend", "series": [{"event": "A"}]}
FUNNEL: Question = {"kind": "funnel", "steps": [{"event": "A"}, {"event": "A"}]}
RETENTION: Question = {
    "kind": "retention", "start": {"event": "A", "first_time": True}, "return": {"event": "A"}, "periods": 2,
}  # fmt: skip
LIFECYCLE: Question = {"kind": "lifecycle", "event": "A"}
STICKINESS: Question = {"kind": "stickiness", "event": "A"}
PATHS: Question = {"kind": "paths", "start": None, "end": None, "steps": 5}


def told(folder: Path, messages: Sequence[dict[str, Any]], tz: str, question: Question, first: str, last: str) -> Rows:
    """What a project in the zone answers, which the reference does too."""
    asked = {**question, "date_from": first, "date_to": last}
    world = World(folder, tz=tz)
    world.send(*messages)
    rows = [list(row) for row in ask(world.project, asked).rows]
    assert rows == reference.answer(messages, asked, tz)
    return rows


def there(rows: Rows) -> dict[str, Any]:
    """The periods of a trend that are not 0."""
    return {period: value for period, _, _, value in rows if value}


def statuses(rows: Rows) -> dict[str, list[int]]:
    """New, returning, resurrecting and dormant of every period."""
    found: dict[str, list[int]] = {}
    for period, _, count in rows:
        found.setdefault(period, []).append(count)
    return found


# 25 hours


@pytest.mark.parametrize(("tz", "on_monday"), [("America/New_York", 1), ("Asia/Seoul", 2)])
def test_a_trend_of_a_long_day(tmp_path: Path, tz: str, on_monday: int) -> None:
    by_day = told(tmp_path, AUTUMN, tz, {**TREND, "interval": "day"}, "2025-11-01", "2025-11-03")
    assert there(by_day) == {"2025-11-02": 2, "2025-11-03": on_monday}
    by_week = told(tmp_path, AUTUMN, tz, {**TREND, "interval": "week"}, "2025-11-01", "2025-11-09")
    assert there(by_week) == {"2025-10-27": 2, "2025-11-03": on_monday}


def test_an_hour_that_there_is_twice(tmp_path: Path) -> None:
    new_york = told(tmp_path, AUTUMN, "America/New_York", {**TREND, "interval": "hour"}, "2025-11-02", "2025-11-02")
    assert len(new_york) == 25
    assert there(new_york) == {
        "2025-11-02T00:00-04:00": 1, "2025-11-02T01:00-04:00": 1, "2025-11-02T01:00-05:00": 1,
        "2025-11-02T23:00-05:00": 1,
    }  # fmt: skip
    seoul = told(tmp_path, AUTUMN, "Asia/Seoul", {**TREND, "interval": "hour"}, "2025-11-02", "2025-11-02")
    assert len(seoul) == 24
    assert there(seoul) == {"2025-11-02T13:00+09:00": 1, "2025-11-02T14:00+09:00": 1, "2025-11-02T15:00+09:00": 1}


def test_a_funnel_of_a_long_day(tmp_path: Path) -> None:
    # A window of a day is 24 hours. Ada's second A comes 24:59:59.999999 after her first, Ben's an hour after his.
    for tz in ("America/New_York", "Asia/Seoul"):
        by_day = told(tmp_path, AUTUMN, tz, {**FUNNEL, "window": "1d"}, "2025-11-02", "2025-11-02")
        assert [row[3] for row in by_day] == [2, 1]
        by_hours = told(tmp_path, AUTUMN, tz, {**FUNNEL, "window": "25h"}, "2025-11-02", "2025-11-02")
        assert [row[3] for row in by_hours] == [2, 2]
    on_monday = {**FUNNEL, "window": "1d"}
    new_york = told(tmp_path, AUTUMN, "America/New_York", on_monday, "2025-11-03", "2025-11-03")
    seoul = told(tmp_path, AUTUMN, "Asia/Seoul", on_monday, "2025-11-03", "2025-11-03")
    assert [[row[3] for row in rows] for rows in (new_york, seoul)] == [[1, 0], [2, 0]]


@pytest.mark.parametrize(("tz", "back"), [("America/New_York", 1), ("Asia/Seoul", 2)])
def test_retention_after_a_long_day(tmp_path: Path, tz: str, back: int) -> None:
    # On Monday Ben is back everywhere, Ada in Seoul alone. Zoe's event ends the week of that Monday everywhere.
    by_day = told(tmp_path, AUTUMN, tz, {**RETENTION, "period": "day"}, "2025-11-02", "2025-11-02")
    assert by_day == [["2025-11-02", 2, 0, 2, 1.0], ["2025-11-02", 2, 1, back, back / 2]]
    by_week = told(tmp_path, AUTUMN, tz, {**RETENTION, "period": "week"}, "2025-10-27", "2025-11-02")
    assert by_week == [["2025-10-27", 2, 0, 2, 1.0], ["2025-10-27", 2, 1, back, back / 2]]


def test_a_week_ends_when_the_zone_s_clocks_say_so(tmp_path: Path) -> None:
    # In summer time this instant would be Monday 0:59 in New York.
    a_moment_less = [*AUTUMN[:-1], track("zoe", "Z", "2025-11-10T04:59:59.999999Z")]
    question = {**RETENTION, "period": "week"}
    new_york = told(tmp_path, a_moment_less, "America/New_York", question, "2025-10-27", "2025-11-02")
    seoul = told(tmp_path, a_moment_less, "Asia/Seoul", question, "2025-10-27", "2025-11-02")
    assert (new_york[1][3], seoul[1][3]) == (None, 2)


@pytest.mark.parametrize(
    ("tz", "monday"), [("America/New_York", [0, 1, 0, 1]), ("Asia/Seoul", [0, 2, 0, 0])]
)  # fmt: skip
def test_the_lifecycle_of_a_long_day(tmp_path: Path, tz: str, monday: list[int]) -> None:
    by_day = told(tmp_path, AUTUMN, tz, {**LIFECYCLE, "interval": "day"}, "2025-11-01", "2025-11-03")
    assert statuses(by_day) == {"2025-11-01": [0, 0, 0, 0], "2025-11-02": [2, 0, 0, 0], "2025-11-03": monday}
    by_week = told(tmp_path, AUTUMN, tz, {**LIFECYCLE, "interval": "week"}, "2025-10-27", "2025-11-09")
    assert statuses(by_week) == {"2025-10-27": [2, 0, 0, 0], "2025-11-03": monday}


@pytest.mark.parametrize(("tz", "on_one", "on_two"), [("America/New_York", 1, 1), ("Asia/Seoul", 0, 2)])
def test_the_stickiness_of_a_long_day(tmp_path: Path, tz: str, on_one: int, on_two: int) -> None:
    for unit in ("day", "week"):
        rows = told(tmp_path, AUTUMN, tz, {**STICKINESS, "unit": unit}, "2025-11-02", "2025-11-03")
        assert rows == [[1, on_one, 1.0], [2, on_two, on_two / 2]]


# 23 hours


def test_an_hour_that_is_not_there(tmp_path: Path) -> None:
    rows = told(tmp_path, SPRING, "America/New_York", {**TREND, "interval": "hour"}, "2026-03-08", "2026-03-08")
    assert len(rows) == 23
    assert [row[0] for row in rows[:3]] == [
        "2026-03-08T00:00-05:00", "2026-03-08T01:00-05:00", "2026-03-08T03:00-04:00",
    ]  # fmt: skip
    assert there(rows) == {"2026-03-08T00:00-05:00": 1, "2026-03-08T01:00-05:00": 1}


def test_a_short_day_in_new_york(tmp_path: Path) -> None:
    # Ada is there on Saturday, for the first time after a week, and on Sunday; Ben on Sunday and Monday.
    days = ("2026-03-07", "2026-03-09")
    sticky = told(tmp_path, SPRING, "America/New_York", {**STICKINESS, "unit": "day"}, *days)
    assert [row[1] for row in sticky] == [0, 2, 0]
    lived = told(tmp_path, SPRING, "America/New_York", {**LIFECYCLE, "interval": "day"}, *days)
    assert statuses(lived) == {
        "2026-03-07": [0, 0, 1, 0], "2026-03-08": [1, 1, 0, 0], "2026-03-09": [0, 1, 0, 1],
    }  # fmt: skip


def test_the_same_day_in_seoul(tmp_path: Path) -> None:
    # Ada is there on Sunday alone; Ben on Sunday and Monday.
    days = ("2026-03-07", "2026-03-09")
    sticky = told(tmp_path, SPRING, "Asia/Seoul", {**STICKINESS, "unit": "day"}, *days)
    assert [row[1] for row in sticky] == [1, 1, 0]
    lived = told(tmp_path, SPRING, "Asia/Seoul", {**LIFECYCLE, "interval": "day"}, *days)
    assert statuses(lived) == {
        "2026-03-07": [0, 0, 0, 0], "2026-03-08": [1, 0, 1, 0], "2026-03-09": [0, 1, 0, 1],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tz", "began", "by_months"), [("America/New_York", [1, 1], [1, 1]), ("Asia/Seoul", [0, 2], [2, 0])]
)
def test_months_begin_where_the_zone_s_do(tmp_path: Path, tz: str, began: list[int], by_months: list[int]) -> None:
    # Ada begins in New York's February, which is Seoul's March, and is there in March too; Ben begins in March.
    days = ("2026-02-01", "2026-03-31")
    cohorts = told(tmp_path, SPRING, tz, {**RETENTION, "period": "month", "periods": 1}, *days)
    assert [row[:2] for row in cohorts] == [["2026-02-01", began[0]], ["2026-03-01", began[1]]]
    sticky = told(tmp_path, SPRING, tz, {**STICKINESS, "unit": "month"}, *days)
    assert [row[1] for row in sticky] == by_months


def test_weeks_of_23_hour_sundays(tmp_path: Path) -> None:
    # Ben begins on New York's Sunday and is back on its Monday, an hour earlier than in winter time.
    question = {**RETENTION, "period": "week"}
    rows = told(tmp_path, SPRING, "America/New_York", question, "2026-03-02", "2026-03-08")
    assert rows == [["2026-03-02", 1, 0, 1, 1.0], ["2026-03-02", 1, 1, 1, 1.0]]


def test_sessions_go_on_when_clocks_are_set_back_and_days_cut_them(tmp_path: Path) -> None:
    # Cleo's P and Q are twenty minutes apart everywhere. Dan's P is of New York's Saturday, but of Seoul's Sunday.
    new_york = told(tmp_path, AUTUMN, "America/New_York", PATHS, "2025-11-02", "2025-11-02")
    assert new_york == [[1, "P", "Q", 1], [1, "Q", "R", 1]]
    seoul = told(tmp_path, AUTUMN, "Asia/Seoul", PATHS, "2025-11-02", "2025-11-02")
    assert seoul == [[1, "P", "Q", 2], [2, "Q", "R", 1]]


def test_sessions_go_on_when_clocks_are_set_forward(tmp_path: Path) -> None:
    # Ben's A and B are a minute apart, 1:59 and 3:00 in New York.
    rows = told(tmp_path, SPRING, "America/New_York", PATHS, "2026-03-08", "2026-03-08")
    assert rows == [[1, "A", "B", 1]]
