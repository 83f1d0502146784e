"""How mail leaves, from one address: ``smtp://user:password@host:587?tls=true&from=growth@example.com``."""

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from groundswell.kernel.environment import BadSetting

_FITTING = "console:, or smtp://user:password@host:port?tls=true&from=address (smtps:// for TLS from the start)"
_BACKENDS = {"console": "console", "smtp": "smtp", "smtps": "smtp", "memory": "locmem"}
_PORTS = {"smtp": 25, "smtps": 465}
TIMEOUT = 10  # seconds


def mail_settings(url: str) -> dict[str, Any]:
    """Django's settings for a mail address. Raises BadSetting for one that is not understood."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad(url) from None
    if parts.scheme not in _BACKENDS or (parts.scheme in _PORTS and not parts.hostname):
        raise _bad(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    is_tls = options.get("tls", "").lower() in ("1", "true", "yes")
    if is_tls and parts.scheme == "smtps":
        raise _bad(url, "an address with either smtps:// or tls=true: they are two ways of TLS")
    return {
        "EMAIL_BACKEND": f"django.core.mail.backends.{_BACKENDS[parts.scheme]}.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": port or _PORTS.get(parts.scheme, 0),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": is_tls,
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": TIMEOUT,
        "DEFAULT_FROM_EMAIL": options.get("from", "groundswell@localhost"),
    }


def _bad(url: str, wanted: str = _FITTING) -> BadSetting:
    """Says the address without the name and the password in it."""
    shown = re.sub(r"^([a-z]+://)?.*@", r"\1…@", url, flags=re.DOTALL)
    return BadSetting("GROUNDSWELL_MAIL_URL", shown, wanted)
