"""Draws have the distribution they are named after."""

import math
from collections import Counter
from statistics import mean, median, variance

import pytest

from groundswell.simulate.dice import Dice, Urn


@pytest.mark.parametrize("average", [0.1, 0.9, 4.0, 21.0])
def test_poisson_has_mean_and_variance_alike(average: float) -> None:
    # 20,000 draws: standard errors 0.7 % of √mean for the mean, about 1 to 3 % for the variance.
    dice = Dice(1)
    draws = [dice.poisson(average) for _ in range(20_000)]
    assert mean(draws) == pytest.approx(average, abs=0.03 * math.sqrt(average))
    assert variance(draws) == pytest.approx(average, rel=0.1)


def test_half_of_what_lies_around_a_median_lies_below_it() -> None:
    dice = Dice(2)
    assert median(dice.around(20, 1.0) for _ in range(20_000)) == pytest.approx(20, rel=0.04)


def test_rounding_by_chance_keeps_the_expectation() -> None:
    dice = Dice(3)
    draws = [dice.whole(2.3) for _ in range(20_000)]
    assert set(draws) == {2, 3}
    assert mean(draws) == pytest.approx(2.3, abs=0.02)


def test_an_urn_gives_by_weight() -> None:
    dice, urn = Dice(4), Urn([("often", 3.0), ("seldom", 1.0), ("never", 0.0)])
    counts = Counter(dice.draw(urn) for _ in range(20_000))
    assert counts["often"] / 20_000 == pytest.approx(0.75, abs=0.02)
    assert counts["never"] == 0
