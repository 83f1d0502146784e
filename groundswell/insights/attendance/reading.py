"""Who did an event on which days: people as the rollup has it; accounts, and who did it with which value, by the events
themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.conditions.names import Names
from groundswell.conditions.params import Params
from groundswell.conditions.types import Wanted
from groundswell.insights.intervals import period_of_day, period_of_instant
from groundswell.insights.seen import Seen
from groundswell.insights.split import Raws
from groundswell.insights.types import Count, Interval
from groundswell.kernel.periods import Days
from groundswell.store import service as store
from groundswell.store.kept import Kept

BLOCK = 64  # days, a bit each; block 0 begins on day 0
EPOCH = date(1970, 1, 1)
MOST_RANGES = 50  # that a query names; of days scattered more than that all between are read

Event = str | None  # None is any event
Ids = NDArray[np.uint64]
Words = NDArray[np.uint64]
Tallies = Mapping[int, Mapping[Raws, int]]  # day → events with each of the values


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


@dataclass(frozen=True)
class _Asked:
    """A query about an event on some days: its columns, and the rows that are meant."""

    project: int
    between: tuple[int, int]
    params: Params
    source: str
    number: str  # SQL: the day of a row, since 1970
    where: list[str]
    raws: list[str]  # SQL: the raw JSON texts of the values by which it is told apart
    days: int  # that are read

    @classmethod
    def of(cls, project: int, event: Event, days: Sequence[int], tz: str, count: Count, by: Sequence[str]) -> "_Asked":
        ranges = _ranges(days)
        between = Days(EPOCH + timedelta(days=days[0]), EPOCH + timedelta(days=days[-1]), tz)
        from_rollup = count is Count.PEOPLE and not by
        number = period_of_day(Interval.DAY) if from_rollup else period_of_instant(between, Interval.DAY)
        names = Names(project)
        day, of = ("day", "toDate({})".format) if from_rollup else (number, str)
        within = " OR ".join(f"{day} BETWEEN {of(first)} AND {of(last)}" for first, last in ranges)
        return cls(
            project, (between.start_us, between.end_us), names.params, "rollup" if from_rollup else "events", number,
            where=[f"({within})", *names.wanted(Wanted(event, {}))], raws=[names.raw(name) for name in by],
            days=sum(last - first + 1 for first, last in ranges),
        )  # fmt: skip

    def grouped(
        self, keys: Sequence[str], values: Sequence[str], *, where: Sequence[str] = (), most: int = 0
    ) -> pa.Table:
        """By the keys, and the values by which it is told apart (columns ``raw0``, …); at most so many groups."""
        raws = [f"{raw} AS raw{place}" for place, raw in enumerate(self.raws)]
        sql = (
            f"SELECT {', '.join([*keys, *raws, *values])}\nFROM scope.{self.source}\n"
            f"WHERE {' AND '.join([*self.where, *where])}\nGROUP BY {', '.join(_names([*keys, *raws]))}"
        )
        limits = store.Limits(extra={"max_rows_to_group_by": most, "group_by_overflow_mode": "break"}) if most else None
        return store.run_arrow(
            sql + (f"\nLIMIT {most}" if most else ""), project=self.project, between=self.between, params=self.params,
            limits=limits,
        )  # fmt: skip


def read(
    project: int, event: Event, days: Sequence[int], tz: str, count: Count, by: Sequence[str] = ()
) -> dict[Raws, tuple[Ids, Mapping[int, Words]]]:
    """For each of the values with which the event came, of the event properties ``by``: ids, or accounts, each once,
    and a word for each block, whose bits are the days on which they did it. ``days`` ascend. Whose account an event
    counts for is known by itself, and by its person at that time."""
    asked, blocks = _Asked.of(project, event, days, tz, count, by), sorted({day // BLOCK for day in days})
    bit = f"bitShiftLeft(toUInt64(1), toUInt8({asked.number} % {BLOCK}))"
    words = [f"groupBitOr(if(intDiv({asked.number}, {BLOCK}) = {block}, {bit}, 0)) AS word{block}" for block in blocks]
    if count is Count.ACCOUNTS:
        found = asked.grouped(["account AS actor"], words, where=["account != 0"])
    else:
        found = asked.grouped(["id AS actor"], words)
    actor, *of_blocks = (
        found.column(name).combine_chunks().to_numpy() for name in ["actor", *(f"word{block}" for block in blocks)]
    )
    if not by:
        return {(): (actor, dict(zip(blocks, of_blocks, strict=True)))}
    seen = Seen()
    code = seen.codes([found.column(f"raw{place}") for place in range(len(by))])
    rows = {raws: np.flatnonzero(code == which) for which, raws in enumerate(seen.raws)}
    return {
        raws: (actor[own], {block: word[own] for block, word in zip(blocks, of_blocks, strict=True)})
        for raws, own in rows.items()
    }


def tallies(project: int, event: Event, days: Sequence[int], tz: str, by: Sequence[str], most: int) -> Tallies | None:
    """How many events came with each of the values on each of the days; None where there are more than so many
    values."""
    asked = _Asked.of(project, event, days, tz, Count.PEOPLE, by)
    groups = most * asked.days + 1
    found = asked.grouped([f"{asked.number} AS number"], ["count() AS events"], most=groups)
    tallied: dict[int, dict[Raws, int]] = {day: {} for day in days}
    values: dict[Raws, Raws] = {}  # each kept once
    for row in found.to_pylist():
        raws = tuple(row[f"raw{place}"] for place in range(len(by)))
        if row["number"] in tallied:  # else a day between those that were asked for
            tallied[row["number"]][values.setdefault(raws, raws)] = row["events"]
    return tallied if found.num_rows < groups and len(values) <= most else None


def _names(columns: Sequence[str]) -> list[str]:
    """What columns are called."""
    return [column.rpartition(" AS ")[2] for column in columns]


def _ranges(days: Sequence[int]) -> list[tuple[int, int]]:
    """Days that ascend, as ranges of days in a row."""
    ends = [before for before, day in pairwise(days) if day > before + 1] + [days[-1]]
    begins = [days[0]] + [day for before, day in pairwise(days) if day > before + 1]
    ranges = list(zip(begins, ends, strict=True))
    return ranges if len(ranges) <= MOST_RANGES else [(days[0], days[-1])]
