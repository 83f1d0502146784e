"""Addresses that somebody typed: what is understood of them, and what is not taken."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from groundswell.kernel.errors import Refusal, bad_request
from groundswell.kernel.words import said

LONGEST = 2_000  # characters
PORTS = {"http": 80, "https": 443}
_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")  # blanks, controls and backslashes, which readers of addresses disagree on


@dataclass(frozen=True)
class Address:
    """An address taken apart. ``host`` is as name servers and certificates write it, ``target`` what a request asks."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """What the ``Host`` header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def checked(url: str, *, field: str = "url") -> Address:
    """The address, taken apart. Raises Refusal 400 for what is none of ours."""
    if len(url) > LONGEST or _STRANGE.search(url):
        raise _unfit(field)
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        raise _unfit(field) from None
    if scheme not in PORTS or not host or port == 0:
        raise _unfit(field)
    if parts.username is not None or parts.password is not None:
        raise bad_request(
            said("This address has a user name or password in it."), hint=said("Leave out what stands before the @."),
            field=field,
        )  # fmt: skip
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{_query(parts.query)}" if parts.query else "")
    return Address(scheme, _ascii(host, field), port or PORTS[scheme], target)


def _query(text: str) -> str:
    return quote(text, safe="/%:@!$&'()*+,;=~-._?")


def _ascii(host: str, field: str) -> str:
    """A name in letters beyond ASCII as name servers know it."""
    try:
        return host if ":" in host else host.encode("idna").decode()
    except UnicodeError:
        raise _unfit(field) from None


def _unfit(field: str) -> Refusal:
    return bad_request(
        said("This is no address of the web."), hint=said("Give one such as https://hooks.example.com/services/…."),
        field=field,
    )  # fmt: skip
