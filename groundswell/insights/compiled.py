"""How single passes over columns are compiled, and the types of their columns.

Compiling takes seconds once; numba keeps the result beside the file or in the user's cache. In memory it takes 120 MB,
so modules with passes are imported by those who use them when they do, not before. ``bin/setup`` compiles them all.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba import types

Function = TypeVar("Function", bound=Callable[..., Any])


def _given(kind: types.Type) -> types.Array:
    """A column that is read only: Arrow's cannot be written."""
    return types.Array(kind, 1, "C", readonly=True)


IDS, MICROS, PLACES = _given(types.uint64), _given(types.int64), types.int64[::1]
MASKS, BOOLS, CODES = _given(types.uint32), _given(types.boolean), _given(types.int32)


def compiled(signature: Any) -> Callable[[Function], Function]:
    """Compile a function for arguments of these types."""

    def compile_it(function: Function) -> Function:
        try:
            return cast("Function", numba.njit(signature, nogil=True, cache=True)(function))
        except RuntimeError:  # no folder to keep the result in
            return cast("Function", numba.njit(signature, nogil=True)(function))

    return compile_it
