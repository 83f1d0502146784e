"""Two-by-two tables compared, many at once."""

from collections.abc import Callable
from statistics import NormalDist

import numpy as np
from scipy import special, stats

from groundswell.stats.types import Bools, Compared, Floats, Interval, Tables

FEW = 5  # expected in a cell: below, chi-squared is no good approximation (Cochran 1954)
WIDTH = NormalDist().inv_cdf(0.975)  # standard errors on each side of a 95 % interval


def compare(tables: Tables, *, look: Callable[[], None] = lambda: None) -> Compared:
    """What each table says of those with it against those without; ``q_value`` takes all of the tables into account.

    Where a cell is empty, half an observation is added to each of the table's cells before a ratio is taken (Haldane
    1956, Anscombe 1956). Raises ValueError for a table with nobody in a row or a column: it says nothing, and must not
    count among those tried. ``look`` is called while it takes long, and may raise.
    """
    cells = np.stack([tables.with_yes, tables.with_no, tables.without_yes, tables.without_no]).astype(np.float64)
    if not _margins(cells).all():
        raise ValueError("A table without anybody in a row or a column says nothing.")
    p_value = _p_values(cells, look)
    a, b, c, d = np.where((cells == 0).any(axis=0), cells + 0.5, cells)
    return Compared(
        odds=_interval(np.log(a * d / (b * c)), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)),
        yes=_of_shares(a, a + b, c, c + d),
        no=_of_shares(b, a + b, d, c + d),
        p_value=p_value,
        q_value=stats.false_discovery_control(p_value) if len(p_value) else p_value,
    )


def _margins(cells: Floats) -> Bools:
    """Whether both rows and both columns have somebody. [tables, as cells]"""
    a, b, c, d = cells
    return np.stack([a + b, c + d, a + c, b + d]) > 0


def _interval(log: Floats, error: Floats) -> Interval:
    """From the logarithm of a ratio and its standard error (Woolf 1955)."""
    return Interval(np.exp(log), np.exp(log - WIDTH * error), np.exp(log + WIDTH * error))


def _of_shares(part: Floats, whole: Floats, other_part: Floats, other_whole: Floats) -> Interval:
    """The ratio of two shares (Katz, Baptista, Azen and Pike 1978)."""
    error = np.sqrt(1 / part - 1 / whole + 1 / other_part - 1 / other_whole)
    return _interval(np.log(part / whole / (other_part / other_whole)), error)


def _p_values(cells: Floats, look: Callable[[], None]) -> Floats:
    """Two-sided: Pearson's chi-squared without a correction for continuity, where few are expected Fisher's exact."""
    a, b, c, d = cells
    count, rows, columns = cells.sum(axis=0), (a + b, c + d), (a + c, b + d)
    least = np.minimum(*rows) * np.minimum(*columns) / count
    squared = count * (a * d - b * c) ** 2 / (rows[0] * rows[1] * columns[0] * columns[1])
    p_value: Floats = special.chdtrc(1, squared)
    for place in np.flatnonzero(least < FEW).tolist():
        look()
        p_value[place] = stats.fisher_exact(cells[:, place].reshape(2, 2).astype(np.int64)).pvalue
    return p_value
