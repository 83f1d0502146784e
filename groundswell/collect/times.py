"""When something happened: what clients write as a time."""

import re
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundswell.kernel.clock import to_us

EARLIEST = to_us(datetime(2000, 1, 1, tzinfo=UTC))  # µs; nothing that is measured here happened before
_MILLISECONDS_FROM = 100_000_000_000  # a number this large counts milliseconds, a smaller one seconds
_TIMES = {str, int, float}
_LENGTHS = {20, 24, 27}  # with seconds, milliseconds, microseconds
_SLOPPY = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9})\d*)?)?)?"
    r"\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})?\s*"
)


def parse_time(value: Any) -> int | None:
    """A client's timestamp in µs since 1970; None where it is no time.

    ISO 8601 in its strict and its sloppy forms (``2015-2-02T00:30:08.276Z``); without a zone it is UTC. Numbers
    count seconds or milliseconds since 1970.
    """
    if isinstance(value, str):
        return _parse_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        return int(value * 1000) if abs(value) >= _MILLISECONDS_FROM else int(value * 1_000_000)
    return None


def instants(values: list[Any]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Times in µs, 0 where there is none, and which could not be read.

    Most blocks hold nothing but ISO text in UTC, read at once; the rest is read once for each distinct text.
    """
    try:
        at = np.array([_utc(value) for value in values], "datetime64[us]").astype("i8")
        return at, np.zeros(len(values), bool)
    except (TypeError, ValueError, KeyError, IndexError):
        pass
    plain = [value if type(value) in _TIMES else None for value in values]
    known = {value: parse_time(value) for value in set(plain)}
    parsed = [known[value] for value in plain]
    bad = np.array([at is None for at in parsed], bool)
    return np.array([at or 0 for at in parsed], "i8"), bad


def _utc(value: str) -> str:
    """ISO text in UTC as numpy wants it. Raises ValueError for any other."""
    if len(value) not in _LENGTHS or value[-1] != "Z" or value[10] != "T":
        raise ValueError(value)
    return value[:-1]


def _parse_text(value: str) -> int | None:
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return _parse_sloppy(value)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return to_us(parsed)


def _parse_sloppy(value: str) -> int | None:
    found = _SLOPPY.fullmatch(value)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    zone = "+00:00" if offset in (None, "Z", "z", "UTC", "GMT") else offset
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        text = f"{year}-{month:0>2}-{day:0>2}T{hour or 0:0>2}:{minute or 0:0>2}:{second or 0:0>2}{zone}"
        return to_us(datetime.fromisoformat(text)) + micros
    except (ValueError, OverflowError):
        return None
