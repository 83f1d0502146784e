"""What charts show, by their definition."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from groundswell.insights.charts import Look, wrapped
from groundswell.insights.intervals import periods
from groundswell.insights.kinds import check, kind_of
from groundswell.insights.pictures import chart
from groundswell.insights.times import answer as times
from groundswell.insights.types import Answer
from groundswell.kernel import clock

DATES = {"date_from": "2026-01-05", "date_to": "2026-01-06"}


def drawn(question: dict[str, Any], rows: list[list[Any]], values: Sequence[Any] = (), **more: str) -> Any:
    asked = check({**question, **DATES, **more}, "America/New_York")
    columns = kind_of(asked).columns_of(asked)
    return chart(Answer(asked, columns, rows, "", 1.0, {"values": list(values)})).to_dict()


def values(definition: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = definition["data"]["values"]
    return found


def test_a_trend_of_one_line_has_no_legend_and_a_point_for_each_of_few_periods() -> None:
    definition = drawn(
        {"kind": "trend", "series": [{"event": "A"}]}, [["2026-01-05", "A", None, 3], ["2026-01-06", "A", None, None]]
    )
    at = datetime(2026, 1, 5, tzinfo=UTC).timestamp() * 1000
    assert values(definition) == [{"at": at, "period": "2026-01-05", "line": "A", "value": 3, "before": False}]
    assert definition["layer"][1]["encoding"]["color"]["legend"] is None
    assert [layer["mark"]["type"] for layer in definition["layer"]] == ["area", "line", "circle"]
    assert definition["title"] == {
        "text": ["Show how many people did A day by day in Jan 5, 2026 – Jan 6, 2026."],
        "subtitle": "America/New_York",
    }


def test_a_picture_says_the_whole_question_that_it_answers() -> None:
    step = {"event": "Signed Up", "where": {"plan": "free"}}
    rows = [[1, "Signed Up", None, 4, 1.0, 1.0, None], [2, "Any event", None, 1, 0.25, 0.25, 2.0]]
    definition = drawn({"kind": "funnel", "steps": [step, {"event": None}], "window": "1d"}, rows)
    assert " ".join(definition["title"]["text"]) == (
        "Of the people who did Signed Up where plan is free in Jan 5, 2026 – Jan 6, 2026, how many went on to any"
        " event within 1 day, in this order?"
    )
    assert values(definition)[0]["step"] == "1. Signed Up\nplan is free"


@pytest.mark.parametrize("word", ["word", "낱말", "w" * 200])
def test_a_long_title_has_three_lines_and_says_that_it_goes_on(word: str) -> None:
    lines = wrapped(" ".join([word] * 200))
    assert len(lines) == 3
    assert lines[2].endswith(" …")
    assert wrapped(word) == [word]


def test_lines_are_called_by_what_varies() -> None:
    question = {"kind": "trend", "series": [{"event": "A"}, {"event": "B"}], "breakdown": ["p", "q"]}
    rows = [["2026-01-05", series, ["x", None], 1] for series in "AB"]
    assert [each["line"] for each in values(drawn(question, rows, [["x", None]]))] == ["A · x · –", "B · x · –"]
    question["series"] = [{"event": "A"}]
    assert [each["line"] for each in values(drawn(question, rows[:1], [["x", None]]))] == ["x · –"]


def test_the_days_before_lie_dashed_under_the_days_asked_for() -> None:
    question = {"kind": "trend", "series": [{"event": "A"}], "compare": "previous"}
    rows = [["2026-01-05", "A", None, 3], ["2026-01-06", "A", None, 4],
            ["2026-01-03", "A (previous)", None, 1], ["2026-01-04", "A (previous)", None, 2]]  # fmt: skip
    found = values(drawn(question, rows))
    assert [(each["line"], each["period"], each["before"]) for each in found] == [
        ("A", "2026-01-05", False), ("A", "2026-01-06", False),
        ("A (the days before)", "2026-01-03", True), ("A (the days before)", "2026-01-04", True),
    ]  # fmt: skip
    assert [each["at"] for each in found[:2]] == [each["at"] for each in found[2:]]


def test_a_week_in_part_is_apart_from_the_line_and_says_so() -> None:
    rows = [[period, "A", None, 3] for period in ("2025-12-29", "2026-01-05", "2026-01-12")]
    question = {"kind": "trend", "series": [{"event": "A"}], "interval": "week"}
    definition = drawn(question, rows, date_from="2025-12-30", date_to="2026-01-18")
    assert [each.get("cut") for each in values(definition)] == ["6 of 7 days", None, None]
    apart, hollow = definition["layer"][-2:]
    assert [each["at"] for each in apart["data"]["values"]] == [each["at"] for each in values(definition)[:2]]
    assert hollow["encoding"]["tooltip"][-1]["field"] == "cut"
    assert definition["title"]["subtitle"] == "America/New_York · dashed: only part of a period"


def test_an_axis_begins_with_nothing_and_names_whole_numbers_and_the_last_day() -> None:
    days = {"date_from": "2026-01-05", "date_to": "2026-03-14"}
    question = check({"kind": "trend", "series": [{"event": "A"}], **days}, "UTC")
    rows = [[day.isoformat(), "A", None, 0] for day in question.days]
    encoding = chart(Answer(question, (), rows, "", 1.0)).to_dict()["layer"][1]["encoding"]
    assert encoding["y"]["scale"]["domain"] == [0, 1]
    assert encoding["y"]["axis"]["values"] == [0, 1]
    named = encoding["x"]["axis"]["values"]
    assert named[-1] == datetime(2026, 3, 14, tzinfo=UTC).timestamp() * 1000
    assert len({b - a for a, b in pairwise(named)}) == 1
    ends = [datetime(2026, *day, tzinfo=UTC).timestamp() * 1000 for day in ((1, 5), (3, 14))]
    assert encoding["x"]["scale"]["domain"] == ends  # said, for a layer may have no points to find it by


def test_lines_whose_colour_is_taken_are_dashed_in_the_legend_too() -> None:
    series = [{"event": f"E{number}"} for number in range(12)]
    rows = [["2026-01-05", f"E{number}", None, 1] for number in range(12)]
    dash = drawn({"kind": "trend", "series": series}, rows)["layer"][0]["encoding"]["strokeDash"]
    assert dash["scale"]["range"][9:11] == [[1, 0], [9, 3]]
    assert dash["legend"]["symbolType"] == "stroke"


def test_a_chart_speaks_the_language_and_wears_the_theme_of_who_looks() -> None:
    question = check({"kind": "trend", "series": [{"event": "A"}], **DATES}, "Asia/Seoul")
    answer = Answer(question, (), [["2026-01-05", "A", None, 1]], "", 1.0)
    definition = chart(answer, Look(language="ko", is_dark=True)).to_dict()
    assert "일별로 보여 주세요" in definition["title"]["text"][0]
    assert definition["config"]["background"] == "#191c1a"
    assert definition["layer"][0]["encoding"]["x"]["axis"]["labelExpr"] == "utcFormat(datum.value, '%-m월 %-d일')"


def test_hours_stand_where_the_clock_showed_them() -> None:
    question = check({"kind": "trend", "interval": "hour", "series": [{"event": "A"}], **DATES}, "America/New_York")
    rows = [[period, "A", None, 1] for period in periods(question.days, question.interval).values()]  # type: ignore[union-attr]
    found = values(chart(Answer(question, (), rows, "", 1.0)).to_dict())
    assert found[13]["at"] == datetime(2026, 1, 5, 13, tzinfo=UTC).timestamp() * 1000


def test_a_funnel_says_its_results_beside_its_bars() -> None:
    question = {"kind": "funnel", "steps": [{"event": "A"}, {"event": "B"}], "window": "1d", "breakdown": "plan"}
    rows = [[1, "A", "a", 7, 1.0, 1.0, None], [2, "B", "a", 0, 0.0, 0.0, None],
            [1, "A", "free", 1200, 1.0, 1.0, None], [2, "B", "free", 300, 0.25, 0.25, 5400.0],
            [1, "A", "(other)", 1500, 1.0, 1.0, None], [2, "B", "(other)", 1, 0.001, 0.001, 12.0]]  # fmt: skip
    definition = drawn(question, rows, ["free", "a", "(other)"])
    assert [each["text"] for each in values(definition)] == [
        "1,200 · 100.0%", "300 · 25.0% · median 1h 30m", "7 · 100.0%", "0 · 0.0%", "1,500 · 100.0%",
        "1 · 0.1% · median 12s",
    ]  # fmt: skip
    assert definition["layer"][0]["encoding"]["color"]["scale"] == {
        "domain": ["free", "a", "(other)"], "range": ["#0b6e63", "#d9822b", "#5f6862"],
    }  # fmt: skip


FUNNEL = {"kind": "funnel", "steps": [{"event": "A"}, {"event": "B"}], "window": "1d"}


def test_times_are_bars_from_the_shortest_to_the_longest() -> None:
    question = check({**FUNNEL, "show": "times", "breakdown": "plan", **DATES}, "UTC")
    rows = [[0, 60, "free", 1, 0.25], [60, 120, "free", 3, 0.75], [0, 60, "pro", 9, 1.0], [60, 120, "pro", 0, 0.0]]
    answer = Answer(question, times.COLUMNS, rows, "", 1.0, {"values": ["pro", "free"]})
    found = chart(answer, who=str).to_dict()
    assert found["encoding"]["x"]["sort"] == ["up to 1m", "1m – 2m"]
    assert found["encoding"]["row"]["sort"] == ["pro", "free"]
    assert [(each["group"], each["share"]) for each in values(found)] == [
        ("pro", 1.0), ("pro", 0.0), ("free", 0.25), ("free", 0.75),
    ]  # fmt: skip
    assert values(found)[3]["who"] == "{'from_seconds': 60, 'to_seconds': 120, 'breakdown': 'free'}"
    assert "who" not in values(found)[1]


def test_a_funnel_over_time_is_a_line_of_shares_cut_where_some_may_still_finish(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 1, 7, 12, tzinfo=UTC))
    question = check({**FUNNEL, "show": "over_time", "interval": "day", **DATES}, "UTC")
    rows = [["2026-01-05", None, 4, 1, 0.25, 60.0], ["2026-01-06", None, 0, 0, None, None]]
    found = chart(Answer(question, (), rows, "", 1.0), who=str).to_dict()
    assert [(each["value"], each.get("cut")) for each in values(found)] == [(0.25, None)]
    assert values(found)[0]["who"] == "{'period': '2026-01-05', 'finished': True}"
    assert found["layer"][0]["encoding"]["y"]["axis"]["format"] == ".3~%"
    rows[1] = ["2026-01-06", None, 2, 0, 0.0, None]
    [_, open_one] = values(chart(Answer(question, (), rows, "", 1.0), who=str).to_dict())
    assert open_one["cut"] == "window still open"
    assert "who" not in open_one
