"""The reference's lifecycle, on worlds that can be worked out in one's head."""

from typing import Any

from tests.reference import lifecycle
from tests.reference.messages import group, identify, track

# Weeks of 2026:  29 Dec  5 Jan  12 Jan  19 Jan
# Ada               x       x              x
# Ben                       x       x
# Cleo                                     x
WORLD = [
    track("ada", "Opened", "2025-12-30T10:00:00Z", plan="free"),
    track("ada", "Opened", "2026-01-05T00:00:00Z", plan="free"),
    track("ada", "Opened", "2026-01-25T23:59:59Z", plan="pro"),
    track("ben", "Opened", "2026-01-06T10:00:00Z", plan="pro"),
    track("ben", "Opened", "2026-01-07T10:00:00Z", plan="pro"),
    track("ben", "Opened", "2026-01-12T10:00:00Z", plan="pro"),
    track("cleo", "Opened", "2026-01-19T00:00:00Z"),
]


def asked(**more: Any) -> dict[str, Any]:
    question = {
        "kind": "lifecycle", "event": "Opened", "interval": "week", "date_from": "2026-01-05", "date_to": "2026-01-25",
    }  # fmt: skip
    return question | more


def told(messages: list[dict[str, Any]], question: dict[str, Any], tz: str = "UTC") -> dict[str, list[int]]:
    """New, returning, resurrecting and dormant, period by period."""
    found: dict[str, list[int]] = {}
    for period, _, count in lifecycle(messages, question, tz):
        found.setdefault(period, []).append(count)
    return found


def test_everybody_is_new_returning_resurrecting_or_dormant() -> None:
    # Ada was there before the dates: returning, dormant, resurrecting. Ben: new, returning, dormant. Cleo: new at last.
    assert lifecycle(WORLD, asked()) == [
        ["2026-01-05", "new", 1], ["2026-01-05", "returning", 1],
        ["2026-01-05", "resurrecting", 0], ["2026-01-05", "dormant", 0],
        ["2026-01-12", "new", 0], ["2026-01-12", "returning", 1],
        ["2026-01-12", "resurrecting", 0], ["2026-01-12", "dormant", 1],
        ["2026-01-19", "new", 1], ["2026-01-19", "returning", 0],
        ["2026-01-19", "resurrecting", 1], ["2026-01-19", "dormant", 1],
    ]  # fmt: skip


def test_new_is_the_first_ever_of_that_event() -> None:
    visited = track("cleo", "Visited", "2026-01-06T10:00:00Z")
    assert told([*WORLD, visited], asked())["2026-01-19"] == [1, 0, 1, 1]
    assert told([*WORLD, visited], asked(event=None))["2026-01-19"] == [0, 0, 2, 1]
    long_ago = track("cleo", "Opened", "2024-01-01T10:00:00Z")
    assert told([*WORLD, long_ago], asked())["2026-01-19"] == [0, 0, 2, 1]


def test_a_condition_narrows_what_counts_and_what_was_first() -> None:
    # Of events on the pro plan Ada has only the last one: there she is new.
    assert told(WORLD, asked(where={"plan": "pro"})) == {
        "2026-01-05": [1, 0, 0, 0], "2026-01-12": [0, 1, 0, 0], "2026-01-19": [1, 0, 0, 1],
    }  # fmt: skip


def test_only_what_lies_inside_the_dates_makes_somebody_active() -> None:
    # From Wednesday the 7th to Tuesday the 20th. Ada came on Monday the 5th, which is before the dates, and the week
    # before: dormant. Ben came on Tuesday for the first time, so on Wednesday he is not new. On Sunday the 25th is Ada
    # back, but that is after the dates.
    assert told(WORLD, asked(date_from="2026-01-07", date_to="2026-01-20")) == {
        "2026-01-05": [0, 0, 1, 1], "2026-01-12": [0, 1, 0, 0], "2026-01-19": [1, 0, 0, 1],
    }  # fmt: skip


def test_days_and_months_are_periods_too() -> None:
    by_day = asked(interval="day", date_from="2026-01-06", date_to="2026-01-08")
    assert told(WORLD, by_day) == {"2026-01-06": [1, 0, 0, 1], "2026-01-07": [0, 1, 0, 0], "2026-01-08": [0, 0, 0, 1]}
    # Ada was there in December; in February nobody is.
    by_month = asked(interval="month", date_from="2026-01-01", date_to="2026-02-28")
    assert told(WORLD, by_month) == {"2026-01-01": [2, 1, 0, 0], "2026-02-01": [0, 0, 0, 3]}


def test_accounts_live_through_any_of_their_people() -> None:
    # Ada and Ben are with Acme, which one of them visits in every week; Cleo is with nobody.
    members = [group("ada", "acme", "2025-12-01"), group("ben", "acme", "2026-01-01")]
    assert told([*members, *WORLD], asked(count="accounts")) == {
        "2026-01-05": [0, 1, 0, 0], "2026-01-12": [0, 1, 0, 0], "2026-01-19": [0, 1, 0, 0],
    }  # fmt: skip


def test_each_value_has_a_lifecycle_of_its_own() -> None:
    # free: Ada, of the week before, returns once. pro: Ben is new and returns, Ada is new at the end. None: Cleo.
    found = lifecycle(WORLD, asked(breakdown="plan"))
    assert [row[3] for row in found] == ["free"] * 12 + ["pro"] * 12 + [None] * 12
    counts = [row[2] for row in found]
    assert counts[:12] == [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert counts[12:24] == [1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1]
    assert counts[24:] == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]


def test_a_list_counts_under_each_of_its_elements() -> None:
    world = [track("ada", "Opened", "2026-01-05", plan=["a", "b", "a"])]
    found = lifecycle(world, asked(breakdown="plan", date_to="2026-01-11"))
    assert [(row[3], row[2]) for row in found if row[1] == "new"] == [("a", 1), ("b", 1)]


def test_traits_are_those_of_now() -> None:
    named = identify("ada", "2026-03-01", team="red")
    found = lifecycle([*WORLD, named], asked(breakdown="person.team"))
    assert [row[2] for row in found if row[3] == "red"] == [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0]


def test_values_of_the_period_before_that_the_dates_do_not_have_are_other() -> None:
    world = [track("ada", "Opened", "2025-12-30", plan="old"), track("ben", "Opened", "2026-01-05", plan="pro")]
    found = lifecycle(world, asked(breakdown="plan", date_to="2026-01-11"))
    assert found == [
        ["2026-01-05", "new", 1, "pro"], ["2026-01-05", "returning", 0, "pro"],
        ["2026-01-05", "resurrecting", 0, "pro"], ["2026-01-05", "dormant", 0, "pro"],
        ["2026-01-05", "new", 0, "(other)"], ["2026-01-05", "returning", 0, "(other)"],
        ["2026-01-05", "resurrecting", 0, "(other)"], ["2026-01-05", "dormant", 1, "(other)"],
    ]  # fmt: skip


def test_values_beyond_the_most_frequent_are_other_together() -> None:
    # Ada has v25 and v26, which are one by now: new once.
    world = [track(f"u{number}", "Opened", "2026-01-05", plan=f"v{number:02}") for number in range(25)]
    world += [track("ada", "Opened", "2026-01-06", plan=f"v{number}") for number in (25, 26)]
    found = lifecycle(world, asked(breakdown="plan", date_to="2026-01-11"))
    assert [(row[3], row[2]) for row in found if row[1] == "new"][-2:] == [("v24", 1), ("(other)", 1)]
    assert len(found) == 26 * 4


def test_all_four_rows_stand_where_nobody_was() -> None:
    assert told([], asked(date_to="2026-01-11")) == {"2026-01-05": [0, 0, 0, 0]}
    assert lifecycle([], asked(breakdown="plan")) == []


def test_days_are_those_of_the_zone_also_when_clocks_change() -> None:
    # New York, Sunday 1 November 2026 has 25 hours: from 4:00Z to Monday 5:00Z. In Seoul Sunday ends at 15:00Z.
    world = [track("ada", "Opened", "2026-11-01T04:00:00Z"), track("ada", "Opened", "2026-11-02T04:59:59Z")]
    question = asked(interval="day", date_from="2026-10-31", date_to="2026-11-02")
    assert told(world, question, "America/New_York") == {
        "2026-10-31": [0, 0, 0, 0], "2026-11-01": [1, 0, 0, 0], "2026-11-02": [0, 0, 0, 1],
    }  # fmt: skip
    assert told(world, question, "Asia/Seoul") == {
        "2026-10-31": [0, 0, 0, 0], "2026-11-01": [1, 0, 0, 0], "2026-11-02": [0, 1, 0, 0],
    }  # fmt: skip
    # As weeks: the 25th hour of New York's Sunday is still of the week before.
    assert told(world, asked(date_from="2026-10-26", date_to="2026-11-08"), "America/New_York") == {
        "2026-10-26": [1, 0, 0, 0], "2026-11-02": [0, 0, 0, 1],
    }  # fmt: skip
