"""Tables compared: against SciPy and statsmodels, by hand, and many of them without anything in them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.multitest import multipletests

from groundswell.stats.service import Compared, Tables, compare

CELL = st.one_of(st.integers(0, 12), st.integers(0, 100_000))
TABLE = st.tuples(CELL, CELL, CELL, CELL).filter(
    lambda t: all((t[0] + t[1], t[2] + t[3], t[0] + t[2], t[1] + t[3]))  # somebody in each row and column
)


def tables(*each: tuple[int, int, int, int]) -> Tables:
    return Tables(*np.array(each, np.int64).reshape(-1, 4).T)


def ends(compared: Compared, name: str, place: int = 0) -> tuple[float, float, float]:
    interval = getattr(compared, name)
    return interval.value[place], interval.low[place], interval.high[place]


@given(st.lists(TABLE, min_size=1, max_size=6))
def test_ratios_and_intervals_are_those_of_statsmodels(given: list[tuple[int, int, int, int]]) -> None:
    compared = compare(tables(*given))
    for place, (a, b, c, d) in enumerate(given):
        theirs = Table2x2(np.array([[a, b], [c, d]]) + (0 if all((a, b, c, d)) else 0.5), shift_zeros=False)
        turned = Table2x2(theirs.table[:, ::-1], shift_zeros=False)
        for name, value, interval in (
            ("odds", theirs.oddsratio, theirs.oddsratio_confint()),
            ("yes", theirs.riskratio, theirs.riskratio_confint()),
            ("no", turned.riskratio, turned.riskratio_confint()),
        ):
            assert ends(compared, name, place) == pytest.approx((value, *interval), rel=1e-6), name


@given(st.lists(TABLE, min_size=1, max_size=6))
def test_p_values_are_those_of_scipy_and_q_values_those_of_statsmodels(given: list[tuple[int, int, int, int]]) -> None:
    compared = compare(tables(*given))
    for place, (a, b, c, d) in enumerate(given):
        table = np.array([[a, b], [c, d]])
        pearson = stats.chi2_contingency(table, correction=False)
        expected = stats.fisher_exact(table)[1] if pearson.expected_freq.min() < 5 else pearson.pvalue
        assert compared.p_value[place] == pytest.approx(expected, rel=1e-9, abs=1e-300)
    theirs = multipletests(compared.p_value, method="fdr_bh")[1]
    assert compared.q_value == pytest.approx(theirs, rel=1e-9, abs=1e-300)


def test_a_table_worked_out_by_hand() -> None:
    # 60 of 100 with it did, 20 of 100 without it: odds 1.5 and 0.25, shares 0.6 and 0.2
    compared = compare(tables((60, 40, 20, 80)))
    error = (1 / 60 + 1 / 40 + 1 / 20 + 1 / 80) ** 0.5
    ratio = np.exp(1.959964 * error)
    assert ends(compared, "odds") == pytest.approx((6, 6 / ratio, 6 * ratio), rel=1e-6)
    assert compared.yes.value[0] == pytest.approx(3)
    assert compared.no.value[0] == pytest.approx(0.5)
    # chi-squared: 200 · (60·80 − 40·20)² / (100·100·80·120) = 33.3
    assert compared.p_value[0] == pytest.approx(stats.chi2.sf(100 / 3, 1))
    assert compared.stands.tolist() == [True]


def test_an_empty_cell_takes_half_an_observation_more_in_each() -> None:
    compared = compare(tables((10, 0, 5, 5)))
    assert compared.odds.value[0] == pytest.approx(10.5 * 5.5 / (0.5 * 5.5))
    assert np.isfinite([compared.odds.high[0], compared.yes.high[0], compared.no.low[0]]).all()
    assert compared.p_value[0] == pytest.approx(stats.fisher_exact([[10, 0], [5, 5]])[1])  # of what was counted


def test_very_many_people_are_no_trouble() -> None:
    compared = compare(tables((2_000_000_000, 1_000_000_000, 1_000_000_000, 2_000_000_000)))
    assert compared.odds.value[0] == pytest.approx(4)
    assert compared.p_value[0] == 0


@pytest.mark.parametrize("empty", [(0, 0, 5, 5), (5, 5, 0, 0), (0, 5, 0, 5), (5, 0, 5, 0)])
def test_a_table_that_says_nothing_is_not_tried(empty: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="says nothing"):
        compare(tables((1, 2, 3, 4), empty))


def test_nothing_to_compare_is_an_empty_answer() -> None:
    compared = compare(tables())
    assert compared.q_value.tolist() == compared.stands.tolist() == []


# What stands


def drawn(chance: np.random.Generator, shares: np.ndarray, people: int = 2_000) -> Tables:
    """Worlds in which half of all people have something, and those with it do it ``shares`` as often as 0.3."""
    with_it = chance.binomial(people, 0.5, len(shares))
    yes, others = chance.binomial(with_it, 0.3 * shares), chance.binomial(people - with_it, 0.3)
    return Tables(yes, with_it - yes, others, people - with_it - others)


def test_of_many_that_mean_nothing_hardly_ever_one_stands() -> None:
    chance = np.random.default_rng(4)
    alarms = [compare(drawn(chance, np.ones(100))).stands.any() for _ in range(400)]
    assert np.mean(alarms) < 0.075  # one in twenty is expected, give or take 0.011


def test_of_all_that_stand_one_in_twenty_is_chance_at_most() -> None:
    chance = np.random.default_rng(5)
    shares = np.where(np.arange(100) < 20, 1.35, 1.0)  # the first twenty do go with it
    found = [compare(drawn(chance, shares)).stands for _ in range(200)]
    false = [stands[20:].sum() / max(stands.sum(), 1) for stands in found]
    assert np.mean(false) < 0.05
    assert np.mean([stands[:20].mean() for stands in found]) > 0.75  # and most of what is there is found
