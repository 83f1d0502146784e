"""Lifecycle: who is new in a period, came back from the one before, came back after longer, or stayed away.

Where the contract leaves room, this is the reading taken here:

- Only what lies inside the dates makes somebody active, also in a cut first or last period; the period before the first
  one is a whole one. Who was active in a period is then returning or dormant in the next one.
- ``new`` looks at all history: who did it before the dates is not new in them, though it was in the same week. Who is
  neither new nor was active in the period before is resurrecting.
- A breakdown value is answered as the question with a condition on that value would be: each of somebody's events
  counts under its own values, and ``new`` is their first ever event of that value. Traits give everybody one value, so
  there it is the first ever at all. No well-known product splits a lifecycle by a property of events.
- The values with rows of their own are those of the events in the dates; others of the period before are ``(other)``,
  as in the compared days of a trend.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.reference.conditions import matches
from tests.reference.identity import Message
from tests.reference.labels import as_answered, folded, labels, shown, sort_key
from tests.reference.periods import days_asked, later, period_of, periods, within
from tests.reference.world import Event, actor, events

STATUSES = ("new", "returning", "resurrecting", "dormant")


def lifecycle(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> list[list[Any]]:
    """Rows of period, status, count, and breakdown if asked; by breakdown, then period, then status as above."""
    breakdown = question.get("breakdown")
    done = [
        event
        for event in events(messages)
        if matches(event.name, event.read, question) and actor(event, question) is not None
    ]
    if not breakdown:
        return _rows(done, question, tz)
    inside = [event for event in done if within(event.at, days_asked(question), tz)]
    kept = shown(Counter(label for event in inside for label in labels(event, breakdown)))
    told = [event for event in done if _period(event, question, tz) is not None]
    values = {label for event in told for label in folded(labels(event, breakdown), kept)}
    return [
        [*row, as_answered(value)]
        for value in sorted(values, key=sort_key)
        for row in _rows([event for event in done if value in folded(labels(event, breakdown), kept)], question, tz)
    ]


def _rows(done: list[Event], question: dict[str, Any], tz: str) -> list[list[Any]]:
    asked = periods(days_asked(question), question["interval"], tz)
    before = later(asked[0], question["interval"], -1)
    active: dict[str, set[str]] = {period: set() for period in [before, *asked]}
    new: dict[str, set[str]] = {period: set() for period in [before, *asked]}
    seen: set[str] = set()
    for event in done:
        name, period = str(actor(event, question)), _period(event, question, tz)
        if period is not None:
            active[period].add(name)
            if name not in seen:
                new[period].add(name)
        seen.add(name)
    rows: list[list[Any]] = []
    for previous, period in zip([before, *asked], asked, strict=False):
        here, there = active[period], active[previous]
        counted = (new[period], here & there, here - there - new[period], there - here)
        rows += [[period, status, len(names)] for status, names in zip(STATUSES, counted, strict=True)]
    return rows


def _period(event: Event, question: dict[str, Any], tz: str) -> str | None:
    """The period in which the event makes somebody active: one of the dates, or the one before them."""
    days, interval = days_asked(question), question["interval"]
    period = period_of(event.at, interval, tz)
    is_before = period == later(periods(days, interval, tz)[0], interval, -1)
    return period if is_before or within(event.at, days, tz) else None
