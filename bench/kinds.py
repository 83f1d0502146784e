"""What is compared of the kinds that are made of who was there when, and the same asked of another layout.

The other layout's queries are as good as we know to write them: one pass over the events, a bit for each period of
a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

DATES = {"date_from": "2026-07-20", "date_to": "2026-11-16"}
BETWEEN = "project = 1 AND timestamp >= '2026-07-20' AND timestamp < '2026-11-17'"
WEEKS = 18  # that the dates touch; the first begins with them
OVER = 17  # that are over by the latest event
RARE, COMMON = "Feature 12", "Feature 02"
FEATURES = [f"Feature {number:02}" for number in range(26)]


@dataclass(frozen=True)
class Case:
    """A question, the SQL that asks the same of the other layout, and how to make the answers comparable."""

    name: str
    target: str
    question: dict[str, Any]
    other: str
    ours: Callable[[list[list[Any]]], list[Any]]
    theirs: Callable[[list[tuple[Any, ...]]], list[Any]]


def kind_cases() -> list[Case]:
    """Retention, lifecycle, stickiness, adoption, paths."""
    return [
        _retention("retention, weeks, rare event to any", RARE, first_time=True),
        _retention("retention, weeks, common event to any", COMMON, first_time=False),
        _retention("retention, weeks, common event to itself", COMMON, first_time=False, back=COMMON),
        _lifecycle("lifecycle, weeks, any event", None),
        _lifecycle("lifecycle, weeks, one event", COMMON),
        _stickiness("stickiness, 30 days, any event", None),
        _stickiness("stickiness, 30 days, one event", COMMON),
        _adoption("adoption of 26 features, 30 days"),
        _paths("paths of 5 steps, 30 days", None),
        _paths("paths of 5 steps after an event, 30 days", COMMON),
    ]


WEEK = "toUInt8(intDiv(toInt32(toDate(timestamp)) - toInt32(toDate('2026-07-20')), 7))"
BIT = f"bitShiftLeft(toUInt64(1), {WEEK})"


def _retention(name: str, start: str, *, first_time: bool, back: str | None = None) -> Case:
    question = {
        "kind": "retention", "start": {"event": start, "first_time": first_time}, "return": {"event": back},
        "period": "week", "periods": 12, **DATES,
    }  # fmt: skip
    begun = f"groupBitOr(if(event = '{start}', {BIT}, 0))"
    begun = f"bitAnd({begun} AS all_starts, bitAnd(bitNot(all_starts) + 1, all_starts))" if first_time else begun
    events = f"event IN ('{start}', '{back}')" if back else "1"
    returned = f"groupBitOr(if(event = '{back}', {BIT}, 0))" if back else f"groupBitOr({BIT})"
    other = (
        "SELECT cohort, period, countIf(period = 0 OR bitTest(returned, cohort + period)) FROM ("
        f" SELECT {begun} AS begun, {returned} AS returned FROM other.events WHERE {BETWEEN} AND {events}"
        " GROUP BY person HAVING begun != 0)"
        " ARRAY JOIN bitPositionsToArray(begun) AS cohort ARRAY JOIN range(12) AS period"
        f" WHERE cohort + period < {OVER} GROUP BY cohort, period ORDER BY cohort, period"
    )
    return Case(
        name, "≥ 5", question, other, lambda rows: [row[3] for row in rows if row[3] is not None],
        lambda rows: [count for _, _, count in rows],
    )  # fmt: skip


def _lifecycle(name: str, event: str | None) -> Case:
    question = {"kind": "lifecycle", "event": event, "interval": "week", **DATES}
    wanted = f" AND event = '{event}'" if event else ""
    other = (
        "SELECT week, countIf(here AND first = week), countIf(here AND before),"
        " countIf(here AND NOT before AND first != week), countIf(before AND NOT here) FROM ("
        " SELECT week, first, bitTest(bits, week) AS here, week > 0 AND bitTest(bits, greatest(week, 1) - 1) AS before"
        f" FROM (SELECT groupBitOr({BIT}) AS bits, min({WEEK}) AS first FROM other.events WHERE {BETWEEN}{wanted}"
        f" GROUP BY person) ARRAY JOIN range({WEEKS}) AS week) GROUP BY week ORDER BY week"
    )
    return Case(
        name, "≥ 5", question, other, lambda rows: [row[2] for row in rows],
        lambda rows: [count for _, *counts in rows for count in counts],
    )  # fmt: skip


def _stickiness(name: str, event: str | None) -> Case:
    days = {"date_from": "2026-10-01", "date_to": "2026-10-30"}
    question = {"kind": "stickiness", "event": event, "unit": "day", **days}
    wanted = f" AND event = '{event}'" if event else ""
    other = (
        "SELECT days, count() FROM (SELECT person, uniqExact(toDate(timestamp)) AS days FROM other.events"
        f" WHERE project = 1 AND timestamp >= '2026-10-01' AND timestamp < '2026-10-31'{wanted} GROUP BY person)"
        " GROUP BY days ORDER BY days"
    )
    return Case(
        name, "≥ 5", question, other, lambda rows: [row[1] for row in rows if row[1]], lambda rows: [n for _, n in rows]
    )


def _adoption(name: str) -> Case:
    question = {
        "kind": "trend", "interval": "whole", "date_from": "2026-10-01", "date_to": "2026-10-30",
        "series": [{"event": feature} for feature in FEATURES],
    }  # fmt: skip
    names = ", ".join(f"'{feature}'" for feature in FEATURES)
    other = (
        "SELECT event, uniqExact(person) FROM other.events WHERE project = 1 AND timestamp >= '2026-10-01'"
        f" AND timestamp < '2026-10-31' AND event IN ({names}) GROUP BY event ORDER BY event"
    )
    return Case(name, "≥ 5", question, other, lambda rows: [row[3] for row in rows], lambda rows: [n for _, n in rows])


def _paths(name: str, start: str | None) -> Case:
    days = {"date_from": "2026-10-01", "date_to": "2026-10-30"}
    question = {"kind": "paths", "start": {"event": start} if start else None, "end": None, "steps": 5, **days}
    nodes = "arrayCompact(session)"
    first = f"indexOf({nodes}, '{start}')" if start else "1"
    which = f" WHERE has(session, '{start}')" if start else ""
    other = (
        "SELECT move.1 AS step, move.2 AS source, move.3 AS target, uniqExact(person) AS people FROM ("
        " SELECT person, arrayJoin(arrayMap(place -> (place, path[place], path[place + 1]), range(1, length(path))))"
        f" AS move FROM (SELECT person, arraySlice({nodes}, {first}, 5) AS path FROM ("
        " SELECT person, arrayJoin(arraySplit((name, pause) -> pause, arrayMap(each -> each.2, events),"
        " arrayMap(gap -> gap >= 1800000000, arrayDifference(arrayMap(each -> each.1, events))))) AS session FROM ("
        " SELECT person, arraySort(groupArray((toUnixTimestamp64Micro(timestamp), event))) AS events FROM other.events"
        " WHERE project = 1 AND timestamp >= '2026-10-01' AND timestamp < '2026-10-31' GROUP BY person))"
        f"{which}))"
        " GROUP BY step, source, target ORDER BY step, people DESC, source, target"
    )
    return Case(
        name, "≥ 1.3", question, other, lambda rows: sorted(map(tuple, rows)),
        lambda rows: sorted((step, str(source), str(target), count) for step, source, target, count in rows),
    )  # fmt: skip
