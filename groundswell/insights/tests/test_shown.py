"""What a page shows of an answer, and which cell each number leads to."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils import translation

from groundswell.insights.funnel import COLUMNS
from groundswell.insights.groups import GREY
from groundswell.insights.kinds import check
from groundswell.insights.shown import FunnelShown, TrendShown, funnel_shown, trend_shown
from groundswell.insights.types import Answer, Funnel, Trend

DAYS = {"date_from": "2026-01-05", "date_to": "2026-01-06"}


def who(cell: dict[str, Any]) -> str:
    return json.dumps(cell)


def funnel(rows: list[list[Any]], values: Sequence[Any] = (), **more: Any) -> FunnelShown:
    steps = [{"event": "Signed Up"}, {"event": "Paid"}]
    question = check({"kind": "funnel", "steps": steps, "window": "1d", **DAYS, **more}, "UTC")
    assert isinstance(question, Funnel)
    return funnel_shown(question, Answer(question, COLUMNS, rows, "", 1.0, {"values": list(values)}), who)


def trend(rows: list[list[Any]], page: int = 1, **more: Any) -> TrendShown:
    question = check({"kind": "trend", "series": [{"event": "A"}], **DAYS, **more}, "UTC")
    assert isinstance(question, Trend)
    return trend_shown(question, Answer(question, (), rows, "", 1.0), who, page)


def steps(*counts: int, value: Any = None) -> list[list[Any]]:
    first = counts[0] or 1
    return [
        [place + 1, "", value, count, count / first, count / (counts[max(place - 1, 0)] or 1), None]
        for place, count in enumerate(counts)
    ]


def test_the_lost_of_a_step_are_those_of_the_step_before_who_came_no_further() -> None:
    shown = funnel(steps(10, 4))
    [bar] = shown.steps[1].bars
    assert (bar.reached.value, bar.lost.value, bar.lost_share) == (4, 6, 0.6)
    assert json.loads(bar.lost.who) == {"step": 2, "dropped": True}
    assert (shown.started, shown.finished, shown.share) == (10, 4, 0.4)
    assert shown.worst == bar


def test_a_zero_leads_nowhere() -> None:
    shown = funnel(steps(0, 0))
    assert {cell.who for step in shown.steps for bar in step.bars for cell in (bar.reached, bar.lost)} == {""}
    assert shown.share == 0
    assert shown.worst is None


def test_the_largest_groups_have_bars_and_all_have_rows() -> None:
    rows = [row for number in range(1, 9) for row in steps(number, 1, value=f"v{number}")]
    shown = funnel(rows, [f"v{number}" for number in range(8, 0, -1)], breakdown="plan")
    assert [(group.name, group.colour) for group in shown.groups] == [
        ("v8", 0), ("v7", 1), ("v6", 2), ("v5", 3), ("v4", 4),
    ]  # fmt: skip
    assert [row.group for row in shown.table] == [f"v{number}" for number in range(8, 0, -1)]
    assert json.loads(shown.table[0].cells[1].who) == {"step": 2, "breakdown": "v8"}
    assert (shown.started, shown.finished) == (36, 8)


def test_the_rest_of_the_values_comes_last_however_many_they_are() -> None:
    rows = [row for value, number in (("a", 1), ("(other)", 9), (None, 5)) for row in steps(number, 1, value=value)]
    shown = funnel(rows, [None, "a", "(other)"], breakdown="plan")
    assert [group.name for group in shown.groups] == [row.group for row in shown.table] == ["–", "a", "(other)"]
    assert [bar.colour for bar in shown.steps[0].bars] == [0, 1, GREY]


def test_where_nobody_came_further_the_step_before_still_shows() -> None:
    [bar] = funnel(steps(10, 4, 0)).steps[1].bars
    assert (bar.share, bar.before) == (0.4, 1.0)
    more = {"steps": [{"event": name} for name in "ABC"]}
    [last] = funnel(steps(10, 4, 0), **more).steps[2].bars
    assert (last.share, last.before) == (0, 0.4)


def test_a_missing_value_is_a_group_of_its_own() -> None:
    shown = funnel(steps(3, 1, value=None), [None], breakdown="plan")
    assert [group.name for group in shown.groups] == ["–"]
    assert json.loads(shown.table[0].cells[0].who) == {"step": 1, "breakdown": None}


def test_the_latest_period_comes_first_and_its_number_opens_that_period() -> None:
    shown = trend([["2026-01-05", "A", None, 3], ["2026-01-06", "A", None, 5]])
    assert [row.name for row in shown.table.items] == ["2026-01-06", "2026-01-05"]
    assert json.loads(shown.table.items[0].cells[0].who) == {"series": 1, "period": "2026-01-06"}


def test_the_days_before_open_their_own_periods() -> None:
    rows = [["2026-01-05", "A", None, 3], ["2026-01-06", "A", None, 5],
            ["2026-01-03", "A (previous)", None, 1], ["2026-01-04", "A (previous)", None, 2]]  # fmt: skip
    shown = trend(rows, compare="previous")
    assert shown.names == ["A", "A (the days before)"]
    latest = shown.table.items[0].cells[1]
    assert latest.value == 2
    assert json.loads(latest.who) == {"series": 1, "period": "2026-01-04", "previous": True}


def test_a_page_beyond_the_last_is_empty() -> None:
    shown = trend([["2026-01-05", "A", None, 0], ["2026-01-06", "A", None, 0]], page=9)
    assert shown.table.items == []
    assert shown.is_empty


def test_a_week_that_the_days_cut_off_says_so_and_so_does_the_one_before_it() -> None:
    rows = [["2026-01-05", "A", None, 3], ["2025-12-29", "A (previous)", None, 1]]
    days = {"date_from": "2026-01-06", "date_to": "2026-01-11"}
    [row] = trend(rows, interval="week", compare="previous", **days).table.items
    assert (row.cut, [cell.cut for cell in row.cells]) == ("6 of 7 days", ["", "5 of 7 days"])


def test_any_event_is_said_in_the_reader_s_language_on_bars_and_above_lists() -> None:
    with translation.override("ko"):
        shown = funnel(steps(3, 1), steps=[{"event": "Signed Up"}, {"event": None}])
        assert [step.label for step in shown.steps] == ["Signed Up", "아무 이벤트"]
        named = funnel(steps(3, 1), steps=[{"event": "Signed Up"}, {"event": None, "label": "Came back"}])
        assert [step.label for step in named.steps] == ["Signed Up", "Came back"]
