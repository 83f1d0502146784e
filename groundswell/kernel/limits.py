"""How much may come: so much a second for each name."""

import math
import time
from collections.abc import Callable

MOST_NAMES = 50_000  # of a generation; two are remembered


class Limit:
    """A bucket for each name, filled at ``rate`` a second up to ``burst`` seconds' worth.

    Whoever has anything left may take more than that and pays it back by waiting, so that nothing is too large for
    ever. Names are remembered in two generations; one that was not seen for a whole one has a full bucket anyway.
    """

    def __init__(self, rate: float, *, burst: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._young: dict[object, tuple[float, float]] = {}  # name → (left, when)
        self._old: dict[object, tuple[float, float]] = {}
        self._born = clock()

    def take(self, name: object, count: int = 1) -> int:
        """Take so many for a name: 0 if they were granted, else after how many seconds (whole, ≥ 1) to come again."""
        now = self._clock()
        if now - self._born > self._burst or len(self._young) >= MOST_NAMES:
            self._young, self._old, self._born = {}, self._young, now
        left = self._left(name, now)
        granted = left > 0
        self._young[name] = (left - count if granted else left, now)
        return 0 if granted else self._seconds(left)

    def wait(self, name: object) -> int:
        """After how many seconds there is something left for a name; 0 if there is now. Takes nothing."""
        left = self._left(name, self._clock())
        return 0 if left > 0 else self._seconds(left)

    def _left(self, name: object, now: float) -> float:
        full = self._rate * self._burst
        left, since = self._young.get(name) or self._old.get(name) or (full, now)
        return min(full, left + (now - since) * self._rate)

    def _seconds(self, left: float) -> int:
        return max(1, math.ceil(-left / self._rate))
