"""So much and no more, and the right one is held back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.collect import rates as rates_module
from groundswell.collect.rates import BURST, Limit, Rates
from groundswell.collect.types import TryLater
from groundswell.kernel.environment import BadSetting
from groundswell.workspace.types import KeyKind, SendingKey

PAGE = SendingKey(1, 10, KeyKind.BROWSER)
OTHER_PAGE = SendingKey(4, 20, KeyKind.BROWSER)
SERVER = SendingKey(2, 10, KeyKind.WRITE)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_burst_is_let_through_then_the_rate(clock: Clock) -> None:
    limit = Limit(100, clock)
    assert [limit.take("a", 500) for _ in range(3)] == [0, 0, 1]  # 10 s' worth is there
    clock.now += 1
    assert [limit.take("a", 50) for _ in range(3)] == [0, 0, 1]
    assert limit.take("b", 50) == 0


def test_more_than_a_burst_is_paid_back_by_waiting(clock: Clock) -> None:
    """5,000 taken of 1,000 leave a debt of 4,000: at 100 a second 40 s."""
    limit = Limit(100, clock)
    assert limit.take("a", 5000) == 0
    assert limit.take("a", 1) == 40
    clock.now += 39.5
    assert limit.take("a", 1) == 1
    clock.now += 1
    assert limit.take("a", 1) == 0


def test_what_is_refused_costs_nothing(clock: Clock) -> None:
    limit = Limit(100, clock)
    limit.take("a", 1001)
    assert [limit.take("a", 1000) for _ in range(5)] == [1] * 5
    clock.now += 1
    assert limit.take("a", 1) == 0


def test_names_are_forgotten_when_they_are_full_again(clock: Clock) -> None:
    limit = Limit(100, clock)
    for number in range(1000):
        limit.take(number, 1)
    for _ in range(3):
        clock.now += BURST + 1
        limit.take("other", 1)
    assert len(limit._young) + len(limit._old) <= 2


def test_a_flood_of_names_is_not_remembered_without_end(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates_module, "MOST_ADDRESSES", 100)
    limit = Limit(100, clock)
    for number in range(10_000):
        limit.take(number, 1)
    assert len(limit._young) + len(limit._old) <= 200


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 400)), max_size=60))
def test_in_the_long_run_no_more_than_the_rate_goes_through(takes: list[tuple[float, int]]) -> None:
    """Granted ≤ burst + rate × time + the last one's overdraft."""
    clock = Clock()
    limit, began = Limit(100, clock), clock.now
    granted = largest = 0
    for pause, count in takes:
        clock.now += pause
        if limit.take("a", count) == 0:
            granted += count
            largest = max(largest, count)
    assert granted <= 100 * BURST + 100 * (clock.now - began) + largest + 1


def admitted(rates: Rates, key: SendingKey, count: int, peer: str = "192.0.2.1", forwarded: str = "") -> bool:
    try:
        rates.admit(key, count, peer=peer, forwarded=forwarded)
    except TryLater as refusal:
        assert (refusal.status, refusal.code) == (429, "rate")
        assert refusal.retry_after >= 1
        return False
    return True


def test_servers_are_limited_by_key_alone(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_RATE_PER_KEY", "100")
    monkeypatch.setenv("GROUNDSWELL_RATE_PER_IP", "1")
    rates = Rates(clock=clock)
    assert admitted(rates, SERVER, 999)
    assert admitted(rates, SERVER, 999)
    assert not admitted(rates, SERVER, 1)
    assert admitted(rates, PAGE, 1)
    assert (rates.refused(10), rates.refused(20)) == ({"rate": 1}, {})


def test_pages_are_limited_by_address_too(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_RATE_PER_IP", "10")
    rates = Rates(clock=clock)
    assert admitted(rates, PAGE, 100)
    assert not admitted(rates, PAGE, 7)
    assert not admitted(rates, OTHER_PAGE, 5)  # the same address
    assert admitted(rates, PAGE, 5, peer="192.0.2.2")
    assert (rates.refused(10), rates.refused(20)) == ({"rate": 7}, {"rate": 5})


def test_by_default_a_page_may_send_50000_at_once_and_a_key_two_million(clock: Clock) -> None:
    rates = Rates(clock=clock)
    assert [admitted(rates, PAGE, 25_000) for _ in range(3)] == [True, True, False]
    assert [admitted(rates, SERVER, 1_000_000) for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "counted"),
    [
        ("", "192.0.2.1", "198.51.100.7", "192.0.2.1"),  # anybody can write a header
        ("192.0.2.0/24", "203.0.113.1", "198.51.100.7", "203.0.113.1"),
        ("192.0.2.0/24", "192.0.2.1", "198.51.100.7", "198.51.100.7"),
        ("192.0.2.1", "192.0.2.1", "10.9.9.9, 198.51.100.7", "198.51.100.7"),  # the first was written by the client
        ("192.0.2.0/24, 10.0.0.0/8", "192.0.2.1", "6.6.6.6, 198.51.100.7, 10.1.1.1", "198.51.100.7"),
        ("192.0.2.0/24", "192.0.2.1", "192.0.2.9", "192.0.2.9"),
        ("192.0.2.0/24", "192.0.2.1", "nonsense", "nonsense"),
        ("192.0.2.0/24", "192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.0/24", "", "198.51.100.7", ""),
        ("", "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("", "::ffff:192.0.2.1", "", "192.0.2.1"),
        ("2001:db8::/32", "2001:db8::1", "198.51.100.7", "198.51.100.7"),
    ],
)
def test_a_request_counts_for_its_sender(
    proxies: str, peer: str, forwarded: str, counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDSWELL_TRUSTED_PROXIES", proxies)
    assert Rates().address(peer, forwarded) == counted


def test_proxies_that_are_no_addresses_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_TRUSTED_PROXIES", "10.0.0.0/8, proxy.local")
    with pytest.raises(BadSetting, match="GROUNDSWELL_TRUSTED_PROXIES"):
        Rates()
