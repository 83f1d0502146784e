"""Secrets that are shown once, on the page after the one that made them.

Between the two they wait in the session, in a form that only the key in the browser's cookie reads: a copy of the
database opens nothing.
"""

import secrets
from datetime import timedelta
from hashlib import shake_256

from django.http import HttpRequest

from groundswell.kernel import clock

WAITS = timedelta(minutes=10)  # whoever comes later than that is not shown it


def keep_once(request: HttpRequest, name: str, secret: str) -> None:
    """Have a secret ready for the next page, in the place of one of that name that nobody came for."""
    nonce = secrets.token_hex(16)
    hidden = _covered(request, nonce, secret.encode()).hex()
    request.session[_place(name)] = [nonce, hidden, clock.now().timestamp()]


def taken_once(request: HttpRequest, name: str) -> str:
    """The secret, which is gone with that; empty where there is none any more, or the browser has another key now."""
    kept = request.session.pop(_place(name), None)
    if kept is None or clock.now().timestamp() - kept[2] > WAITS.total_seconds():
        return ""
    try:
        return _covered(request, kept[0], bytes.fromhex(kept[1])).decode()
    except UnicodeDecodeError:
        return ""


def _covered(request: HttpRequest, nonce: str, text: bytes) -> bytes:
    """Covers, and uncovers what is covered. No cover is used for two texts: each has its nonce."""
    cover = shake_256(f"{nonce}{request.session.session_key}".encode()).digest(len(text))
    return bytes(one ^ other for one, other in zip(text, cover, strict=True))


def _place(name: str) -> str:
    return f"once.{name}"
