"""Runs in order, and strict ones, step by step over all of them at once.

Why filling as many steps as possible at every instant is enough: a run with more steps behind it at the same instant
can do whatever one with fewer can, and not later. Two things break that, and there every choice is followed: with
``strict``, events at the instant of the start may come before it instead of lying between; and an exclusion that
begins at a later step can be escaped by filling that step later.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.instants import Bools, Following, Instants, Masks, Micros, Places
from groundswell.insights.rules import Order, Rules

BRANCHES = 1 << 19  # runs under way at once before those that are alike are sought out
FAR = np.int32(np.iinfo(np.int32).max)  # the place of an instant that never comes


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


def follow(instants: Instants, rules: Rules) -> list[Front]:
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
