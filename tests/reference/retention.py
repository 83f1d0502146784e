"""Retention: of those who began in a period, how many came back in the periods after it.

Where the contract leaves room, this is the reading taken here:

- Without ``first_time`` a member begins in each period with a start event; where a value splits the cohorts, the first
  start event of that period says under which value the member counts (under each element of a list), of several at
  that instant the one whose value sorts first. Mixpanel and Amplitude read the property from the start event too;
  PostHog splits both events. Returns are returns whatever their value.
- ``first_time`` is the first ever event that matches ``start``, its condition included; a member whose first one lies
  before the dates is in no cohort.
- Both modes count calendar periods; ``rolling`` also takes what came in later ones, the last column's included.
- A period is over once an event of anybody lies at or after its end. One that is not is null, also the cohort's own.
- A cohort of nobody has its row: nobody of nobody returned, and that share is 0, as in funnels.
- The values with rows of their own are those of the start events inside the dates.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.reference.conditions import matches
from tests.reference.identity import Message
from tests.reference.labels import Label, as_answered, folded, labels, shown, sort_key
from tests.reference.periods import days_asked, later, period_of, period_start, periods, within
from tests.reference.world import Event, actor, events

Members = dict[tuple[Label, str], set[str]]  # who began, under which value and in which period


def retention(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> list[list[Any]]:
    """Rows of cohort, size, period, returned, share, and breakdown if asked; by breakdown, then cohort, then period."""
    everything = events(messages)
    breakdown = question.get("breakdown")
    starts = _done(everything, question["start"], question)
    inside = [event for event in starts if within(event.at, days_asked(question), tz)]
    counts = Counter(label for event in inside for label in labels(event, breakdown))
    kept = shown(counts)
    members: Members = {}
    for event in _beginnings(starts, question, tz):
        for label in folded(labels(event, breakdown), kept):
            cohort = period_of(event.at, question["period"], tz)
            members.setdefault((label, cohort), set()).add(str(actor(event, question)))
    active: dict[str, set[str]] = {}
    for event in _done(everything, question["return"], question):
        active.setdefault(str(actor(event, question)), set()).add(period_of(event.at, question["period"], tz))
    latest = everything[-1].at if everything else None
    return [
        [cohort, *numbers, *([as_answered(label)] if breakdown else [])]
        for label in (sorted(set(folded(counts, kept)), key=sort_key) if breakdown else [None])
        for cohort in periods(days_asked(question), question["period"], tz)
        for numbers in _cohort(cohort, members.get((label, cohort), set()), active, question, latest, tz)
    ]


def _done(everything: list[Event], wanted: dict[str, Any], question: dict[str, Any]) -> list[Event]:
    """The events that match and count for somebody."""
    return [
        event for event in everything if matches(event.name, event.read, wanted) and actor(event, question) is not None
    ]


def _beginnings(starts: list[Event], question: dict[str, Any], tz: str) -> list[Event]:
    """The event with which each member begins: the first ever, or the first of each period in the dates."""
    is_first_time = bool(question["start"].get("first_time"))
    days = days_asked(question)
    first: dict[Any, Event] = {}
    for event in sorted(starts, key=lambda event: (event.at, _value_order(event, question))):
        if is_first_time:
            first.setdefault(actor(event, question), event)
        elif within(event.at, days, tz):
            first.setdefault((actor(event, question), period_of(event.at, question["period"], tz)), event)
    return [event for event in first.values() if within(event.at, days, tz)]


def _value_order(event: Event, question: dict[str, Any]) -> list[Any]:
    return sorted(sort_key(label) for label in labels(event, question.get("breakdown")))


def _cohort(
    cohort: str, members: set[str], active: dict[str, set[str]], question: dict[str, Any], latest: int | None, tz: str
) -> list[list[Any]]:
    """Size, period, returned and share for every column of a cohort."""
    rows: list[list[Any]] = []
    for number in range(question["periods"]):
        period = later(cohort, question["period"], number)
        if latest is None or latest < period_start(later(period, question["period"], 1), tz):
            rows.append([len(members), number, None, None])
            continue
        returned = len(members)
        if number:
            is_rolling = question.get("mode") == "rolling"
            returned = sum(1 for one in members if _returned(active.get(one, set()), period, is_rolling=is_rolling))
        rows.append([len(members), number, returned, returned / len(members) if members else 0.0])
    return rows


def _returned(active: set[str], period: str, *, is_rolling: bool) -> bool:
    return max(active, default="") >= period if is_rolling else period in active
