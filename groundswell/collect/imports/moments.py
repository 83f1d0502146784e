"""When something happened: whole columns of times, those without a zone in the project's."""

import re
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from groundswell.collect.imports.texts import is_text, plain
from groundswell.collect.times import MILLISECONDS_FROM, instants, local_instants

_MICROS = pa.timestamp("us")
_DIGITS = re.compile(r"-?\d{5,}(\.\d+)?")  # a number of seconds or milliseconds, not a year
_UNKNOWN = 1e15  # a number this large counts something else


class Moments(NamedTuple):
    """Times in µs since 1970, which rows have none, and which have something that is no time."""

    at: NDArray[np.int64]
    missing: NDArray[np.bool_]
    bad: NDArray[np.bool_]


def moments_of(column: pa.Array, *, zone: str) -> Moments:
    """The times of a column; those without a zone are in the one given."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return moments_of(plain(column), zone=zone)
    if is_text(kind):
        return _of_texts(column.cast(pa.string()), zone)
    if pa.types.is_timestamp(kind):
        return _instants(column.cast(pa.timestamp("us", kind.tz), safe=False), zone)
    if pa.types.is_date(kind):
        return _instants(column.cast(_MICROS), zone)
    return _of_numbers(column.cast(pa.float64()))


def plain_time(value: Any) -> Any:
    """A time as messages have it: a text of nothing but digits counts seconds or milliseconds."""
    return float(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value


def _of_texts(texts: pa.Array, zone: str) -> Moments:
    """Most files write all times alike: ISO, all with a zone or all without."""
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    for kind in (_MICROS, pa.timestamp("us", "UTC")):
        try:
            return _instants(texts.cast(kind), zone)
        except pa.ArrowInvalid:
            continue
    at, bad = instants([plain_time(text) for text in texts.to_pylist()], zone=zone)
    missing = _missing(texts)
    return Moments(at, missing, bad & ~missing)


def _instants(column: pa.Array, zone: str) -> Moments:
    shown = column.cast(pa.int64()).fill_null(0).to_numpy()
    at = shown if column.type.tz else local_instants(shown, zone=zone)
    return Moments(at, _missing(column), np.zeros(len(column), bool))


def _of_numbers(column: pa.Array) -> Moments:
    values = column.fill_null(float("nan")).to_numpy()
    missing = np.isnan(values)
    bad = ~missing & ~(np.abs(values) < _UNKNOWN)
    values = np.where(missing | bad, 0, values)
    scale = np.where(np.abs(values) >= MILLISECONDS_FROM, 1_000, 1_000_000)
    return Moments((values * scale).astype("i8"), missing, bad)


def _missing(column: pa.Array) -> NDArray[np.bool_]:
    missing: NDArray[np.bool_] = column.is_null().to_numpy(zero_copy_only=False)
    return missing
