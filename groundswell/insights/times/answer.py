"""How long runs took from one step to another.

    FunnelTimes → runs → times by label → bins → rows

They are the runs that the funnel counts; who got to the first of both steps and not to the second is counted beside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.funnel import followed, labelled
from groundswell.insights.instants import Bools, Micros, Places
from groundswell.insights.labels import Label, as_answered, sort_key, values_told
from groundswell.insights.runs import Runs, told_apart
from groundswell.insights.seen import Seen
from groundswell.insights.tally import by_place
from groundswell.insights.times.bins import edges_of
from groundswell.insights.times.question import FunnelTimes
from groundswell.insights.types import Found
from groundswell.kernel.clock import MICROSECONDS_PER_SECOND as SECOND

COLUMNS = ("from_seconds", "to_seconds", "breakdown", "count", "share")
QUARTERS = {"median_seconds": 50, "p25_seconds": 25, "p75_seconds": 75, "p90_seconds": 90}
NOT_THERE = -1  # the time of those who did not get to the later step


def answer(project: int, question: FunnelTimes) -> Found:
    """Rows of ``COLUMNS``, by breakdown value, then by time; beside them the ``times`` of each value: how many finished
    and did not, and percentiles."""
    labels, took = _taken(project, question).by_label()
    came = [times[times != NOT_THERE] for times in took]
    finished = [times for times in came if len(times)]
    edges: list[int] = []
    if finished:
        shortest, longest = min(times[0] for times in finished), max(times[-1] for times in finished)
        edges = edges_of(int(shortest), int(longest), question.window_us, question.bins)
    rows, beside = [], []
    for place in sorted(range(len(labels)), key=lambda place: sort_key(labels[place])):
        times, value = came[place], as_answered(labels[place])
        rows += _rows(edges, value, times)
        counted = {"breakdown": value, "finished": len(times), "unfinished": len(took[place]) - len(times)}
        beside.append({**counted, **_percentiles(times)})
    return Found(rows, {"times": beside, **values_told(labels, question.breakdown)})


def actors(project: int, question: FunnelTimes, label: Label, lengths: tuple[int, int] | None) -> NDArray[np.uint64]:
    """Who took longer than the one and at most the other of two lengths (µs), whoever took none from 0 on; without
    lengths who did not get to the later step. Persons or accounts under that label, ascending."""
    taken = _taken(project, question)
    if label not in taken.labels:
        return np.zeros(0, np.uint64)
    which: Bools = taken.place == taken.labels.index(label)
    if lengths is None:
        which &= taken.took == NOT_THERE
    else:
        shortest, longest = lengths
        which &= (taken.took > (shortest or NOT_THERE)) & (taken.took <= longest)  # which lies just before 0
    return np.unique(taken.actor[which])


@dataclass(frozen=True)
class Taken:
    """Those who got to the earlier step, once under each of their labels: how long they took to the later one."""

    labels: list[Label]
    actor: NDArray[np.uint64]
    place: Places  # of the label
    took: Micros  # NOT_THERE for who did not get there

    def by_label(self) -> tuple[list[Label], list[Micros]]:
        """The labels, and the times under each, ascending."""
        return self.labels, by_place(self.took, self.place, len(self.labels))


def _taken(project: int, question: FunnelTimes) -> Taken:
    seen = Seen()
    found = followed(project, question, seen, partial(_of_runs, question))
    actor, group, took = (np.concatenate([each[column] for each in found]) for column in range(3))
    labels, codes = labelled(question, seen)
    which, place = told_apart(group, codes)
    return Taken(labels, actor[which], place, took[which])


def _of_runs(question: FunnelTimes, runs: Runs) -> tuple[NDArray[np.uint64], Places, Micros]:
    """The actors of runs that got to the earlier step, the groups of these, and how long they took."""
    came = runs.depth >= question.from_step
    took = runs.gaps[came, question.from_step - 1 : question.to_step - 1].sum(axis=1)
    return runs.actor[came], runs.group[came], np.where(runs.depth[came] >= question.to_step, took, NOT_THERE)


def _rows(edges: Sequence[int], value: Any, times: Micros) -> list[list[Any]]:
    until = [0, *np.searchsorted(times, edges[1:], side="right").tolist()]  # a time of nothing is in the first bin
    return [
        [low // SECOND, high // SECOND, value, end - begin, (end - begin) / len(times) if len(times) else 0.0]
        for (low, high), (begin, end) in zip(pairwise(edges), pairwise(until), strict=True)
    ]


def _percentiles(times: Micros) -> dict[str, float | None]:
    if not len(times):
        return dict.fromkeys(QUARTERS)
    found = np.percentile(times, list(QUARTERS.values())) / SECOND  # interpolated linearly
    return dict(zip(QUARTERS, found.tolist(), strict=True))
