"""Which messages were received before, by the hash of their message id."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.collect.bloom import Bloom
from groundswell.kernel.clock import DAY
from groundswell.store import service as store

HORIZON = timedelta(days=30)  # a message id repeated later than this is a new message
Hashes = NDArray[np.uint64]
FOR_EVER = 65_535  # days since 1970: the last that a Date can hold


class Receipts:
    """The message ids of all projects: a filter in memory, and the store for what the filter finds."""

    def __init__(self) -> None:
        self._filter = Bloom()

    def restore(self) -> None:
        """Fill the filter with what the store remembers."""
        for found in store.read_in_shares("receipts", "message", by="message", where="expires >= today()"):
            self._filter.add(found.column(0).to_numpy())

    def repeated(self, project: int, messages: Hashes, *, at: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of these hashes (0 is none) repeat an earlier row here, or a receipt not expired ``at`` (µs)."""
        repeated = _repeated_within(messages)
        suspects = np.flatnonzero(self._filter.maybe(messages) & (messages != 0) & ~repeated)
        if len(suspects):
            known = self._look_up(project, messages[suspects])
            expires = np.array([known.get(int(message), -1) for message in messages[suspects]], "i8")
            repeated[suspects] = expires >= at[suspects] // DAY
        return repeated

    def append(
        self, project: int, messages: Hashes, *, received: NDArray[np.int64], token: str, keep: bool = False
    ) -> None:
        """Write receipts, once per token. ``keep`` makes them last for ever (imports), else for the horizon."""
        given = messages != 0
        days = np.full(given.sum(), FOR_EVER) if keep else received[given] // DAY + HORIZON.days
        rows = pa.table(
            {
                "message": pa.array(messages[given], pa.uint64()),
                "expires": pa.array(days.astype("i4"), pa.int32()).cast(pa.date32()),
            }
        )
        for part, label in _by_month(rows, days):
            store.append("receipts", part, token=f"{token}-{label}", computed={"project": str(project)})
        self._filter.add(messages[given])

    def _look_up(self, project: int, messages: Hashes) -> dict[int, int]:
        """The last day (since 1970) on which each of these is remembered, of those that are."""
        found = store.read(
            "SELECT message, toUInt16(max(expires)) FROM groundswell.receipts"
            " WHERE project = {project:UInt32} AND message IN {messages:Array(UInt64)} GROUP BY message",
            params={"project": project, "messages": messages.tolist()},
        )
        return dict(found.rows)


def _repeated_within(messages: Hashes) -> NDArray[np.bool_]:
    """Which rows repeat the hash of an earlier row. Most blocks have none: a plain sort shows that fast."""
    in_order = np.sort(messages)
    if not ((in_order[1:] == in_order[:-1]) & (in_order[1:] != 0)).any():
        return np.zeros(len(messages), bool)
    order = np.argsort(messages, kind="stable")
    same = np.zeros(len(messages), bool)
    same[order[1:]] = messages[order[1:]] == messages[order[:-1]]
    same[messages == 0] = False
    return same


def _by_month(rows: pa.Table, days: NDArray[np.int64]) -> list[tuple[pa.Table, str]]:
    """The rows cut by the month of their day, for one append must stay within one partition."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    return [(rows.filter(pa.array(months == month)), str(month)) for month in np.unique(months)]
