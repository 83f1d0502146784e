"""The question of lifecycle."""

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
class Lifecycle:
    """Of those who did it in a period: who is new, who was there before, who came back; and who stayed away."""

    wanted_event: Wanted
    period: Period
    days: Days
    breakdown: tuple[str, ...]
    count: Count

    @property
    def interval(self) -> Interval:
        return Interval(self.period)

    @property
    def span(self) -> Span:
        """The periods that the dates touch, and the one before them."""
        return Span.of(self.days, self.interval, before=1)

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        return (self.wanted_event,)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "lifecycle",
            **self.wanted_event.as_json(),
            "interval": self.period,
            **days_as_json(self.days),
            "breakdown": names_as_json(self.breakdown),
            "count": self.count,
        }


_FIELDS = ("kind", "event", "where", "interval", "date_from", "date_to", "timezone", "breakdown", "count")


def check(question: Mapping[str, Any], tz: str) -> Lifecycle:
    """The question that the JSON holds. Raises Refusal 400."""
    fields = Fields(question, "", _FIELDS)
    checked = Lifecycle(
        wanted_event=wanted_of(fields),
        period=fields.choice("interval", Period, Period.WEEK),
        days=days_of(fields, tz),
        breakdown=breakdown_of(fields),
        count=fields.choice("count", Count, Count.PEOPLE),
    )
    refuse_too_many(checked.span.count)
    return checked
