"""When something happened: what clients write as a time."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.kernel.clock import DAY, from_us, to_us
from groundswell.kernel.periods import zone as zone_named

EARLIEST = to_us(datetime(2000, 1, 1, tzinfo=UTC))  # µs; nothing that is measured here happened before
AGREEING = 10_000_000  # µs between sending and receipt that a journey may take: no sign of a wrong clock
MILLISECONDS_FROM = 100_000_000_000  # a number this large counts milliseconds, a smaller one seconds
_TIMES = {str, int, float}
_FIRST_DAY, _LAST_DAY = 0, 36_525  # since 1970; what lies before or after is dropped or taken back to now
_QUARTER = 900_000_000  # µs; no zone changes its offset but at a quarter of an hour
_INSTANT = pa.timestamp("us", tz="UTC")
_SLOPPY = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9})\d*)?)?)?"
    r"\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})?\s*"
)


def parse_time(value: Any, *, zone: str = "UTC") -> int | None:
    """A client's timestamp in µs since 1970; None where it is no time.

    ISO 8601 in its strict and its sloppy forms (``2015-2-02T00:30:08.276Z``); where it names no zone it is in the one
    given. Numbers count seconds or milliseconds since 1970.
    """
    if isinstance(value, str):
        return _parse_text(value, zone)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        return int(value * 1000) if abs(value) >= MILLISECONDS_FROM else int(value * 1_000_000)
    return None


def instants(values: list[Any], *, zone: str = "UTC") -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Times in µs, 0 where there is none, and which could not be read (see ``parse_time``).

    Most blocks hold nothing but ISO text with a zone, read at once; the rest is read once for each distinct text.
    """
    try:
        texts = pa.array(values, pa.string())
        at = texts.cast(_INSTANT).cast(pa.int64())
        return at.fill_null(0).to_numpy(), texts.is_null().to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # something is no text, or no time with a zone
        pass
    plain = [value if type(value) in _TIMES else None for value in values]
    known = {value: parse_time(value, zone=zone) for value in set(plain)}
    parsed = [known[value] for value in plain]
    bad = np.array([at is None for at in parsed], bool)
    return np.array([at or 0 for at in parsed], "i8"), bad


def local_instants(local: NDArray[np.int64], *, zone: str) -> NDArray[np.int64]:
    """What a zone's clocks showed (µs since 1970 by them) as instants; of an hour that came twice, the first.

    Times that a change of clocks left out count on as if it had not come yet.
    """
    days, which = np.unique(np.clip(local // DAY, _FIRST_DAY, _LAST_DAY), return_inverse=True)
    offsets = np.array([_shown_offset(int(day) * DAY, zone) for day in days], "i8")
    following = np.array([_shown_offset((int(day) + 1) * DAY, zone) for day in days], "i8")
    at: NDArray[np.int64] = local - offsets[which]
    for row in np.flatnonzero((offsets != following)[which]).tolist():  # days on which clocks change
        at[row] = local[row] - _shown_offset(int(local[row]) // _QUARTER * _QUARTER, zone)
    return at


@lru_cache(maxsize=100_000)
def _shown_offset(shown: int, zone: str) -> int:
    """How far a zone's clocks are ahead of UTC (µs) when they show this."""
    return shown - to_us(from_us(shown).replace(tzinfo=zone_named(zone)))


def _parse_text(value: str, zone: str) -> int | None:
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return _parse_sloppy(value, zone)
    return to_us(_zoned(parsed, zone))


def _parse_sloppy(value: str, zone: str) -> int | None:
    found = _SLOPPY.fullmatch(value)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    offset = "+00:00" if offset in ("Z", "z", "UTC", "GMT") else offset or ""
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        text = f"{year}-{month:0>2}-{day:0>2}T{hour or 0:0>2}:{minute or 0:0>2}:{second or 0:0>2}{offset}"
        return to_us(_zoned(datetime.fromisoformat(text), zone)) + micros
    except (ValueError, OverflowError):
        return None


def _zoned(shown: datetime, zone: str) -> datetime:
    return shown if shown.tzinfo else shown.replace(tzinfo=zone_named(zone))
