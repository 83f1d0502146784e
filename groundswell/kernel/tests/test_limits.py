"""So much and no more, for each name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.kernel import limits
from groundswell.kernel.limits import Limit

BURST = 10.0  # seconds, the default


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_burst_is_let_through_then_the_rate(clock: Clock) -> None:
    limit = Limit(100, clock=clock)
    assert [limit.take("a", 500) for _ in range(3)] == [0, 0, 1]  # 10 s' worth is there
    clock.now += 1
    assert [limit.take("a", 50) for _ in range(3)] == [0, 0, 1]
    assert limit.take("b", 50) == 0


def test_more_than_a_burst_is_paid_back_by_waiting(clock: Clock) -> None:
    """5,000 taken of 1,000 leave a debt of 4,000: at 100 a second 40 s."""
    limit = Limit(100, clock=clock)
    assert limit.take("a", 5000) == 0
    assert limit.take("a", 1) == 40
    clock.now += 39.5
    assert limit.take("a", 1) == 1
    clock.now += 1
    assert limit.take("a", 1) == 0


def test_what_is_refused_costs_nothing(clock: Clock) -> None:
    limit = Limit(100, clock=clock)
    limit.take("a", 1001)
    assert [limit.take("a", 1000) for _ in range(5)] == [1] * 5
    clock.now += 1
    assert limit.take("a", 1) == 0


def test_names_are_forgotten_when_they_are_full_again(clock: Clock) -> None:
    limit = Limit(100, clock=clock)
    for number in range(1000):
        limit.take(number, 1)
    for _ in range(3):
        clock.now += BURST + 1
        limit.take("other", 1)
    assert len(limit._young) + len(limit._old) <= 2


def test_a_flood_of_names_is_not_remembered_without_end(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_NAMES", 100)
    limit = Limit(100, clock=clock)
    for number in range(10_000):
        limit.take(number, 1)
    assert len(limit._young) + len(limit._old) <= 200


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 400)), max_size=60))
def test_in_the_long_run_no_more_than_the_rate_goes_through(takes: list[tuple[float, int]]) -> None:
    """Granted ≤ burst + rate × time + the last one's overdraft."""
    clock = Clock()
    limit, began = Limit(100, clock=clock), clock.now
    granted = largest = 0
    for pause, count in takes:
        clock.now += pause
        if limit.take("a", count) == 0:
            granted += count
            largest = max(largest, count)
    assert granted <= 100 * BURST + 100 * (clock.now - began) + largest + 1


def test_a_slow_rate_with_a_long_burst_lets_some_tries_through_and_then_one_at_a_time(clock: Clock) -> None:
    """Ten seconds a try, a hundred seconds' worth: ten at once, then one after every ten seconds."""
    limit = Limit(0.1, burst=100.0, clock=clock)
    assert [limit.take("ada") for _ in range(12)].count(0) == 10
    clock.now += 9.9
    assert [limit.take("ada"), limit.take("ada")] == [0, 1]


def test_asking_how_long_to_wait_takes_nothing(clock: Clock) -> None:
    limit = Limit(0.1, burst=10.0, clock=clock)
    assert [limit.wait("ada") for _ in range(5)] == [0] * 5
    limit.take("ada")
    assert [limit.wait("ada"), limit.wait("ben")] == [1, 0]
