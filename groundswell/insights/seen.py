"""The breakdown values that a funnel comes across, as small numbers."""

import threading
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from groundswell.insights.instants import Bools, Micros, Places
from groundswell.insights.labels import labels_of, sort_key
from groundswell.insights.split import Raws
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said

MOST_VALUES = 500_000  # kept in memory


class Seen:
    """Numbers the raw JSON texts of a breakdown's names as they come, and counts the events that could begin a run.

    Several threads may use it.
    """

    def __init__(self) -> None:
        self._code: dict[Raws, int] = {}
        self._events: Counter[int] = Counter()
        self._lock = threading.Lock()

    @property
    def raws(self) -> list[Raws]:
        """The texts by their code."""
        return list(self._code)

    @property
    def events(self) -> Counter[Raws]:
        """How many events that could begin a run have these texts."""
        raws = self.raws
        return Counter({raws[code]: number for code, number in self._events.items()})

    def ranks(self) -> Places:
        """The place of each code among all in the order of labels."""
        with self._lock:
            raws = self.raws
        keys = [sorted(map(sort_key, labels_of(each))) for each in raws]
        place = {key: number for number, key in enumerate(sorted(set(map(tuple, keys))))}
        return np.array([place[tuple(key)] for key in keys], np.int32)

    def codes(self, columns: Sequence[pa.ChunkedArray]) -> Places:
        """The codes of rows with these texts."""
        texts = [pc.dictionary_encode(column.combine_chunks()) for column in columns]
        here = [each.indices.to_numpy().astype(np.int64) for each in texts]
        combined = here[0]
        for codes, each in zip(here[1:], texts[1:], strict=True):
            combined = combined * len(each.dictionary) + codes
        _, first, which = np.unique(combined, return_index=True, return_inverse=True)
        names = zip(
            *(each.dictionary.take(each.indices.take(pa.array(first))).to_pylist() for each in texts), strict=True
        )
        with self._lock:
            known = np.array([self._number(raws) for raws in names], np.int32)
        return known[which]

    def count(self, codes: Places, events: Bools | Micros) -> None:
        """Count events that could begin a run, so many under each of the codes."""
        sums = np.bincount(codes, weights=events).astype(int)
        several = np.flatnonzero(sums)
        with self._lock:
            self._events.update(dict(zip(several.tolist(), sums[several].tolist(), strict=True)))

    def _number(self, raws: Raws) -> int:
        if len(self._code) >= MOST_VALUES and raws not in self._code:
            raise Refusal(
                422, "question_too_large", said("The breakdown has more than %(most)s values.", most=MOST_VALUES),
                hint=said("Break down by a property with fewer values."),
            )  # fmt: skip
        return self._code.setdefault(raws, len(self._code))
