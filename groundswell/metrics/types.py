"""What metrics are made of: people, and amounts."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint64]
Weights = NDArray[np.float64]
Number = int | float


class Unit(StrEnum):
    SHARE = "%"  # 100 × numerator / denominator
    PEOPLE = "people"
    PEOPLE_A_DAY = "people/day"
    RATIO = "ratio"
    SECONDS = "s"


@dataclass(frozen=True)
class Part:
    """Who is counted in a numerator or a denominator, somebody perhaps several times, and how much each weighs: 1 where
    ``weight`` is None. Without anybody (``actor`` is None) it is an amount."""

    actor: Ids | None
    weight: Weights | None = None
    amount: Number = 0

    @property
    def total(self) -> Number:
        """What all of it comes to."""
        if self.actor is None:
            return self.amount
        if self.weight is None:
            return len(self.actor)
        total = float(self.weight.sum())
        return int(total) if total.is_integer() else total

    def only(self, which: NDArray[np.bool_]) -> "Part":
        """Some of its rows; of an amount all."""
        if self.actor is None:
            return self
        return Part(self.actor[which], None if self.weight is None else self.weight[which])

    def unweighted(self) -> "Part":
        """The same rows, 1 for each."""
        return Part(self.actor, amount=self.amount)


@dataclass(frozen=True)
class Parts:
    """What a metric is made of. ``below`` is None where nothing is divided."""

    above: Part
    below: Part | None = None


@dataclass(frozen=True)
class Asked:
    """What metrics are asked with besides their days: the event of a feature, and whose retention is meant."""

    feature: str = ""
    of: str = ""
