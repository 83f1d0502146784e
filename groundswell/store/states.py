"""How far a project's data has moved on: a number that is another one after every write that could change an answer.

It is known to the process that owns the store, and to nobody else. No number is used twice while the process lives, not
even after the store was emptied or another one was opened.
"""

import itertools
import threading

_numbers = itertools.count(1)


class States:
    """The present state of each project. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first = next(_numbers)
        self._states: dict[int, int] = {}

    def of(self, project: int) -> int:
        """Read it before the data: what is written meanwhile moves it on."""
        return self._states.get(project, self._first)

    def moved(self, project: int) -> None:
        """Say so when what was written can be read, also where it is not known whether it was written."""
        with self._lock:
            self._states[project] = next(_numbers)

    def begin_anew(self) -> None:
        """Nothing is as it was, for any project."""
        with self._lock:
            self._first = next(_numbers)
            self._states = {}
