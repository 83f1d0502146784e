"""The breakdown values that a funnel comes across, as small numbers."""

import math
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
MOST_COUNTED = 4_000_000  # combinations of texts up to which it is cheaper to count than to sort


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
        combined = texts[0].indices.to_numpy().astype(np.int64)
        for each in texts[1:]:
            combined = combined * len(each.dictionary) + each.indices.to_numpy()
        present, which = _numbered(combined, math.prod(len(each.dictionary) for each in texts))
        names = []
        for each in reversed(texts):
            present, place = np.divmod(present, max(len(each.dictionary), 1))
            names.append(each.dictionary.take(pa.array(place)).to_pylist())
        with self._lock:
            known = np.array([self._number(raws) for raws in zip(*reversed(names), strict=True)], np.int32)
        codes: Places = known[which]
        return codes

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


def _numbered(values: Micros, until: int) -> tuple[Micros, Micros]:
    """The different values, from 0 to before ``until``, ascending; and for each value its place among them."""
    if until > MOST_COUNTED:
        return np.unique(values, return_inverse=True)
    present = np.flatnonzero(np.bincount(values, minlength=until))
    place = np.zeros(until, np.int64)
    place[present] = np.arange(len(present))
    return present, place[values]
