"""Which numbers may be reached: those of the open internet, and what ``GROUNDSWELL_ALLOW_NETWORKS`` opens."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings

Number = IPv4Address | IPv6Address

# IANA's registries of special-purpose addresses (RFC 6890 and what came after), multicast, and metadata services that
# live among public numbers. Python's own ``is_global`` differs between its versions.
CLOSED = [
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # Azure's
        "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "3fff::/20",
        "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
]  # fmt: skip
_TRANSLATED = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 number
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291, deprecated


def may_be_reached(number: str) -> bool:
    """Whether a request may go to that number."""
    found = ip_address(number.partition("%")[0])
    if any(each in network for network in _opened() for each in (found, *_inside(found)) if _fit(each, network)):
        return True
    return not any(each in network for network in CLOSED for each in (found, *_inside(found)) if _fit(each, network))


def _opened() -> list[IPv4Network | IPv6Network]:
    return [ip_network(text) for text in settings.ALLOW_NETWORKS]


def _fit(number: Number, network: IPv4Network | IPv6Network) -> bool:
    return number.version == network.version


def _inside(number: Number) -> list[IPv4Address]:
    """The IPv4 numbers that an IPv6 number stands for, by whichever way of travelling through the other network."""
    if not isinstance(number, IPv6Address):
        return []
    found = [number.ipv4_mapped, number.sixtofour, *(number.teredo or ())]
    if number in _TRANSLATED or (number in _COMPATIBLE and int(number) > 1):
        found.append(IPv4Address(int(number) & 0xFFFF_FFFF))
    return [each for each in found if each is not None]
