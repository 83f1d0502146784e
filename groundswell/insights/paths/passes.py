"""Single passes over the events of paths, compiled."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from groundswell.insights.compiled import CODES, MICROS, PLACES, compiled
from groundswell.insights.paths.marks import END, EXCLUDED, HERE, NODE_BITS, NOWHERE, START, STEP_BITS, TARGETS

MEETS = types.Array(types.uint8, 1, "C", readonly=True)
FIRST_SLOTS = 1 << 12

_KEYS = types.uint64[::1]


@compiled(types.boolean(PLACES, PLACES, PLACES, MICROS, CODES, CODES, CODES, CODES))
def settle_ties(
    order: NDArray[np.int64],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    at: NDArray[np.int64],
    event: NDArray[np.int32],
    event_rank: NDArray[np.int32],
    group: NDArray[np.int32],
    group_rank: NDArray[np.int32],
) -> bool:
    """Bring an actor's events at one instant into an order that does not hang on that of their receipt: by the rank of
    their name, then by that of their group. Columns as in ``grouped.Grouped``; ``order`` is changed.

    Returns whether some of one name and instant lie in different groups.
    """
    are_apart = False
    for actor in range(len(begin)):
        first = begin[actor]
        while first < end[actor]:
            last = first + 1
            while last < end[actor] and at[order[last]] == at[order[first]]:
                last += 1
            if last - first > 1:
                several = order[first:last]
                ranks = np.empty(last - first, np.int64)
                for place in range(last - first):
                    row = several[place]
                    ranks[place] = (np.int64(event_rank[event[row]]) << 32) | group_rank[group[row]]
                several[:] = several[np.argsort(ranks)]
                for place in range(1, last - first):
                    row, before = several[place], several[place - 1]
                    are_apart |= event[row] == event[before] and group[row] != group[before]
            first = last
    return are_apart


@compiled(
    types.Tuple((types.int32[::1], PLACES, types.uint8[::1], types.boolean[::1], types.int32[::1]))(
        PLACES, PLACES, PLACES, MICROS, CODES, MEETS, types.int64, types.int64, types.boolean, types.boolean
    )
)
def find(
    order: NDArray[np.int64],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    at: NDArray[np.int64],
    event: NDArray[np.int32],
    meets: NDArray[np.uint8],
    pause: int,
    steps: int,
    has_start: bool,
    has_end: bool,
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8], NDArray[np.bool_], NDArray[np.int32]]:
    """The path through each session that has one, actor by actor. Columns as in ``grouped.Grouped``.

    Returns for each path whose it is (the place of the actor), the row that begins it, how many nodes it has, whether
    the session ended with the last of them; and the nodes of all paths, one path after the other.
    """
    most = np.sum(end - begin)
    owner, first = np.empty(most, np.int32), np.empty(most, np.int64)
    size, is_over = np.empty(most, np.uint8), np.empty(most, np.bool_)
    nodes = np.empty(most, np.int32)
    recent = np.empty(steps, np.int32)
    keeps_last = has_end and not has_start
    paths = total = 0
    for actor in range(len(begin)):
        place = begin[actor]
        while place < end[actor]:
            count, before, is_at_end = 0, -1, False
            while True:
                row = order[place]
                if not is_at_end and not meets[row] & EXCLUDED:
                    is_next = event[row] != before
                    before = event[row]
                    if count == 0:
                        if not has_start or meets[row] & START:
                            first[paths] = row
                            recent[0] = before
                            count = 1
                    elif is_next:
                        if keeps_last or count < steps:
                            recent[count % steps] = before
                        count += 1
                    may_end = count > 1 or (count == 1 and not has_start)
                    is_at_end = has_end and may_end and meets[row] & END != 0
                place += 1
                if place == end[actor] or at[order[place]] - at[row] >= pause:
                    break
            if count and (is_at_end or not has_end):
                length = min(count, steps)
                skipped = count - length if keeps_last else 0
                for node in range(length):
                    nodes[total + node] = recent[(skipped + node) % steps]
                owner[paths] = actor
                size[paths] = length
                is_over[paths] = not has_end and count <= steps
                total += length
                paths += 1
    return owner[:paths].copy(), first[:paths].copy(), size[:paths].copy(), is_over[:paths].copy(), nodes[:total].copy()


@compiled(types.uint64(types.int64, types.int64, types.int64, types.int64))
def key_of(label: int, step: int, source: int, target: int) -> np.uint64:
    """A move, or a node where the target says so, as one number above 0. Steps count from 1."""
    return np.uint64(((((label << STEP_BITS) | step) << NODE_BITS | source) << NODE_BITS) | target)


@compiled(types.int64(_KEYS, types.uint64))
def _slot(keys: NDArray[np.uint64], key: np.uint64) -> int:
    """Where the key is, or could be put, in a table of a power of two slots in which 0 is an empty one."""
    last = np.uint64(len(keys) - 1)
    slot = ((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & last
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + np.uint64(1)) & last
    return int(slot)


@compiled(types.Tuple((_KEYS, PLACES))(CODES, CODES, types.uint8[::1], types.boolean[::1], CODES, PLACES, CODES))
def tally(
    owner: NDArray[np.int32],
    group: NDArray[np.int32],
    size: NDArray[np.uint8],
    is_over: NDArray[np.bool_],
    nodes: NDArray[np.int32],
    edges: NDArray[np.int64],
    labels: NDArray[np.int32],
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """How many owners made each move, came to each node and went no further from it: their keys and numbers.

    Paths are as ``find`` gives them, those of an owner side by side. A path of group g counts under each of
    ``labels[edges[g]:edges[g + 1]]``; an owner counts once under a label, however often.
    """
    keys = np.zeros(FIRST_SLOTS, np.uint64)
    counts = np.zeros(FIRST_SLOTS, np.int64)
    latest = np.full(FIRST_SLOTS, -1, np.int32)  # who was counted last
    used = begin = 0
    for path in range(len(owner)):
        while 2 * (used + 2 * size[path] * (edges[group[path] + 1] - edges[group[path]])) > len(keys):
            more = np.zeros(2 * len(keys), np.uint64)
            more_counts, more_latest = np.zeros(len(more), np.int64), np.full(len(more), -1, np.int32)
            for slot in range(len(keys)):
                if keys[slot]:
                    new = _slot(more, keys[slot])
                    more[new], more_counts[new], more_latest[new] = keys[slot], counts[slot], latest[slot]
            keys, counts, latest = more, more_counts, more_latest
        for place in range(edges[group[path]], edges[group[path] + 1]):
            for node in range(size[path]):
                source = nodes[begin + node]
                onward = HERE
                if node + 1 < size[path]:
                    onward = nodes[begin + node + 1] + TARGETS
                elif is_over[path]:
                    onward = NOWHERE
                for target in (HERE, onward):
                    key = key_of(labels[place], node + 1, source, target)
                    slot = _slot(keys, key)
                    if keys[slot] == 0:
                        keys[slot] = key
                        used += 1
                    if latest[slot] != owner[path]:
                        latest[slot] = owner[path]
                        counts[slot] += 1
        begin += size[path]
    is_used = keys != 0
    return keys[is_used], counts[is_used]
