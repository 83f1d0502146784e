"""How far a project's data has moved on: a number that is another one after every write that could change an answer.

Parts of it have numbers of their own: a day of the rollup, or what a dictionary holds. They are known to the process
that owns the store, and to nobody else. No number is used twice while the process lives, not even after the store was
emptied or another one was opened.
"""

import itertools
import threading
from collections.abc import Hashable, Iterable

_numbers = itertools.count(1)
Part = Hashable
WHOLE = ""  # a part to which nothing is ever written by itself


class States:
    """The present state of each project. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first = next(_numbers)
        self._states: dict[int, int] = {}
        self._whole: dict[int, int] = {}  # when last every part moved
        self._parts: dict[int, dict[Part, int]] = {}

    def of(self, project: int) -> int:
        """Read it before the data: what is written meanwhile moves it on."""
        return self._states.get(project, self._first)

    def of_parts(self, project: int, parts: Iterable[Part]) -> list[int]:
        """The same of parts; of one that nothing was written to, since when that is so."""
        with self._lock:
            whole = self._whole.get(project, self._first)
            known = self._parts.get(project, {})
            return [known.get(part, whole) for part in parts]

    def moved(self, project: int, parts: Iterable[Part] | None = None) -> None:
        """Say so when what was written can be read, also where it is not known whether it was written. Without
        ``parts`` every one of them has moved."""
        with self._lock:
            now = next(_numbers)
            self._states[project] = now
            if parts is None:
                self._whole[project], self._parts[project] = now, {}
            else:
                self._parts.setdefault(project, {}).update(dict.fromkeys(parts, now))

    def begin_anew(self) -> None:
        """Nothing is as it was, for any project."""
        with self._lock:
            self._first = next(_numbers)
            self._states, self._whole, self._parts = {}, {}, {}
