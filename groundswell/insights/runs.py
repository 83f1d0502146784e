"""Runs through a funnel, found for all actors at once.

A run is fixed by its first event; each later step takes the earliest later unused event that fills it. Events of one
actor at one instant have no order of their own: they are taken in the one that carries the run furthest. Everything
here works on *instants*, the rows of one actor at one time taken together, and goes step by step over all runs at once.

Why filling as many steps as possible at every instant is enough: a run with more steps behind it at the same instant
can do whatever one with fewer can, and not later. Two things break that, and there every choice is followed: with
``strict``, events at the instant of the start may come before it instead of lying between; and an exclusion that
begins at a later step can be escaped by filling that step later.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.grouped import Grouped
from groundswell.insights.instants import (
    MAX_STEPS,
    Bools,
    Following,
    Instants,
    Kind,
    Masks,
    Micros,
    Places,
    Rows,
    place_event,
)

__all__ = ["MAX_STEPS", "Exclusion", "Order", "Rows", "Rules", "Runs", "best_runs", "spread"]

PIECE = 1 << 18  # rows worked on at once: few enough to stay near the processor, many enough to be fast
BRANCHES = 1 << 19  # runs under way at once before those that are alike are sought out
FAR = np.int32(np.iinfo(np.int32).max)  # the place of an instant that never comes


class Order(StrEnum):
    """How closely a run follows the steps."""

    ORDERED = "ordered"
    STRICT = "strict"
    ANY = "any"


@dataclass(frozen=True)
class Exclusion:
    """A run ends where an excluded event lies strictly between the instants of two of these steps (1 is the first)."""

    from_step: int
    to_step: int


@dataclass(frozen=True)
class Rules:
    """What a run may do. ``window`` is in microseconds from the first event, its end included."""

    steps: int
    window: int
    order: Order = Order.ORDERED
    exclusions: tuple[Exclusion, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether steps are filled in their order and nothing ends a run but its window."""
        return self.order is Order.ORDERED and not self.exclusions

    @property
    def has_choices(self) -> bool:
        """Whether filling fewer steps at an instant may carry an ordered run further."""
        return self.order is Order.ORDERED and any(exclusion.from_step > 1 for exclusion in self.exclusions)


@dataclass(frozen=True)
class Runs:
    """The run that each actor counts with: the furthest, of equals the earliest."""

    actor: NDArray[np.uint64]
    depth: NDArray[np.uint8]  # steps reached, at least 1
    group: Places  # of the run's first event
    gaps: Micros  # [actors, steps - 1]: from each step to the next, -1 where the run had ended

    def __len__(self) -> int:
        return len(self.depth)


def best_runs(grouped: Grouped, rules: Rules, ranks: Callable[[], Places]) -> Runs:
    """The best run of every actor that has one. All rows of an actor must be there.

    ``ranks`` gives the place of each group among those of one instant: the first of equal runs is that of the lowest.
    """
    quick = _no_runs(rules)
    if rules.is_plain and grouped.are_many:
        quick, grouped = _followed_at_once(grouped, rules)
    rows = _with_ties_by_rank(grouped.together(), ranks)
    if rules.order is not Order.STRICT:
        matters = (rows.fills | rows.excluded) != 0
        rows = rows if matters.all() else rows.take(matters)
    return _all_of([quick, *(_best_of_piece(piece, rules) for piece in _pieces(rows))])


def _followed_at_once(grouped: Grouped, rules: Rules) -> tuple[Runs, Grouped]:
    """The best runs of the actors whose events can be followed in one pass, and the other actors."""
    from groundswell.insights import passes

    rows = grouped.rows
    first, depth, gaps, is_hard = passes.follow_in_order(
        grouped.order, grouped.begin, grouped.end, rows.at, rows.fills, rows.startable, rows.group,
        rules.steps, rules.window,
    )  # fmt: skip
    first, depth, gaps = first[depth > 0], depth[depth > 0], gaps[depth > 0]
    return Runs(rows.actor[first], depth, rows.group[first], gaps), grouped.only(is_hard)


def _with_ties_by_rank(rows: Rows, ranks: Callable[[], Places]) -> Rows:
    """Rows by actor and time: those of one instant by the ranks of their groups."""
    is_tie = (rows.actor[1:] == rows.actor[:-1]) & (rows.at[1:] == rows.at[:-1]) & (rows.group[1:] != rows.group[:-1])
    return rows.take(np.lexsort((ranks()[rows.group], rows.at, rows.actor))) if is_tie.any() else rows


def spread(runs: Runs, codes: Sequence[Sequence[int]]) -> Runs:
    """Every run once for each of the codes that stand for its group: an event with a list counts under each element."""
    times = np.array([len(several) for several in codes], np.intp)[runs.group]
    flat = np.array([code for several in codes for code in several], np.int32)
    begins = np.cumsum([0, *(len(several) for several in codes)])[runs.group]
    which = np.repeat(np.arange(len(runs)), times)
    within = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
    return Runs(runs.actor[which], runs.depth[which], flat[begins[which] + within], runs.gaps[which])


def _no_runs(rules: Rules) -> Runs:
    nobody = np.zeros(0, np.int64)
    gaps = np.zeros((0, rules.steps - 1), np.int64)
    return Runs(nobody.astype(np.uint64), nobody.astype(np.uint8), nobody.astype(np.int32), gaps)


def _pieces(rows: Rows) -> Iterator[Rows]:
    """The rows in pieces of about ``PIECE``, never cutting through an actor."""
    edges = np.flatnonzero(rows.actor[1:] != rows.actor[:-1]) + 1
    wanted = np.searchsorted(edges, np.arange(PIECE, len(rows), PIECE))
    cuts = [0, *dict.fromkeys(edges[wanted[wanted < len(edges)]].tolist()), len(rows)]
    for first, last in pairwise(cuts):
        if first < last:
            yield rows.take(slice(first, last))


def _best_of_piece(rows: Rows, rules: Rules) -> Runs:
    instants = Instants(rows, rules.steps)
    follow = _follow_any if rules.order is Order.ANY else _follow
    return _chosen(instants, follow(instants, rules))


# Following runs ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Front:
    """All runs that filled some step. Of an actor's runs the best one comes first, if none of them gets further."""

    parent: Places  # their places in the front before; in the first front the row of their first event
    instant: Places  # where the step was filled
    began: Micros
    stop: Places  # the first instant of the next actor
    bars: tuple[Places, ...]  # for each exclusion the excluded instant that its later steps must not lie beyond
    spare: Places | None = None  # how many further steps events of this instant fill; None where no instant is shared
    may_leave: Bools | None = None  # strict: whether no unused event of this instant would lie between

    def __len__(self) -> int:
        return len(self.instant)

    def take(self, which: NDArray[np.intp]) -> "Front":
        return Front(
            parent=self.parent[which],
            instant=self.instant[which],
            began=self.began[which],
            stop=self.stop[which],
            bars=tuple(bar[which] for bar in self.bars),
            spare=None if self.spare is None else self.spare[which],
            may_leave=None if self.may_leave is None else self.may_leave[which],
        )


@dataclass(frozen=True)
class Course:
    """Instants under rules, and for each exclusion where its events lie."""

    instants: Instants
    rules: Rules
    excluded: tuple[Following, ...]

    @classmethod
    def of(cls, instants: Instants, rules: Rules) -> "Course":
        bits = [np.uint32(1 << bit) for bit in range(len(rules.exclusions))]
        return cls(instants, rules, tuple(Following((instants.excluded & bit) != 0) for bit in bits))

    @property
    def is_strict(self) -> bool:
        return self.rules.order is Order.STRICT

    def begin(self, row: Places, spare: Places | None = None) -> Front:
        """Runs whose first events are these rows."""
        instant = self.instants.of_row[row]
        never = np.full(len(row), FAR, np.int32)
        return Front(
            parent=row,
            instant=instant,
            began=self.instants.at[instant],
            stop=self.instants.stop_after(instant),
            bars=self._bars((never,) * len(self.excluded), instant, 0),
            spare=spare,
            may_leave=np.ones(len(row), bool) if self.is_strict else None,
        )

    def allows(self, front: Front, target: Places, step: int) -> Bools:
        """Whether each run may fill ``step`` at its target: same actor, inside the window, nothing excluded between."""
        allowed: Bools = target < front.stop
        allowed &= self.instants.at[target] - front.began <= self.rules.window
        for exclusion, bar in zip(self.rules.exclusions, front.bars, strict=True):
            if exclusion.from_step <= step < exclusion.to_step:
                allowed &= bar >= target
        return allowed

    def advance(self, front: Front, parent: NDArray[np.intp], instant: Places, step: int) -> Front:
        """The runs ``parent`` of the front, which fill ``step`` at ``instant``."""
        ahead = front.take(parent)
        bars = self._bars(ahead.bars, instant, step)
        return replace(ahead, parent=parent.astype(np.int32), instant=instant, bars=bars)

    def _bars(self, bars: tuple[Places, ...], instant: Places, step: int) -> tuple[Places, ...]:
        return tuple(
            excluded.after(instant) if exclusion.from_step == step + 1 else bar
            for exclusion, excluded, bar in zip(self.rules.exclusions, self.excluded, bars, strict=True)
        )


def _follow(instants: Instants, rules: Rules) -> list[Front]:
    """Ordered and strict runs: a front for each step, as long as anybody gets there."""
    course = Course.of(instants, rules)
    fronts = [_set_out(course)]
    for step in range(1, rules.steps):
        front = _fill(course, fronts[-1], step)
        if not len(front):
            break
        fronts.append(front)
    return fronts


def _set_out(course: Course) -> Front:
    """A run for each first-step event inside the dates; where it matters, for each number of steps that its instant
    may fill besides."""
    instants = course.instants
    begins = (instants.rows.fills & np.uint32(1) != 0) & instants.rows.startable
    row = np.flatnonzero(begins).astype(np.int32)
    if not instants.is_crowded:
        return course.begin(row)
    spare = instants.lead(row)
    if course.is_strict or course.rules.has_choices:
        entry, spare = _each_bit((np.uint32(2) << spare.astype(np.uint32)) - np.uint32(1))
        row = row[entry]
    # Same instant, same number of steps there: the same run. More steps there: an earlier one.
    merit = instants.of_row[row] * np.int64(32) - spare
    order = np.argsort(merit, kind="stable")
    order = order[np.diff(merit[order], prepend=np.iinfo(np.int64).min) != 0]
    return course.begin(row[order], spare[order])


def _fill(course: Course, front: Front, step: int) -> Front:
    """The runs of the front that also fill ``step``, and where."""
    target = _targets(course, front, step)
    allowed = course.allows(front, target, step)
    if course.is_strict:
        allowed &= _is_next(course, front, target, step)
    parent = np.flatnonzero(allowed)
    ahead = course.advance(front, parent, target[parent], step)
    if ahead.spare is None:
        return ahead
    return _branch(course, ahead, step) if course.rules.has_choices else _settle_in(course, ahead, step)


def _targets(course: Course, front: Front, step: int) -> Places:
    """Where each run would fill ``step``: at the instant where it is, or at the next one that can."""
    ordered = not course.is_strict
    target = course.instants.following(step).after(front.instant) if ordered else front.instant + np.int32(1)
    return target if front.spare is None else np.where(front.spare > 0, front.instant, target)


def _is_next(course: Course, front: Front, target: Places, step: int) -> Bools:
    """Whether the event next to the last one fills ``step``."""
    can = course.instants.can[np.minimum(target, len(course.instants) - 1)]
    fills: Bools = (can >> np.uint32(step)) & np.uint32(1) != 0
    if front.spare is not None and front.may_leave is not None:
        fills &= (front.spare > 0) | front.may_leave
    return fills


def _settle_in(course: Course, front: Front, step: int) -> Front:
    """The front with what each run still finds at its instant: as many steps as possible are filled there."""
    spare, is_new = _used_up(front)
    crowd = np.flatnonzero(is_new & (course.instants.size[front.instant] > 1))
    spare[crowd] = course.instants.stretch(front.instant[crowd], step) - 1
    if front.may_leave is None:
        return replace(front, spare=spare)
    may_leave = np.where(is_new, spare + 1 == course.instants.size[front.instant], front.may_leave)
    return replace(front, spare=spare, may_leave=may_leave)


def _branch(course: Course, front: Front, step: int) -> Front:
    """The front with a run for each number of steps that may be filled at the instant just reached."""
    spare, is_new = _used_up(front)
    crowd = np.flatnonzero(is_new & (course.instants.size[front.instant] > 1))
    options = np.uint32(1) << spare.astype(np.uint32)
    options[crowd] = course.instants.choices(front.instant[crowd], step) >> np.uint32(1)
    if not (np.bitwise_count(options[crowd]) > 1).any():
        return replace(front, spare=np.bitwise_count(options - np.uint32(1)).astype(np.int32))
    entry, spare = _each_bit(options)
    branched = replace(front.take(entry), spare=spare)
    return _without_twins(branched) if len(branched) > BRANCHES else branched


def _used_up(front: Front) -> tuple[Places, Bools]:
    """What is left to be filled at the instants after one more step; and which runs have just come to theirs."""
    if front.spare is None:
        raise ValueError("No instant of this front is shared.")
    return np.maximum(front.spare - 1, 0), front.spare == 0


def _without_twins(front: Front) -> Front:
    """Of runs with the same start and the same prospects the first, which is the earliest."""
    spare = [] if front.spare is None else [front.spare]
    state = np.stack([front.began, front.stop, front.instant, *spare, *front.bars], axis=1)
    _, kept = np.unique(state, axis=0, return_index=True)
    return front.take(np.sort(kept))


def _each_bit(masks: Masks) -> tuple[NDArray[np.intp], Places]:
    """Every set bit of every mask: which mask, which bit; by mask, the highest bit first."""
    bits = np.arange(int(masks.max(initial=0)).bit_length() - 1, -1, -1, dtype=np.int32)
    found = [np.flatnonzero(masks & np.uint32(1 << bit)) for bit in bits.tolist()]
    which = np.concatenate([np.zeros(0, np.intp), *found])
    bit = np.repeat(bits, [len(places) for places in found])
    order = np.argsort(which, kind="stable")
    return which[order], bit[order]


# Steps in any order --------------------------------------------------------------------------------------------------


def _follow_any(instants: Instants, rules: Rules) -> list[Front]:
    """Runs that fill the steps in any order: a front for each number of different steps.

    Runs that start at the same instant see the same events, so one of them stands for all. An event is used if it
    makes one step more possible, whatever the events before it filled: the greedy order of a matroid is the best.
    """
    rows, course, ledger = instants.rows, Course.of(instants, rules), Ledger()
    nexts = [Following((rows.fills & np.uint32(1 << step)) != 0) for step in range(rules.steps)]
    front = course.begin(_first_starts(instants))
    row = _next_useful(nexts, instants.first[front.instant], np.zeros(len(front), np.uint32))
    closed, loose = ledger.enter(np.zeros(len(front), np.uint32), np.zeros(len(front), np.int32), rows.fills[row])
    fronts = [front]
    for step in range(1, rules.steps):
        row = _next_useful(nexts, row + np.int32(1), closed)
        target = instants.of_row[row]
        parent = np.flatnonzero(course.allows(front, target, step))
        if not len(parent):
            break
        row = row[parent]
        closed, loose = ledger.enter(closed[parent], loose[parent], rows.fills[row])
        front = course.advance(front, parent, target[parent], step)
        fronts.append(front)
    return fronts


def _first_starts(instants: Instants) -> Places:
    """The first row of each instant at which a run may start."""
    row = np.flatnonzero((instants.rows.fills != 0) & instants.rows.startable).astype(np.int32)
    is_first: Bools = np.diff(instants.of_row[row], prepend=np.int32(-1)) != 0
    return row[is_first]


def _next_useful(nexts: Sequence[Following], row: Places, closed: Masks) -> Places:
    """The first row from ``row`` on that can fill a step not closed."""
    found = np.full(len(row), FAR, np.int32)
    for step, following in enumerate(nexts):
        is_closed = (closed & np.uint32(1 << step)) != 0
        np.minimum(found, np.where(is_closed, FAR, following.at_or_after(row)), out=found)
    return found


class Ledger:
    """What the events taken so far have filled.

    A step is closed when no further event could add to the count by filling it: it is filled, and the events
    there can move nowhere else. Events that still have a choice are loose; a number stands for each set of them.
    """

    def __init__(self) -> None:
        self._sets: list[Kind] = [()]
        self._number: dict[Kind, int] = {(): 0}
        self._known: dict[int, tuple[int, int]] = {}

    def enter(self, closed: Masks, loose: Places, masks: Masks) -> tuple[Masks, Places]:
        """Closed steps and loose events after taking events with these masks, each of which fills an open step."""
        fresh = masks & ~closed
        tangled = np.flatnonzero((loose != 0) | (np.bitwise_count(fresh) > 1))
        now_closed, now_loose = closed | fresh, loose.copy()
        if len(tangled):
            now_closed[tangled], now_loose[tangled] = self._untangle(closed[tangled], loose[tangled], fresh[tangled])
        return now_closed, now_loose

    def _untangle(self, closed: Masks, loose: Places, fresh: Masks) -> tuple[Masks, Places]:
        wide = np.uint64(MAX_STEPS)
        case = (loose.astype(np.uint64) << wide | closed) << wide | fresh
        cases, which = np.unique(case, return_inverse=True)
        outcome = np.array([self._settle(int(one)) for one in cases], np.uint32)[which]
        return outcome[:, 0], outcome[:, 1].astype(np.int32)

    def _settle(self, case: int) -> tuple[int, int]:
        if case not in self._known:
            low = (1 << MAX_STEPS) - 1
            closed, fresh = case >> MAX_STEPS & low, case & low
            shut, loose = _shut((*self._sets[case >> 2 * MAX_STEPS], fresh))
            if loose not in self._number:
                self._number[loose] = len(self._sets)
                self._sets.append(loose)
            self._known[case] = closed | shut, self._number[loose]
        return self._known[case]


def _shut(events: Kind) -> tuple[int, Kind]:
    """Of events that can all fill a step each: the steps that no further event can add, and the events not bound."""
    step_of: dict[int, int] = {}
    for step in range(MAX_STEPS):
        place_event(events, step, step_of, set())
    is_open = ~sum(1 << step for step in step_of.values())
    bound = set(step_of)
    while movable := {event for event in bound if events[event] & is_open}:
        is_open |= sum(1 << step_of[event] for event in movable)
        bound -= movable
    shut = sum(1 << step_of[event] for event in bound)
    return shut, tuple(sorted(mask & ~shut for event, mask in enumerate(events) if event not in bound))


# Results -------------------------------------------------------------------------------------------------------------


def _chosen(instants: Instants, fronts: Sequence[Front]) -> Runs:
    """The best run of each actor: the first one in the furthest front that the actor reaches."""
    is_done = np.zeros(len(instants.edge), bool)
    found = []
    for depth in range(len(fronts), 0, -1):
        actor = instants.actor[fronts[depth - 1].instant]
        entry = np.flatnonzero(np.diff(actor, prepend=np.int32(-1)))
        entry = entry[~is_done[actor[entry]]]
        is_done[actor[entry]] = True
        found.append(_traced(instants, fronts[:depth], entry))
    return _all_of(found)


def _traced(instants: Instants, fronts: Sequence[Front], entry: NDArray[np.intp]) -> Runs:
    """The runs that ended at these places of the last front."""
    gaps = np.full((len(entry), instants.steps - 1), -1, np.int64)
    place: NDArray[np.signedinteger] = entry
    for step in range(len(fronts) - 1, 0, -1):
        gaps[:, step - 1] = instants.at[fronts[step].instant[place]]
        place = fronts[step].parent[place]
        gaps[:, step - 1] -= instants.at[fronts[step - 1].instant[place]]
    row = fronts[0].parent[place]
    depth = np.full(len(row), len(fronts), np.uint8)
    return Runs(instants.rows.actor[row], depth, instants.rows.group[row], gaps)


def _all_of(found: Sequence[Runs]) -> Runs:
    return Runs(**{field.name: np.concatenate([getattr(runs, field.name) for runs in found]) for field in fields(Runs)})
