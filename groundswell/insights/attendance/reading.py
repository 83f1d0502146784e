"""Who did an event on which days: people as the rollup has it, accounts by the events themselves."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from groundswell.conditions.params import Params
from groundswell.insights.intervals import period_of_day, period_of_instant
from groundswell.insights.types import Count, Interval
from groundswell.kernel.periods import Days
from groundswell.store import service as store
from groundswell.store.kept import Kept

BLOCK = 64  # days, a bit each; block 0 begins on day 0
EPOCH = date(1970, 1, 1)
MOST_RANGES = 50  # that a query names; of days scattered more than that all between are read

Event = str | None  # None is any event
Words = NDArray[np.uint64]


def number_of(day: date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


def _reach(project: int) -> tuple[int, int] | None:
    ends = ", ".join(f"toUnixTimestamp64Micro({end})" for end in ("min(first)", "max(last)"))
    found = store.run(f"SELECT {ends}, count() FROM scope.seen", project=project, between=store.EVER)
    first, latest, ids = found.rows[0]
    return (int(first), int(latest)) if ids else None


reach = Kept(_reach)  # the instants (µs) of a project's first and latest events; None where it has none


def events_on(project: int, days: Days) -> list[str]:
    """The names of the events that happened on any of the days, in order."""
    params = Params()
    within = f"day BETWEEN {params.bind(days.first, 'Date')} AND {params.bind(days.last, 'Date')}"
    sql = f"SELECT DISTINCT toString(event) AS name FROM scope.rollup WHERE {within} ORDER BY name"
    found = store.run(sql, project=project, between=(days.start_us, days.end_us), params=params)
    return [name for (name,) in found.rows]


def read(
    project: int, event: Event, days: Sequence[int], tz: str, count: Count
) -> tuple[NDArray[np.uint64], Mapping[int, Words]]:
    """Ids, or accounts, each once, and a word for each block: its bits are the days on which they did it. ``days``
    ascend. Whose account an event counts for is known by itself, and by its person at that time."""
    params, blocks = Params(), sorted({day // BLOCK for day in days})
    between = Days(EPOCH + timedelta(days=days[0]), EPOCH + timedelta(days=days[-1]), tz)
    by_account = count is Count.ACCOUNTS
    number = period_of_instant(between, Interval.DAY) if by_account else period_of_day(Interval.DAY)
    bit = f"bitShiftLeft(toUInt64(1), toUInt8({number} % {BLOCK}))"
    words = [f"groupBitOr(if(intDiv({number}, {BLOCK}) = {block}, {bit}, 0)) AS word{block}" for block in blocks]
    day, of = (number, str) if by_account else ("day", "toDate({})".format)
    ranges = [f"{day} BETWEEN {of(first)} AND {of(last)}" for first, last in _ranges(days)]
    where = [f"({' OR '.join(ranges)})", *([f"event = {params.text(event)}"] if event is not None else [])]
    actor, source = ("account", "events") if by_account else ("id", "rollup")
    where += ["account != 0"] if by_account else []
    sql = (
        f"SELECT {actor} AS actor, {', '.join(words)}\nFROM scope.{source}\nWHERE {' AND '.join(where)}\nGROUP BY actor"
    )
    found = store.run_arrow(sql, project=project, between=(between.start_us, between.end_us), params=params)
    columns = {name: found.column(name).combine_chunks().to_numpy() for name in found.column_names}
    return columns["actor"], {block: columns[f"word{block}"] for block in blocks}


def _ranges(days: Sequence[int]) -> list[tuple[int, int]]:
    """Days that ascend, as ranges of days in a row."""
    ends = [before for before, day in pairwise(days) if day > before + 1] + [days[-1]]
    begins = [days[0]] + [day for before, day in pairwise(days) if day > before + 1]
    ranges = list(zip(begins, ends, strict=True))
    return ranges if len(ranges) <= MOST_RANGES else [(days[0], days[-1])]
