"""From the JSON of a question to its dataclass. What cannot be understood is refused, never guessed.

What is read in every kind comes last.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from groundswell.conditions.reading import Fields, refused
from groundswell.conditions.wanted import wanted_of
from groundswell.insights.formula import check_formula
from groundswell.insights.intervals import count_of_periods
from groundswell.insights.labels import MOST
from groundswell.insights.rules import Order
from groundswell.insights.types import (
    ANY_EVENT,
    Count,
    Excluded,
    Funnel,
    Interval,
    Measure,
    Series,
    Step,
    Trend,
)
from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal
from groundswell.kernel.periods import EARLIEST, LATEST, Days, window_us, zone
from groundswell.kernel.words import said

MAX_SERIES = 26  # formulas call them A to Z
MAX_STEPS = 20
MAX_EXCLUSIONS = 20
MAX_NAMES = 5  # of a breakdown
MAX_PERIODS = 5_000
MAX_ROWS = 250_000
DAY_HINT = said("Write a day such as 2026-01-31, or -30d for that many days ago.")
DAYS_AGO = re.compile(r"-([0-9]{1,5})d")


_TREND = ("kind", "series", "interval", "date_from", "date_to", "timezone", "breakdown", "formula", "compare",
          "cumulative", "count")  # fmt: skip


def check_trend(question: Mapping[str, Any], tz: str) -> Trend:
    fields = Fields(question, "", _TREND)
    hint = said('Write [{"event": "Signed Up", "measure": "people"}].')
    series = fields.items("series", _series, least=1, most=MAX_SERIES, hint=hint)
    trend = Trend(
        series=series,
        interval=fields.choice("interval", Interval, Interval.DAY),
        days=days_of(fields, tz),
        breakdown=breakdown_of(fields),
        formula=_formula(fields, len(series)),
        compares=_compares(fields),
        cumulative=fields.flag("cumulative", False),
        count=fields.choice("count", Count, Count.PEOPLE),
    )
    if trend.compares and trend.days.first - timedelta(days=len(trend.days)) < EARLIEST:
        raise refused(
            "compare", said("reaches back before %(earliest)s", earliest=EARLIEST), hint=said("Ask for fewer days.")
        )
    lines = (1 if trend.formula else len(trend.series)) * (1 + trend.compares) * (MOST + 2 if trend.breakdown else 1)
    if count_of_periods(trend.days, trend.interval) * lines > MAX_ROWS:
        raise refused(
            "interval",
            said("makes more than %(max_rows)s rows", max_rows=f"{MAX_ROWS:,}"),
            hint=said("Ask for a longer one or fewer series."),
        )
    if count_of_periods(trend.days, trend.interval) > MAX_PERIODS:
        raise refused(
            "interval",
            said("makes more than %(max_periods)s periods", max_periods=MAX_PERIODS),
            hint=said("Ask for a longer one or fewer days."),
        )
    return trend


FUNNEL_FIELDS = ("kind", "show", "steps", "window", "order", "exclude", "date_from", "date_to", "timezone", "breakdown",
                 "count", "medians")  # fmt: skip


def check_funnel(question: Mapping[str, Any], tz: str) -> Funnel:
    return funnel_of(Fields(question, "", FUNNEL_FIELDS), tz)


def funnel_of(fields: Fields, tz: str) -> Funnel:
    """What all views of a funnel ask. Raises Refusal 400."""
    steps = fields.items("steps", _step, least=1, most=MAX_STEPS, hint='Write [{"event": "Signed Up"}, …].')
    window = fields.required("window", "Write how long a run may take, such as 14d.")
    return Funnel(
        steps=steps,
        window=window,
        window_us=_window(window),
        order=fields.choice("order", Order, Order.ORDERED),
        exclude=fields.items("exclude", partial(_excluded, steps=len(steps)), most=MAX_EXCLUSIONS),
        days=days_of(fields, tz),
        breakdown=breakdown_of(fields),
        count=fields.choice("count", Count, Count.PEOPLE),
        medians=fields.flag("medians", True),
    )


def _series(given: Any, path: str) -> Series:
    fields = Fields(given, path, ("event", "measure", "property", "where", "label"))
    measure = fields.choice("measure", Measure, Measure.PEOPLE)
    name = fields.text("property")
    if name is None and not measure.counts:
        raise refused(
            fields.at("property"),
            said("is missing, for %(measure)s measures one", measure=measure),
            hint=said("Write a property's name."),
        )
    if name is not None and measure.counts:
        raise refused(
            fields.at("property"),
            said("says nothing beside the measure %(measure)s", measure=measure),
            hint=said("Leave it out."),
        )
    return Series(wanted_of(fields), measure, name, fields.text("label"))


def _step(given: Any, path: str) -> Step:
    fields = Fields(given, path, ("event", "where", "label"))
    wanted = wanted_of(fields)
    return Step(wanted, fields.text("label") or wanted.event or ANY_EVENT)


def _excluded(given: Any, path: str, *, steps: int) -> Excluded:
    fields = Fields(given, path, ("event", "where", "from_step", "to_step"))
    excluded = Excluded(
        wanted_of(fields),
        fields.whole("from_step", 1, least=1, most=steps),
        fields.whole("to_step", steps, least=1, most=steps),
    )
    if excluded.from_step >= excluded.to_step and steps > 1:
        raise refused(fields.at("to_step"), said("must be a later step than from_step"))
    return excluded


def days_of(fields: Fields, tz: str) -> Days:
    """Its first and last day, in the project's zone. Raises Refusal 400."""
    today = clock.now().astimezone(zone(tz)).date()
    first, last = _day(fields, "date_from", today), _day(fields, "date_to", today)
    if last < first:
        raise refused("date_to", said("lies before date_from"), hint=said("Both days are included."))
    if fields.raw("timezone") not in (None, tz):
        raise refused("timezone", said("is the project's, %(tz)s", tz=tz), hint=said("Leave it out."))
    return Days(first, last, tz)


def _day(fields: Fields, name: str, today: date) -> date:
    value = fields.required(name, DAY_HINT)
    try:
        ago = DAYS_AGO.fullmatch(value)
        day = today - timedelta(days=int(ago[1])) if ago else date.fromisoformat(value)
    except (TypeError, ValueError, OverflowError):
        raise refused(name, said("is %(value)r, which is no day", value=value), hint=DAY_HINT) from None
    if not EARLIEST <= day <= LATEST:
        raise refused(name, said("must lie between %(earliest)s and %(latest)s", earliest=EARLIEST, latest=LATEST))
    return day


def breakdown_of(fields: Fields) -> tuple[str, ...]:
    """The names that it is broken down by. Raises Refusal 400."""
    value = fields.raw("breakdown")
    names = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(name, str) and name for name in names):
        raise refused(
            "breakdown", said("must be a property's name or a list of such"), hint=said("Write plan or person.plan.")
        )
    if len(names) > MAX_NAMES:
        raise refused("breakdown", said("may have at most %(max_names)s names", max_names=MAX_NAMES))
    return tuple(names)


def _formula(fields: Fields, series: int) -> str | None:
    formula = fields.text("formula", longest=200)
    if formula is not None:
        check_formula(formula, series)
    return formula


def _compares(fields: Fields) -> bool:
    value = fields.raw("compare")
    if value not in (None, "previous"):
        raise refused("compare", said("is %(value)r", value=value), hint=said("Write previous, or leave it out."))
    return value is not None


def _window(window: Any) -> int:
    try:
        return window_us(window if isinstance(window, str) else "")
    except Refusal as refusal:
        raise refused(
            "window", said("is %(window)r, which is no length of time", window=window), hint=refusal.hint
        ) from None
