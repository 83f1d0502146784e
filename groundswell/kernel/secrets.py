"""What is never shown of what clients sent: passwords, tokens, card numbers."""

from typing import Any

_SECRET_WORDS = (
    "password",
    "passwd",
    "secret",
    "token",
    "authorization",
    "api_key",
    "apikey",
    "writekey",
    "credit",
    "cvv",
)
MASK = "•••"
DEEPEST = 50  # levels of a value that are shown
CUT = "…"


def masked(value: Any, depth: int = 0) -> Any:
    """The value with everything that sounds like a secret taken out, and what lies ``DEEPEST`` levels down."""
    if depth > DEEPEST and isinstance(value, dict | list):
        return CUT
    if isinstance(value, dict):
        return {key: MASK if is_secret(key) else masked(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [masked(each, depth + 1) for each in value]
    return value


def is_secret(key: str) -> bool:
    """Whether what stands under that name is nothing to be shown."""
    plain = key.lower().replace("-", "_")
    return any(word in plain for word in _SECRET_WORDS)
