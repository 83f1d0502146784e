"""Chance: a seeded source with the few draws that the company needs."""

import math
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Option = TypeVar("Option")


class Urn(Generic[Option]):
    """Options to draw from, each with a weight."""

    def __init__(self, options: Sequence[tuple[Option, float]]) -> None:
        self.options = [option for option, _ in options]
        self.cumulated = list(accumulate(weight for _, weight in options))


class Dice(Random):
    """Python's Mersenne Twister: the same numbers on every machine and version."""

    def happens(self, chance: float) -> bool:
        return self.random() < chance

    def below(self, limit: int) -> int:
        """One of 0 … limit − 1."""
        return int(self.random() * limit)

    def one_of(self, options: Sequence[Option]) -> Option:
        return options[int(self.random() * len(options))]

    def draw(self, urn: Urn[Option]) -> Option:
        return self.choices(urn.options, cum_weights=urn.cumulated)[0]

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.random()

    def poisson(self, mean: float) -> int:
        """Knuth's product of uniforms: quick for the small means used here (below 50)."""
        floor = math.exp(-mean)
        count, product = 0, self.random()
        while product > floor:
            count += 1
            product *= self.random()
        return count

    def around(self, median: float, spread: float) -> float:
        """Log-normal; ``spread`` is the standard deviation of the logarithm."""
        return median * math.exp(spread * self.normalvariate(0.0, 1.0))

    def whole(self, expected: float) -> int:
        """A whole number with that expectation, rounded up or down by chance."""
        floor = math.floor(expected)
        return floor + self.happens(expected - floor)
