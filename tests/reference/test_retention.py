"""The reference's retention, on worlds that can be worked out in one's head."""

from typing import Any

from tests.reference import retention
from tests.reference.messages import group, identify, track

# Weeks of 2026 begin on 5, 12, 19, 26 January and on 2 February. Cleo's last visit says how far the data goes.
#         5 Jan     12 Jan    19 Jan    26 Jan
# Ada     Signed Up Opened              Opened
# Ben     Signed Up           Signed Up
# Cleo              Signed Up                     Opened (2 February)
WORLD = [
    track("ada", "Signed Up", "2026-01-05T10:00:00Z", via="web"),
    track("ada", "Opened", "2026-01-14T10:00:00Z"),
    track("ada", "Opened", "2026-01-28T10:00:00Z"),
    track("ben", "Signed Up", "2026-01-11T23:59:59Z", via="app"),
    track("ben", "Signed Up", "2026-01-19T00:00:00Z", via="web"),
    track("cleo", "Signed Up", "2026-01-12T00:00:00Z", via="web"),
    track("cleo", "Opened", "2026-02-02T00:00:00Z"),
]


def asked(**more: Any) -> dict[str, Any]:
    question = {
        "kind": "retention", "start": {"event": "Signed Up", "first_time": True}, "return": {"event": None},
        "period": "week", "periods": 4, "date_from": "2026-01-05", "date_to": "2026-01-25",
    }  # fmt: skip
    return question | more


def returned(messages: list[dict[str, Any]], question: dict[str, Any], tz: str = "UTC") -> dict[str, list[Any]]:
    """The returned column, cohort by cohort."""
    found: dict[str, list[Any]] = {}
    for cohort, _, _, count, *_ in retention(messages, question, tz):
        found.setdefault(cohort, []).append(count)
    return found


def test_those_who_began_in_a_week_return_in_the_weeks_after_it() -> None:
    # 5 January: Ada and Ben; then Ada, Ben, Ada. 12 January: Cleo, who is back in her fourth week. What is not over on
    # 2 February 0:00 is null: that week itself, as the third of the 19th and the fourth of the 12th.
    assert retention(WORLD, asked()) == [
        ["2026-01-05", 2, 0, 2, 1.0],
        ["2026-01-05", 2, 1, 1, 0.5],
        ["2026-01-05", 2, 2, 1, 0.5],
        ["2026-01-05", 2, 3, 1, 0.5],
        ["2026-01-12", 1, 0, 1, 1.0],
        ["2026-01-12", 1, 1, 0, 0.0],
        ["2026-01-12", 1, 2, 0, 0.0],
        ["2026-01-12", 1, 3, None, None],
        ["2026-01-19", 0, 0, 0, 0.0],
        ["2026-01-19", 0, 1, 0, 0.0],
        ["2026-01-19", 0, 2, None, None],
        ["2026-01-19", 0, 3, None, None],
    ]


def test_a_week_is_over_with_the_first_instant_after_it() -> None:
    a_moment_less = [*WORLD[:-1], track("cleo", "Opened", "2026-02-01T23:59:59.999999Z")]
    assert returned(a_moment_less, asked())["2026-01-05"] == [2, 1, 1, None]


def test_the_cohort_s_own_week_is_null_too_as_long_as_it_goes_on() -> None:
    rows = retention([track("ada", "Signed Up", "2026-01-05T10:00:00Z")], asked(date_to="2026-01-11", periods=2))
    assert rows == [["2026-01-05", 1, 0, None, None], ["2026-01-05", 1, 1, None, None]]


def test_without_first_time_one_is_in_the_cohort_of_every_week_with_a_start() -> None:
    # Ben signs up again on the 19th. His second sign-up is still no other visit within that week.
    found = retention(WORLD, asked(start={"event": "Signed Up"}))
    assert [row[1] for row in found if row[2] == 0] == [2, 1, 1]
    assert returned(WORLD, asked(start={"event": "Signed Up"}))["2026-01-19"] == [1, 0, None, None]


def test_first_time_looks_at_all_history() -> None:
    later_only = asked(date_from="2026-01-12")
    assert [row[1] for row in retention(WORLD, later_only) if row[2] == 0] == [1, 0]
    assert [row[1] for row in retention(WORLD, later_only | {"start": {"event": "Signed Up"}}) if row[2] == 0] == [1, 1]


def test_the_first_time_is_the_first_that_meets_the_condition() -> None:
    # Ben's first sign-up on the web is that of the 19th.
    on_the_web = asked(start={"event": "Signed Up", "where": {"via": "web"}, "first_time": True})
    assert [row[1] for row in retention(WORLD, on_the_web) if row[2] == 0] == [1, 1, 1]


def test_rolling_counts_who_returned_in_that_week_or_later() -> None:
    # Ada comes last in the fourth week; Cleo on 2 February, which is after the columns that are over.
    assert returned(WORLD, asked(mode="rolling")) == {
        "2026-01-05": [2, 2, 2, 1], "2026-01-12": [1, 1, 1, None], "2026-01-19": [0, 0, None, None],
    }  # fmt: skip


def test_returns_are_of_the_event_asked_for_where_one_is() -> None:
    assert returned(WORLD, asked(**{"return": {"event": "Opened"}}))["2026-01-05"] == [2, 1, 0, 1]
    late = {"event": "Opened", "where": {"via": {"$exists": True}}}
    assert returned(WORLD, asked(**{"return": late}))["2026-01-05"] == [2, 0, 0, 0]


def test_a_start_may_be_any_event() -> None:
    assert returned(WORLD, asked(start={"event": None}))["2026-01-12"] == [2, 0, 1, None]


def test_cut_weeks_take_only_the_starts_inside_the_dates() -> None:
    # From Tuesday the 6th: Ada's sign-up lies before it. Returns know no such bounds.
    cut = asked(date_from="2026-01-06", date_to="2026-01-11", periods=3)
    assert returned(WORLD, cut) == {"2026-01-05": [1, 0, 1]}


def test_days_and_months_are_periods_too() -> None:
    by_day = asked(period="day", periods=4, date_from="2026-01-11", date_to="2026-01-12")
    assert returned(WORLD, by_day) == {"2026-01-11": [1, 0, 0, 0], "2026-01-12": [1, 0, 0, 0]}
    next_day = [track("ada", "Signed Up", "2026-01-31T23:00:00Z"), track("ada", "Opened", "2026-02-01T01:00:00Z")]
    by_month = asked(period="month", periods=2, date_to="2026-01-31")
    march = track("ben", "Opened", "2026-03-01T00:00:00Z")
    assert returned([*next_day, march], by_month) == {"2026-01-01": [1, 1]}


def test_a_month_follows_december() -> None:
    world = [track("ada", "Signed Up", "2025-12-31T10:00:00Z"), track("ada", "Opened", "2026-01-01T10:00:00Z")]
    question = asked(period="month", periods=2, date_from="2025-12-01", date_to="2025-12-31")
    assert returned([*world, track("ben", "Opened", "2026-02-10T00:00:00Z")], question) == {"2025-12-01": [1, 1]}


def test_accounts_return_with_any_of_their_people() -> None:
    # Ada and Ben are with Acme, Cleo with nobody.
    members = [group("ada", "acme", "2026-01-01"), group("ben", "acme", "2026-01-01")]
    found = retention([*members, *WORLD], asked(count="accounts"))
    assert [row[1:4] for row in found if row[0] == "2026-01-05"] == [[1, 0, 1], [1, 1, 1], [1, 2, 1], [1, 3, 1]]
    assert [row[1] for row in found if row[2] == 0] == [1, 0, 0]


def test_members_count_under_the_value_of_their_first_start_in_the_period() -> None:
    # Ada does it twice in the first week, first with two values at once.
    world = [
        track("ada", "Signed Up", "2026-01-05T10:00:00Z", via=["web", "ad", "web"]),
        track("ada", "Signed Up", "2026-01-06T10:00:00Z", via="app"),
        track("ben", "Signed Up", "2026-01-05T10:00:00Z"),
        track("ada", "Opened", "2026-01-14T10:00:00Z", via="app"),
        track("ben", "Opened", "2026-01-20T10:00:00Z"),
    ]
    question = asked(start={"event": "Signed Up"}, breakdown="via", periods=2, date_to="2026-01-11")
    assert retention(world, question) == [
        ["2026-01-05", 1, 0, 1, 1.0, "ad"], ["2026-01-05", 1, 1, 1, 1.0, "ad"],
        ["2026-01-05", 0, 0, 0, 0.0, "app"], ["2026-01-05", 0, 1, 0, 0.0, "app"],
        ["2026-01-05", 1, 0, 1, 1.0, "web"], ["2026-01-05", 1, 1, 1, 1.0, "web"],
        ["2026-01-05", 1, 0, 1, 1.0, None], ["2026-01-05", 1, 1, 0, 0.0, None],
    ]  # fmt: skip


def test_of_several_starts_at_one_instant_the_value_that_sorts_first_counts() -> None:
    world = [track("ada", "Signed Up", "2026-01-05T10:00:00Z", via=via) for via in ("web", "app")]
    found = retention(world, asked(breakdown="via", periods=1, date_to="2026-01-11"))
    assert [(row[5], row[1]) for row in found] == [("app", 1), ("web", 0)]


def test_traits_are_those_of_now_and_several_names_give_lists() -> None:
    world = [*WORLD, identify("ada", "2026-02-03T00:00:00Z", plan="pro")]
    found = retention(world, asked(breakdown=["person.plan", "via"], periods=1, date_to="2026-01-11"))
    assert [(row[5], row[1]) for row in found] == [(["pro", "web"], 1), ([None, "app"], 1)]


def test_values_beyond_the_most_frequent_are_other() -> None:
    # 26 people with one value each, and the first one again: the last value by text has no row of its own.
    world = [track(f"u{number}", "Signed Up", "2026-01-05", via=f"v{number:02}") for number in [*range(26), 0]]
    found = retention(world, asked(breakdown="via", periods=1, date_to="2026-01-11"))
    assert [row[5] for row in found] == [*(f"v{number:02}" for number in range(25)), "(other)"]
    assert [row[1] for row in found] == [1] * 26


def test_nobody_began_where_nothing_happened() -> None:
    assert retention([], asked(periods=1, date_to="2026-01-11")) == [["2026-01-05", 0, 0, None, None]]
    assert retention([], asked(periods=1, date_to="2026-01-11", breakdown="via")) == []


def test_days_are_those_of_the_zone_also_when_clocks_change() -> None:
    # New York, Sunday 8 March 2026 has 23 hours: from 5:00Z to 4:00Z. Saturday began at 5:00Z.
    world = [
        track("ada", "Signed Up", "2026-03-08T04:59:59Z"),  # Saturday
        track("ben", "Signed Up", "2026-03-08T05:00:00Z"),  # Sunday
        track("ada", "Opened", "2026-03-09T03:59:59Z"),  # Sunday
        track("ben", "Opened", "2026-03-09T04:00:00Z"),  # Monday
        track("cleo", "Opened", "2026-03-10T04:00:00Z"),  # Tuesday: Monday is over
    ]
    question = asked(period="day", periods=3, date_from="2026-03-07", date_to="2026-03-08")
    assert returned(world, question, "America/New_York") == {"2026-03-07": [1, 1, 0], "2026-03-08": [1, 1, None]}
    # In Seoul, nine hours ahead, all of this happened on 8, 9 and 10 March: both sign up on Sunday, Ada and Ben return
    # on Monday, and no Tuesday is over.
    seoul = asked(period="day", periods=3, date_from="2026-03-08", date_to="2026-03-08")
    assert returned(world, seoul, "Asia/Seoul") == {"2026-03-08": [2, 2, None]}


def test_weeks_of_a_clock_change_are_an_hour_longer() -> None:
    # New York's week from Monday 26 October 2026 ends on 2 November at 5:00Z, not at 4:00Z.
    world = [
        track("ada", "Signed Up", "2026-10-26T04:00:00Z"),
        track("ada", "Opened", "2026-11-02T04:30:00Z"),
        track("ben", "Signed Up", "2026-11-01T12:00:00Z"),
        track("ben", "Opened", "2026-11-02T05:00:00Z"),
        track("cleo", "Opened", "2026-11-09T05:00:00Z"),
    ]
    question = asked(periods=2, date_from="2026-10-26", date_to="2026-11-01")
    assert returned(world, question, "America/New_York") == {"2026-10-26": [2, 1]}
    assert returned(world, question) == {"2026-10-26": [2, 2]}
