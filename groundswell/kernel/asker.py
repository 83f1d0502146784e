"""Whoever waits for an answer, and may hang up before it is there.

The server says that they have; who works on the answer says what is to be done then.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Asker:
    """One who waits. Thread-safe."""

    def __init__(self) -> None:
        self.has_hung_up = False
        self._acts: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def hang_up(self) -> None:
        """Say that they wait no longer. What is to be done then has a thread of its own: who says so is not held up."""
        with self._lock:
            self.has_hung_up = True
            acts, self._acts = self._acts, []
        for act in acts:
            _begin(act)

    @contextmanager
    def if_gone(self, act: Callable[[], None]) -> Iterator[None]:
        """Have this done where they hang up while the block lasts, or have already."""
        with self._lock:
            is_there = not self.has_hung_up
            if is_there:
                self._acts.append(act)
        if not is_there:
            _begin(act)
        try:
            yield
        finally:
            with self._lock:
                if act in self._acts:
                    self._acts.remove(act)


def _begin(act: Callable[[], None]) -> None:
    threading.Thread(target=act, name="hung-up", daemon=True).start()


_present: ContextVar[Asker | None] = ContextVar("asker", default=None)


def present() -> Asker:
    """For whom this thread works; where nobody can be seen to wait, one who never hangs up."""
    return _present.get() or Asker()


@contextmanager
def on_behalf_of(asker: Asker) -> Iterator[None]:
    """Have all that this thread or task does be for them."""
    token = _present.set(asker)
    try:
        yield
    finally:
        _present.reset(token)
