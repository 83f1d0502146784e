"""What is in the inbox and not yet loaded: how many messages of each project, and since when."""

import threading
from collections import deque
from collections.abc import Mapping

_TICK = 250_000  # µs: how exactly the age is known


class Backlog:
    """Counts by project, and the age of the oldest. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[int, int] = {}
        self._ages: deque[tuple[int, int]] = deque()  # (position before which, received since), oldest first

    def add(self, project: int, count: int, *, end: int, received: int) -> None:
        """So many messages of a project wait; the last of them lies before position ``end``."""
        with self._lock:
            self._counts[project] = self._counts.get(project, 0) + count
            if self._ages and received - self._ages[-1][1] < _TICK:
                self._ages[-1] = (end, self._ages[-1][1])
            else:
                self._ages.append((end, received))

    def settle(self, counts: Mapping[int, int]) -> None:
        """So many messages of each project wait no longer."""
        with self._lock:
            for project, count in counts.items():
                left = self._counts.get(project, 0) - count
                if left > 0:
                    self._counts[project] = left
                else:
                    self._counts.pop(project, None)

    def forget(self, before: int) -> None:
        """What lies before this position no longer makes the backlog old."""
        with self._lock:
            while self._ages and self._ages[0][0] <= before:
                self._ages.popleft()

    @property
    def counts(self) -> dict[int, int]:
        """How many messages of each project wait."""
        with self._lock:
            return dict(self._counts)

    @property
    def oldest(self) -> int:
        """When the oldest was received (µs since 1970); 0 if none waits."""
        with self._lock:
            return self._ages[0][1] if self._ages else 0
