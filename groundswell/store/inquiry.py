"""A question while it is worked on: its queries are found by its name, it can be stopped, and it holds so much at most.

Whoever works on a question does so ``within`` an inquiry. Every query of it carries the name in ``log_comment``, which
is what ``system.processes`` shows of an embedded engine and a server alike: chDB 4.4 takes no ``query_id`` from us.
"""

import threading
import uuid
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

import numpy as np
import pyarrow as pa

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.store.limits import too_large

MOST_HELD = 500_000_000  # bytes of tables; what is made of them takes about twice as much besides

T = TypeVar("T")
F = TypeVar("F")


class Stage:
    """Work of so many parts. Thread-safe."""

    def __init__(self, parts: int) -> None:
        self.parts = parts
        self.done = 0
        self._lock = threading.Lock()

    def advance(self) -> None:
        """One more part is done."""
        with self._lock:
            self.done += 1

    def over(self, parts: Iterable[T]) -> Iterator[T]:
        """The parts, each of which is done when the next one is asked for."""
        for each in parts:
            yield each
            self.advance()


class Inquiry:
    """What is known of a question that is worked on. Thread-safe."""

    def __init__(self, *, most_held: int | None = None) -> None:
        self.name = f"inquiry-{uuid.uuid4().hex}"
        self.queries = 0  # that the engine works on
        self._most_held = MOST_HELD if most_held is None else most_held
        self._held = 0
        self._returned: deque[int] = deque()  # sizes of what is held no longer: whoever lets go may be anywhere
        self._stages: list[Stage] = []
        self._share = 0.0
        self._stopped = threading.Event()
        self._lock = threading.RLock()

    # Stopping --------------------------------------------------------------------------------------------------------

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        """Have it end at the next look."""
        self._stopped.set()

    def check(self) -> None:
        """Raises Refusal 409 where it was stopped."""
        if self.is_stopped:
            raise stopped()

    @contextmanager
    def query(self) -> Iterator[None]:
        """One of its queries, while the engine works on it."""
        with self._lock:
            self.queries += 1
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self.queries -= 1

    # Progress --------------------------------------------------------------------------------------------------------

    @contextmanager
    def stage(self, parts: int) -> Iterator[Stage]:
        """A part of what it is doing at present, which is itself done in so many parts."""
        made = Stage(parts)
        with self._lock:
            self._stages.append(made)
        try:
            yield made
        finally:
            with self._lock:
                self._stages.remove(made)

    @property
    def place(self) -> tuple[int, ...]:
        """Where in its stages it is."""
        with self._lock:
            return tuple(stage.done for stage in self._stages)

    def share(self, of_queries: float, *, at: tuple[int, ...]) -> float:
        """About how much of it is done (0 to 1), by its stages and how much of the queries is that it asked ``at`` a
        place. Never less than before; what is asked outside of any stage is short and does not count."""
        with self._lock:
            share = of_queries if self._stages and at == self.place else 0.0  # of another part if it went on meanwhile
            for stage in reversed(self._stages):
                share = min((stage.done + share) / max(stage.parts, 1), 1.0)
            self._share = max(self._share, share)
            return self._share

    def advance(self) -> None:
        """A part of the present stage is done, if there is one."""
        with self._lock:
            if self._stages:
                self._stages[-1].advance()

    # Memory ----------------------------------------------------------------------------------------------------------

    @property
    def left(self) -> int:
        """How many bytes more it may hold."""
        with self._lock:
            while self._returned:
                self._held -= self._returned.popleft()
            return max(self._most_held - self._held, 0)

    def hold(self, received: bytes) -> pa.Buffer:
        """The bytes, which count as held for as long as anything stands on them, an array over a column too.

        Raises Refusal 422 where it is too much.
        """
        kept = np.frombuffer(received, np.uint8)  # unlike bytes, it says when it goes
        with self._lock:
            if len(kept) > self.left:
                raise too_large()
            self._held += len(kept)
        weakref.finalize(kept, self._returned.append, len(kept)).atexit = False
        return pa.py_buffer(kept)


def stopped() -> Refusal:
    """The answer to a question that somebody stopped."""
    hint = said("Ask again to have it worked out.")
    return Refusal(409, "stopped", said("The question was stopped before it was answered."), hint=hint)


_present: ContextVar[Inquiry | None] = ContextVar("inquiry", default=None)


def present() -> Inquiry | None:
    """The inquiry within which this thread works."""
    return _present.get()


@contextmanager
def within(inquiry: Inquiry | None) -> Iterator[None]:
    """Have everything that this thread asks be part of it."""
    token = _present.set(inquiry)
    try:
        yield
    finally:
        _present.reset(token)


@contextmanager
def inquiring() -> Iterator[None]:
    """Work within the present inquiry, or one of its own where there is none."""
    with within(present() or Inquiry()):
        yield


@contextmanager
def stage(parts: int) -> Iterator[Stage]:
    """Work that is done in so many parts, for whoever wants to know how far it is."""
    with (present() or Inquiry()).stage(parts) as made:
        yield made


def part_by_part(parts: Sequence[T]) -> Iterator[T]:
    """Parts of the work, one after the other. Between two of them is looked whether it was stopped: Refusal 409."""
    with stage(len(parts)) as made:
        for each in made.over(parts):
            look()
            yield each


def advance() -> None:
    """A part of the present stage is done, if there is one."""
    if inquiry := present():
        inquiry.advance()


def look() -> None:
    """Raises Refusal 409 where the present question was stopped: for loops that ask the store nothing."""
    if inquiry := present():
        inquiry.check()


def carried(work: Callable[[T], F]) -> Callable[[T], F]:
    """The same work within the present inquiry, for other threads."""
    inquiry = present()

    def carry(part: T) -> F:
        with within(inquiry):
            look()
            return work(part)

    return carry
