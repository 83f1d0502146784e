"""The question of how a funnel changes over time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from groundswell.conditions.reading import Fields, refused
from groundswell.insights.intervals import count_of_periods, last_day, periods
from groundswell.insights.labels import MOST
from groundswell.insights.questions import FUNNEL_FIELDS, MAX_PERIODS, MAX_ROWS, funnel_of
from groundswell.insights.types import Funnel, Interval, Period, View
from groundswell.kernel.periods import Days
from groundswell.kernel.words import said


@dataclass(frozen=True)
class FunnelOverTime(Funnel):
    """A funnel of those who began in each period."""

    interval: Interval

    @property
    def show(self) -> View:
        return View.OVER_TIME

    def as_json(self) -> dict[str, Any]:
        return {**super().as_json(), "interval": self.interval}

    @cached_property
    def periods(self) -> dict[str, Days]:
        """The periods in order, by name: such of their days as are asked for."""
        firsts = map(date.fromisoformat, periods(self.days, self.interval).values())
        return {first.isoformat(): self._within(first) for first in firsts}

    def _within(self, first: date) -> Days:
        last = last_day(first, self.interval)
        return Days(max(first, self.days.first), min(last, self.days.last), self.days.tz)


def check_over_time(question: Mapping[str, Any], tz: str) -> FunnelOverTime:
    """The question that the JSON holds. Raises Refusal 400."""
    fields = Fields(question, "", (*FUNNEL_FIELDS, "interval"))
    funnel = funnel_of(fields, tz)
    interval = Interval(fields.choice("interval", Period, Period.WEEK))
    count = count_of_periods(funnel.days, interval)
    if count > MAX_PERIODS or count * (MOST + 2 if funnel.breakdown else 1) > MAX_ROWS:
        raise refused(
            "interval",
            said("makes more than %(max_rows)s rows", max_rows=f"{MAX_ROWS if funnel.breakdown else MAX_PERIODS:,}"),
            hint=said("Ask for a longer one or fewer days."),
        )
    return FunnelOverTime(**vars(funnel), interval=interval)
