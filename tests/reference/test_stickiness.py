"""The reference's stickiness, on worlds that can be worked out in one's head."""

from typing import Any

from tests.reference import stickiness
from tests.reference.messages import group, identify, track

# Ada is there on three days, twice on the first; Ben on one; Cleo only reads, on one.
WORLD = [
    track("ada", "Wrote", "2026-01-05T00:00:00Z", app="web"),
    track("ada", "Wrote", "2026-01-05T23:59:59Z", app="ios"),
    track("ada", "Wrote", "2026-01-06T10:00:00Z", app="web"),
    track("ada", "Wrote", "2026-01-08T10:00:00Z", app=["web", "ios"]),
    track("ben", "Wrote", "2026-01-08T10:00:00Z", app="ios"),
    track("cleo", "Read", "2026-01-08T10:00:00Z"),
    track("ben", "Wrote", "2026-01-09T00:00:00Z"),  # after the dates
]


def asked(**more: Any) -> dict[str, Any]:
    question = {
        "kind": "stickiness", "event": "Wrote", "unit": "day", "date_from": "2026-01-05", "date_to": "2026-01-08",
    }  # fmt: skip
    return question | more


def test_people_stand_at_the_number_of_days_on_which_they_did_it() -> None:
    assert stickiness(WORLD, asked()) == [[1, 1, 1.0], [2, 0, 0.5], [3, 1, 0.5], [4, 0, 0.0]]


def test_any_event_counts_where_none_is_named() -> None:
    assert stickiness(WORLD, asked(event=None)) == [[1, 2, 1.0], [2, 0, 1 / 3], [3, 1, 1 / 3], [4, 0, 0.0]]


def test_a_condition_narrows_what_counts() -> None:
    assert [row[1] for row in stickiness(WORLD, asked(where={"app": "web"}))] == [0, 1, 0, 0]


def test_weeks_and_months_that_the_dates_only_touch_are_units_too() -> None:
    # Sunday to Monday touches two weeks, and 4 to 12 January three; both lie in one month.
    two = [track("ada", "Wrote", "2026-01-04T10:00:00Z"), track("ada", "Wrote", "2026-01-05T10:00:00Z")]
    assert stickiness(two, asked(unit="week", date_from="2026-01-04", date_to="2026-01-12")) == [
        [1, 0, 1.0], [2, 1, 1.0], [3, 0, 0.0],
    ]  # fmt: skip
    assert stickiness(two, asked(unit="month", date_from="2026-01-04", date_to="2026-01-12")) == [[1, 1, 1.0]]


def test_accounts_are_there_when_any_of_their_people_is() -> None:
    # Ben and Cleo are with Acme, both there on the 8th; Ada is with nobody.
    members = [group("ben", "acme", "2026-01-01"), group("cleo", "acme", "2026-01-01")]
    assert [row[1] for row in stickiness([*members, *WORLD], asked(event=None, count="accounts"))] == [1, 0, 0, 0]


def test_each_value_counts_the_days_on_which_somebody_had_it() -> None:
    # ios: Ada on two days, Ben on one. web: Ada on three.
    assert stickiness(WORLD, asked(breakdown="app")) == [
        [1, 1, 1.0, "ios"], [2, 1, 0.5, "ios"], [3, 0, 0.0, "ios"], [4, 0, 0.0, "ios"],
        [1, 0, 1.0, "web"], [2, 0, 1.0, "web"], [3, 1, 1.0, "web"], [4, 0, 0.0, "web"],
    ]  # fmt: skip


def test_traits_are_those_of_now_and_missing_ones_are_null() -> None:
    named = identify("ada", "2026-03-01", team="red")
    found = stickiness([*WORLD, named], asked(breakdown="person.team", date_to="2026-01-05"))
    assert found == [[1, 1, 1.0, "red"]]
    both = stickiness([*WORLD, named], asked(breakdown=["person.team", "app"], date_from="2026-01-08"))
    assert both == [[1, 1, 1.0, ["red", "ios"]], [1, 1, 1.0, ["red", "web"]], [1, 1, 1.0, [None, "ios"]]]


def test_values_beyond_the_most_frequent_are_other_together() -> None:
    # v25 and v26, each on one day, are two days of the same person by now.
    world = [track(f"u{number}", "Wrote", "2026-01-05", app=f"v{number:02}") for number in range(25)]
    world += [track("ada", "Wrote", f"2026-01-0{day}", app=f"v{day + 20}") for day in (5, 6)]
    found = stickiness(world, asked(breakdown="app", date_to="2026-01-06"))
    assert found[-4:] == [[1, 1, 1.0, "v24"], [2, 0, 0.0, "v24"], [1, 0, 1.0, "(other)"], [2, 1, 1.0, "(other)"]]


def test_nobody_was_there() -> None:
    assert stickiness([], asked(date_to="2026-01-06")) == [[1, 0, 0.0], [2, 0, 0.0]]
    assert stickiness([], asked(breakdown="app")) == []


def test_days_are_those_of_the_zone_also_when_clocks_change() -> None:
    # 25 hours apart: in New York the first and the last instant of Sunday 1 November 2026, in Seoul two days.
    world = [track("ada", "Wrote", "2026-11-01T04:00:00Z"), track("ada", "Wrote", "2026-11-02T04:59:59Z")]
    question = asked(date_from="2026-11-01", date_to="2026-11-02")
    assert stickiness(world, question, "America/New_York") == [[1, 1, 1.0], [2, 0, 0.0]]
    assert stickiness(world, question, "Asia/Seoul") == [[1, 0, 1.0], [2, 1, 1.0]]
    # 23 hours apart: in New York the first instants of Sunday 8 March and of the Monday after it.
    spring = [track("ada", "Wrote", "2026-03-08T05:00:00Z"), track("ada", "Wrote", "2026-03-09T04:00:00Z")]
    question = asked(date_from="2026-03-08", date_to="2026-03-09")
    assert stickiness(spring, question, "America/New_York") == [[1, 0, 1.0], [2, 1, 1.0]]
    assert stickiness(spring, question | {"unit": "week"}, "America/New_York") == [[1, 0, 1.0], [2, 1, 1.0]]
