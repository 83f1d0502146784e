"""Who did something in which of several periods in a row: a bit for each period, gathered person by person.

    wanted events → source and conditions → SQL → rows by id → rows by person

Where nothing but persons' traits is asked, the rollup is read, whose cost grows with people and not with events; else
the events. Ids are counted by the store as they were sent; whose they are is found here, once for each id and not once
for each of its days.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, reduce
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.conditions.language import names_in
from groundswell.conditions.names import Names, is_of_person
from groundswell.conditions.types import Wanted
from groundswell.insights.attendance.reading import reach
from groundswell.insights.attendance.service import WORD, Attended, attended, edges, in_periods
from groundswell.insights.grouped import by_label
from groundswell.insights.instants import Bools, Micros, Places
from groundswell.insights.intervals import EPOCH, first_day, key_of_day, later, period_of_day, period_of_instant
from groundswell.insights.labels import Label, folded, in_order, labels_of, shown, sort_key
from groundswell.insights.seen import Seen
from groundswell.insights.split import counted
from groundswell.insights.stories import Joins
from groundswell.insights.types import Count, Interval
from groundswell.kernel.clock import to_us
from groundswell.kernel.periods import EARLIEST, LATEST, Days, day_start
from groundswell.store import service as store

MAX_PERIODS = 1_024  # whose bits are gathered: 16 words of everybody
Actors = NDArray[np.uint64]
Words = NDArray[np.uint64]  # [actors, words]


class Asked(Protocol):
    """A question whose answer is made of who was there when."""

    @property
    def days(self) -> Days: ...

    @property
    def breakdown(self) -> tuple[str, ...]: ...

    @property
    def count(self) -> Count: ...


@dataclass(frozen=True)
class Span:
    """Periods in a row. Number 0 is the one in which ``first`` lies."""

    interval: Interval
    first: date
    count: int
    tz: str

    @classmethod
    def of(cls, days: Days, interval: Interval, *, before: int = 0, after: int = 0) -> "Span":
        """The periods that the days touch, and so many before and after them."""
        first, last = first_day(days.first, interval), first_day(days.last, interval)
        begin = later(first, interval, -before)
        asked = _apart(first, last, interval) + 1
        return cls(interval, begin, before + asked + after, days.tz)

    @cached_property
    def begins(self) -> list[date]:
        """The first day of each period, and of the one after the last."""
        return [later(self.first, self.interval, number) for number in range(self.count + 1)]

    @property
    def days(self) -> Days:
        """All their days."""
        return Days(self.begins[0], self.begins[-1] - timedelta(days=1), self.tz)

    def number_of(self, day: date) -> int:
        """The number of the period in which a day lies, also of one that is not among them."""
        return _apart(self.first, first_day(day, self.interval), self.interval)

    def numbers_of(self, at: Micros) -> Places:
        """The numbers of the periods in which instants lie; -1 before the first, ``count`` after the last."""
        edges = np.array([to_us(day_start(day, self.tz)) for day in self.begins], np.int64)
        return (np.searchsorted(edges, at, side="right") - 1).astype(np.int32)

    def over_by(self, instant: int) -> int:
        """How many of them are over at that instant (µs)."""
        return max(0, min(int(self.numbers_of(np.array([instant], np.int64))[0]), self.count))

    def sql(self, days: Days, *, of_instants: bool) -> str:
        """SQL for the number of the period of an event inside the days, or of a day."""
        key = period_of_instant(days, self.interval) if of_instants else period_of_day(self.interval)
        number = f"toInt32({key}) - ({key_of_day(self.first, self.interval)})"
        return f"intDiv({number}, 7)" if self.interval is Interval.WEEK else number


def _apart(first: date, last: date, interval: Interval) -> int:
    steps = key_of_day(last, interval) - key_of_day(first, interval)
    return steps // 7 if interval is Interval.WEEK else steps


def latest_event(project: int) -> int | None:
    """The instant (µs) of a project's latest event; None where it has none."""
    return found[1] if (found := reach(project)) else None


# Planning ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """The query for wanted events, as far as it is decided."""

    project: int
    wanted: Wanted
    asked: Asked
    names: Names
    within: tuple[Days, ...] = ()  # the days on which they count; none for all history
    source: str = "events"
    actor: str = "id"
    at: str = "toUnixTimestamp64Micro(timestamp)"
    weight: str = "1"  # how many events a row stands for
    where: tuple[str, ...] = ()
    raws: tuple[str, ...] = ()

    @property
    def between(self) -> tuple[int, int]:
        if not self.within:
            return store.EVER
        return min(days.start_us for days in self.within), max(days.end_us for days in self.within)

    @property
    def days(self) -> Days:
        """From the first of its days to the last."""
        return Days(min(days.first for days in self.within), max(days.last for days in self.within), self.asked.days.tz)

    def inside(self, days: Days) -> str:
        """SQL that a row counts on one of the days."""
        bind = self.names.params.bind
        if self.source == "rollup":
            return f"day BETWEEN {bind(days.first, 'Date')} AND {bind(days.last, 'Date')}"
        return f"({self.at} >= {bind(days.start_us, 'Int64')} AND {self.at} < {bind(days.end_us, 'Int64')})"


def _choose_source(plan: Plan) -> Plan:
    """The rollup knows who did which event on which day, and so all that depends on nothing else."""
    if plan.asked.count is Count.ACCOUNTS:
        return replace(plan, actor="account", where=("account != 0",))
    if not all(map(is_of_person, {*plan.asked.breakdown, *names_in(plan.wanted.where)})):
        return plan
    return replace(plan, source="rollup", at="toUnixTimestamp64Micro(first)", weight="count")


def _choose_days(plan: Plan) -> Plan:
    """Events are fenced by instant, the rollup only about."""
    if plan.source == "events" and len(plan.within) < 2:
        return plan
    inside = [plan.inside(days) for days in plan.within]
    return replace(plan, where=(*plan.where, f"({' OR '.join(inside)})")) if inside else plan


def _choose_events(plan: Plan) -> Plan:
    return replace(plan, where=(*plan.where, *plan.names.wanted(plan.wanted)))


def _choose_raws(plan: Plan) -> Plan:
    return replace(plan, raws=tuple(plan.names.raw(name) for name in plan.asked.breakdown))


STEPS: tuple[Callable[[Plan], Plan], ...] = (_choose_source, _choose_days, _choose_events, _choose_raws)


def planned(project: int, wanted: Wanted, asked: Asked, within: Sequence[Days] = ()) -> Plan:
    """The query for wanted events on those days, or in all history."""
    plan = Plan(project, wanted, asked, Names(project), tuple(within))
    return reduce(lambda plan, step: step(plan), STEPS, plan)


def sql_of(plan: Plan, columns: Sequence[str], aggregates: Sequence[str], keys: Sequence[str] = ()) -> str:
    """The query's text: actor, raw0, raw1, …, the other keys, and aggregates over the columns."""
    raws = [f"{raw} AS raw{place}" for place, raw in enumerate(plan.raws)]
    names = ["actor", *(f"raw{place}" for place in range(len(raws))), *keys]
    inner = ", ".join([f"{plan.actor} AS actor", *raws, *columns])
    where = " AND ".join(plan.where) or "1"
    return (
        f"SELECT {', '.join([*names, *aggregates])}\n"
        f"FROM (SELECT {inner}\nFROM scope.{plan.source} AS e{plan.names.joins}\nWHERE {where})\n"
        f"GROUP BY {', '.join(names)}"
    )


# Reading -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Presence:
    """In which periods actors did it: rows by label and actor, both ascending; bit k of the words is period k."""

    actor: Actors
    label: Places
    words: Words

    @classmethod
    def once(cls, actor: Actors, period: Places, count: int) -> "Presence":
        """Who was there in one of so many periods, and in no other; nobody is told apart."""
        words = np.zeros((len(actor), -(-count // WORD)), np.uint64)
        words[np.arange(len(actor)), period // WORD] = np.uint64(1) << (period % WORD).astype(np.uint64)
        return cls(actor, np.zeros(len(actor), np.int32), words)

    def has(self, period: int) -> Bools:
        """Which rows have that period."""
        word, bit = divmod(period, WORD)
        found: Bools = (self.words[:, word] >> np.uint64(bit)) & np.uint64(1) != 0
        return found

    def counts(self) -> NDArray[np.int64]:
        """How many periods each row has."""
        counts = np.zeros(len(self.words), np.int64)
        for column in self.words.T:  # numpy adds up rows of one or two numbers slowly
            counts += np.bitwise_count(column)
        return counts


def presence(plan: Plan, span: Span, seen: Seen | None = None, *, counted_on: Days | None = None) -> Presence:
    """In which periods of the span actors did it. Where it is broken down, labels are the codes of ``seen``, which also
    counts the events on the days that decide which values get rows."""
    if (known := _attended(plan, plan.within)) is not None:
        bits = in_periods(known, plan.within, span.number_of, span.count, are_days=span.interval is Interval.DAY)
        there = np.flatnonzero(reduce(np.bitwise_or, bits.T))
        return Presence(known.actor[there], np.zeros(len(there), np.int32), bits[there])
    words = -(-span.count // WORD)
    columns = [f"{span.sql(plan.days, of_instants=plan.source == 'events')} AS place"]
    aggregates = [f"{_word_sql(number, words)} AS word{number}" for number in range(words)]
    columns, aggregates = _with_events(plan, columns, aggregates, counted_on)
    found = _run(plan, sql_of(plan, columns, aggregates))
    code = _coded(plan, found, seen)
    gathered = np.column_stack([_numbers(found, f"word{number}") for number in range(words)])
    return together(_persons(plan, found), code, gathered.astype(np.uint64, copy=False))


def _word_sql(number: int, words: int) -> str:
    if words == 1:
        return "groupBitOr(bitShiftLeft(toUInt64(1), toUInt8(place)))"
    bit = f"bitShiftLeft(toUInt64(1), toUInt8(place % {WORD}))"
    return f"groupBitOr(if(intDiv(place, {WORD}) = {number}, {bit}, toUInt64(0)))"


def together(actor: Actors, label: Places, words: Words) -> Presence:
    """Rows of one label and actor made one."""
    if not len(actor):
        return Presence(actor, label, words)
    order = by_label(actor, label)
    actor, label = actor[order], label[order]
    starts = np.flatnonzero(np.append(True, (actor[1:] != actor[:-1]) | (label[1:] != label[:-1])))
    if len(starts) == len(actor):
        return Presence(actor, label, words[order])
    return Presence(actor[starts], label[starts], np.bitwise_or.reduceat(words[order], starts, axis=0))


@dataclass(frozen=True)
class Firsts:
    """When each actor did it first, of each label: rows by label and actor, both ascending; ``at`` in µs."""

    actor: Actors
    label: Places
    at: Micros


def firsts(plan: Plan, seen: Seen | None = None, *, counted_on: Days | None = None) -> Firsts:
    """The first instant at which actors did it; labels are codes of ``seen``, as above."""
    if (known := _attended(plan, [Days(EARLIEST, LATEST, plan.asked.days.tz)])) is not None:
        actor, first, _ = edges(known)
        return Firsts(actor, np.zeros(len(actor), np.int32), _starts_of(first, plan.asked.days.tz))
    if plan.source == "rollup" and plan.wanted.event is None and not plan.names.joins:
        found = store.run_arrow(
            "SELECT id AS actor, toUnixTimestamp64Micro(min(first)) AS begun FROM scope.seen GROUP BY actor",
            project=plan.project, between=store.EVER,
        )  # fmt: skip
        store.advance()
    else:
        columns, aggregates = _with_events(plan, [f"{plan.at} AS at"], ["min(at) AS begun"], counted_on)
        found = _run(plan, sql_of(plan, columns, aggregates))
    return earliest(_persons(plan, found), _coded(plan, found, seen), _numbers(found, "begun"))


def earliest(actor: Actors, label: Places, at: Micros) -> Firsts:
    """Of the rows of one label and actor the earliest."""
    if not len(actor):
        return Firsts(actor, label, at)
    order = by_label(actor, label)
    actor, label = actor[order], label[order]
    starts = np.flatnonzero(np.append(True, (actor[1:] != actor[:-1]) | (label[1:] != label[:-1])))
    return Firsts(actor[starts], label[starts], np.minimum.reduceat(at[order], starts))


@dataclass(frozen=True)
class Beginnings:
    """Events that begin something: who, in which period, when (µs), and the code of the breakdown's values."""

    actor: Actors
    period: Places
    at: Micros
    code: Places


def beginnings(plan: Plan, span: Span, seen: Seen, *, counted_on: Days) -> Beginnings:
    """The first event of every actor, period of the span and value."""
    columns = [f"{span.sql(plan.days, of_instants=plan.source == 'events')} AS place", f"{plan.at} AS at"]
    columns, aggregates = _with_events(plan, columns, ["min(at) AS begun"], counted_on)
    found = _run(plan, sql_of(plan, columns, aggregates, ["place"]))
    code = _coded(plan, found, seen)
    return Beginnings(_persons(plan, found), _numbers(found, "place").astype(np.int32), _numbers(found, "begun"), code)


def lasts(plan: Plan, span: Span) -> tuple[Actors, Places]:
    """The last period in which actors did it, of all history from the span's first on; actors ascend."""
    if (known := _attended(plan, plan.within)) is not None:
        actor, _, last = edges(known)
        days, which = np.unique(last, return_inverse=True)
        periods = [span.number_of(EPOCH + timedelta(days=day)) for day in days.tolist()]
        return actor, np.array(periods, np.int32)[which]
    columns = [f"{span.sql(plan.days, of_instants=plan.source == 'events')} AS place"]
    found = _run(plan, sql_of(plan, columns, ["max(place) AS latest"]))
    actor, latest = _persons(plan, found), _numbers(found, "latest").astype(np.int32)
    if not len(actor):
        return actor, latest
    order = np.argsort(actor)
    actor = actor[order]
    starts = np.flatnonzero(np.append(True, actor[1:] != actor[:-1]))
    return actor[starts], np.maximum.reduceat(latest[order], starts)


def _attended(plan: Plan, within: Sequence[Days]) -> Attended | None:
    """What the register knows, of what is not broken down and depends on nothing but who did which event when."""
    if plan.raws or not within:
        return None
    days = Days(min(run.first for run in within), max(run.last for run in within), plan.asked.days.tz)
    found = attended(plan.project, [plan.wanted], days, plan.asked.count)
    return found[0] if found else None


def _starts_of(day: Places, tz: str) -> Micros:
    """The instants (µs) at which days (since 1970) begin."""
    if not len(day):
        return np.zeros(0, np.int64)
    first, last = int(day.min()), int(day.max())
    starts = [to_us(day_start(EPOCH + timedelta(days=each), tz)) for each in range(first, last + 1)]
    found: Micros = np.array(starts, np.int64)[day - first]
    return found


def _with_events(
    plan: Plan, columns: list[str], aggregates: list[str], counted_on: Days | None
) -> tuple[list[str], list[str]]:
    """The same, with how many events decide which values get rows."""
    if not plan.raws or counted_on is None:
        return columns, aggregates
    weight = f"if({plan.inside(counted_on)}, {plan.weight}, 0) AS weight"
    return [*columns, weight], [*aggregates, "sum(weight) AS events"]


def _run(plan: Plan, sql: str) -> pa.Table:
    found = store.run_arrow(sql, project=plan.project, between=plan.between, params=plan.names.params)
    store.advance()
    return found


def _persons(plan: Plan, found: pa.Table) -> Actors:
    """Whose rows they are: accounts are named as such, persons by any of their ids."""
    actor: Actors = _numbers(found, "actor").astype(np.uint64, copy=False)
    return actor if plan.asked.count is Count.ACCOUNTS else Joins.of(plan.project).resolve(actor)[0]


def _coded(plan: Plan, found: pa.Table, seen: Seen | None) -> Places:
    if not plan.raws or seen is None or not found.num_rows:
        return np.zeros(found.num_rows, np.int32)
    code = seen.codes([found.column(f"raw{place}") for place in range(len(plan.raws))])
    if "events" in found.column_names:
        seen.count(code, _numbers(found, "events"))
    return code


def _numbers(found: pa.Table, name: str) -> NDArray[Any]:
    values: NDArray[Any] = found.column(name).combine_chunks().to_numpy(zero_copy_only=False)
    return values


# Labels --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """The labels that have rows, the most frequent first, and for every code of ``Seen`` the places of those it counts
    under."""

    labels: list[Label]
    places: list[list[int]]

    @classmethod
    def of(cls, seen: Seen, codes: Places | None = None) -> "Told":
        """Of what has these codes, or of all events that were counted. The most frequent labels of those have rows of
        their own, the rest is ``(other)``."""
        counts = counted(seen.events)
        kept = shown(counts)
        present = set(seen.events) if codes is None else {seen.raws[code] for code in np.unique(codes).tolist()}
        found = counts if codes is None else [label for raws in present for label in labels_of(raws)]
        labels = in_order(folded(found, kept), kept)
        place = {label: number for number, label in enumerate(labels)}
        places = [[place[each] for each in folded(labels_of(raws), kept) if each in place] for raws in seen.raws]
        return cls(labels, places)

    @property
    def order(self) -> list[int]:
        """The places of the labels in the order of rows."""
        return sorted(range(len(self.labels)), key=lambda place: sort_key(self.labels[place]))

    def spread(self, codes: Places) -> tuple[NDArray[np.intp], Places]:
        """Each row once for each of its labels: which row it is, and the label's place."""
        times = np.array([len(each) for each in self.places], np.intp)[codes]
        flat = np.array([place for each in self.places for place in each], np.int32)
        begins = np.cumsum([0, *(len(each) for each in self.places)])[codes]
        which = np.repeat(np.arange(len(codes)), times)
        within = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
        return which, flat[begins[which] + within]


ALONE = Told([None], [[0]])  # of what is not broken down
