"""Trends: how much of something happened, period by period.

    Trend → plan → SQL + parameters → run → cells → rows

Every series is one query. What counts whole days is read from the rollup, whose cost grows with people and not with
events, or from what was counted ahead of it; everything else from the events of that name, in the order of time.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial, reduce
from typing import Any

from groundswell.conditions.language import names_in
from groundswell.conditions.names import Names, is_of_event, is_of_person
from groundswell.conditions.sql import NOTHING, Params, number_sql
from groundswell.insights.attendance.service import Periods, people_by, people_in
from groundswell.insights.formula import Number, work_out
from groundswell.insights.intervals import key_of_day, period_of_day, period_of_instant, periods
from groundswell.insights.labels import (
    MOST,
    Label,
    as_answered,
    in_order,
    label_of,
    shown,
    sort_key,
    values_told,
)
from groundswell.insights.split import Keys, Raws, by_raw, by_text, coding, counted, plain_labels
from groundswell.insights.types import ANY_EVENT, Count, Found, Interval, Measure, Series, Trend
from groundswell.kernel.periods import Days
from groundswell.people.daily import counted_until
from groundswell.store import service as store

COLUMNS = ("period", "series", "breakdown", "value")
MOST_GROUPS = 100_000  # of a query by raw values; beyond that the largest are sought first

Cells = dict[tuple[Label, int], Number | None]  # by label and key of the period
Kept = dict[Label, int]


def answer(project: int, question: Trend) -> Found:
    """Rows of ``COLUMNS``: by series, then by breakdown value, then by period."""
    with store.stage(2 if question.compares else 1) as stage:
        now = measured(project, question)
        stage.advance()
        rows = _rows(question, now, suffix="")
        if question.compares:
            before = replace(question, days=days_before(question.days))
            then = measured(project, before, kept=now.kept)
            rows += _rows(before, then, suffix=" (previous)")
            now.ignored += then.ignored
            now.labels |= then.labels
    measures_property = any(one.property for one in question.series)
    beside = {"ignored": now.ignored} if measures_property else {}
    return Found(rows, {**beside, **values_told(in_order(now.labels, now.kept), question.breakdown)})


@dataclass
class Measured:
    """The cells of every series, the labels that have rows, those of them that are not OTHER (the most frequent first,
    with their events), and how many values were no numbers."""

    cells: list[Cells]
    labels: set[Label]
    kept: Kept
    ignored: int


# Planning ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Aggregate:
    """An aggregate function over the inner select's ``argument``."""

    function: str
    argument: str
    level: str = ""

    @property
    def value(self) -> str:
        return f"{self.function}{self.level}(argument)"

    @property
    def state(self) -> str:
        return f"{self.function}State{self.level}(argument)"

    @property
    def merged(self) -> str:
        return f"{self.function}Merge{self.level}(state)"


Splitter = Callable[[Sequence[str], Names], Keys]


@dataclass(frozen=True)
class Plan:
    """The query of one series, as far as it is decided."""

    project: int
    question: Trend
    series: Series
    names: Names
    split: Splitter
    source: str = "events"
    counted_ahead: bool = False  # the days that are counted already need not be counted again
    until: date | None = None  # the day before which they are, where that is known
    period: str = ""
    where: tuple[str, ...] = ()
    keys: Keys = field(default_factory=Keys)
    aggregate: Aggregate = Aggregate("count", "1")
    weight: str = "1"  # how many events a row stands for
    ignored: str = "0"  # 1 where a value is there but no number

    @property
    def measure(self) -> Measure:
        by_account = self.series.measure is Measure.PEOPLE and self.question.count is Count.ACCOUNTS
        return Measure.ACCOUNTS if by_account else self.series.measure


def _choose_source(plan: Plan) -> Plan:
    """The rollup knows who did which event on which day, and so all that depends on nothing else."""
    used = {*plan.question.breakdown, *names_in(plan.series.wanted.where)}
    is_enough = plan.measure in (Measure.PEOPLE, Measure.TOTAL) and all(map(is_of_person, used))
    if plan.question.interval is Interval.HOUR or not is_enough:
        return plan
    adds_up = plan.measure is Measure.TOTAL or plan.question.interval is Interval.DAY
    counted_ahead = adds_up and not used and not plan.question.cumulative
    return replace(plan, source="rollup", weight="count", counted_ahead=counted_ahead)


def _choose_period(plan: Plan) -> Plan:
    """Events are fenced by instant, the rollup only about; so its days are said here."""
    days, interval, params = plan.question.days, plan.question.interval, plan.names.params
    if plan.source == "events":
        return replace(plan, period=period_of_instant(days, interval))
    within = f"day BETWEEN {params.bind(days.first, 'Date')} AND {params.bind(days.last, 'Date')}"
    return replace(plan, period=period_of_day(interval), where=(within,))


def _choose_events(plan: Plan) -> Plan:
    return replace(plan, where=(*plan.where, *plan.names.wanted(plan.series.wanted)))


def _choose_keys(plan: Plan) -> Plan:
    return replace(plan, keys=plan.split(plan.question.breakdown, plan.names))


_QUANTILES = {Measure.MEDIAN: "(0.5)", Measure.P90: "(0.9)", Measure.P95: "(0.95)", Measure.P99: "(0.99)"}
_NUMBERS = {Measure.SUM: "sumKahan", Measure.AVG: "avg", Measure.MIN: "min", Measure.MAX: "max"}


def _choose_measure(plan: Plan) -> Plan:
    match plan.measure:
        case Measure.PEOPLE:
            return replace(plan, aggregate=Aggregate("uniqExact", "person"))
        case Measure.ACCOUNTS:
            return replace(plan, aggregate=Aggregate("uniqExact", "nullIf(account, 0)"))
        case Measure.TOTAL:
            return replace(plan, aggregate=Aggregate("sum", plan.weight))
    raw = plan.names.raw(plan.series.property or "")
    number = number_sql(raw)
    finite = f"if(isFinite({number}), {number}, NULL)"
    if plan.measure in _QUANTILES:
        aggregate = Aggregate("quantileExactInclusive", finite, _QUANTILES[plan.measure])
    else:
        aggregate = Aggregate(_NUMBERS[plan.measure], finite)
    return replace(plan, aggregate=aggregate, ignored=f"{raw} NOT {NOTHING} AND isNull({finite})")


STEPS: tuple[Callable[[Plan], Plan], ...] = (
    _choose_source,
    _choose_period,
    _choose_events,
    _choose_keys,
    _choose_measure,
)


def planned(project: int, question: Trend, series: Series, split: Splitter, params: Params | None = None) -> Plan:
    """The query of a series, its events told apart by ``split``."""
    plan = Plan(project, question, series, Names(project, params), split)
    return reduce(lambda plan, step: step(plan), STEPS, plan)


def sql_of(plan: Plan) -> str:
    """The query's text: columns period, keys, value, events, not_numbers."""
    if plan.counted_ahead:
        return _counted_ahead(plan)
    keys = plan.keys.keys
    group = ", ".join(["period", *keys])
    events = "0" if not keys else "count()" if plan.weight == "1" else "sum(weight)"  # for the order of values alone
    ignored = "0" if plan.ignored == "0" else f"countIf(ignored AND {plan.keys.once})"
    beside = f"{events} AS events, {ignored} AS not_numbers"
    if not plan.question.cumulative:
        return f"SELECT {group}, {plan.aggregate.value} AS value, {beside}\nFROM ({_events(plan)})\nGROUP BY {group}"
    names = [f"key{place}" for place in range(len(keys))]
    named = ", ".join(["period", *(f"{key} AS {name}" for key, name in zip(keys, names, strict=True))])
    states = f"SELECT {named}, {plan.aggregate.state} AS state, {beside}\nFROM ({_events(plan)})\nGROUP BY {group}"
    partition = f"PARTITION BY {', '.join(names)} " if names else ""
    so_far = f"{plan.aggregate.merged} OVER ({partition}ORDER BY period)"
    return f"SELECT {', '.join(['period', *names])}, {so_far} AS value, events, not_numbers\nFROM ({states})"


def _counted_ahead(plan: Plan) -> str:
    """The days that are counted as they stand; of the others, if there are any, the rollup is asked."""
    column = "people" if plan.measure is Measure.PEOPLE else "total"
    counted = ["day < {until:Date}"] + ([] if plan.series.wanted.event is not None else ["event = ''"])
    days = [
        f"SELECT {plan.period} AS period, {column} AS value\n"
        f"FROM scope.daily\nWHERE {' AND '.join([*plan.where, *counted])}"
    ]
    if plan.until is None or plan.until <= plan.question.days.last:
        later = replace(plan, where=(*plan.where, "day >= {until:Date}"))
        days.append(f"SELECT period, {plan.aggregate.value} AS value\nFROM ({_events(later)})\nGROUP BY period")
    union = "\nUNION ALL\n".join(days)
    return f"SELECT period, sum(value) AS value, 0 AS events, 0 AS not_numbers\nFROM ({union})\nGROUP BY period"


def actors_sql(plan: Plan, conditions: Sequence[str]) -> str:
    """Who is behind a series: each of them once, as ``actor``, of the events for which the conditions hold as well.

    What measures a property is made by those who gave it a number.
    """
    actor = "account" if plan.measure is Measure.ACCOUNTS else "person"
    told = replace(plan, keys=replace(plan.keys, columns=(*plan.keys.columns, f"{actor} AS actor")))
    has_number = [] if plan.measure.counts else ["isNotNull(argument)"]
    where = " AND ".join(["actor != 0", *has_number, *conditions])
    return f"SELECT DISTINCT actor\nFROM ({_events(told)})\nWHERE {where}"


def _events(plan: Plan) -> str:
    """The select of all that a query needs to know of each event."""
    columns = [f"{plan.period} AS period", *plan.keys.columns, f"{plan.aggregate.argument} AS argument"]
    columns += [f"{plan.weight} AS weight", f"{plan.ignored} AS ignored"]
    where = " AND ".join(plan.where) or "1"
    return f"SELECT {', '.join(columns)}\nFROM scope.{plan.source} AS e{plan.names.joins}\nWHERE {where}"


# Running -------------------------------------------------------------------------------------------------------------


def measured(project: int, question: Trend, *, kept: Kept | None = None) -> Measured:
    """The cells of every series. ``kept`` says which labels get rows of their own, if that is decided."""
    if not question.breakdown:
        plans = [planned(project, question, one, lambda *_: Keys()) for one in question.series]
        results = _people(project, question, plans)
        if results is None:
            results = _run_as_one(plans) if are_alike(plans) else [_run(plan) for plan in store.part_by_part(plans)]
        return _gathered(results, lambda _: None, kept={None: 0})
    plans = [planned(project, question, one, by_raw) for one in question.series]
    results = _people(project, question, plans)
    if results is None:
        results = [_run(plan, most=MOST_GROUPS) for plan in store.part_by_part(plans)]
    raws: Counter[Raws] = Counter()
    for result in results:
        for group in result:
            raws[group.keys] += group.events
    is_whole = all(len(result) < MOST_GROUPS for result in results)
    if kept is None:
        kept = shown(counted(raws)) if is_whole else largest(project, question)
    labels = plain_labels(raws, kept) if is_whole else None
    if labels is not None:
        return _gathered(results, labels.__getitem__, kept=kept)
    codes = coding(kept, raws if is_whole else None)
    results = [_run(planned(project, question, one, codes.keys)) for one in store.part_by_part(question.series)]
    return _gathered(results, lambda keys: codes.label(keys[0]), kept=kept)


@dataclass(frozen=True)
class Group:
    """A row of a query."""

    period: int
    keys: tuple[Any, ...]
    value: Number | None
    events: int
    ignored: int


def _run(plan: Plan, *, most: int = 0) -> list[Group]:
    """The groups of a query; ``most`` bounds their number, which is reached where some are left out."""
    if plan.counted_ahead:
        plan = replace(plan, until=counted_until(plan.project))
        plan.names.params["until"] = plan.until
    sql, limits = sql_of(plan), None
    if most and sql.count("scope.") == 1:  # what is joined would be cut too: it is grouped itself
        limits = store.Limits(extra={"max_rows_to_group_by": most, "group_by_overflow_mode": "break"})
    found = store.run(
        sql + (f"\nLIMIT {most}" if most else ""), project=plan.project, params=plan.names.params, limits=limits,
        between=(plan.question.days.start_us, plan.question.days.end_us),
    )  # fmt: skip
    return [Group(period, tuple(keys), value, events, ignored) for period, *keys, value, events, ignored in found.rows]


def _people(project: int, question: Trend, plans: Sequence[Plan]) -> list[list[Group]] | None:
    """The groups of queries that count nothing but people, or accounts, of whole days: told by the register, if it can.
    What is counted ahead is told by it only if it knows already."""
    measures = {plan.measure for plan in plans}
    is_of_days = question.interval is not Interval.HOUR and measures in ({Measure.PEOPLE}, {Measure.ACCOUNTS})
    if not is_of_days or not all(map(is_of_event, question.breakdown)):
        return None
    count, several = (
        Count.PEOPLE if Measure.PEOPLE in measures else Count.ACCOUNTS,
        [one.series.wanted for one in plans],
    )
    within = Periods(
        question.days, list(periods(question.days, question.interval)),
        partial(key_of_day, interval=question.interval), are_days=question.interval is Interval.DAY,
        so_far=question.cumulative,
    )  # fmt: skip
    if question.breakdown:
        told = people_by(project, several, question.breakdown, within, count) or ()
        groups = [[Group(key, raws, of.people, of.events, 0) for (key, raws), of in each.items()] for each in told]
    else:
        if_known = any(plan.counted_ahead for plan in plans)
        counted = people_in(project, several, within, count, if_known=if_known) or ()
        groups = [[Group(key, (), people, 0, 0) for key, people in each.items()] for each in counted]
    return groups or None  # there is a series at least


def are_alike(plans: Sequence[Plan]) -> bool:
    """Whether series differ in nothing but their event and are counted from the rollup: then it is read once."""
    first, *others = plans
    return bool(others) and all(
        plan.source == "rollup" and not plan.counted_ahead and plan.measure is first.measure
        and plan.series.wanted.event is not None and not plan.series.wanted.where
        for plan in plans
    ) and not first.question.cumulative  # fmt: skip


def as_one(plans: Sequence[Plan]) -> Plan:
    """The query of series that are alike, told apart by their event."""
    first = plans[0]
    any_event = replace(first.series, wanted=replace(first.series.wanted, event=None))
    by_event = Keys(("toString(event) AS of_event",), ("of_event",))
    plan = planned(first.project, replace(first.question, series=(any_event,)), any_event, lambda *_: by_event)
    events = sorted({plan.series.wanted.event or "" for plan in plans})
    return replace(plan, where=(*plan.where, f"event IN {plan.names.params.texts(events)}"))


def _run_as_one(plans: Sequence[Plan]) -> list[list[Group]]:
    groups: dict[str, list[Group]] = {}
    for group in _run(as_one(plans)):
        groups.setdefault(group.keys[0], []).append(replace(group, keys=()))
    return [groups.get(plan.series.wanted.event or "", []) for plan in plans]


def largest(project: int, question: Trend) -> Kept:
    """The labels that get rows of their own, where there are too many to look at each: the store sorts them."""
    params = Params()
    plans = [planned(project, question, one, by_text, params) for one in question.series]
    parts = [f"SELECT parts, sum(weight) AS events\nFROM ({_events(plan)})\nGROUP BY parts" for plan in plans]
    is_named = "arrayExists(text -> text != '', parts)"
    order = f"{is_named}, sum(events) DESC, arrayMap(text -> (text = '', text), parts)"
    union = " UNION ALL ".join(parts)
    sql = f"SELECT parts, sum(events) FROM ({union}) GROUP BY parts ORDER BY {order} LIMIT {MOST + 1}"
    found = store.run(sql, project=project, between=(question.days.start_us, question.days.end_us), params=params)
    return shown(Counter({label_of(texts): events for texts, events in found.rows}))


def _gathered(results: list[list[Group]], label: Callable[[tuple[Any, ...]], Label], *, kept: Kept) -> Measured:
    cells = [{(label(group.keys), group.period): group.value for group in result} for result in results]
    labels = {label for each in cells for label, _ in each} | kept.keys()
    return Measured(cells, labels, kept, sum(group.ignored for result in results for group in result))


# Rows ----------------------------------------------------------------------------------------------------------------


def _rows(question: Trend, found: Measured, *, suffix: str) -> list[list[Any]]:
    asked = periods(question.days, question.interval)
    rows = []
    for name, value_of in _lines(question, _filled(question, found, asked)):
        for label in sorted(found.labels, key=sort_key):
            shown_as = as_answered(label)
            rows += [[period, name + suffix, shown_as, value_of(label, key)] for key, period in asked.items()]
    return rows


def _lines(question: Trend, cells: list[Cells]) -> list[tuple[str, Callable[[Label, int], Number | None]]]:
    """What has rows: the series, or the formula over them; with its value for a label and period."""
    if question.formula is None:
        return [(name, _reader(each)) for name, each in zip(series_names(question.series), cells, strict=True)]
    formula = question.formula
    return [(formula, lambda label, key: work_out(formula, [each[label, key] for each in cells]))]


def _reader(cells: Cells) -> Callable[[Label, int], Number | None]:
    return lambda label, key: cells[label, key]


def _filled(question: Trend, found: Measured, asked: Mapping[int, str]) -> list[Cells]:
    """A cell for every label and period; cumulative ones keep what they had."""
    filled = []
    for one, cells in zip(question.series, found.cells, strict=True):
        whole: Cells = {}
        for label in found.labels:
            last: Number | None = one.measure.of_nothing
            for key in asked:
                value = cells.get((label, key), last if question.cumulative else None)
                last = one.measure.of_nothing if value is None or value != value else value
                whole[label, key] = last
        filled.append(whole)
    return filled


def series_names(series: Sequence[Series]) -> list[str]:
    """The label of each series, else its event; equal ones are numbered."""
    seen: Counter[str] = Counter()
    names = []
    for one in series:
        name = one.label or one.wanted.event or ANY_EVENT
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return names


def days_before(days: Days) -> Days:
    """As many days, right before."""
    return Days(days.first - timedelta(days=len(days)), days.first - timedelta(days=1), days.tz)
