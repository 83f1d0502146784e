"""Where requests come from: what our own proxies saw, and nothing that somebody only claims."""

from typing import Any

import pytest
from django.test import RequestFactory

from groundswell.workspace.addresses import address_of, origin_of


def seen(peer: str, passed_on: str) -> str:
    return address_of(RequestFactory(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=passed_on).get("/"))


@pytest.mark.parametrize(
    ("peer", "passed_on", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # nobody's proxy: it may claim what it likes
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the client wrote the first itself
        ("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),  # two proxies of ours
        ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "<script>, 10.1.2.3", "10.1.2.3"),
    ],
)
def test_only_what_our_proxies_say_is_believed(peer: str, passed_on: str, address: str, settings: Any) -> None:
    settings.PROXIES = ["127.0.0.0/8", "::1/128", "10.0.0.0/8"]
    assert seen(peer, passed_on) == address


def test_without_proxies_nothing_that_is_passed_on_counts(settings: Any) -> None:
    settings.PROXIES = []
    assert seen("127.0.0.1", "198.51.100.1") == "127.0.0.1"


def test_a_network_of_ipv6_is_one_origin() -> None:
    """Else whoever rents a server has 18 trillion tries for each that we mean to give."""
    assert origin_of("2001:db8:1:2::1") == origin_of("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert origin_of("2001:db8:1:3::1") != origin_of("2001:db8:1:2::1")
    assert origin_of("::ffff:203.0.113.9") == origin_of("203.0.113.9")
    assert origin_of("testclient") == "testclient"
