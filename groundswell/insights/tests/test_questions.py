"""What cannot be understood is refused with the field at fault and what would be right."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from groundswell.insights.kinds import check
from groundswell.insights.rules import Order
from groundswell.insights.types import Count, Funnel, Interval, Measure, Trend
from groundswell.kernel.errors import Refusal

DATES = {"date_from": "2026-01-01", "date_to": "2026-01-31"}
TREND = {"kind": "trend", "series": [{"event": "Signed Up"}], **DATES}
FUNNEL = {"kind": "funnel", "steps": [{"event": "Signed Up"}, {"event": "Invite Sent"}], "window": "14d", **DATES}


def refusal(question: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        check(question, "UTC")
    assert caught.value.status == 400
    assert caught.value.code == "bad_question"
    return caught.value


def test_a_trend_has_defaults() -> None:
    trend = check(TREND, "Asia/Seoul")
    assert isinstance(trend, Trend)
    assert trend.interval is Interval.DAY
    assert trend.count is Count.PEOPLE
    assert trend.series[0].measure is Measure.PEOPLE
    assert trend.days.tz == "Asia/Seoul"
    assert (trend.breakdown, trend.formula, trend.compares, trend.cumulative) == ((), None, False, False)


def test_a_funnel_has_defaults() -> None:
    funnel = check({**FUNNEL, "exclude": [{"event": "Signed Out"}]}, "UTC")
    assert isinstance(funnel, Funnel)
    assert funnel.order is Order.ORDERED
    assert funnel.window_us == 14 * 86_400 * 1_000_000
    assert [step.label for step in funnel.steps] == ["Signed Up", "Invite Sent"]
    assert (funnel.exclude[0].from_step, funnel.exclude[0].to_step) == (1, 2)
    assert funnel.medians is True


def test_a_question_as_understood_is_understood_again() -> None:
    for question in (
        {**TREND, "breakdown": ["plan", "person.team"], "formula": "A * 2", "compare": "previous"},
        {**FUNNEL, "order": "any", "breakdown": "plan", "exclude": [{"event": None, "where": {"x": 1}}]},
    ):
        understood = check(question, "Asia/Seoul")
        assert check(understood.as_json(), "Asia/Seoul") == understood


def test_days_can_be_counted_back_from_today_in_the_project_s_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    # 20:00 UTC on the 1st of March is the 2nd in Seoul
    monkeypatch.setattr("groundswell.kernel.clock.now", lambda: datetime(2026, 3, 1, 20, tzinfo=UTC))
    last_week = check({**TREND, "date_from": "-7d", "date_to": "-1d"}, "Asia/Seoul").days
    assert (last_week.first, last_week.last) == (date(2026, 2, 23), date(2026, 3, 1))
    assert check({**TREND, "date_from": "2026-03-02", "date_to": "-0d"}, "Asia/Seoul").days.last == date(2026, 3, 2)


@pytest.mark.parametrize("day", ["-99999d", "-9999999d", "-7", "-7w", "7d", "--7d"])
def test_what_is_no_number_of_days_ago_is_refused(day: str) -> None:
    assert "date_from" in refusal({**TREND, "date_from": day}).fields


@pytest.mark.parametrize(
    ("question", "field", "sentence", "hint"),
    [
        ([], "question", "The question must be an object.", 'Begin with {"kind": "trend", …}.'),
        ({}, "kind", "`kind` is missing.", "Use one of trend, funnel, retention, lifecycle, stickiness, paths."),
        ({"kind": "trends"}, "kind", "`kind` is 'trends', which is no kind of question.", "Did you mean trend?"),
        ({**TREND, "serie": []}, "serie", "`serie` is not a field of this.", "Did you mean series?"),
        ({**TREND, "series": []}, "series", "`series` must have 1 to 26 members, not 0.",
         'Write [{"event": "Signed Up", "measure": "people"}].'),
        ({**TREND, "series": ["Signed Up"]}, "series[0]", "`series[0]` must be an object.", ""),
        ({**TREND, "series": [{}]}, "series[0].event", "`series[0].event` is missing.",
         "Write the event's name, or null for any event."),
        ({**TREND, "series": [{"event": 3}]}, "series[0].event", "`series[0].event` must be text or null.",
         "Write the event's name, or null for any event."),
        ({**TREND, "series": [{"event": "A", "measure": "totl"}]}, "series[0].measure",
         "`series[0].measure` is 'totl', which is none of its values.", "Did you mean total?"),
        ({**TREND, "series": [{"event": "A", "measure": "sum"}]}, "series[0].property",
         "`series[0].property` is missing, for sum measures one.", "Write a property's name."),
        ({**TREND, "series": [{"event": "A", "property": "price"}]}, "series[0].property",
         "`series[0].property` says nothing beside the measure people.", "Leave it out."),
        ({**TREND, "date_from": "1 January"}, "date_from", "`date_from` is '1 January', which is no day.",
         "Write a day such as 2026-01-31, or -30d for that many days ago."),
        ({**TREND, "date_to": "2025-12-31"}, "date_to", "`date_to` lies before date_from.", "Both days are included."),
        ({"kind": "trend", "series": [{"event": "A"}]}, "date_from", "`date_from` is missing.",
         "Write a day such as 2026-01-31, or -30d for that many days ago."),
        ({**TREND, "interval": "minute"}, "interval", "`interval` is 'minute', which is none of its values.",
         "Use one of hour, day, week, month, whole."),
        ({**TREND, "interval": "hour", "date_to": "2026-12-31"}, "interval", "`interval` makes more than 5000 periods.",
         "Ask for a longer one or fewer days."),
        ({**TREND, "formula": "A / C"}, "formula", "`formula` speaks of C, but the series are A.",
         "Write series as A, B, … with + - * / and brackets, such as A / (A + B)."),
        ({**TREND, "formula": "A ** 9"}, "formula", "`formula` is 'A ** 9', which is more than arithmetic.",
         "Write series as A, B, … with + - * / and brackets, such as A / (A + B)."),
        ({**TREND, "formula": "A +"}, "formula", "`formula` is 'A +', which is no formula.",
         "Write series as A, B, … with + - * / and brackets, such as A / (A + B)."),
        ({**TREND, "compare": "last year"}, "compare", "`compare` is 'last year'.", "Write previous, or leave it out."),
        ({**TREND, "breakdown": 3}, "breakdown", "`breakdown` must be a property's name or a list of such.",
         "Write plan or person.plan."),
        ({**TREND, "count": "companies"}, "count", "`count` is 'companies', which is none of its values.",
         "Use one of people, accounts."),
        ({**TREND, "cumulative": 1}, "cumulative", "`cumulative` must be true or false.", ""),
        ({**FUNNEL, "window": "2 weeks"}, "window", "`window` is '2 weeks', which is no length of time.",
         "Write a number and m, h, d or w, such as 14d."),
        ({**FUNNEL, "order": "loose"}, "order", "`order` is 'loose', which is none of its values.",
         "Use one of ordered, strict, any."),
        ({**FUNNEL, "steps": [{"event": "A"}] * 21}, "steps", "`steps` must have 1 to 20 members, not 21.",
         'Write [{"event": "Signed Up"}, …].'),
        ({**FUNNEL, "exclude": [{"event": "A", "from_step": 2}]}, "exclude[0].to_step",
         "`exclude[0].to_step` must be a later step than from_step.", ""),
        ({**FUNNEL, "exclude": [{"event": "A", "to_step": 3}]}, "exclude[0].to_step",
         "`exclude[0].to_step` must be a whole number from 1 to 2.", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_what_would_be_right(question: Any, field: str, sentence: str, hint: str) -> None:
    refused = refusal(question)
    assert refused.message == sentence
    assert refused.hint == hint
    assert refused.fields == {field: sentence}


@pytest.mark.parametrize(
    ("where", "field", "sentence", "hint"),
    [
        ([], "where", "must be an object of conditions", 'Write {"plan": "pro", "seats": {"$gte": 5}}.'),
        ({"plan": {"$nn": 1}}, "where.plan.$nn", "is not an operator", "Did you mean $nin?"),
        ({"$gt": 5}, "where.$gt", "stands without a property", 'Write {"property": {"$gt": …}}.'),
        ({"plan": {"$in": "pro"}}, "where.plan.$in", "must be a list", ""),
        ({"plan": {"$gt": [1]}}, "where.plan.$gt", "must be a number or a string, not an array", ""),
        ({"plan": {"$gt": 1, "pro": 2}}, "where.plan", "mixes operators with properties",
         "Write either, or join conditions with $and."),
        ({"plan": {"$regex": "("}}, "where.plan.$regex",
         "is not a regular expression: missing ), unterminated subpattern at position 0", ""),
        ({"plan": {"$regex": "(?=pro)"}}, "where.plan.$regex", "uses what regular expressions here do not have",
         "They are RE2's: no look-around."),
        ({"plan": {"$type": "text"}}, "where.plan.$type",
         "must be one of string, number, boolean, null, array, object", ""),
        ({"plan": {"$inGroup": "staff"}}, "where.plan.$inGroup", "names a group that is not there", ""),
        ({"$or": [{"a": {"$elemMatch": {"b": {"$size": {"$x": 1}}}}}]}, "where.$or[0].a.$elemMatch.b.$size.$x",
         "is not an operator", "Did you mean $in?"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_condition_is_named_by_its_path(where: Any, field: str, sentence: str, hint: str) -> None:
    refused = refusal({**TREND, "series": [{"event": "A", "where": where}]})
    assert refused.fields == {f"series[0].{field}": f"`series[0].{field}` {sentence}."}
    if hint != "Did you mean $in?":  # which of many operators is nearest is a matter of taste
        assert refused.hint == hint


def test_conditions_nested_without_end_are_refused() -> None:
    where: dict[str, Any] = {"a": 1}
    for _ in range(500):
        where = {"$not": where}
    assert "nested more than 20 deep" in refusal({**TREND, "series": [{"event": "A", "where": where}]}).message
