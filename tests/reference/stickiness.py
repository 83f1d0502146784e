"""Stickiness: on how many of the days, weeks or months somebody was there.

Where the contract leaves room, this is the reading taken here:

- There is a row for every possible number of units, those that the dates only touch included; nobody else counts, so
  none is for 0. Shares are of those who were there at least once; of nobody they are 0.
- A breakdown value is answered as the question with a condition on that value would be: somebody counts under each
  value they had, with the units in which they had it.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.reference.conditions import matches
from tests.reference.identity import Message
from tests.reference.labels import as_answered, folded, labels, shown, sort_key
from tests.reference.periods import days_asked, period_of, periods, within
from tests.reference.world import Event, actor, events


def stickiness(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> list[list[Any]]:
    """Rows of days_active, count, share_at_least, and breakdown if asked; by breakdown, then days_active."""
    breakdown = question.get("breakdown")
    done = [
        event
        for event in events(messages)
        if within(event.at, days_asked(question), tz)
        and matches(event.name, event.read, question)
        and actor(event, question) is not None
    ]
    if not breakdown:
        return _rows(done, question, tz)
    counts = Counter(label for event in done for label in labels(event, breakdown))
    kept = shown(counts)
    return [
        [*row, as_answered(value)]
        for value in sorted(set(folded(counts, kept)), key=sort_key)
        for row in _rows([event for event in done if value in folded(labels(event, breakdown), kept)], question, tz)
    ]


def _rows(done: list[Event], question: dict[str, Any], tz: str) -> list[list[Any]]:
    units: dict[str, set[str]] = {}
    for event in done:
        units.setdefault(str(actor(event, question)), set()).add(period_of(event.at, question["unit"], tz))
    numbers = [len(own) for own in units.values()]
    rows: list[list[Any]] = []
    for number in range(1, len(periods(days_asked(question), question["unit"], tz)) + 1):
        at_least = sum(1 for own in numbers if own >= number)
        rows.append([number, numbers.count(number), at_least / len(numbers) if numbers else 0.0])
    return rows
