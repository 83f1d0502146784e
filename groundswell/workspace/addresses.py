"""Where requests come from, and whom a limit may hold responsible for them."""

from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_OWN_NETWORK = 64  # bits of an IPv6 address that a household or a rented server has for itself


def address_of(request: HttpRequest) -> str:
    """The address that a request comes from; from our own proxies (``GROUNDSWELL_PROXIES``) the one that they saw.

    What stands further to the left in ``X-Forwarded-For`` was said by whoever asks, and may be anything.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    passed_on = request.headers.get("X-Forwarded-For", "").split(",")
    while _is_proxy(seen) and passed_on:
        further = passed_on.pop().strip()
        if not _is_address(further):
            break
        seen = further
    return seen


def origin_of(address: str) -> str:
    """Whom a limit counts: one address, or the network that somebody with IPv6 has many addresses in."""
    if not _is_address(address):
        return address
    found = ip_address(address)
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or ip_network((found, _OWN_NETWORK), strict=False))


def _is_proxy(address: str) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in _proxies(tuple(settings.PROXIES)))


@cache
def _proxies(networks: tuple[str, ...]) -> list:  # type: ignore[type-arg]  # of either version
    return [ip_network(network) for network in networks]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
