"""Trends: a value for every series, breakdown value and period."""

import ast
import operator
import re
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from string import ascii_uppercase
from typing import Any

from tests.reference.conditions import NUMERIC, matches
from tests.reference.identity import Message
from tests.reference.labels import Label, as_answered, folded, labels, shown, sort_key
from tests.reference.periods import Days, days_asked, days_before, period_of, periods, within
from tests.reference.world import Event, events

Number = int | float | None


def trend(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> list[list[Any]]:
    """Rows of period, series, breakdown, value; by series, then breakdown, then period."""
    everything = events(messages)
    days = days_asked(question)
    inside = [event for event in everything if within(event.at, days, tz)]
    kept = shown(_counted(inside, question)) if question.get("breakdown") else {None}
    rows = _answer(inside, question, days, tz, kept, suffix="")
    if question.get("compare") == "previous":
        before = days_before(days)
        inside = [event for event in everything if within(event.at, before, tz)]
        rows += _answer(inside, question, before, tz, kept, suffix=" (previous)")
    return rows


def _answer(
    inside: list[Event], question: dict[str, Any], days: Days, tz: str, kept: set[Label], suffix: str
) -> list[list[Any]]:
    values: set[Label] = {None} if question.get("breakdown") is None else set(folded(_counted(inside, question), kept))
    values |= kept
    asked = periods(days, question["interval"], tz)
    rows = []
    for name, value_of in _lines(inside, question, days, tz, kept):
        for label in sorted(values, key=sort_key):
            for place, period in enumerate(asked):
                counted = set(asked[: place + 1] if question.get("cumulative") else [period])
                rows.append([period, name + suffix, as_answered(label), value_of(label, counted)])
    return rows


def _counted(inside: list[Event], question: dict[str, Any]) -> Counter[Label]:
    """How many events of all series have each breakdown value."""
    counts: Counter[Label] = Counter()
    for one in question["series"]:
        for event in inside:
            if matches(event.name, event.read, one):
                counts.update(labels(event, question.get("breakdown")))
    return counts


# Lines: the series themselves, or the formula over them

ValueOf = Callable[[Label, set[str]], Number]  # of a breakdown value in some periods together


def _lines(
    inside: list[Event], question: dict[str, Any], days: Days, tz: str, kept: set[Label]
) -> list[tuple[str, ValueOf]]:
    names = series_names(question["series"])
    lines = [
        (name, _series_value(inside, one, question, days, tz, kept))
        for name, one in zip(names, question["series"], strict=True)
    ]
    formula = question.get("formula")
    if not formula:
        return lines
    return [(formula, lambda label, asked: _worked_out(formula, [value_of(label, asked) for _, value_of in lines]))]


def series_names(series: list[dict[str, Any]]) -> list[str]:
    """The label of each series, else its event; equal ones are numbered."""
    seen: Counter[str] = Counter()
    names = []
    for one in series:
        name = one.get("label") or one.get("event") or "Any event"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return names


def _series_value(
    inside: list[Event], one: dict[str, Any], question: dict[str, Any], days: Days, tz: str, kept: set[Label]
) -> ValueOf:
    found: dict[tuple[Label, str], list[Event]] = {}
    for event in inside:
        if matches(event.name, event.read, one):
            interval = question["interval"]
            period = days[0].isoformat() if interval == "whole" else period_of(event.at, interval, tz)
            for label in folded(labels(event, question.get("breakdown")), kept):
                found.setdefault((label, period), []).append(event)

    def value_of(label: Label, asked: set[str]) -> Number:
        taken = [event for period in asked for event in found.get((label, period), [])]
        return measured(taken, one, question.get("count") or "people")

    return value_of


def measured(taken: list[Event], one: dict[str, Any], count: str) -> Number:
    measure = one.get("measure") or "people"
    if measure == "people":
        measure = count
    if measure == "people":
        return len({event.person for event in taken})
    if measure == "accounts":
        return len({event.account for event in taken if event.account is not None})
    if measure == "total":
        return len(taken)
    numbers = sorted(number for event in taken if (number := numeric(event.read(one["property"]))) is not None)
    if measure == "sum":
        return sum(numbers)
    return _MEASURES[measure](numbers) if numbers else None


def numeric(value: Any) -> int | float | None:
    """Numbers and numeric text; anything else is left out."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(NUMERIC, value):
        return float(value)
    return None


def percentile(numbers: list[int | float], share: float) -> float:
    """Interpolated linearly between the two numbers nearest to that share of the way from the least to the greatest."""
    place = (len(numbers) - 1) * share
    low = int(place)
    high = min(low + 1, len(numbers) - 1)
    return numbers[low] + (numbers[high] - numbers[low]) * (place - low)


_MEASURES: dict[str, Callable[[list[int | float]], float]] = {
    "avg": lambda numbers: sum(numbers) / len(numbers),
    "min": min,
    "max": max,
    "median": median,
    "p90": lambda numbers: percentile(numbers, 0.90),
    "p95": lambda numbers: percentile(numbers, 0.95),
    "p99": lambda numbers: percentile(numbers, 0.99),
}


# Formulas

_SIGNS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _worked_out(formula: str, values: list[Number]) -> Number:
    """The formula over the values A, B, …; None where one of them is None or something is divided by 0."""
    return _of_node(ast.parse(formula, mode="eval").body, dict(zip(ascii_uppercase, values, strict=False)))


def _of_node(node: ast.expr, values: dict[str, Number]) -> Number:
    if isinstance(node, ast.Constant):
        return float(node.value) if isinstance(node.value, float) else int(str(node.value))
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _of_node(node.operand, values)
        return None if value is None else -value
    if isinstance(node, ast.BinOp):
        left, right = _of_node(node.left, values), _of_node(node.right, values)
        if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
            return None
        return _SIGNS[type(node.op)](left, right)
    raise ValueError(f"not a part of a formula: {ast.dump(node)}")
