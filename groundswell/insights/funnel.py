"""Funnels: how many went through steps, one after the other.

    Funnel → plan → SQL + parameters → run → reached → rows

Everybody's events are followed run by run (``stories``, ``runs``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, TypeVar

import numpy as np

from groundswell.conditions.names import Names
from groundswell.conditions.sql import mask_sql
from groundswell.conditions.types import Wanted
from groundswell.insights import recalled
from groundswell.insights.instants import Masks, Places
from groundswell.insights.labels import Label, as_answered, folded, in_order, labels_of, shown, sort_key, values_told
from groundswell.insights.owners import BY_OWNER, Asked, Owners
from groundswell.insights.recalled import Recalling
from groundswell.insights.rules import Exclusion, Order, Rules
from groundswell.insights.run_finder import RunFinder
from groundswell.insights.runs import Runs, spread
from groundswell.insights.seen import Seen
from groundswell.insights.split import counted
from groundswell.insights.stories import Reading, about, follow
from groundswell.insights.tally import Tally
from groundswell.insights.types import Count, Found, Funnel
from groundswell.kernel.clock import MICROSECONDS_PER_SECOND, from_us
from groundswell.kernel.periods import Days, zone
from groundswell.store import service as store

COLUMNS = ("step", "label", "breakdown", "count", "share_of_first", "share_of_previous", "median_seconds")
Kept = TypeVar("Kept")


def answer(project: int, question: Funnel) -> Found:
    """Rows of ``COLUMNS``: by breakdown value, then by step."""
    seen = Seen()
    reached = _reached(question, followed(project, question, seen, _all), seen)
    rows = [row for label in sorted(reached, key=sort_key) for row in _rows(question, label, reached[label])]
    return Found(rows, values_told(list(reached), question.breakdown))


@dataclass(frozen=True)
class Reached:
    """How many got to each step, and the median of µs from the step before; None where there is none."""

    counts: Sequence[int]
    medians: Sequence[float | None]


# Planning ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """The query for the events that matter, as far as it is decided."""

    project: int
    question: Funnel
    names: Names
    steps: tuple[str, ...] = ()  # conditions
    excluded: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    where: tuple[str, ...] = ()

    @property
    def actor(self) -> str:
        return "account" if self.question.count is Count.ACCOUNTS else "person"


def _fill_steps(plan: Plan) -> Plan:
    steps = tuple(_condition(plan.names, step.wanted) for step in plan.question.steps)
    fills = _mask(plan.names, [step.wanted for step in plan.question.steps], steps)
    return replace(plan, steps=steps, columns=(*plan.columns, f"{fills} AS fills"))


def _exclude(plan: Plan) -> Plan:
    if not plan.question.exclude:
        return plan
    excluded = tuple(_condition(plan.names, one.wanted) for one in plan.question.exclude)
    mask = _mask(plan.names, [one.wanted for one in plan.question.exclude], excluded)
    return replace(plan, excluded=excluded, columns=(*plan.columns, f"{mask} AS excluded"))


def _leave_out_what_says_nothing(plan: Plan) -> Plan:
    """Between the steps of a strict funnel every event says something; else only steps and exclusions do."""
    where = () if plan.actor == "person" else ("account != 0",)
    if plan.question.order is Order.STRICT:
        return replace(plan, where=where)
    return replace(plan, where=(*where, *_any_of(plan.names, _wanted(plan.question), plan.steps + plan.excluded)))


def _break_down(plan: Plan) -> Plan:
    """The breakdown's raw values, of events that could begin a run."""
    raws = [plan.names.raw(name) for name in plan.question.breakdown]
    begins = _begins(plan) if raws else ""
    columns = [f"if({begins}, {raw}, '') AS raw{place}" for place, raw in enumerate(raws)]
    return replace(plan, columns=(*plan.columns, *columns))


STEPS: tuple[Callable[[Plan], Plan], ...] = (_fill_steps, _exclude, _leave_out_what_says_nothing, _break_down)


def planned(project: int, question: Funnel) -> Plan:
    """The query for the events that matter to the question."""
    return reduce(lambda plan, step: step(plan), STEPS, Plan(project, question, Names(project)))


def sql_of(plan: Plan) -> str:
    """The query's text, as ``stories`` reads it."""
    actor = "id" if plan.actor == "person" else plan.actor
    columns = [f"{actor} AS actor", "toUnixTimestamp64Micro(timestamp) AS at", *plan.columns]
    where = " AND ".join([*plan.where, "id BETWEEN {lo:UInt64} AND {hi:UInt64}"])
    return f"SELECT {', '.join(columns)}\nFROM scope.events AS e{plan.names.joins}\nWHERE {where}"


def _condition(names: Names, wanted: Wanted) -> str:
    return " AND ".join(names.wanted(wanted)) or "1"


def _mask(names: Names, several: Sequence[Wanted], conditions: Sequence[str]) -> str:
    """SQL for the bits of those that an event is. What asks for no more than a name is looked up at once, which is
    cheaper than to compare with each."""
    named: dict[str, int] = {}
    for bit, one in enumerate(several):
        if one.event is not None and not one.where:
            named[one.event] = named.get(one.event, 0) | 1 << bit
    if len(named) < 2:
        return mask_sql(conditions)
    looked_up = f"toUInt32(transform(event, {names.params.texts(list(named))}, {list(named.values())}, 0))"
    each = zip(several, conditions, strict=True)
    others = ["0" if one.event in named and not one.where else condition for one, condition in each]
    return looked_up if set(others) == {"0"} else f"toUInt32({looked_up} + {mask_sql(others)})"


def _wanted(question: Funnel) -> list[Wanted]:
    return [step.wanted for step in question.steps] + [one.wanted for one in question.exclude]


def _any_of(names: Names, wanted: Sequence[Wanted], conditions: Sequence[str]) -> list[str]:
    """SQL that an event is one of the wanted ones; their names alone say so where nothing else is asked of them."""
    events = [one.event for one in wanted if one.event is not None]
    named = [f"event IN {names.params.texts(sorted(set(events)))}"] if len(events) == len(wanted) else []
    is_enough = named and not any(one.where for one in wanted)
    return named if is_enough else [*named, f"({' OR '.join(f'({condition})' for condition in conditions)})"]


def _begins(plan: Plan) -> str:
    """SQL that an event inside the dates could begin a run."""
    fills = "fills != 0" if plan.question.order is Order.ANY else "bitAnd(fills, 1) = 1"
    return f"{fills} AND at < {plan.names.params.bind(plan.question.days.end_us, 'Int64')}"


def _between(question: Funnel) -> tuple[int, int]:
    """From the first instant at which a run may begin to the last at which it may end."""
    return question.days.start_us, min(question.days.end_us + question.window_us, store.TO_END)


def _volume(project: int, question: Funnel) -> int:
    """About how many events matter."""
    names = Names(project)
    named = {one.event for one in _wanted(question)}
    wanted = "1"
    if None not in named and question.order is not Order.STRICT:
        wanted = f"event IN {names.params.texts(sorted(name for name in named if name))}"
    return about(project, _between(question), wanted, names.params)


# Following runs ------------------------------------------------------------------------------------------------------


def actors(project: int, question: Funnel, depths: range, label: Label) -> np.ndarray:
    """Who got to one of these depths (1 is the first step), under that label: persons or accounts, ascending."""
    seen = Seen()
    runs = followed(project, question, seen, _all)
    labels, codes = labelled(question, seen)
    if label not in labels:
        return np.zeros(0, np.uint64)
    place = labels.index(label)
    found = [
        each.actor[(each.group == place) & (each.depth >= depths.start) & (each.depth < depths.stop)]
        for each in (spread(each, codes) if question.breakdown else each for each in runs)
    ]
    return np.unique(np.concatenate([np.zeros(0, np.uint64), *found]))


def followed(
    project: int, question: Funnel, seen: Seen, keep: Callable[[Runs], Kept], anew: tuple[int, ...] = ()
) -> list[Kept]:
    """What is kept, piece by piece, of the runs that actors count with; they are counted anew from some instants on, as
    ``Rules`` say."""
    asked = Asked.of(question)
    exclusions = tuple(Exclusion(one.from_step, one.to_step) for one in question.exclude)
    rules = Rules(len(question.steps), question.window_us, question.order, exclusions, anew)
    if (recalling := _recalling(project, asked.left(question))) is not None:
        owners = Owners.of(project, asked, seen) if asked else None
        return recalled.follow(recalling, RunFinder(rules, seen, question.days.end_us, 0, owners, keep))
    volume = _volume(project, question)
    owners = Owners.of(project, asked, seen) if asked and volume >= BY_OWNER else None
    plan = planned(project, question if owners is None else asked.left(question))
    reading = Reading(
        project=project,
        sql=sql_of(plan),
        params=plan.names.params,
        between=_between(question),
        rows=volume,
        by_account=question.count is Count.ACCOUNTS,
    )
    raws = len(plan.question.breakdown)
    return follow(reading, RunFinder(rules, seen, question.days.end_us, raws, owners, keep))


def _recalling(project: int, question: Funnel) -> Recalling | None:
    """The events that matter, from memory; None where they are not there, or more is asked of them than their names."""
    wanted, between = _wanted(question), _between(question)
    events = sorted({one.event for one in wanted if one.event is not None and not one.where})
    is_more = question.breakdown or any(one.event is None or one.where for one in wanted)
    if is_more or question.order is Order.STRICT:
        return None
    fills = recalled.masks(events, [step.wanted for step in question.steps])
    excluded = recalled.masks(events, [one.wanted for one in question.exclude])

    def columns(which: Places) -> dict[str, Masks]:
        more = {"excluded": recalled.taken(excluded, which)} if question.exclude else {}
        return {"fills": recalled.taken(fills, which), **more}

    last = from_us(between[1] - 1).astimezone(zone(question.days.tz)).date()
    days = Days(question.days.first, last, question.days.tz)
    return recalled.recalling(project, events, days, between, columns, question.count)


def _all(runs: Runs) -> Runs:
    return runs


def _reached(question: Funnel, found: list[Runs], seen: Seen) -> dict[Label, Reached]:
    """What the runs got to, by label."""
    labels, codes = labelled(question, seen)
    tally = Tally(len(question.steps))
    for runs in found:
        tally.add(spread(runs, codes) if question.breakdown else runs)
    reached = tally.reached()
    nobody = Reached([0] * len(question.steps), [None] * len(question.steps))
    rows = zip(reached.group.tolist(), reached.count.tolist(), reached.median, strict=True)
    by_code = {code: Reached(count, _medians(question, median)) for code, count, median in rows}
    return {label: by_code.get(code, nobody) for code, label in enumerate(labels)}


def labelled(question: Funnel, seen: Seen) -> tuple[list[Label], list[list[int]]]:
    """The labels that have rows, the most frequent first; and for every code of ``seen`` the places of those it counts
    under."""
    if not question.breakdown:
        return [None], [[0]]
    counts = counted(seen.events)
    kept = shown(counts)
    labels = in_order(folded(counts, kept), kept)
    place = {label: number for number, label in enumerate(labels)}
    # What began no run counts nowhere; its code is never looked up.
    return labels, [[place[label] for label in folded(labels_of(raws), kept) if label in place] for raws in seen.raws]


def _medians(question: Funnel, found: np.ndarray) -> list[float | None]:
    return [None if np.isnan(one) or not question.medians else float(one) for one in found]


# Rows ----------------------------------------------------------------------------------------------------------------


def _rows(question: Funnel, label: Label, reached: Reached) -> list[list[Any]]:
    counts, shown_as = reached.counts, as_answered(label)
    before = [counts[0], *counts]
    return [
        [
            number, step.label, shown_as, count, _share(count, counts[0]), _share(count, previous),
            None if median is None else median / MICROSECONDS_PER_SECOND,
        ]
        for number, (step, count, previous, median) in enumerate(
            zip(question.steps, counts, before, reached.medians, strict=False), start=1
        )
    ]  # fmt: skip


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
