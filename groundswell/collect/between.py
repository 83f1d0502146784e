"""Work of others that must lie between two blocks: the loader's thread does it, who asked waits for the outcome."""

import queue
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field


@dataclass(frozen=True)
class _Asked:
    work: Callable[[], None]
    done: Future[None] = field(default_factory=Future)


class Between:
    """A queue of such work. Thread-safe for many who ask and one who does."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[_Asked] = queue.SimpleQueue()

    def ask(self, work: Callable[[], None]) -> Future[None]:
        """Have this done when its turn comes; until then it can be cancelled."""
        asked = _Asked(work)
        self._queue.put(asked)
        return asked.done

    def do_all(self) -> None:
        """Do what is waiting. What goes wrong is told to who asked."""
        while True:
            try:
                asked = self._queue.get_nowait()
            except queue.Empty:
                return
            if not asked.done.set_running_or_notify_cancel():
                continue
            try:
                asked.work()
            except Exception as error:
                asked.done.set_exception(error)
            else:
                asked.done.set_result(None)
