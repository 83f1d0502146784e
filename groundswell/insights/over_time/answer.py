"""Of those who began in each period, how many finished.

    FunnelOverTime → runs of each period → counts and times by label and period → rows

Everybody counts in each period in which a run of theirs begins, with the best of those that do: a period's row says
what the funnel would say if it were asked of that period's days alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.funnel import followed, labelled
from groundswell.insights.instants import Micros, Places
from groundswell.insights.labels import Label, as_answered, sort_key, values_told
from groundswell.insights.over_time.question import FunnelOverTime
from groundswell.insights.runs import Runs, told_apart
from groundswell.insights.seen import Seen
from groundswell.insights.tally import medians
from groundswell.insights.types import Found
from groundswell.kernel.clock import MICROSECONDS_PER_SECOND

COLUMNS = ("period", "breakdown", "started", "finished", "share", "median_seconds")


def answer(project: int, question: FunnelOverTime) -> Found:
    """Rows of ``COLUMNS``: by breakdown value, then by period. Where nobody started there is no share."""
    seen = Seen()
    pieces = followed(project, question, seen, partial(_of_runs, question), _anew(question))
    labels, codes = labelled(question, seen)
    shape = len(labels), len(question.periods)
    started, finished, took = (each.reshape(shape).tolist() for each in _added_up(pieces, codes, shape))
    rows: list[list[Any]] = []
    for place in sorted(range(len(labels)), key=lambda place: sort_key(labels[place])):
        value = as_answered(labels[place])
        columns = (started[place], finished[place], took[place])
        for period, begun, done, median in zip(question.periods, *columns, strict=True):
            rows.append([period, value, begun, done, done / begun if begun else None, _seconds(question, median)])
    return Found(rows, values_told(labels, question.breakdown))


def actors(
    project: int, question: FunnelOverTime, period: str, label: Label, is_finished: bool | None
) -> NDArray[np.uint64]:
    """Who started in a period under that label; of them who finished, or who did not. Ascending."""
    seen, number = Seen(), list(question.periods).index(period)
    pieces = followed(project, question, seen, partial(_of_period, question, number), _anew(question))
    labels, codes = labelled(question, seen)
    if label not in labels:
        return np.zeros(0, np.uint64)
    actor, group, depth = (np.concatenate([each[column] for each in pieces]) for column in range(3))
    which, place = told_apart(group, codes)
    chosen = place == labels.index(label)
    if is_finished is not None:
        chosen &= (depth[which] == len(question.steps)) == is_finished
    return np.unique(actor[which[chosen]])


def _anew(question: FunnelOverTime) -> tuple[int, ...]:
    """The instants at which all periods but the first begin."""
    return tuple(days.start_us for days in question.periods.values())[1:]


def _periods(question: FunnelOverTime, runs: Runs) -> NDArray[np.int64]:
    """The number of the period in which each run began."""
    return np.searchsorted(np.array(_anew(question), np.int64), runs.began, side="right")


def _of_period(
    question: FunnelOverTime, number: int, runs: Runs
) -> tuple[NDArray[np.uint64], Places, NDArray[np.uint8]]:
    """Actors, groups and depths of the runs that began in a period."""
    which = _periods(question, runs) == number
    return runs.actor[which], runs.group[which], runs.depth[which]


# Adding up -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conversions:
    """What the runs of a piece come to. A key stands for a group and a period: group × periods + period."""

    keys: NDArray[np.int64]  # each once,
    started: NDArray[np.int64]  # and how many runs began under it
    finished: NDArray[np.int64]  # the key of each run that finished,
    took: Micros  # and how long it took


def _of_runs(question: FunnelOverTime, runs: Runs) -> Conversions:
    key = runs.group * np.int64(len(question.periods)) + _periods(question, runs)
    keys, started = np.unique(key, return_counts=True)
    is_done = runs.depth == len(question.steps)
    return Conversions(keys, started, key[is_done], runs.gaps[is_done].sum(axis=1))


def _added_up(
    pieces: Sequence[Conversions], codes: Sequence[Sequence[int]], shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """How many started and finished, and the median of how long these took (µs, NaN without any): by label, then by
    period."""
    cells = shape[0] * shape[1]

    def told(keys: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Each key once for each label that it counts under, and its cell."""
        group, period = np.divmod(keys, shape[1])
        which, place = told_apart(group, codes)
        return which, place.astype(np.int64) * shape[1] + period[which]

    which, cell = told(np.concatenate([each.keys for each in pieces]))
    counts = np.concatenate([each.started for each in pieces])[which]
    started = np.bincount(cell, weights=counts, minlength=cells).astype(np.int64)
    which, cell = told(np.concatenate([each.finished for each in pieces]))
    took = np.concatenate([each.took for each in pieces])[which]
    return started, np.bincount(cell, minlength=cells), medians(took, cell, cells)


def _seconds(question: FunnelOverTime, median: float) -> float | None:
    is_told = question.medians and len(question.steps) > 1 and not np.isnan(median)
    return median / MICROSECONDS_PER_SECOND if is_told else None
