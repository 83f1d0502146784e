"""How much may be sent: so many messages a second by key, and by address where the key stands in public pages."""

import ipaddress
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from groundswell.collect.types import TryLater
from groundswell.kernel import environment
from groundswell.kernel.environment import BadSetting
from groundswell.kernel.limits import Limit
from groundswell.workspace.types import SendingKey

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Rates:
    """The limits of ``GROUNDSWELL_RATE_PER_KEY`` and ``GROUNDSWELL_RATE_PER_IP``, and who was refused by them."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys = Limit(environment.number("RATE_PER_KEY", 200_000, least=1), clock=clock)
        self._addresses = Limit(environment.number("RATE_PER_IP", 5_000, least=1), clock=clock)
        self._proxies = _networks("TRUSTED_PROXIES")
        self._refused: Counter[int] = Counter()
        self._lock = threading.Lock()

    def admit(self, key: SendingKey, count: int, *, peer: str, forwarded: str) -> None:
        """Let so many messages through. Raises TryLater when a limit says no; then they count as refused.

        ``peer`` is the address of the connection, ``forwarded`` the X-Forwarded-For header.
        """
        wait = self._keys.take(key.id, count)
        if not wait and not key.kind.is_trusted:
            wait = self._addresses.take(self.address(peer, forwarded), count)
        if wait:
            with self._lock:
                self._refused[key.project] += count
            raise TryLater(
                429, "rate", "More messages came than are taken in a second.",
                hint=f"Send the same request again in {wait} s, or have the limit raised.", retry_after=wait,
            )  # fmt: skip

    def refused(self, project: int) -> dict[str, int]:
        """How many messages of a project were refused and not kept, by reason, since the process began."""
        with self._lock:
            count = self._refused.get(project, 0)
        return {"rate": count} if count else {}

    def address(self, peer: str, forwarded: str) -> str:
        """Whom a request counts for: the peer, or whom the last trusted proxy names; of IPv6 the /64."""
        if forwarded and self._is_proxy(peer):
            for hop in reversed(forwarded.split(",")):
                peer = hop.strip()
                if not self._is_proxy(peer):
                    break
        return _site(peer)

    def _is_proxy(self, address: str) -> bool:
        return bool(self._proxies) and _lies_in(address, self._proxies)


@lru_cache(10_000)
def _site(address: str) -> str:
    """An IPv6 customer has a whole /64; text that is no address stands for itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:50]
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


@lru_cache(10_000)
def _lies_in(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def _networks(setting: str) -> tuple[Network, ...]:
    """The networks of a setting such as ``10.0.0.0/8, 192.168.1.1``."""
    value = environment.text(setting)
    parts: Sequence[str] = [part.strip() for part in value.split(",") if part.strip()]
    try:
        return tuple(ipaddress.ip_network(part, strict=False) for part in parts)
    except ValueError:
        raise BadSetting(f"GROUNDSWELL_{setting}", value, "addresses or networks, separated by commas") from None
