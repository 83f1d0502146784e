"""Runs through a funnel, found for all actors at once.

A run is fixed by its first event; each later step takes the earliest later unused event that fills it. Events of one
actor at one instant have no order of their own: they are taken in the one that carries the run furthest. Everything
here works on *instants*, the rows of one actor at one time taken together, and goes step by step over all runs at once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.any_order import follow_any
from groundswell.insights.fronts import Front, follow
from groundswell.insights.grouped import Grouped
from groundswell.insights.instants import Instants, Micros, Places, Rows
from groundswell.insights.rules import Order, Rules

PIECE = 1 << 18  # rows worked on at once: few enough to stay near the processor, many enough to be fast


@dataclass(frozen=True)
class Runs:
    """The run that each actor counts with, or counts with in each stretch of time: the furthest, of equals the
    earliest."""

    actor: NDArray[np.uint64]
    began: Micros
    depth: NDArray[np.uint8]  # steps reached, at least 1
    group: Places  # of the run's first event
    gaps: Micros  # [actors, steps - 1]: from each step to the next, -1 where the run had ended

    def __len__(self) -> int:
        return len(self.depth)


def best_runs(grouped: Grouped[Rows], rules: Rules, ranks: Callable[[], Places]) -> Runs:
    """The best run of every actor that has one, in each stretch of time. All rows of an actor must be there.

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


def _followed_at_once(grouped: Grouped[Rows], rules: Rules) -> tuple[Runs, Grouped[Rows]]:
    """The best runs of the actors whose events can be followed in one pass, and the other actors."""
    from groundswell.insights import passes

    rows = grouped.rows
    is_hard = passes.hard(grouped.order, grouped.begin, grouped.end, rows.at, rows.fills, rows.group)
    plain = grouped.only(~is_hard)
    anew = np.array(rules.anew, np.int64)
    first, depth, gaps = passes.follow_in_order(
        grouped.order, plain.begin, plain.end, rows.at, rows.fills, rows.startable, rules.steps, rules.window, anew
    )
    return Runs(rows.actor[first], rows.at[first], depth, rows.group[first], gaps), grouped.only(is_hard)


def _with_ties_by_rank(rows: Rows, ranks: Callable[[], Places]) -> Rows:
    """Rows by actor and time: those of one instant by the ranks of their groups."""
    is_tie = (rows.actor[1:] == rows.actor[:-1]) & (rows.at[1:] == rows.at[:-1]) & (rows.group[1:] != rows.group[:-1])
    return rows.take(np.lexsort((ranks()[rows.group], rows.at, rows.actor))) if is_tie.any() else rows


def told_apart(groups: Places, codes: Sequence[Sequence[int]]) -> tuple[NDArray[np.intp], Places]:
    """Each place once for each of the codes that stand for its group, and that code: an event with a list counts under
    each element."""
    times = np.array([len(several) for several in codes], np.intp)[groups]
    flat = np.array([code for several in codes for code in several], np.int32)
    begins = np.cumsum([0, *(len(several) for several in codes)])[groups]
    which = np.repeat(np.arange(len(groups)), times)
    within = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
    return which, flat[begins[which] + within]


def spread(runs: Runs, codes: Sequence[Sequence[int]]) -> Runs:
    """Every run once for each of the codes that stand for its group."""
    which, code = told_apart(runs.group, codes)
    return Runs(runs.actor[which], runs.began[which], runs.depth[which], code, runs.gaps[which])


def _no_runs(rules: Rules) -> Runs:
    nobody = np.zeros(0, np.int64)
    gaps = np.zeros((0, rules.steps - 1), np.int64)
    return Runs(nobody.astype(np.uint64), nobody, nobody.astype(np.uint8), nobody.astype(np.int32), gaps)


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
    fronts = follow_any(instants, rules) if rules.order is Order.ANY else follow(instants, rules)
    return _chosen(instants, fronts, rules)


# Results -------------------------------------------------------------------------------------------------------------


def _chosen(instants: Instants, fronts: Sequence[Front], rules: Rules) -> Runs:
    """The best run of each actor in each stretch of time: the first one in the furthest front that has one."""
    counted = np.unique(_counted_as(instants, fronts[0], rules))
    is_done = np.zeros(len(counted), bool)
    found = []
    for depth in range(len(fronts), 0, -1):
        whose = _counted_as(instants, fronts[depth - 1], rules)
        entry = np.flatnonzero(np.diff(whose, prepend=np.int64(-1)))
        place = np.searchsorted(counted, whose[entry])
        entry, place = entry[~is_done[place]], place[~is_done[place]]
        is_done[place] = True
        found.append(_traced(instants, fronts[:depth], entry))
    return _all_of(found)


def _counted_as(instants: Instants, front: Front, rules: Rules) -> Micros:
    """What the runs of a front are counted as: one number for each actor and stretch of time, ascending."""
    actor = instants.actor[front.instant].astype(np.int64)
    if not rules.anew:
        return actor
    return actor * (len(rules.anew) + 1) + np.searchsorted(rules.anew, front.began, side="right")


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
    rows = instants.rows
    return Runs(rows.actor[row], rows.at[row], depth, rows.group[row], gaps)


def _all_of(found: Sequence[Runs]) -> Runs:
    return Runs(**{field.name: np.concatenate([getattr(runs, field.name) for runs in found]) for field in fields(Runs)})
