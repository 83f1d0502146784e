"""Millions of 64-bit keys with a few numbers each, in 8 bytes a number: a sorted map of columns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Columns = dict[str, NDArray[Any]]

_SMALL = 65_536  # rows: below this, additions stay apart from the bulk


class Keyed:
    """A map from 64-bit keys to rows of columns, looked up and changed in blocks.

    Sorted arrays in two levels, a large one and a small one for what is new; a look-up is a binary search
    in both. Half a million keys with two columns take 12 MB; a Python dict takes ten times that.
    """

    def __init__(self, **columns: str) -> None:
        self._empty = _Level(np.empty(0, "u8"), {name: np.empty(0, kind) for name, kind in columns.items()})
        self._large = self._small = self._empty

    def __len__(self) -> int:
        """The number of keys; exact only as long as no key was put twice across the levels."""
        return len(self._large.keys) + len(self._small.keys)

    def rows(self, keys: Keys) -> tuple[Columns, NDArray[np.bool_]]:
        """The columns of these keys, zero where a key is not there, and whether it is. Sorted keys are found faster."""
        found = {name: np.zeros(len(keys), column.dtype) for name, column in self._empty.columns.items()}
        there = np.zeros(len(keys), bool)
        for level in (self._large, self._small):  # the small level is newer, so it goes last
            places, hit = level.places(keys)
            for name, column in level.columns.items():
                found[name][hit] = column[places[hit]]
            there |= hit
        return found, there

    def put(self, keys: Keys, **columns: NDArray[Any]) -> None:
        """Set the rows of these keys; of a key given twice the last one stays."""
        order = np.argsort(keys, kind="stable")
        last = np.ones(len(keys), bool)
        last[:-1] = keys[order][1:] != keys[order][:-1]
        chosen = order[last]
        self._small = self._small.with_rows(
            keys[chosen],
            {name: columns[name][chosen].astype(empty.dtype) for name, empty in self._empty.columns.items()},
        )
        if len(self._small.keys) > max(_SMALL, len(self._large.keys) // 8):
            self._large = self._large.with_rows(self._small.keys, self._small.columns)
            self._small = self._empty


class _Level:
    """Keys in ascending order, each once, and columns beside them. Never changed, only replaced."""

    def __init__(self, keys: Keys, columns: Columns) -> None:
        self.keys = keys
        self.columns = columns

    def places(self, keys: Keys) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Where these keys stand, or would, and which do."""
        at = np.searchsorted(self.keys, keys)
        inside = at < len(self.keys)
        hit = np.zeros(len(keys), bool)
        hit[inside] = self.keys[at[inside]] == keys[inside]
        return at, hit

    def with_rows(self, keys: Keys, columns: Columns) -> "_Level":
        """This level with those rows, sorted and distinct; where both have a key, the new row."""
        at, known = self.places(keys)
        merged: Columns = {}
        for name, column in self.columns.items():
            column = column.copy()
            column[at[known]] = columns[name][known]
            merged[name] = np.insert(column, at[~known], columns[name][~known])
        return _Level(np.insert(self.keys, at[~known], keys[~known]), merged)
