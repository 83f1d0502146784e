"""The best run of everybody, from the events that ``stories`` reads."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.insights.grouped import Grouped
from groundswell.insights.instants import Masks, Rows
from groundswell.insights.owners import Owners
from groundswell.insights.rules import Order, Rules
from groundswell.insights.runs import Runs, best_runs
from groundswell.insights.seen import Seen
from groundswell.insights.stories import numbers

Kept = TypeVar("Kept")
FIRST_STEP, EVERY_STEP = np.uint32(1), np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class RunFinder(Generic[Kept]):
    """Finds the best run of every actor, and keeps of them what ``keep`` makes of it; their groups are the codes of
    ``seen``, which also counts what could begin one.

    Events have the columns fills, excluded (if any) and raw0, raw1, …, ``raws`` of them. Where ``owners`` is given it
    is said there what is asked of the actors themselves. ``until`` is the end of the dates (µs).
    """

    rules: Rules
    seen: Seen
    until: int
    raws: int
    owners: Owners | None
    keep: Callable[[Runs], Kept]

    def rows(self, found: pa.Table) -> Rows:
        """The columns of events that were read."""
        at, fills = numbers(found, "at", np.int64), numbers(found, "fills", np.uint32)
        raws = [found.column(f"raw{place}") for place in range(self.raws)]
        return Rows(
            actor=numbers(found, "actor", np.uint64),
            at=at,
            fills=fills,
            excluded=numbers(found, "excluded", np.uint32) if self.rules.exclusions else np.zeros_like(fills),
            startable=at < self.until,
            group=self.seen.codes(raws) if raws and len(at) else np.zeros(len(at), np.int32),
        )

    def worked_out(self, grouped: Grouped[Rows]) -> Kept:
        """What is kept of the best runs of these actors, all of whose events these are."""
        owners = self.owners
        if owners is not None and owners.are_limited:
            grouped = _where_they_may(grouped, owners.may[owners.places(grouped.actors)])
        runs = best_runs(grouped, self.rules, self.seen.ranks)
        if owners is not None and owners.are_told_apart:
            starts = grouped.sums(self._begins(grouped.rows))
            self.seen.count(owners.code[owners.places(grouped.actors)], starts)
            return self.keep(replace(runs, group=owners.code[owners.places(runs.actor)]))
        if self.raws:
            begins = self._begins(grouped.rows)
            self.seen.count(grouped.rows.group[grouped.places], begins[grouped.places])
        return self.keep(runs)

    def _begins(self, rows: Rows) -> NDArray[np.bool_]:
        """Which events could begin a run."""
        steps = EVERY_STEP if self.rules.order is Order.ANY else FIRST_STEP
        begins: NDArray[np.bool_] = rows.startable & (rows.fills & steps != 0)
        return begins


def _where_they_may(grouped: Grouped[Rows], may: Masks) -> Grouped[Rows]:
    """The same where events fill only such steps as their actors may fill."""
    fills = grouped.rows.fills.copy()
    fills[grouped.places] &= np.repeat(may, grouped.sizes)
    return replace(grouped, rows=replace(grouped.rows, fills=fills))
