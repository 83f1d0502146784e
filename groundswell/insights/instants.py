"""Events of actors, and their instants: the events of one actor at one time taken together.

Events at one instant have no order of their own. What matters is how many steps of a funnel they fill, one event a
step, when they are taken in the order that suits best; where an event could fill either of two steps that is a
matching, worked out once for each kind of instant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.moments import Moments

MAX_STEPS = 20

Bools = NDArray[np.bool_]
Masks = NDArray[np.uint32]
Places = NDArray[np.int32]
Micros = NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)
Kind = tuple[int, ...]  # the masks of the events of an instant that can fill a step, sorted


@dataclass(frozen=True)
class Rows(Moments):
    """Events: all of an actor side by side, in the order of time.

    ``fills`` has bit k set where the event can fill step k (0 is the first), ``excluded`` bit j where exclusion j
    names it, ``startable`` says that it lies inside the dates, ``group`` is the code of its breakdown value.
    Rows without any bit matter to ``strict`` alone.
    """

    fills: Masks
    excluded: Masks
    startable: Bools
    group: Places


class Following:
    """For every place the next one that has something; ``len(has)`` where there is none."""

    def __init__(self, has: Bools) -> None:
        places = np.append(np.flatnonzero(has), len(has)).astype(np.int32)
        self._next = np.repeat(places, np.diff(places, prepend=np.int32(-1)))

    def at_or_after(self, place: Places) -> Places:
        return self._next[place]

    def after(self, place: Places) -> Places:
        return self.at_or_after(place + np.int32(1))


class Instants:
    """The rows of each actor at each time, taken together: m of them, in order."""

    def __init__(self, rows: Rows, steps: int) -> None:
        self.rows = rows
        self.steps = steps
        new_actor = np.ones(len(rows), bool)
        np.not_equal(rows.actor[1:], rows.actor[:-1], out=new_actor[1:])
        new_instant = new_actor.copy()
        new_instant[1:] |= rows.at[1:] != rows.at[:-1]
        self.first = np.flatnonzero(new_instant).astype(np.int32)  # the first row of each
        self.is_crowded = len(self.first) < len(rows)  # somewhere several rows share an instant
        new_actor = new_actor[self.first] if self.is_crowded else new_actor
        self.actor = np.cumsum(new_actor, dtype=np.int32) - np.int32(1)  # [m] counted from 0
        self.edge = np.append(np.flatnonzero(new_actor), len(self.first)).astype(np.int32)  # where each actor begins
        self.at = np.append(rows.at[self.first] if self.is_crowded else rows.at, np.iinfo(np.int64).max)  # [m + 1]
        self.can: Masks = self._united(rows.fills)  # [m] steps that its events can fill
        self.excluded: Masks = self._united(rows.excluded)

    def __len__(self) -> int:
        return len(self.first)

    def _united(self, masks: Masks) -> Masks:
        return np.bitwise_or.reduceat(masks, self.first) if self.is_crowded else masks

    @cached_property
    def of_row(self) -> Places:
        """[rows + 1] the instant of each row, and m after the last one."""
        if not self.is_crowded:
            return np.arange(len(self.rows) + 1, dtype=np.int32)
        return np.repeat(np.arange(len(self) + 1, dtype=np.int32), np.append(self.size, 1))

    @cached_property
    def size(self) -> Places:
        """[m] how many rows each holds."""
        sizes: Places = np.diff(self.first, append=np.int32(len(self.rows)))
        return sizes

    @cached_property
    def filling(self) -> Places:
        """[m] how many of its rows can fill a step."""
        counts: Places = np.add.reduceat((self.rows.fills != 0).astype(np.int32), self.first)
        return counts

    @cached_property
    def crowds(self) -> "Crowds":
        """The hard ones: several rows can fill steps, and some of them either of two steps."""
        versatile = np.logical_or.reduceat(np.bitwise_count(self.rows.fills) > 1, self.first)
        return Crowds(self, versatile & (self.filling > 1))

    def stop_after(self, instant: Places) -> Places:
        """The first instant of the next actor."""
        stop: Places = self.edge[self.actor[instant] + 1]
        return stop

    def following(self, step: int) -> Following:
        return Following((self.can & np.uint32(1 << step)) != 0)

    def stretch(self, instant: Places, step: int) -> Places:
        """How many steps in a row, from ``step`` on, the events at an instant fill, one event a step."""
        found = _trailing_ones(self.can[instant] >> np.uint32(step))
        np.minimum(found, self.filling[instant], out=found)
        return self.crowds.correct(found, instant, lambda kind: stretch(kind, step))

    def lead(self, row: Places) -> Places:
        """How many steps after the first the other events at the instant of a starting row fill."""
        instant = self.of_row[row]
        found = _trailing_ones(self.can[instant] >> np.uint32(1))
        np.minimum(found, self.filling[instant] - 1, out=found)
        return self.crowds.correct(found, instant, lambda kind: stretch(kind, 1), without=self.rows.fills[row])

    def choices(self, instant: Places, step: int) -> Masks:
        """Bit m set where some order of the events at an instant fills exactly m steps from ``step`` on, m > 0."""
        longest = self.stretch(instant, step).astype(np.uint32)
        found = (np.uint32(2) << longest) - np.uint32(2)
        return self.crowds.correct(found, instant, lambda kind: choices(kind, step, self.steps))


def _trailing_ones(masks: Masks) -> Places:
    zeros = ~masks
    lowest_zero = zeros & (np.uint32(0) - zeros)
    return np.bitwise_count(lowest_zero - np.uint32(1)).astype(np.int32)


class Crowds:
    """Instants where it must be worked out which event fills which step; done once for each kind of instant."""

    def __init__(self, instants: Instants, is_hard: Bools) -> None:
        self._is_hard = is_hard
        self._any = bool(is_hard.any())
        if self._any:
            self._rows, self._begin = self._sorted_rows(instants)
            self._digest = np.zeros(len(instants), np.uint64)
            self._digest[is_hard] = np.add.reduceat(_mixed(self._rows), self._begin[:-1])
            self._rank = np.cumsum(is_hard, dtype=np.int32) - np.int32(1)

    def _sorted_rows(self, instants: Instants) -> tuple[Masks, NDArray[np.intp]]:
        """The masks of hard instants, sorted, and where each instant begins. As many alike as steps are enough."""
        row = np.flatnonzero(self._is_hard[instants.of_row[:-1]] & (instants.rows.fills != 0))
        row = row[np.lexsort((instants.rows.fills[row], instants.of_row[row]))]
        instant, mask = instants.of_row[row], instants.rows.fills[row]
        is_new = np.ones(len(row), bool)
        is_new[1:] = (instant[1:] != instant[:-1]) | (mask[1:] != mask[:-1])
        begins = np.flatnonzero(is_new)
        nth = np.arange(len(row)) - np.repeat(begins, np.diff(begins, append=len(row)))
        kept = nth <= instants.steps  # one more than steps: a run's first event is still to be taken away
        instant, mask = instant[kept], mask[kept]
        edges = np.flatnonzero(np.diff(instant, prepend=np.int32(-1)))
        return mask, np.append(edges, len(mask))

    def correct(
        self,
        found: NDArray[Number],
        instant: Places,
        answer: Callable[[Kind], int],
        *,
        without: Masks | None = None,
    ) -> NDArray[Number]:
        """``found`` with the answers for hard instants put in; ``without`` takes an event with that mask away first."""
        hard = np.flatnonzero(self._is_hard[instant]) if self._any else np.zeros(0, np.intp)
        if not len(hard):
            return found
        gone = np.zeros(len(hard), np.uint32) if without is None else without[hard]
        digest = self._digest[instant[hard]] - _mixed(gone)
        _, examples, kind = np.unique(digest, return_index=True, return_inverse=True)
        answers = [answer(self._kind(int(instant[hard[one]]), int(gone[one]))) for one in examples]
        found[hard] = np.array(answers, found.dtype)[kind]
        return found

    def _kind(self, instant: int, gone: int) -> Kind:
        rank = self._rank[instant]
        masks = self._rows[self._begin[rank] : self._begin[rank + 1]].tolist()
        if gone:
            masks.remove(gone)
        return tuple(masks)


def _mixed(masks: Masks) -> NDArray[np.uint64]:
    """64 scattered bits for each mask (the finalizer of SplitMix64), 0 for 0: their sum tells one set from another."""
    bits = masks.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits = (bits ^ (bits >> np.uint64(shift))) * np.uint64(factor)
    return bits ^ (bits >> np.uint64(31))


@lru_cache(maxsize=1 << 16)
def stretch(kind: Kind, step: int) -> int:
    """How many of the steps ``step``, ``step + 1``, … events fill, each one (augmenting paths: Kuhn 1955)."""
    step_of: dict[int, int] = {}
    length = 0
    while place_event(kind, step + length, step_of, set()):
        length += 1
    return length


def place_event(kind: Kind, step: int, step_of: dict[int, int], tried: set[int]) -> bool:
    """Let some event fill ``step``, moving others to other steps; ``step_of`` (event: step) is changed."""
    for event, mask in enumerate(kind):
        if mask >> step & 1 and event not in tried:
            tried.add(event)
            if event not in step_of or place_event(kind, step_of[event], step_of, tried):
                step_of[event] = step
                return True
    return False


@lru_cache(maxsize=1 << 16)
def choices(kind: Kind, step: int, steps: int) -> int:
    """Bit m set where some order of these events fills exactly m steps from ``step`` on.

    An event is left over when it comes at a moment whose next step it cannot fill. One that can fill all of them,
    the one after the last included, is never left over; so no more than m of those may be there.
    """
    found = 0
    for length in range(1, stretch(kind, step) + 1):
        needed = ((1 << min(length + 1, steps - step)) - 1) << step
        never_left = sum(1 for mask in kind if mask & needed == needed)
        if never_left <= length or step + length == steps:
            found |= 1 << length
    return found
