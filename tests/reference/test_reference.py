"""The reference itself, on worlds that can be worked out in one's head."""

from typing import Any

import pytest

from tests.reference import funnel, trend
from tests.reference.conditions import holds
from tests.reference.identity import Message
from tests.reference.messages import alias, group, identify, track
from tests.reference.world import at_path, events


def people_by_event(*messages: Message) -> dict[str, str]:
    return {event.name: event.person for event in events(messages)}


# Who


def test_an_anonymous_id_belongs_to_the_known_one_that_was_seen_with_it_first() -> None:
    # Ben's message came first, Ada's is the earlier one.
    found = people_by_event(
        track("~tab", "Seen", "2026-01-01T10:00:00Z"),
        identify("ben", "2026-01-03T10:00:00Z", anonymous="~tab"),
        identify("ada", "2026-01-02T10:00:00Z", anonymous="~tab"),
    )
    assert found == {"Seen": "ada"}


def test_an_event_with_both_ids_is_the_users() -> None:
    both = track("ben", "Both", "2026-01-05T10:00:00Z") | {"anonymousId": "~tab"}
    found = people_by_event(
        identify("ada", "2026-01-02T10:00:00Z", anonymous="~tab"), both, track("~tab", "Alone", "2026-01-06")
    )
    assert found == {"Both": "ben", "Alone": "ada"}


def test_alias_claims_a_visitor_and_merges_two_known_people() -> None:
    found = people_by_event(
        track("~tab", "Visitor", "2026-01-01"),
        track("ada", "Old", "2026-01-01"),
        track("ada@example.org", "New", "2026-01-02"),
        alias("~tab", "ada@example.org", "2026-01-03"),
        alias("ada", "ada@example.org", "2026-01-04"),
    )
    assert found == {"Visitor": "ada", "Old": "ada", "New": "ada"}


def test_a_repeated_message_counts_once() -> None:
    one = track("ada", "Seen", "2026-01-01") | {"messageId": "m1"}
    assert len(events([one, one | {"event": "Again"}, track("ada", "Seen", "2026-01-01")])) == 2


def test_the_account_is_the_one_given_else_the_latest_else_the_first_within_thirty_days() -> None:
    messages = [
        group("ada", "acme", "2026-03-01T00:00:00Z"),
        group("ada", "beta", "2026-03-10T00:00:00Z"),
        track("ada", "Long before", "2026-01-29T23:59:59Z"),
        track("ada", "Before", "2026-01-30T00:00:00Z"),
        track("ada", "At", "2026-03-10T00:00:00Z"),
        track("ada", "Between", "2026-03-09T23:59:59Z"),
        track("ada", "Given", "2026-03-11T00:00:00Z") | {"context": {"groupId": "gamma"}},
        track("ben", "Never", "2026-03-11T00:00:00Z"),
    ]
    assert {event.name: event.account for event in events(messages)} == {
        "Long before": None, "Before": "acme", "Between": "acme", "At": "beta", "Given": "gamma", "Never": None,
    }  # fmt: skip


def test_traits_are_the_last_written_null_overwrites_and_absence_keeps() -> None:
    messages = [
        identify("ada", "2026-01-03", plan=None, team="red"),
        identify("ada", "2026-01-01", plan="free", seats=3, team="blue"),
        track("ada", "Seen", "2026-01-01"),
    ]
    assert events(messages)[0].person_traits == {"plan": None, "seats": 3, "team": "red"}


def test_what_was_written_on_a_device_before_it_joined_yields_to_the_persons_own() -> None:
    messages = [
        identify("ada", "2026-01-01", plan="pro"),
        {"type": "identify", "anonymousId": "~tab", "timestamp": "2026-01-02", "traits": {"plan": "free", "tabs": 2}},
        identify("ada", "2026-01-03", anonymous="~tab"),
        track("ada", "Seen", "2026-01-01"),
    ]
    assert events(messages)[0].person_traits == {"plan": "pro", "tabs": 2}


def test_pages_and_screens_are_events_with_their_name_as_a_property() -> None:
    page = {"type": "page", "anonymousId": "~a", "name": "Home", "timestamp": "2026-01-01", "properties": {"path": "/"}}
    screen = {"type": "screen", "userId": "ada", "name": "Main", "timestamp": "2026-01-02"}
    assert [(event.name, event.properties) for event in events([page, screen])] == [
        ("Page Viewed", {"path": "/", "name": "Home"}),
        ("Screen Viewed", {"name": "Main"}),
    ]


# Conditions

ATTRIBUTES = {
    "n": 10,
    "text": "10",
    "flag": True,
    "tags": ["a", "B"],
    "team": {"seats": 5},
    "none": None,
    "v": "1.10.0",
}


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"n": 10.0, "text": "10", "flag": True, "missing": None, "none": None},
        {"team.seats": {"$gte": 5, "$lt": 6}, "team": {"seats": 5}},
        {"text": {"$gt": 9}, "n": {"$gt": "9"}, "missing": {"$lt": 1}},
        {"tags": ["a", "B"], "n": {"$in": [10, 11]}},
        {"tags": {"$in": ["x", "a"], "$all": ["a"], "$alli": ["A", "b"], "$ini": ["b"], "$size": 2}},
        {"tags": {"$elemMatch": {"$regexi": "^b"}, "$size": {"$lte": 2}, "$not": {"$in": ["c"]}}},
        {"missing": {"$exists": False, "$nin": [1], "$ne": 1}, "n": {"$exists": True, "$type": "number"}},
        {"v": {"$vgt": "1.9.3", "$vgte": "1.10.0", "$veq": "v1.10.0", "$vlt": "1.10.1", "$vne": "1.10.0-beta"}},
        {"$or": [{"n": 1}, {"n": 10}], "$and": [{"n": 10}], "$nor": [{"n": 1}], "$not": {"n": 1}},
        {"$or": []},
    ],
)
def test_these_conditions_hold(condition: dict[str, Any]) -> None:
    assert holds(condition, lambda path: at_path(ATTRIBUTES, path))


@pytest.mark.parametrize(
    "condition",
    [
        {"n": "10"}, {"text": 10}, {"flag": 1}, {"n": {"$eq": "10"}}, {"n": {"$in": ["10"]}}, {"missing": False},
        {"tags": ["B", "a"]}, {"tags": "a"}, {"tags": {"$in": "a"}}, {"tags": {"$all": ["a", "b"]}},
        {"n": {"$size": 1}}, {"text": {"$gt": "9"}}, {"v": {"$vlt": "1.9.0"}}, {"n": {"$regex": "1"}},
        {"text": {"$regex": "(["}}, {"n": {"$near": 10}}, {"team": {"seats": 5, "name": "x"}}, {"$nor": []},
    ],
)  # fmt: skip
def test_these_conditions_do_not_hold(condition: dict[str, Any]) -> None:
    assert not holds(condition, lambda path: at_path(ATTRIBUTES, path))


# Trends


def asked(series: dict[str, Any] | list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    several = series if isinstance(series, list) else [series]
    question = {
        "kind": "trend",
        "series": several,
        "interval": "day",
        "date_from": "2026-01-05",
        "date_to": "2026-01-06",
    }
    return question | more


def test_a_trend_has_a_row_for_every_period() -> None:
    messages = [
        track("ada", "Ran", "2026-01-05T08:00:00Z"),
        track("ada", "Ran", "2026-01-05T09:00:00Z"),
        track("ben", "Ran", "2026-01-05T23:59:59.999999Z"),
        track("ben", "Ran", "2026-01-07T00:00:00Z"),  # after the dates
        track("ben", "Sat", "2026-01-06T00:00:00Z"),
    ]
    ran = {"event": "Ran", "measure": "people"}
    assert trend(messages, asked([ran, ran | {"measure": "total"}])) == [
        ["2026-01-05", "Ran", None, 2],
        ["2026-01-06", "Ran", None, 0],
        ["2026-01-05", "Ran #2", None, 3],
        ["2026-01-06", "Ran #2", None, 0],
    ]


@pytest.mark.parametrize(
    ("measure", "value", "of_nothing"),
    [
        ("sum", 31.5, 0), ("avg", 7.875, None), ("min", 1, None), ("max", 20, None), ("median", 5.25, None),
        # 1, 3, 7.5, 20: the place is 3 × 0.9 = 2.7, so 7.5 + 0.7 × 12.5
        ("p90", pytest.approx(16.25), None), ("p95", pytest.approx(18.125), None), ("p99", pytest.approx(19.625), None),
    ],
)  # fmt: skip
def test_measures_take_numbers_and_numeric_text(measure: str, value: float, of_nothing: float | None) -> None:
    amounts = [20, "7.5", 3, True, None, "many", [4], 1.0]
    messages = [track("ada", "Paid", "2026-01-05T01:00:00Z", amount=amount) for amount in amounts]
    rows = trend(messages, asked({"event": "Paid", "measure": measure, "property": "amount"}))
    assert [row[3] for row in rows] == [value, of_nothing]


def test_a_list_counts_once_under_each_of_its_elements_and_numbers_are_text() -> None:
    messages = [
        track("ada", "Ran", "2026-01-05", tag=["a", "b", "a"]),
        track("ben", "Ran", "2026-01-05", tag=10),
        track("ben", "Ran", "2026-01-05", tag="10"),
        track("ben", "Ran", "2026-01-05", tag=True),
        track("ben", "Ran", "2026-01-05"),
    ]
    rows = trend(messages, asked({"event": "Ran", "measure": "total"}, breakdown="tag", date_to="2026-01-05"))
    assert [row[2:] for row in rows] == [["10", 2], ["a", 1], ["b", 1], ["true", 1], [None, 1]]


def test_the_most_frequent_values_have_rows_and_the_rest_is_other() -> None:
    # v25 three times, v00 to v24 once each: of those the last one by text falls out.
    messages = [track("ada", "Ran", "2026-01-05", tag=f"v{number:02}") for number in [*range(26), 25, 25]]
    rows = trend(messages, asked({"event": "Ran", "measure": "total"}, breakdown="tag", date_to="2026-01-05"))
    assert [row[2] for row in rows] == [*(f"v{number:02}" for number in range(26) if number != 24), "(other)"]
    assert [row[3] for row in rows[-2:]] == [3, 1]


def test_breakdowns_and_conditions_read_people_and_accounts_as_they_are_now() -> None:
    messages = [
        track("ada", "Ran", "2026-01-05T08:00:00Z"),
        track("ben", "Ran", "2026-01-05T08:00:00Z"),
        identify("ada", "2026-02-01", plan="pro"),
        group("ada", "acme", "2026-01-06", size=7),
    ]
    both = asked({"event": "Ran", "measure": "people"}, breakdown=["person.plan", "account.size"], date_to="2026-01-05")
    assert [row[2:] for row in trend(messages, both)] == [[["pro", "7"], 1], [[None, None], 1]]
    pro = asked({"event": "Ran", "measure": "people", "where": {"person.plan": "pro"}}, date_to="2026-01-05")
    assert trend(messages, pro)[0][3] == 1
    accounts = asked({"event": "Ran", "measure": "people"}, count="accounts", date_to="2026-01-05")
    assert trend(messages, accounts)[0][3] == 1


def test_a_formula_is_null_where_something_is_divided_by_nothing() -> None:
    messages = [track("ada", "Ran", "2026-01-05"), track("ada", "Ran", "2026-01-05"), track("ada", "Sat", "2026-01-05")]
    series = [{"event": "Sat", "measure": "total"}, {"event": "Ran", "measure": "total"}]
    assert trend(messages, asked(series, formula="100 * (A + 1) / B - 1")) == [
        ["2026-01-05", "100 * (A + 1) / B - 1", None, 99],
        ["2026-01-06", "100 * (A + 1) / B - 1", None, None],
    ]


def test_cumulative_people_are_counted_once() -> None:
    messages = [track("ada", "Ran", "2026-01-05"), track("ada", "Ran", "2026-01-06"), track("ben", "Ran", "2026-01-06")]
    assert [row[3] for row in trend(messages, asked({"event": "Ran"}, cumulative=True))] == [1, 2]


def test_the_period_before_is_as_long() -> None:
    messages = [track("ada", "Ran", "2026-01-04"), track("ada", "Ran", "2026-01-05")]
    assert trend(messages, asked({"event": "Ran"}, compare="previous")) == [
        ["2026-01-05", "Ran", None, 1],
        ["2026-01-06", "Ran", None, 0],
        ["2026-01-03", "Ran (previous)", None, 0],
        ["2026-01-04", "Ran (previous)", None, 1],
    ]


def test_weeks_begin_on_monday_and_only_what_lies_inside_the_dates_counts() -> None:
    messages = [track("ada", "Ran", day) for day in ("2026-01-05", "2026-01-07", "2026-01-12")]
    question = asked(
        {"event": "Ran", "measure": "total"}, interval="week", date_from="2026-01-07", date_to="2026-01-12"
    )
    assert trend(messages, question) == [["2026-01-05", "Ran", None, 1], ["2026-01-12", "Ran", None, 1]]


def test_the_day_of_a_clock_change_has_an_hour_twice_or_not_at_all() -> None:
    ran = {"event": "Ran", "measure": "total"}
    twice = [track("ada", "Ran", "2026-11-01T05:30:00Z"), track("ada", "Ran", "2026-11-01T06:30:00Z")]
    autumn = asked(ran, interval="hour", date_from="2026-11-01", date_to="2026-11-01")
    rows = trend(twice, autumn, "America/New_York")
    assert len(rows) == 25
    assert [row[0] for row in rows if row[3]] == ["2026-11-01T01:00-04:00", "2026-11-01T01:00-05:00"]
    spring = asked(ran, interval="hour", date_from="2026-03-08", date_to="2026-03-08")
    hours = [row[0] for row in trend([], spring, "America/New_York")]
    assert hours[:3] == ["2026-03-08T00:00-05:00", "2026-03-08T01:00-05:00", "2026-03-08T03:00-04:00"]
    assert len(hours) == 23


def test_days_are_those_of_the_zone() -> None:
    messages = [track("ada", "Ran", "2026-01-04T15:00:00Z"), track("ada", "Ran", "2026-01-06T14:59:59Z")]
    rows = trend(messages, asked({"event": "Ran", "measure": "total"}), "Asia/Seoul")
    assert [row[3] for row in rows] == [1, 1]


# Funnels


def test_a_funnel_counts_people_and_says_how_long_they_took() -> None:
    # Ada: sign-up on the web at 0:00, invites at 0:10. Ben: in the app at 1:00, invites a day and a second later.
    messages = [
        track("ada", "Signed Up", "2026-01-05T00:00:00Z", via="web"),
        track("ada", "Invited", "2026-01-05T00:10:00Z", via="app"),
        track("ben", "Signed Up", "2026-01-05T01:00:00Z", via="app"),
        track("ben", "Invited", "2026-01-06T01:00:01Z", via="app"),
    ]
    question = {
        "kind": "funnel", "steps": [{"event": "Signed Up"}, {"event": "Invited", "where": {"via": "app"}}],
        "window": "1d", "order": "ordered", "exclude": [], "date_from": "2026-01-05", "date_to": "2026-01-05",
    }  # fmt: skip
    assert funnel(messages, question) == [
        [1, "Signed Up", None, 2, 1.0, 1.0, None],
        [2, "Invited", None, 1, 0.5, 0.5, 600.0],
    ]
    assert funnel(messages, question | {"breakdown": "via"}) == [
        [1, "Signed Up", "app", 1, 1.0, 1.0, None],
        [2, "Invited", "app", 0, 0.0, 0.0, None],
        [1, "Signed Up", "web", 1, 1.0, 1.0, None],
        [2, "Invited", "web", 1, 1.0, 1.0, 600.0],
    ]
    excluded = question | {"exclude": [{"event": None, "where": {"via": "app"}}], "window": "2d"}
    assert [row[3] for row in funnel(messages, excluded)] == [2, 2]
    assert [row[6] for row in funnel(messages, excluded)] == [None, (600 + 86_401) / 2]


def test_a_funnel_of_accounts_joins_the_people_in_them() -> None:
    messages = [
        group("ada", "acme", "2026-01-01"), group("ben", "acme", "2026-01-01"),
        track("ada", "Signed Up", "2026-01-05"), track("ben", "Invited", "2026-01-06"),
    ]  # fmt: skip
    question = {
        "steps": [{"event": "Signed Up"}, {"event": None, "where": {"account.name": None}}], "window": "2w",
        "order": "strict", "date_from": "2026-01-05", "date_to": "2026-01-05",
    }  # fmt: skip
    assert [row[3] for row in funnel(messages, question)] == [1, 0]
    assert [row[3] for row in funnel(messages, question | {"count": "accounts"})] == [1, 1]


def test_steps_in_any_order_count_how_many_were_done() -> None:
    messages = [
        track("ada", "C", "2026-01-05T00:00:00Z"), track("ada", "A", "2026-01-05T00:00:10Z"),
        track("ben", "B", "2026-01-05T00:00:00Z"),
    ]  # fmt: skip
    question = {
        "steps": [{"event": "A"}, {"event": "B"}, {"event": "C"}], "window": "1h", "order": "any",
        "date_from": "2026-01-05", "date_to": "2026-01-05",
    }  # fmt: skip
    assert [row[3] for row in funnel(messages, question)] == [2, 1, 0]
    assert funnel(messages, question)[1][6] == 10.0


def test_the_dates_before_are_told_where_the_dates_themselves_are_empty() -> None:
    question = {
        "series": [{"event": "A"}], "interval": "day", "compare": "previous",
        "date_from": "2026-01-02", "date_to": "2026-01-02",
    }  # fmt: skip
    assert trend([track("ada", "A", "2026-01-01T12:00:00Z")], question) == [
        ["2026-01-02", "A", None, 0],
        ["2026-01-01", "A (previous)", None, 1],
    ]
