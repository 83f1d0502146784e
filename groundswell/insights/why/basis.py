"""Who is compared: those who went on from a step of a funnel, and those who stopped there.

Somebody whose window was still open at the project's latest event is left out, whether they went on or not: among those
who started lately only the quick ones have, and they would stand for all. Where there are more people than it takes,
those with the lowest numbers are looked at, which are scattered evenly.
"""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.activity import latest_event
from groundswell.insights.funnel import followed
from groundswell.insights.grouped import look_up
from groundswell.insights.instants import Bools, Micros
from groundswell.insights.runs import Runs
from groundswell.insights.seen import Seen
from groundswell.insights.why.question import FunnelWhy

Actors = NDArray[np.uint64]
MOST_PEOPLE = 20_000  # looked at,
MOST_ACCOUNTS = 5_000  # or so many companies: their events are found among all
STOPPED = -1  # how long those took to the step who did not get there


@dataclass(frozen=True)
class Basis:
    """Those who are looked at, by number, and when (µs) they did what. ``converted`` and ``dropped`` are of all whose
    window is over, ``open`` of the others."""

    actor: Actors  # ascending
    began: Micros
    reached: Micros  # the step before
    took: Micros  # from there to the step, or STOPPED
    converted: int
    dropped: int
    open: int

    def __len__(self) -> int:
        return len(self.actor)

    @cached_property
    def went_on(self) -> Bools:
        went: Bools = self.took != STOPPED
        return went

    def places(self, actors: Actors) -> tuple[NDArray[np.intp], Bools]:
        """Where each of some actors is, and whether it is there at all; of nobody at all none is."""
        if not len(self):
            return np.zeros(len(actors), np.intp), np.zeros(len(actors), bool)
        return look_up(actors, self.actor)


def basis_of(project: int, question: FunnelWhy, *, most: int | None = None) -> Basis:
    """Follow the runs that the funnel counts, and take those apart who got to the step before; ``most`` of them are
    looked at."""
    pieces = followed(project, question, Seen(), partial(_of_runs, question.step))
    actor, began, reached, took = (np.concatenate([each[column] for each in pieces]) for column in range(4))
    latest = latest_event(project)
    is_over = began + question.window_us <= (0 if latest is None else latest)
    converted = int(np.count_nonzero(is_over & (took != STOPPED)))
    dropped = int(np.count_nonzero(is_over)) - converted
    order = np.flatnonzero(is_over)[np.argsort(actor[is_over])]
    order = order[: most or (MOST_ACCOUNTS if question.counts_accounts else MOST_PEOPLE)]
    return Basis(
        actor[order], began[order], reached[order], took[order], converted, dropped, len(actor) - converted - dropped
    )


def _of_runs(step: int, runs: Runs) -> tuple[Actors, Micros, Micros, Micros]:
    """Of runs that got to the step before: actors, when they began and got there, and how long they took from there."""
    came = runs.depth >= step - 1
    gaps, began = runs.gaps[came], runs.began[came]
    took = np.where(runs.depth[came] >= step, gaps[:, step - 2], STOPPED)
    return runs.actor[came], began, began + gaps[:, : step - 2].sum(axis=1), took
