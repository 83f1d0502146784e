"""Rows of people's tables as Arrow tables."""

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

MICROS = pa.timestamp("us", tz="UTC")


def instants(values: Sequence[int] | np.ndarray) -> pa.Array:
    """Microseconds since 1970 as instants."""
    return pa.array(np.asarray(values, "i8"), pa.int64()).cast(MICROS)


def numbers(values: Iterable[int]) -> pa.Array:
    """64-bit ids or positions."""
    if isinstance(values, np.ndarray):
        return pa.array(values.astype("u8"))
    return pa.array(list(values), pa.uint64())


def texts(values: Iterable[str]) -> pa.Array:
    return pa.array(list(values), pa.string())
