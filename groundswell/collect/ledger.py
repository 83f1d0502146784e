"""What became of every message: accepted = loaded + dropped + waiting, at every instant."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from groundswell.collect.block import LOADED, Block
from groundswell.store import service as store


class Waiting(Protocol):
    """The part of the inbox that the ledger needs."""

    @property
    def waiting(self) -> Mapping[int, int]: ...

    def settle(self, counts: Mapping[int, int]) -> None: ...


class Ledger:
    """The counts of all projects. Those in the store survive; those in memory move in one step with the inbox."""

    def __init__(self, inbox: Waiting) -> None:
        self._inbox = inbox
        self._counts: dict[int, Counter[str]] = {}
        self._lock = threading.Lock()

    def restore(self) -> None:
        """Take over the counts that the store has."""
        found = store.read("SELECT project, reason, sum(messages) FROM groundswell.ingestion GROUP BY project, reason")
        with self._lock:
            self._counts.clear()
            for project, reason, messages in found.rows:
                self._of(project)[reason] = int(messages)

    def write(self, block: Block) -> None:
        """Put a block's counts into the store, once per token."""
        counts = block.counts()
        rows = pa.table(
            {"reason": pa.array(list(counts), pa.string()), "messages": pa.array(list(counts.values()), pa.uint64())}
        )
        store.append("ingestion", rows, token=block.token, computed={"project": str(block.project.id)})

    def close(self, blocks: Sequence[Block], *, were_waiting: bool = True) -> None:
        """Count blocks that are written; those out of the inbox wait no longer."""
        with self._lock:
            for block in blocks:
                self._of(block.project.id).update(block.counts())
            if were_waiting:
                self._inbox.settle({block.project.id: len(block) for block in blocks})

    def of(self, project: int) -> tuple[int, dict[str, int], int]:
        """How many of a project's messages are loaded, dropped (by reason) and waiting, all at one instant."""
        with self._lock:
            counts = dict(self._counts.get(project, {}))
            waiting = self._inbox.waiting.get(project, 0)
        return counts.pop(LOADED, 0), counts, waiting

    def _of(self, project: int) -> Counter[str]:
        return self._counts.setdefault(project, Counter())
