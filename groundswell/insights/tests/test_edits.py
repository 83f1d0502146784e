"""Words of a question are changed one at a time, and what comes out is a question again."""

from typing import Any

import pytest

from groundswell.insights.edits import changed, with_event
from groundswell.insights.kinds import check
from groundswell.kernel.errors import Refusal

DAYS = {"date_from": "2026-01-01", "date_to": "2026-01-31"}
TREND = {"kind": "trend", "series": [{"event": "Signed Up"}, {"event": "Paid", "where": {"plan": "pro"}}], **DAYS}
FUNNEL = {
    "kind": "funnel", "steps": [{"event": "Signed Up", "where": {"plan": "free", "seats": {"$gte": 5}}},
                                {"event": "Board Created"}, {"event": "Invite Sent", "label": "invited"}],
    "window": "14d", "exclude": [{"event": "Signed Out"}], **DAYS,
}  # fmt: skip


def after(question: dict[str, Any], what: str, **given: str) -> dict[str, Any]:
    new = changed(question, what, given, lambda _: frozenset())
    check(new, "UTC")
    return new


def events(question: dict[str, Any], members: str = "steps") -> list[str | None]:
    return [one["event"] for one in question[members]]


def test_an_event_is_another() -> None:
    new = after(FUNNEL, "steps.1.event", value="Board Opened")
    assert events(new) == ["Signed Up", "Board Opened", "Invite Sent"]
    assert events(FUNNEL) == ["Signed Up", "Board Created", "Invite Sent"]


def test_a_label_goes_with_the_event_it_was_given_to() -> None:
    assert "label" not in after(FUNNEL, "steps.2.event", value="Board Opened")["steps"][2]


def test_no_name_is_any_event() -> None:
    assert events(after(FUNNEL, "steps.0.event", value=""))[0] is None


def test_steps_come_go_and_change_places() -> None:
    assert events(after(FUNNEL, "steps.add", value="Paid"))[-1] == "Paid"
    assert events(after(FUNNEL, "steps.1.remove")) == ["Signed Up", "Invite Sent"]
    assert events(after(FUNNEL, "steps.2.earlier")) == ["Signed Up", "Invite Sent", "Board Created"]
    assert events(after(FUNNEL, "steps.0.earlier")) == events(FUNNEL)


def test_conditions_come_change_and_go() -> None:
    assert after(FUNNEL, "steps.1.where.add", name="template", operator="is", value="true")["steps"][1]["where"] == {
        "template": {"$in": [True, "true"]}
    }
    assert after(FUNNEL, "steps.0.where.1", name="seats", operator="more", value="9")["steps"][0]["where"] == {
        "plan": "free", "seats": {"$gt": 9}
    }  # fmt: skip
    assert after(FUNNEL, "steps.0.where.0", remove="1")["steps"][0]["where"] == {"seats": {"$gte": 5}}


def test_an_event_that_stands_alone_comes_changes_and_goes() -> None:
    def then(question: dict[str, Any], what: str, **given: str) -> Any:
        return changed(question, what, given, lambda _: frozenset())["start"]

    paths = {"kind": "paths", "start": {"event": "Signed Up", "where": {"plan": "pro"}}, "steps": 5, **DAYS}
    assert then(paths, "start.event", value="Paid") == {"event": "Paid", "where": {"plan": "pro"}}
    assert then({**paths, "start": None}, "start.event", value="Paid") == {"event": "Paid"}
    assert then({"kind": "paths"}, "start.event", value="") == {"event": None}
    assert then(paths, "start.where.add", name="seats", operator="more", value="9") == {
        "event": "Signed Up", "where": {"plan": "pro", "seats": {"$gt": 9}}
    }  # fmt: skip
    assert then(paths, "start.where.0", remove="1") == {"event": "Signed Up", "where": {}}
    assert then(paths, "start.remove") is None


def test_an_event_is_renamed_wherever_it_stands() -> None:
    paths = {"start": {"event": "A"}, "end": {"event": "B"}, "return": None, "exclude": [{"event": "A"}]}
    assert with_event(paths, "A", "C") == {**paths, "start": {"event": "C"}, "exclude": [{"event": "C"}]}
    assert events(with_event(FUNNEL, "Invite Sent", "Paid")) == ["Signed Up", "Board Created", "Paid"]


def test_two_conditions_on_one_name_both_hold() -> None:
    new = after(TREND, "series.1.where.add", name="plan", operator="is_set")
    assert new["series"][1]["where"] == {"$and": [{"plan": "pro"}, {"plan": {"$exists": True}}]}


def test_days_are_counted_back_or_chosen() -> None:
    new = after(TREND, "days", value="90")
    assert (new["date_from"], new["date_to"]) == ("-90d", "-1d")
    new = after(TREND, "days", date_from="2026-02-01", date_to="2026-02-03")
    assert (new["date_from"], new["date_to"]) == ("2026-02-01", "2026-02-03")


def test_splits_come_change_and_go() -> None:
    one = after(TREND, "breakdown.add", value="plan")
    two = after(one, "breakdown.add", value="person.role")
    assert two["breakdown"] == ["plan", "person.role"]
    assert after(two, "breakdown.0", value="channel")["breakdown"] == ["channel", "person.role"]
    assert after(one, "breakdown.0", value="")["breakdown"] is None


def test_what_is_measured_takes_a_property_where_it_needs_one() -> None:
    new = after(TREND, "series.1.measure", value="sum", property="amount")
    assert (new["series"][1]["measure"], new["series"][1]["property"]) == ("sum", "amount")
    again = after(new, "series.1.measure", value="total", property="amount")
    assert (again["series"][1]["measure"], again["series"][1]["property"]) == ("total", None)


@pytest.mark.parametrize(
    ("what", "value", "expected"),
    [("interval", "week", "week"), ("count", "accounts", "accounts"), ("formula", "A / B", "A / B"),
     ("compare", "previous", "previous"), ("compare", "", None), ("cumulative", "true", True),
     ("cumulative", "", False)],
)  # fmt: skip
def test_words_of_the_whole_trend(what: str, value: str, expected: Any) -> None:
    assert after(TREND, what, value=value)[what] == expected


def test_words_of_the_whole_funnel() -> None:
    assert after(FUNNEL, "window", number="2", unit="h")["window"] == "2h"
    assert after(FUNNEL, "order", value="strict")["order"] == "strict"
    assert after(FUNNEL, "medians", value="")["medians"] is False
    assert after(FUNNEL, "exclude.0.between", from_step="1", to_step="2")["exclude"][0]["to_step"] == 2


def test_a_trend_becomes_a_funnel_of_the_same_events_and_back() -> None:
    funnel = after(TREND, "kind", value="funnel")
    assert [step["event"] for step in funnel["steps"]] == ["Signed Up", "Paid"]
    assert funnel["steps"][1]["where"] == {"plan": "pro"}
    assert events(after(funnel, "kind", value="trend"), "series") == ["Signed Up", "Paid"]


@pytest.mark.parametrize(
    "what",
    ["", "step", "steps.3.event", "steps.99.remove", "series.0.event", "steps.0.where.2", "exclude.1.between",
     "steps.-1.event", "date_from", "steps.0.where.0.name", "__class__", "start.where.add",
     "start.0.event", "end.earlier"],
)  # fmt: skip
def test_a_place_that_the_question_has_not_is_refused(what: str) -> None:
    with pytest.raises(Refusal, match="no word of this question"):
        changed(FUNNEL, what, {"name": "a", "operator": "is", "value": "b"}, lambda _: frozenset())


def test_another_view_keeps_the_question_and_drops_what_only_the_one_before_had() -> None:
    times = after({**FUNNEL, "show": "times", "from_step": 2, "bins": 5}, "show", value="over_time")
    assert times == {**FUNNEL, "show": "over_time"}
    weekly = after(times, "interval", value="month")
    assert weekly["interval"] == "month"
    assert after(weekly, "show", value="steps") == {**FUNNEL, "show": "steps"}


def test_the_steps_between_which_times_are_taken_are_chosen() -> None:
    times = after({**FUNNEL, "show": "times"}, "between", from_step="2", to_step="3")
    assert (times["from_step"], times["to_step"]) == (2, 3)
    assert "to_step" not in after(times, "steps.2.remove")
    assert after(FUNNEL, "exclude.0.between", from_step="2", to_step="3")["exclude"][0]["from_step"] == 2
