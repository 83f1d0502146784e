"""Two-by-two tables, and what they say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_BY_CHANCE = 0.05  # of the statements that stand, on average


@dataclass(frozen=True)
class Tables:
    """How many did it (yes) and did not (no), of those with something and of those without. [tables] each."""

    with_yes: Counts
    with_no: Counts
    without_yes: Counts
    without_no: Counts

    def __len__(self) -> int:
        return len(self.with_yes)


@dataclass(frozen=True)
class Interval:
    """Estimates and the ends of their 95 % intervals, all above 0. [tables] each."""

    value: Floats
    low: Floats
    high: Floats

    @property
    def tells(self) -> Bools:
        """Which of them are told apart from 1."""
        apart: Bools = (self.low > 1) | (self.high < 1)
        return apart


@dataclass(frozen=True)
class Compared:
    """What tables say of those with it against those without. [tables] each.

    ``odds`` is the ratio of the odds of yes; ``yes`` and ``no`` are the ratios of the shares that did it and did not.
    """

    odds: Interval
    yes: Interval
    no: Interval
    p_value: Floats
    q_value: Floats

    @property
    def stands(self) -> Bools:
        """Which statements stand, all that were tried taken into account."""
        standing: Bools = (self.q_value < MOST_BY_CHANCE) & self.odds.tells
        return standing
