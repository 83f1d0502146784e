"""Millions of 64-bit keys with a few numbers each, in 8 bytes a number: a sorted map of columns."""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

_SMALL = 65_536  # rows: below this, additions are merged right away


class Keyed:
    """A map from 64-bit keys to rows of columns, looked up and changed in blocks.

    Sorted arrays in two levels, a large one and a small one for what is new; a look-up is a binary search
    in both. Half a million keys with two columns take 12 MB; a Python dict takes ten times that.
    """

    def __init__(self, **columns: str) -> None:
        self._dtype = np.dtype([("key", "u8"), *columns.items()])
        self._large = np.empty(0, self._dtype)
        self._small = np.empty(0, self._dtype)

    def __len__(self) -> int:
        """The number of keys; exact only as long as no key was put twice across the levels."""
        return len(self._large) + len(self._small)

    def rows(self, keys: Keys) -> tuple[np.ndarray, NDArray[np.bool_]]:
        """The rows of these keys, zeros where a key is not there, and whether it is."""
        found = np.zeros(len(keys), self._dtype)
        there = np.zeros(len(keys), bool)
        for level in (self._large, self._small):  # the small level is newer, so it goes last
            if len(level):
                at = np.searchsorted(level["key"], keys)
                at[at == len(level)] = 0
                hit = level["key"][at] == keys
                found[hit] = level[at[hit]]
                there |= hit
        return found, there

    def put(self, keys: Keys, **columns: np.ndarray) -> None:
        """Set the rows of these keys; of a key given twice the last one stays."""
        added = np.empty(len(keys), self._dtype)
        added["key"] = keys
        for name, values in columns.items():
            added[name] = values
        self._small = _merged(self._small, added)
        if len(self._small) > max(_SMALL, len(self._large) // 8):
            self._large = _merged(self._large, self._small)
            self._small = np.empty(0, self._dtype)


def _merged(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Both, sorted by key; where both have a key, the new row."""
    both = np.concatenate([old, new])
    order = np.argsort(both["key"], kind="stable")
    both = both[order]
    last = np.ones(len(both), bool)
    last[:-1] = both["key"][1:] != both["key"][:-1]
    return both[last]
