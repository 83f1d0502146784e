"""Blocks of imports, waiting for the loader: it takes one at a time, between blocks of the inbox."""

import queue
import time
from concurrent.futures import Future
from dataclasses import dataclass, field

from groundswell.collect.block import Block

_LATELY = 5.0  # seconds; an import that offered a block so long ago is likely to offer another


@dataclass(frozen=True)
class Offer:
    """A block, and how far its journal is loaded once the block is. ``done`` says that it is, or why it cannot be."""

    block: Block
    journal: str
    end: int
    done: Future[None] = field(default_factory=Future)


class Offers:
    """A queue of offers. Thread-safe for many who put and one who takes."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Offer] = queue.SimpleQueue()
        self._first: Offer | None = None
        self._latest = -_LATELY

    def put(self, offer: Offer) -> None:
        """Have a block loaded when its turn comes."""
        self._latest = time.monotonic()
        self._queue.put(offer)

    @property
    def is_expected(self) -> bool:
        """Whether a block is waiting, or is likely to be soon."""
        return self._first is not None or time.monotonic() - self._latest < _LATELY

    def first(self, *, timeout: float = 0) -> Offer | None:
        """The offer whose turn it is; it stays the first until it is settled."""
        if self._first is None:
            try:
                self._first = self._queue.get(timeout=timeout) if timeout else self._queue.get_nowait()
            except queue.Empty:
                return None
        return self._first

    def settle(self, problem: Exception | None = None) -> None:
        """The first offer was loaded, or cannot be."""
        assert self._first is not None
        offer, self._first = self._first, None
        if problem:
            offer.done.set_exception(problem)
        else:
            offer.done.set_result(None)
