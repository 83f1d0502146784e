"""How many made each move, added up from piece to piece."""

import threading
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.paths.marks import parts_of
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said

MOST = 250_000  # moves and nodes of an answer
PENDING = 1_000_000  # numbers that wait to be added up


class Moves:
    """Keys of moves and nodes (see ``passes.tally``) with how many made them. Several threads may add."""

    def __init__(self) -> None:
        self._keys: list[NDArray[np.uint64]] = []
        self._counts: list[NDArray[np.int64]] = []
        self._lock = threading.Lock()

    def add(self, keys: NDArray[np.uint64], counts: NDArray[np.int64]) -> None:
        """Add numbers of other actors. Raises Refusal 422 where there are too many moves to tell."""
        with self._lock:
            self._keys.append(keys)
            self._counts.append(counts)
            if sum(map(len, self._keys)) > PENDING:
                self._add_up()

    def __iter__(self) -> Iterator[tuple[tuple[int, int, int, int], int]]:
        """The label, step, source and target of each, and how many."""
        with self._lock:
            self._add_up()
            keys, counts = self._keys[0].tolist(), self._counts[0].tolist()
        return ((parts_of(key), count) for key, count in zip(keys, counts, strict=True))

    def _add_up(self) -> None:
        all_keys, all_counts = (np.concatenate([np.zeros(0, kind), *each]) for kind, each in (
            (np.uint64, self._keys), (np.int64, self._counts)))  # fmt: skip
        keys, place = np.unique(all_keys, return_inverse=True)
        if len(keys) > MOST:
            raise Refusal(
                422, "question_too_large", said("There are more than %(most)s different moves.", most=f"{MOST:,}"),
                hint=said("Ask for fewer steps, or leave out events that say little."),
            )  # fmt: skip
        counts = np.zeros(len(keys), np.int64)
        np.add.at(counts, place, all_counts)
        self._keys, self._counts = [keys], [counts]
