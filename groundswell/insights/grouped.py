"""Events brought together by actor, without moving them."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.instants import Bools, Micros, Places
from groundswell.insights.moments import Moments

R = TypeVar("R", bound=Moments)

MANY = 200_000  # rows from which it pays to have compiled passes in memory
MOST_STRETCHES = 64  # in which actors ascend: as many are merged, more are sorted


@dataclass(frozen=True)
class Grouped(Generic[R]):
    """Rows in any order, and in ``order`` those of each actor side by side, by time: ``begin`` to before ``end``."""

    rows: R
    order: NDArray[np.int64]
    begin: NDArray[np.int64]  # [actors]
    end: NDArray[np.int64]  # [actors]

    @classmethod
    def of(cls, rows: R) -> "Grouped[R]":
        """All of these rows. Events of an actor at one instant are in no certain order."""
        order, edges = _in_order(rows.actor, rows.at)
        return cls(rows, order, edges[:-1], edges[1:])

    def __len__(self) -> int:
        """How many rows."""
        return int(self.sizes.sum())

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many rows each actor has."""
        return self.end - self.begin

    @property
    def are_many(self) -> bool:
        """Whether there are so many rows that compiled passes over them pay."""
        return len(self.order) >= MANY

    @property
    def actors(self) -> NDArray[np.uint64]:
        """Each once, ascending."""
        return self.rows.actor[self.order[self.begin]]

    def sums(self, column: Bools) -> NDArray[np.int64]:
        """How many of each actor's rows have it."""
        until = np.concatenate([[0], np.cumsum(column[self.order])])
        sums: NDArray[np.int64] = until[self.end] - until[self.begin]
        return sums

    def only(self, which: Bools) -> "Grouped[R]":
        """Some of the actors."""
        return Grouped(self.rows, self.order, self.begin[which], self.end[which])

    def together(self) -> R:
        """The rows themselves, by actor and time."""
        return self.rows.take(self.places)

    @property
    def places(self) -> NDArray[np.int64]:
        """Where in the rows those of each actor are, actor by actor."""
        place = np.arange(len(self)) + np.repeat(self.end - np.cumsum(self.sizes), self.sizes)
        return self.order[place]


def by_label(actor: NDArray[np.uint64], label: Places) -> NDArray[np.intp]:
    """The order by label, then by actor; of equal ones in any. Large numbers are sorted fast if not stably, small ones
    stably."""
    order = np.argsort(actor)
    if not label.any():
        return order
    small = label.astype(np.uint16) if label.max() < 1 << 16 else label
    return order[np.argsort(small[order], kind="stable")]


def look_up(some: NDArray[np.uint64], among: NDArray[np.uint64]) -> tuple[NDArray[np.intp], Bools]:
    """Where each of some numbers would stand among others, at least one, which ascend; and whether it does."""
    place = np.minimum(np.searchsorted(among, some), len(among) - 1)
    return place, among[place] == some


def _in_order(actor: NDArray[np.uint64], at: Micros) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The order of rows by actor and time, and where in it each actor's begin, with the end."""
    if len(actor) < MANY:
        order = np.lexsort((at, actor)).astype(np.int64, copy=False)
        by_actor = actor[order]
        is_new = np.append(True, by_actor[1:] != by_actor[:-1])[: len(order)]
        return order, np.append(np.flatnonzero(is_new), len(order)).astype(np.int64, copy=False)
    from groundswell.insights import passes

    falls = np.flatnonzero(actor[1:] < actor[:-1]) + 1
    order = passes.merge(actor, np.array([0, *falls, len(actor)])) if len(falls) < MOST_STRETCHES else np.argsort(actor)
    return order, passes.sort_times(order, actor, at)
