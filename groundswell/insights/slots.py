"""Finding numbers of 64 bits among many, by a table and not by search, compiled."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from groundswell.insights.compiled import CODES, IDS, compiled


@compiled(types.int32[::1](IDS))
def slots(ids: NDArray[np.uint64]) -> NDArray[np.int32]:
    """A table to find ids by, which are scattered evenly: their numbers, -1 where there is none, each at the place that
    its lowest bits say or the next that is free."""
    width = 16
    while width < 2 * len(ids):
        width *= 2
    found = np.full(width, -1, np.int32)
    for number in range(len(ids)):
        place = np.int64(ids[number] & np.uint64(width - 1))
        while found[place] >= 0:
            place = (place + 1) & (width - 1)
        found[place] = number
    return found


@compiled(types.int32[::1](IDS, IDS, CODES))
def find(some: NDArray[np.uint64], ids: NDArray[np.uint64], slots: NDArray[np.int32]) -> NDArray[np.int32]:
    """The number of each of some ids, by the table of all; -1 where it has none."""
    numbers = np.empty(len(some), np.int32)
    last = len(slots) - 1
    for which in range(len(some)):
        place = np.int64(some[which] & np.uint64(last))
        while slots[place] >= 0 and ids[slots[place]] != some[which]:
            place = (place + 1) & last
        numbers[which] = slots[place]
    return numbers
