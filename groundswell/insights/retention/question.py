"""The question of retention."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from groundswell.conditions.reading import Fields, refused
from groundswell.conditions.types import Wanted
from groundswell.conditions.wanted import wanted_of
from groundswell.insights.activity import MAX_PERIODS, Span
from groundswell.insights.labels import MOST
from groundswell.insights.questions import MAX_ROWS, breakdown_of, days_of
from groundswell.insights.types import Count, Interval, Period, days_as_json, names_as_json
from groundswell.kernel.periods import Days
from groundswell.kernel.words import said

PERIODS = 12  # if nothing is said


class Mode(StrEnum):
    """What counts as returned: being there in that period, or in it or any later one."""

    CALENDAR = "calendar"
    ROLLING = "rolling"


@dataclass(frozen=True)
class Retention:
    """Of those who did ``start`` in a period, how many did ``back`` in each of the periods after it.

    With ``first_time`` only their first ever start counts, else their first of each period.
    """

    start: Wanted
    first_time: bool
    back: Wanted
    period: Period
    periods: int
    mode: Mode
    days: Days
    breakdown: tuple[str, ...]
    count: Count

    @property
    def interval(self) -> Interval:
        return Interval(self.period)

    @property
    def span(self) -> Span:
        """All periods that the answer is about."""
        return Span.of(self.days, self.interval, after=self.periods - 1)

    @property
    def cohorts(self) -> int:
        """How many periods the dates touch."""
        return self.span.count - self.periods + 1

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        return (self.start, self.back)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "retention",
            "start": {**self.start.as_json(), "first_time": self.first_time},
            "return": self.back.as_json(),
            "period": self.period,
            "periods": self.periods,
            "mode": self.mode,
            **days_as_json(self.days),
            "breakdown": names_as_json(self.breakdown),
            "count": self.count,
        }


_FIELDS = ("kind", "start", "return", "period", "periods", "mode", "date_from", "date_to", "timezone", "breakdown",
           "count")  # fmt: skip


def check(question: Mapping[str, Any], tz: str) -> Retention:
    """The question that the JSON holds. Raises Refusal 400."""
    fields = Fields(question, "", _FIELDS)
    start, first_time = _start(fields.required("start", said('Write {"event": "Signed Up", "first_time": true}.')))
    checked = Retention(
        start=start,
        first_time=first_time,
        back=Wanted(None, {}) if fields.raw("return") is None else _back(fields.raw("return")),
        period=fields.choice("period", Period, Period.WEEK),
        periods=fields.whole("periods", PERIODS, least=1, most=MAX_PERIODS),
        mode=fields.choice("mode", Mode, Mode.CALENDAR),
        days=days_of(fields, tz),
        breakdown=breakdown_of(fields),
        count=fields.choice("count", Count, Count.PEOPLE),
    )
    refuse_too_many(checked.span.count)
    if checked.cohorts * checked.periods * (MOST + 2 if checked.breakdown else 1) > MAX_ROWS:
        raise refused(
            "periods",
            said("make more than %(max_rows)s rows", max_rows=f"{MAX_ROWS:,}"),
            hint=said("Ask for fewer periods or days, or for longer periods."),
        )
    return checked


def refuse_too_many(periods: int) -> None:
    """Refuse more periods than are gathered at once."""
    if periods > MAX_PERIODS:
        raise refused(
            "date_from",
            said("makes more than %(most)s periods with all that come after", most=f"{MAX_PERIODS:,}"),
            hint=said("Ask for fewer days, or for weeks or months."),
        )


def _start(given: Any) -> tuple[Wanted, bool]:
    fields = Fields(given, "start", ("event", "where", "first_time"))
    return wanted_of(fields), fields.flag("first_time", False)


def _back(given: Any) -> Wanted:
    return wanted_of(Fields(given, "return", ("event", "where")))
