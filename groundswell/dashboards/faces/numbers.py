"""Single numbers beside those of as many days before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from groundswell.dashboards.faces.face import Face

MOST = 4
CHANCE = 0.05  # a difference that is likelier where nothing changed has no colour


@dataclass(frozen=True)
class Number:
    """A value and that of the days before. ``chance`` is how likely so large a difference is where nothing changed,
    None where that cannot be said."""

    name: str
    value: float | None
    before: float | None
    chance: float | None = None
    is_share: bool = False

    @property
    def change(self) -> float | None:
        """As a share of before, None where there was nothing; of a share the difference."""
        if self.value is None or self.before is None:
            return None
        if self.is_share:
            return self.value - self.before
        return (self.value - self.before) / self.before if self.before else None

    @property
    def tone(self) -> str:
        """Only what is hardly chance has a colour."""
        if self.chance is None or self.chance > CHANCE or self.value is None or self.before is None:
            return "soft"
        return "up" if self.value > self.before else "down"


@dataclass(frozen=True)
class Numbers:
    """``days`` is how many days are compared with as many; ``of`` are the two that a share was worked out from."""

    numbers: Sequence[Number]
    days: int
    of: tuple[int, int] | None = None


def numbers_face(numbers: Numbers) -> Face:
    """Numbers, of which no more are shown than have room."""
    shown = Numbers(numbers.numbers[:MOST], numbers.days, numbers.of)
    return Face("dashboards/faces/number.html", shown, max(0, len(numbers.numbers) - MOST))


def counts_differ(now: float, before: float) -> float:
    """Two counts compared as Poisson counts: the normal approximation of Przyborowski and Wilenski (1940)."""
    return math.erfc(abs(now - before) / math.sqrt(2 * (now + before))) if now + before > 0 else 1.0


def shares_differ(one: int, of_one: int, other: int, of_other: int) -> float | None:
    """Two shares compared by the z-test with their pooled variance, two-sided; None where one is of nobody."""
    if not of_one or not of_other:
        return None
    pooled = (one + other) / (of_one + of_other)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / of_one + 1 / of_other))
    return math.erfc(abs(one / of_one - other / of_other) / spread / math.sqrt(2)) if spread else 1.0
