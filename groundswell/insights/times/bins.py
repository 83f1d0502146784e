"""Between which lengths of time people are counted: round ones, as people say them."""

from bisect import bisect_left

SECOND = 1_000_000  # µs, as all lengths here
MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND
# For times that span several of these, each about twice the one before.
LADDER = (
    0, SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR,
    4 * HOUR, 8 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 60 * DAY, 90 * DAY, 180 * DAY, 365 * DAY,
)  # fmt: skip
LENGTHS = (
    SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE,
    15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY,
    30 * DAY, 90 * DAY, 180 * DAY, 365 * DAY,
)  # fmt: skip
FEW, ENOUGH = 6, 12  # bins
FINEST = 20  # bins of one length from nothing to the longest time, where not more are asked for


def edges_of(shortest: int, longest: int, window: int, bins: int | None) -> list[int]:
    """The edges of bins that hold all times between two, none of which is longer than the window.

    A time on an edge belongs to the bin that ends there, so that all bins up to an edge hold what a window of that
    length does; a time of nothing belongs to the first bin.
    """
    if bins is not None:
        edges = _even(shortest, longest, bins)
    else:
        edges = _ladder(shortest, longest)
        if len(edges) <= FEW:
            edges = _even(shortest, longest, ENOUGH)
    return [edge for edge in edges if edge < window] + ([window] if edges[-1] >= window else [])


def _ladder(shortest: int, longest: int) -> list[int]:
    """Edges each about twice the one before; beyond the last rung by years."""
    year = LADDER[-1]
    rungs = [*LADDER, *range(2 * year, longest + year, year)]
    first = max(bisect_left(rungs, shortest) - 1, 0)
    last = max(bisect_left(rungs, longest), first + 1)
    return rungs[first : last + 1]


def _even(shortest: int, longest: int, most: int) -> list[int]:
    """Edges one length apart, the shortest with which there are at most so many bins."""
    telling = (each for each in LENGTHS if each * max(most, FINEST) >= longest)
    length = next((each for each in telling if _count(shortest, longest, each) <= most), LENGTHS[-1])
    while _count(shortest, longest, length) > most:
        length *= 2
    first = max(shortest - 1, 0) // length
    return [number * length for number in range(first, first + _count(shortest, longest, length) + 1)]


def _count(shortest: int, longest: int, length: int) -> int:
    return max(-(-longest // length), 1) - max(shortest - 1, 0) // length
