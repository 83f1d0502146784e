"""Single passes over the events of funnels, compiled: what would take numpy dozens of passes."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from groundswell.insights.compiled import BOOLS, CODES, IDS, MASKS, MICROS, PLACES, compiled


@compiled(PLACES(IDS, MICROS))
def merge(actor: NDArray[np.uint64], edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order of rows by actor, who ascend between two edges; of an actor's rows as they are."""
    order = np.empty(len(actor), np.int64)
    head, stop = edges[:-1].copy(), edges[1:]
    done = 0
    while done < len(actor):
        lowest = ~np.uint64(0)
        for stretch in range(len(head)):
            if head[stretch] < stop[stretch]:
                lowest = min(lowest, actor[head[stretch]])
        for stretch in range(len(head)):
            row = head[stretch]
            while row < stop[stretch] and actor[row] == lowest:
                order[done] = row
                done += 1
                row += 1
            head[stretch] = row
    return order


@compiled(PLACES(PLACES, IDS, MICROS))
def sort_times(order: NDArray[np.int64], actor: NDArray[np.uint64], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where in ``order``, which is by actor, each actor's rows begin, and its end. They are brought into the order of
    time where they are not, which is rare."""
    edges = np.empty(len(order) + 1, np.int64)
    actors = begin = 0
    while begin < len(order):
        edges[actors] = begin
        actors += 1
        end = begin + 1
        is_ascending = True
        while end < len(order) and actor[order[end]] == actor[order[begin]]:
            is_ascending &= at[order[end - 1]] <= at[order[end]]
            end += 1
        if not is_ascending:
            mine = order[begin:end]
            mine[:] = mine[np.argsort(at[mine])]
        begin = end
    edges[actors] = begin
    return edges[: actors + 1].copy()


@compiled(types.boolean(types.uint32))
def _is_versatile(mask: np.uint32) -> bool:
    return bool(mask & (mask - np.uint32(1)))


@compiled(types.boolean[::1](PLACES, PLACES, PLACES, MICROS, MASKS, CODES))
def hard(
    order: NDArray[np.int64],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    at: NDArray[np.int64],
    fills: NDArray[np.uint32],
    group: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Which actors have an instant at which it matters which of several events is taken: one could fill either of two
    steps, or they lie in different groups. Columns as in ``grouped.Grouped``."""
    is_hard = np.zeros(len(begin), np.bool_)
    for actor in range(len(begin)):
        for place in range(begin[actor] + 1, end[actor]):
            row, before = order[place], order[place - 1]
            if at[row] == at[before]:
                are_versatile = _is_versatile(fills[row]) or _is_versatile(fills[before])
                is_hard[actor] |= are_versatile or group[row] != group[before]
    return is_hard


@compiled(types.int64(MICROS, types.int64, types.int64))
def _stretch_at(anew: NDArray[np.int64], stretch: int, instant: int) -> int:
    """The number of the stretch of time in which an instant lies; it is not before ``stretch``, -1 for none so far."""
    stretch = max(stretch, 0)
    while stretch < len(anew) and anew[stretch] <= instant:
        stretch += 1
    return stretch


@compiled(types.int64(PLACES, PLACES, PLACES, MICROS, MASKS, BOOLS, MICROS))
def _count_of_stretches(
    order: NDArray[np.int64],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    at: NDArray[np.int64],
    fills: NDArray[np.uint32],
    startable: NDArray[np.bool_],
    anew: NDArray[np.int64],
) -> int:
    """In how many stretches of time actors begin, all of them together."""
    count = 0
    for actor in range(len(begin)):
        stretch = -1
        for place in range(begin[actor], end[actor]):
            row = order[place]
            if fills[row] & np.uint32(1) and startable[row]:
                before, stretch = stretch, _stretch_at(anew, stretch, at[row])
                count += stretch != before
    return count


@compiled(
    types.Tuple((PLACES, types.uint8[::1], types.int64[:, ::1]))(
        PLACES, PLACES, PLACES, MICROS, MASKS, BOOLS, types.int64, types.int64, MICROS
    )
)
def follow_in_order(
    order: NDArray[np.int64],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    at: NDArray[np.int64],
    fills: NDArray[np.uint32],
    startable: NDArray[np.bool_],
    steps: int,
    window: int,
    anew: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """The best run of each actor, none of them ``hard``, through steps in their order, without exclusions; one for each
    stretch of time. Columns as in ``grouped.Grouped``, ``anew`` as in ``rules.Rules``. Returns for each run the row of
    its first event, its depth and its gaps as in ``runs.Runs``.

    The later a run begins, the later it can fill each step; so the search for a step never goes back, and all runs of
    an actor together read its rows once a step.
    """
    most = _count_of_stretches(order, begin, end, at, fills, startable, anew) if len(anew) else len(begin)
    first = np.empty(most, np.int64)
    depth = np.zeros(most, np.uint8)
    gaps = np.full((most, steps - 1), -1)
    cursor = np.empty(steps, np.int64)
    reached = np.empty(steps, np.int64)
    run = -1
    for actor in range(len(begin)):
        cursor[:] = begin[actor]
        stretch = -1
        for place in range(begin[actor], end[actor]):
            row = order[place]
            if not (fills[row] & np.uint32(1) and startable[row]):
                continue
            before, stretch = stretch, _stretch_at(anew, stretch, at[row])
            run += stretch != before
            if depth[run] == steps:
                continue
            reached[0] = at[row]
            step = 1
            while step < steps:
                ahead, instant = cursor[step], reached[step - 1]
                while ahead < end[actor]:
                    other = order[ahead]
                    can_fill = fills[other] >> np.uint32(step) & np.uint32(1)
                    # At that very instant it must be another event; one that fills this step alone is.
                    if can_fill and (at[other] > instant or (at[other] == instant and not _is_versatile(fills[other]))):
                        break
                    ahead += 1
                cursor[step] = ahead
                if ahead == end[actor] or at[order[ahead]] - at[row] > window:
                    break
                reached[step] = at[order[ahead]]
                step += 1
            if step > depth[run]:
                first[run] = row
                depth[run] = step
                for later in range(1, step):
                    gaps[run, later - 1] = reached[later] - reached[later - 1]
            if step == steps and stretch == len(anew):
                break
    return first[: run + 1].copy(), depth[: run + 1].copy(), gaps[: run + 1].copy()
