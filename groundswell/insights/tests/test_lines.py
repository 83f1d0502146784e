"""The rows of a trend as lines."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation

from groundswell.insights.kinds import check
from groundswell.insights.lines import Line, lines_of
from groundswell.insights.types import Answer, Trend

DAYS = ("2026-01-05", "2026-01-06")
BEFORE = ("2026-01-03", "2026-01-04")


def lines(rows: list[list[Any]], values: Sequence[Any] = (), **question: Any) -> list[Line]:
    trend = {"kind": "trend", "series": [{"event": "A"}], "date_from": DAYS[0], "date_to": DAYS[1]}
    checked = check({**trend, **question}, "UTC")
    assert isinstance(checked, Trend)
    return lines_of(checked, Answer(checked, (), rows, "", 1.0, {"values": list(values)}))


def rows(series: str, breakdown: Any = None, days: tuple[str, str] = DAYS) -> list[list[Any]]:
    return [[day, series, breakdown, value] for value, day in enumerate(days)]


def test_a_line_has_the_values_of_its_periods() -> None:
    [line] = lines(rows("A"))
    assert (line.series, line.label, line.periods, line.values) == (1, "A", list(DAYS), [0, 1])


def test_lines_of_one_series_are_called_by_their_value_those_of_several_by_both() -> None:
    each = [*rows("A", "pro"), *rows("A", None), *rows("A", ["x", None])]
    values = ["pro", None, ["x", None]]
    assert [line.label for line in lines(each, values, breakdown="plan")] == ["pro", "–", "x · –"]


def test_lines_stand_value_by_value_in_the_order_of_the_answer() -> None:
    each = [*rows("A", "free"), *rows("A", "pro"), *rows("B", "free"), *rows("B", "pro")]
    both = lines(each, ["pro", "free"], breakdown="plan", series=[{"event": "A"}, {"event": "B"}])
    assert [(line.series, line.label) for line in both] == [
        (1, "A · pro"), (2, "B · pro"), (1, "A · free"), (2, "B · free"),
    ]  # fmt: skip


def test_what_was_before_belongs_to_the_same_series() -> None:
    now, before = lines([*rows("A"), *rows("A (previous)", days=BEFORE)], compare="previous")
    assert (now.is_previous, before.is_previous) == (False, True)
    assert (before.series, before.periods, before.name("vorher")) == (1, list(BEFORE), "A (vorher)")


def test_a_series_that_is_itself_called_previous_is_told_apart() -> None:
    series = [{"event": "A"}, {"event": "B", "label": "A (previous)"}]
    each = [
        *rows("A"),
        *rows("A (previous)"),
        *rows("A (previous)", days=BEFORE),
        *rows("A (previous) (previous)", days=BEFORE),
    ]
    found = [(line.series, line.is_previous) for line in lines(each, series=series, compare="previous")]
    assert found == [(1, False), (2, False), (1, True), (2, True)]


def test_a_formula_is_one_line() -> None:
    [line] = lines(rows("A / B"), series=[{"event": "A"}, {"event": "B"}], formula="A / B")
    assert (line.series, line.label) == (1, "A / B")


def test_several_of_one_event_are_called_by_what_differs() -> None:
    free, pro = ({"event": "A", "where": {"plan": plan}} for plan in ("free", "pro"))
    paid = {"event": "A", "where": {"plan": "pro"}, "measure": "sum", "property": "amount"}
    each = [*rows("A"), *rows("A #2")]
    assert [line.label for line in lines(each, series=[free, pro])] == ["A · plan is free", "A · plan is pro"]
    assert [line.label for line in lines(each, series=[pro, paid])] == ["A · people", "A · the sum of amount"]
    assert [line.label for line in lines(each, series=[pro, pro])] == ["A", "A #2"]
    named = [{**free, "label": "Cheap"}, pro]
    assert [line.label for line in lines([*rows("Cheap"), *rows("A")], series=named)] == ["Cheap", "A"]


def test_any_event_is_said_in_the_reader_s_language() -> None:
    with translation.override("ko"):
        assert [line.label for line in lines(rows("Any event"), series=[{"event": None}])] == ["아무 이벤트"]
