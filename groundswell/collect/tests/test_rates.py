"""So much and no more, and the right one is held back."""

import pytest

from groundswell.collect.rates import Rates
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
