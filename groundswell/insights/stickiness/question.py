"""The question of stickiness."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groundswell.conditions.reading import Fields
from groundswell.conditions.types import Wanted
from groundswell.conditions.wanted import wanted_of
from groundswell.insights.activity import Span
from groundswell.insights.questions import breakdown_of, days_of
from groundswell.insights.retention.question import refuse_too_many
from groundswell.insights.types import Count, Interval, Period, days_as_json, names_as_json
from groundswell.kernel.periods import Days


@dataclass(frozen=True)
class Stickiness:
    """On how many of the units of the dates somebody did it."""

    wanted_event: Wanted
    unit: Period
    days: Days
    breakdown: tuple[str, ...]
    count: Count

    @property
    def span(self) -> Span:
        """The units that the dates touch."""
        return Span.of(self.days, Interval(self.unit))

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        return (self.wanted_event,)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "stickiness",
            **self.wanted_event.as_json(),
            "unit": self.unit,
            **days_as_json(self.days),
            "breakdown": names_as_json(self.breakdown),
            "count": self.count,
        }


_FIELDS = ("kind", "event", "where", "unit", "date_from", "date_to", "timezone", "breakdown", "count")


def check(question: Mapping[str, Any], tz: str) -> Stickiness:
    """The question that the JSON holds. Raises Refusal 400."""
    fields = Fields(question, "", _FIELDS)
    checked = Stickiness(
        wanted_event=wanted_of(fields),
        unit=fields.choice("unit", Period, Period.DAY),
        days=days_of(fields, tz),
        breakdown=breakdown_of(fields),
        count=fields.choice("count", Count, Count.PEOPLE),
    )
    refuse_too_many(checked.span.count)
    return checked
