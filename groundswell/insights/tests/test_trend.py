"""Trends of a world of 20 events, worked out by hand.

Whiteboard Co., January 2026, UTC. Ada and Ben are known, Cleo is Ada's phone before she signed in on it (joined on the
6th), a visitor (~v) never says who they are. Acme is Ada's account from the 5th on.

    day     Board Created            (plan, boards)              Invite Sent
    Mon 5   ada 09:00 pro 3 · ada 10:00 pro "4" · ben free x     ada
    Tue 6   ~cleo free 1 · ada pro 2 · ben free —                ben, ben
    Wed 7   ~v — 10 · ~v — 1.5                                   —
    Mon 12  ada pro 7 · ben ["free","pro"] 8 · ~v free 9         ada, ~v
    Sun 18  ben free 5                                           ben
    Mon 19  ada pro 6                                            —
"""

from typing import Any

import pytest

from groundswell.events.service import property_sql
from groundswell.insights.kinds import check
from groundswell.insights.service import ask
from groundswell.insights.split import Keys, by_raw
from groundswell.insights.trend import are_alike, as_one, planned, sql_of
from groundswell.insights.types import Trend
from tests.world import World, group, identify, track

JANUARY = {"date_from": "2026-01-05", "date_to": "2026-01-18"}


@pytest.fixture
def whiteboard(world: World) -> World:
    def board(user: str, at: str, **properties: Any) -> dict[str, Any]:
        return track(user, "Board Created", f"2026-01-{at}:00Z", **properties)

    def invite(user: str, at: str) -> dict[str, Any]:
        return track(user, "Invite Sent", f"2026-01-{at}:00Z")

    world.send(
        identify("ada", at="2026-01-01T00:00:00Z", team="core"),
        identify("ben", at="2026-01-01T00:00:00Z", team="sales"),
        identify("ada", "cleo", at="2026-01-06T12:00:00Z"),
        group("ada", "acme", at="2026-01-05T00:00:00Z", tier="gold"),
        board("ada", "05T09:00", plan="pro", boards=3), board("ada", "05T10:00", plan="pro", boards="4"),
        board("ben", "05T11:00", plan="free", boards="x"), invite("ada", "05T12:00"),
        board("~cleo", "06T08:00", plan="free", boards=1), board("ada", "06T13:00", plan="pro", boards=2),
        board("ben", "06T14:00", plan="free"), invite("ben", "06T15:00"), invite("ben", "06T16:00"),
        board("~v", "07T09:00", boards=10), board("~v", "07T10:00", plan=None, boards=1.5),
        board("ada", "12T09:00", plan="pro", boards=7),
        board("ben", "12T09:00", plan=["free", "pro", "free"], boards=8),
        board("~v", "12T10:00", plan="free", boards=9), invite("ada", "12T11:00"), invite("~v", "12T12:00"),
        board("ben", "18T23:59", plan="free", boards=5), invite("ben", "18T23:59"),
        board("ada", "19T00:00", plan="pro", boards=6),
    )  # fmt: skip
    return world


def values(world: World, **question: Any) -> list[Any]:
    """The values of a trend of created boards, by week unless said otherwise."""
    return [row[3] for row in rows(world, **question)]


def rows(world: World, **question: Any) -> list[list[Any]]:
    series = [{"event": "Board Created"}]
    return ask(world.project, {"kind": "trend", "interval": "week", "series": series, **JANUARY, **question}).rows


def of(measure: str, property: str | None = None, **series: Any) -> dict[str, Any]:
    given = {"property": property} if property else {}
    return {"event": "Board Created", "measure": measure, **given, **series}


def test_people_are_counted_once_a_period_whatever_their_device(whiteboard: World) -> None:
    assert rows(whiteboard) == [
        ["2026-01-05", "Board Created", None, 3],  # ada (and her phone), ben, ~v
        ["2026-01-12", "Board Created", None, 3],
    ]
    days = values(whiteboard, interval="day")
    assert days == [2, 2, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 1]


def test_what_lies_outside_the_dates_does_not_count_in_a_cut_week_either(whiteboard: World) -> None:
    cut = rows(whiteboard, date_from="2026-01-06", date_to="2026-01-12", series=[of("total")])
    assert [(row[0], row[3]) for row in cut] == [("2026-01-05", 5), ("2026-01-12", 3)]


def test_an_event_that_nobody_sent_is_no_error(whiteboard: World) -> None:
    assert values(whiteboard, series=[{"event": "Board Deleted"}]) == [0, 0]
    assert values(whiteboard, series=[{"event": "Board Deleted", "measure": "avg", "property": "boards"}]) == [
        None,
        None,
    ]
    assert rows(whiteboard, series=[{"event": "Board Deleted"}], breakdown="plan") == []


def test_a_month_is_named_by_its_first_day(whiteboard: World) -> None:
    assert rows(whiteboard, interval="month") == [["2026-01-01", "Board Created", None, 3]]


def test_the_whole_of_the_days_counts_everybody_once(whiteboard: World) -> None:
    # Ada, Ben and Cleo; added up week by week they would be more.
    assert rows(whiteboard, interval="whole") == [["2026-01-05", "Board Created", None, 3]]
    total = [{"event": "Board Created", "measure": "total"}]
    by_day = rows(whiteboard, interval="day", series=total)
    assert rows(whiteboard, interval="whole", series=total) == [
        ["2026-01-05", "Board Created", None, sum(row[3] for row in by_day)]
    ]


# Numbers: week of the 5th 3, "4", x, 1, 2, –, 10, 1.5; week of the 12th 7, 8, 9, 5.


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("sum", [21.5, 29]), ("avg", [21.5 / 6, 7.25]), ("min", [1, 5]), ("max", [10, 9]), ("median", [2.5, 7.5]),
        ("p90", [7, 8.7]), ("p95", [8.5, 8.85]), ("p99", [9.7, 8.97]),
    ],
)  # fmt: skip
def test_numbers_and_numeric_text_are_measured(whiteboard: World, measure: str, expected: list[float]) -> None:
    assert values(whiteboard, series=[of(measure, "boards")]) == pytest.approx(expected)


def test_values_that_are_no_numbers_are_left_out_and_counted(whiteboard: World) -> None:
    question = {"kind": "trend", "interval": "week", **JANUARY, "series": [of("sum", "boards"), of("max", "plan")]}
    # "x" among the boards, and the ten plans; what is null or missing is not there to be ignored
    assert ask(whiteboard.project, question).beside == {"ignored": 1 + 10}
    assert ask(whiteboard.project, {**question, "series": [of("people")]}).beside == {}


def test_accounts_are_counted_where_asked(whiteboard: World) -> None:
    assert values(whiteboard, series=[of("accounts")]) == [1, 1]
    assert values(whiteboard, count="accounts") == [1, 1]
    assert values(whiteboard, series=[of("total", where={"account.tier": "gold"})]) == [4, 1]  # the phone's too


def test_conditions_keep_the_types(whiteboard: World) -> None:
    assert values(whiteboard, series=[of("total", where={"boards": 4})]) == [0, 0]
    assert values(whiteboard, series=[of("total", where={"boards": "4"})]) == [1, 0]
    assert values(whiteboard, series=[of("total", where={"boards": {"$gte": 4}})]) == [2, 4]
    assert values(whiteboard, series=[of("total", where={"person.team": "core"})]) == [4, 1]
    assert values(whiteboard, series=[of("total", where={"event.plan": None})]) == [2, 0]


def test_a_breakdown_has_rows_for_every_value_and_period(whiteboard: World) -> None:
    assert [(row[0], row[2], row[3]) for row in rows(whiteboard, breakdown="plan", series=[of("total")])] == [
        ("2026-01-05", "free", 3), ("2026-01-12", "free", 3),  # the list counts under free and under pro
        ("2026-01-05", "pro", 3), ("2026-01-12", "pro", 2),
        ("2026-01-05", None, 2), ("2026-01-12", None, 0),
    ]  # fmt: skip


def test_several_names_break_down_into_lists(whiteboard: World) -> None:
    found = rows(whiteboard, breakdown=["plan", "person.team"], date_to="2026-01-06")
    assert [(row[2], row[3]) for row in found] == [
        (["free", "core"], 1), (["free", "sales"], 1), (["pro", "core"], 1),
    ]  # fmt: skip


def test_numbers_and_their_text_are_one_value(whiteboard: World) -> None:
    found = rows(whiteboard, breakdown="boards", date_to="2026-01-11", series=[of("total")])
    assert [row[2] for row in found] == ["1", "1.5", "10", "2", "3", "4", "x", None]


def test_a_formula_is_worked_out_for_every_period(whiteboard: World) -> None:
    question = {"series": [{"event": "Invite Sent", "measure": "total"}, of("people")], "formula": "A / B * 10 - 1"}
    assert rows(whiteboard, **question) == [
        ["2026-01-05", "A / B * 10 - 1", None, 9.0], ["2026-01-12", "A / B * 10 - 1", None, 9.0],
    ]  # fmt: skip
    assert values(whiteboard, **{**question, "formula": "A / (B - 3)"}) == [None, None]


def test_cumulative_counts_people_once_from_the_first_day_on(whiteboard: World) -> None:
    assert values(whiteboard, interval="day", date_to="2026-01-08", cumulative=True) == [2, 2, 3, 3]
    totals = values(whiteboard, interval="day", date_to="2026-01-08", cumulative=True, series=[of("total")])
    assert totals == [3, 6, 8, 8]
    medians = values(whiteboard, interval="day", date_to="2026-01-07", cumulative=True, series=[of("median", "boards")])
    assert medians == [3.5, 2.5, 2.5]


def test_the_days_before_are_compared(whiteboard: World) -> None:
    found = rows(whiteboard, date_from="2026-01-12", compare="previous", series=[of("total")])
    assert found == [
        ["2026-01-12", "Board Created", None, 4], ["2026-01-05", "Board Created (previous)", None, 8],
    ]  # fmt: skip


def test_labels_name_series_and_equal_names_are_numbered(whiteboard: World) -> None:
    series = [of("people"), of("total"), of("total", label="All"), {"event": None, "measure": "total"}]
    found = rows(whiteboard, series=series, date_to="2026-01-11")
    assert [(row[1], row[3]) for row in found] == [
        ("Board Created", 3), ("Board Created #2", 8), ("All", 8), ("Any event", 11),
    ]  # fmt: skip


def test_beyond_25_values_the_rest_is_other(world: World) -> None:
    # v00 twice, then 29 values once: v00 and, by text, v01 … v24 stay
    world.send(*(track("ada", "A", v=f"v{number:02}") for number in [0, *range(30)]), track("ada", "A"))
    found = ask(world.project, {
        "kind": "trend", "series": [{"event": "A", "measure": "total"}], "date_from": "2026-01-05",
        "date_to": "2026-01-05", "breakdown": "v",
    }).rows  # fmt: skip
    assert [row[2] for row in found] == [*(f"v{number:02}" for number in range(25)), None, "(other)"]
    assert [row[3] for row in found] == [2, *[1] * 24, 1, 5]


def test_another_project_sees_nothing(whiteboard: World, tmp_path: Any) -> None:
    (tmp_path / "stranger").mkdir()
    stranger = World(tmp_path / "stranger")
    assert values(stranger) == [0, 0]
    assert rows(stranger, breakdown="person.team", series=[of("sum", "boards")]) == []


# Time zones: what the clocks of the project show


@pytest.mark.parametrize(
    ("tz", "at", "day", "week", "month"),
    [
        ("UTC", "2026-03-01T23:30:00Z", "2026-03-01", "2026-02-23", "2026-03-01"),
        ("Asia/Seoul", "2026-03-01T23:30:00Z", "2026-03-02", "2026-03-02", "2026-03-01"),
        ("Asia/Seoul", "2026-02-28T15:00:00Z", "2026-03-01", "2026-02-23", "2026-03-01"),
        ("Asia/Kolkata", "2026-03-01T18:29:59.999999Z", "2026-03-01", "2026-02-23", "2026-03-01"),
        ("Asia/Kolkata", "2026-03-01T18:30:00Z", "2026-03-02", "2026-03-02", "2026-03-01"),
        ("America/New_York", "2026-03-09T03:59:59Z", "2026-03-08", "2026-03-02", "2026-03-01"),
        ("America/New_York", "2026-03-09T04:00:00Z", "2026-03-09", "2026-03-09", "2026-03-01"),
        ("America/New_York", "2026-11-01T03:59:59Z", "2026-10-31", "2026-10-26", "2026-10-01"),
        ("America/New_York", "2026-11-02T04:59:59Z", "2026-11-01", "2026-10-26", "2026-11-01"),
    ],
)
@pytest.mark.parametrize("where", [{}, {"$not": {"missing": {"$exists": True}}}])  # from the rollup, from the events
@pytest.mark.usefixtures("open_store", "transactional_db")
def test_days_weeks_and_months_are_those_of_the_zone(
    tmp_path: Any, tz: str, at: str, day: str, week: str, month: str, where: dict[str, Any]
) -> None:
    world = World(tmp_path, tz=tz)
    world.send(track("ada", "A", at))
    question = {
        "kind": "trend",
        "date_from": "2026-02-01",
        "date_to": "2026-11-30",
        "series": [{"event": "A", "where": where}],
    }
    for interval, expected in (("day", day), ("week", week), ("month", month)):
        found = ask(world.project, {**question, "interval": interval}).rows
        assert [row[0] for row in found if row[3]] == [expected]


@pytest.mark.parametrize(
    ("tz", "day", "hours", "at", "hour"),
    [
        ("America/New_York", "2026-03-08", 23, "2026-03-08T07:00:00Z", "2026-03-08T03:00-04:00"),
        ("America/New_York", "2026-03-08", 23, "2026-03-08T06:59:59Z", "2026-03-08T01:00-05:00"),
        ("America/New_York", "2026-11-01", 25, "2026-11-01T05:30:00Z", "2026-11-01T01:00-04:00"),
        ("America/New_York", "2026-11-01", 25, "2026-11-01T06:30:00Z", "2026-11-01T01:00-05:00"),
        ("Asia/Kolkata", "2026-01-05", 24, "2026-01-05T08:29:00Z", "2026-01-05T13:00+05:30"),
        ("Asia/Seoul", "2026-01-05", 24, "2026-01-05T14:59:59Z", "2026-01-05T23:00+09:00"),
        ("Australia/Lord_Howe", "2026-04-05", 25, "2026-04-04T15:10:00Z", "2026-04-05T01:00+10:30"),
        ("UTC", "2026-01-05", 24, "2026-01-05T00:00:00Z", "2026-01-05T00:00+00:00"),
    ],
)
@pytest.mark.usefixtures("open_store", "transactional_db")
def test_hours_carry_their_offset(tmp_path: Any, tz: str, day: str, hours: int, at: str, hour: str) -> None:
    world = World(tmp_path, tz=tz)
    world.send(track("ada", "A", at))
    found = ask(world.project, {
        "kind": "trend", "interval": "hour", "series": [{"event": "A"}], "date_from": day, "date_to": day,
    }).rows  # fmt: skip
    assert len(found) == hours
    assert [row[0] for row in found if row[3]] == [hour]


# The SQL


def sql(question: dict[str, Any], *, breakdown: bool = False) -> str:
    trend = check({"kind": "trend", **JANUARY, **question}, "America/New_York")
    assert isinstance(trend, Trend)
    return sql_of(planned(0, trend, trend.series[0], by_raw if breakdown else lambda *_: Keys()))


@pytest.mark.django_db
def test_days_that_are_counted_ahead_are_not_counted_again() -> None:
    assert sql({"series": [{"event": "A"}]}) == (
        "SELECT period, sum(value) AS value, 0 AS events, 0 AS not_numbers\n"
        "FROM (SELECT toInt32(day) AS period, people AS value\n"
        "FROM scope.daily\n"
        "WHERE day BETWEEN {p0:Date} AND {p1:Date} AND event = {p2:String} AND day < {until:Date}\n"
        "UNION ALL\n"
        "SELECT period, uniqExact(argument) AS value\n"
        "FROM (SELECT toInt32(day) AS period, person AS argument, count AS weight, 0 AS ignored\n"
        "FROM scope.rollup AS e\n"
        "WHERE day BETWEEN {p0:Date} AND {p1:Date} AND event = {p2:String}"
        " AND day >= {until:Date})\n"
        "GROUP BY period)\n"
        "GROUP BY period"
    )


@pytest.mark.django_db
def test_series_that_differ_in_their_event_alone_are_counted_in_one_query() -> None:
    question = check(
        {"kind": "trend", **JANUARY, "interval": "week", "series": [{"event": "B"}, {"event": "A"}, {"event": "B"}]},
        "UTC",
    )
    assert isinstance(question, Trend)
    plans = [planned(0, question, one, lambda *_: Keys()) for one in question.series]
    assert are_alike(plans)
    assert "event IN {p2:Array(String)}" in sql_of(as_one(plans))
    assert as_one(plans).names.params["p2"] == ["A", "B"]
    filtered = check(
        {"kind": "trend", **JANUARY, "interval": "week", "series": [{"event": "B"}, {"event": "A", "where": {"p": 1}}]},
        "UTC",
    )
    assert isinstance(filtered, Trend)
    assert not are_alike([planned(0, filtered, one, lambda *_: Keys()) for one in filtered.series])


def test_series_counted_together_are_those_counted_alone(whiteboard: World) -> None:
    names = ["Board Created", "Never", "Invite Sent", "Board Created"]
    together = rows(whiteboard, series=[{"event": name} for name in names])
    alone = [row[3] for name in names for row in rows(whiteboard, series=[{"event": name}])]
    assert [row[3] for row in together] == alone
    assert any(alone)


@pytest.mark.django_db
def test_whole_days_are_read_from_the_rollup() -> None:
    assert sql({"series": [{"event": "A"}], "interval": "month"}) == (
        "SELECT period, uniqExact(argument) AS value, 0 AS events, 0 AS not_numbers\n"
        "FROM (SELECT toRelativeMonthNum(toDate(toInt32(day))) AS period, person AS argument, count AS weight,"
        " 0 AS ignored\n"
        "FROM scope.rollup AS e\n"
        "WHERE day BETWEEN {p0:Date} AND {p1:Date} AND event = {p2:String})\n"
        "GROUP BY period"
    )


@pytest.mark.django_db
def test_a_breakdown_by_a_property_is_read_from_the_events() -> None:
    question = {"series": [{"event": "A", "where": {"person.team": "core"}}], "breakdown": "plan", "interval": "week"}
    assert sql({**question, "date_to": "2026-04-01"}, breakdown=True) == (
        "SELECT period, raw0, uniqExact(argument) AS value, count() AS events, 0 AS not_numbers\n"
        "FROM (SELECT intDiv(toInt32(intDiv(toUnixTimestamp64Micro(timestamp)"
        " + multiIf(toUnixTimestamp64Micro(timestamp) < 1772953200000000, -18000000000, -14400000000), 86400000000))"
        " + 3, 7) * 7 - 3 AS period,"
        f" {property_sql(0, 'plan')} AS raw0, person AS argument, 1 AS weight, 0 AS ignored\n"
        "FROM scope.events AS e\n"
        "LEFT ANY JOIN (SELECT person AS of0, value AS trait0 FROM scope.person_traits WHERE key = {p1:String})"
        " AS traits0 ON e.person = of0\n"
        "WHERE event = {p0:String} AND (trait0 IN {p2:Array(String)}))\n"
        "GROUP BY period, raw0"
    )


@pytest.mark.django_db
def test_cumulative_values_are_merged_states() -> None:
    question = {"series": [{"event": "A", "measure": "total"}], "cumulative": True}
    assert sql(question) == (
        "SELECT period, sumMerge(state) OVER (ORDER BY period) AS value, events, not_numbers\n"
        "FROM (SELECT period, sumState(argument) AS state, 0 AS events, 0 AS not_numbers\n"
        "FROM (SELECT toInt32(day) AS period, count AS argument, count AS weight, 0 AS ignored\n"
        "FROM scope.rollup AS e\n"
        "WHERE day BETWEEN {p0:Date} AND {p1:Date} AND event = {p2:String})\n"
        "GROUP BY period)"
    )
