"""Who is behind a number: the people, or the accounts, that a cell of an answer counts.

A cell is named as its row is: in a trend by series, period and breakdown value, in a funnel by step and breakdown
value. They are found by the same plans as the answer, so that there are as many of them as it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from groundswell.conditions.names import Names, texts_of
from groundswell.conditions.reading import Fields, refused
from groundswell.insights import funnel, trend
from groundswell.insights.intervals import periods
from groundswell.insights.kind import Actors
from groundswell.insights.labels import OTHER, Label, as_answered
from groundswell.insights.split import Keys, as_texts, coding
from groundswell.insights.types import Count, Funnel, Interval, Measure, Trend
from groundswell.kernel.periods import Days
from groundswell.kernel.words import said
from groundswell.store import service as store


@dataclass(frozen=True)
class TrendCell:
    """A value of a trend: ``series`` counts from 1; without ``period`` the whole of the dates."""

    series: int
    period: str | None
    breakdown: Label
    is_previous: bool

    def as_json(self) -> dict[str, Any]:
        label = as_answered(self.breakdown)
        return {"series": self.series, "period": self.period, "breakdown": label, "previous": self.is_previous}


@dataclass(frozen=True)
class FunnelCell:
    """Those who got to a step (1 is the first), or who got to the one before and no further."""

    step: int
    breakdown: Label
    has_dropped: bool

    def as_json(self) -> dict[str, Any]:
        return {"step": self.step, "breakdown": as_answered(self.breakdown), "dropped": self.has_dropped}


def check_trend_cell(question: Trend, given: Any) -> TrendCell:
    """The cell of a trend's answer that the JSON names. Raises Refusal 400."""
    fields = Fields(given, "cell", ("series", "period", "breakdown", "previous"))
    is_previous = fields.flag("previous", False)
    if is_previous and not question.compares:
        raise refused("cell.previous", said("is not in this answer"), hint=said("Ask with compare: previous."))
    series = fields.whole("series", 1, least=1, most=len(question.series))
    return TrendCell(series, fields.text("period"), breakdown_of_cell(fields, question.breakdown), is_previous)


def check_funnel_cell(question: Funnel, given: Any) -> FunnelCell:
    """The cell of a funnel's answer that the JSON names. Raises Refusal 400."""
    fields = Fields(given, "cell", ("step", "breakdown", "dropped"))
    has_dropped = fields.flag("dropped", False)
    step = fields.whole("step", 1, least=1 + has_dropped, most=len(question.steps))
    return FunnelCell(step, breakdown_of_cell(fields, question.breakdown), has_dropped)


def breakdown_of_cell(fields: Fields, names: tuple[str, ...]) -> Label:
    """The breakdown value that names a cell, as it stands in its row. Raises Refusal 400."""
    hint = said("Write it as it stands in the row.")
    if not names:
        if fields.has("breakdown"):
            raise refused(fields.at("breakdown"), said("is not in this answer"), hint=hint)
        return None
    value = fields.required("breakdown", hint)
    parts = value if isinstance(value, list) else [value]
    is_whole = value == OTHER or (isinstance(value, list) == (len(names) > 1) and len(parts) == len(names))
    if not (is_whole and all(isinstance(part, str | None) for part in parts)):
        raise refused(fields.at("breakdown"), said("is no value of this breakdown"), hint=hint)
    return tuple(value) if isinstance(value, list) else value


def trend_counts_accounts(question: Trend, cell: TrendCell) -> bool:
    """Whether accounts are behind the cell, and not people."""
    measure = question.series[cell.series - 1].measure
    return measure is Measure.ACCOUNTS or (measure is Measure.PEOPLE and question.count is Count.ACCOUNTS)


def of_funnel(project: int, question: Funnel, cell: FunnelCell) -> Actors:
    """The numbers of those behind a cell, ascending."""
    depths = range(cell.step - 1, cell.step) if cell.has_dropped else range(cell.step, len(question.steps) + 1)
    return funnel.actors(project, question, depths, cell.breakdown)


def of_trend(project: int, question: Trend, cell: TrendCell) -> Actors:
    """The numbers of those behind a cell, ascending. Raises Refusal 400 for a period that the answer has not."""
    now = replace(question, compares=False)
    asked = replace(now, days=days_of(question, cell))
    conditions: list[str] = []
    split: trend.Splitter = _whole
    if question.breakdown:
        split, condition = _of_others(project, now) if cell.breakdown == OTHER else _of_label(cell.breakdown)
        conditions.append(condition)
    if cell.period is not None:
        key = _key(question, cell)
        conditions.append(f"period {'<=' if question.cumulative else '='} {key}")
    plan = trend.planned(project, asked, asked.series[cell.series - 1], split)
    found = store.run_arrow(
        trend.actors_sql(plan, conditions), project=project,
        between=(asked.days.start_us, asked.days.end_us), params=plan.names.params,
    )  # fmt: skip
    numbers: Actors = np.sort(found.column("actor").combine_chunks().to_numpy().astype(np.uint64, copy=False))
    return numbers


def _whole(_breakdown: Any, _names: Names) -> Keys:
    return Keys()


def _of_label(label: Label) -> tuple[trend.Splitter, str]:
    """How to tell events of a label, and the condition that they are."""
    parts = as_texts(label)

    def keys(breakdown: Sequence[str], names: Names) -> Keys:
        has = [
            f"has({texts_of(names.raw(name))}, {names.params.text(part)})"
            for name, part in zip(breakdown, parts, strict=True)
        ]
        return Keys((f"{' AND '.join(has)} AS is_of_label",))

    return keys, "is_of_label"


def _of_others(project: int, question: Trend) -> tuple[trend.Splitter, str]:
    """The same for what has no row of its own."""
    codes = coding(trend.largest(project, question), None)
    return codes.keys, "hit.1 = 0"


def _key(question: Trend, cell: TrendCell) -> int:
    for key, name in periods(_all_days(question, cell), question.interval).items():
        if name == cell.period:
            return key
    raise refused("cell.period", said("is %(value)r, which is no period of this answer", value=cell.period))


def _all_days(question: Trend, cell: TrendCell) -> Days:
    return trend.days_before(question.days) if cell.is_previous else question.days


def days_of(question: Trend, cell: TrendCell) -> Days:
    """The days that a cell is about, so that no others are read; all before its period as well where it adds up.

    An hour's are the days around it: where clocks change at midnight, it is of two. Raises Refusal 400 for a period
    that the answer has not.
    """
    days = _all_days(question, cell)
    if cell.period is None:
        return days
    _key(question, cell)
    if question.interval is Interval.WHOLE:
        return days
    first = last = date.fromisoformat(cell.period[:10])
    match question.interval:
        case Interval.WEEK:
            last = first + timedelta(days=6)
        case Interval.MONTH:
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case Interval.HOUR:
            first, last = first - timedelta(days=1), last + timedelta(days=1)
    return Days(days.first if question.cumulative else max(first, days.first), min(last, days.last), days.tz)
