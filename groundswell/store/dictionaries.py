"""Hash maps inside the engine, reloaded when somebody asks after somebody wrote."""

import threading

from groundswell.store.engine import DATABASE, Engine

_order: list[str] = []


def register_dictionaries(*names: str) -> None:
    """Make dictionaries known; each may stand on those before it."""
    _order.extend(name for name in names if name not in _order)


class Dictionaries:
    """Knows which dictionaries lag behind their tables. Thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stale: set[str] = set()
        self._lock = threading.Lock()

    def touched(self, name: str) -> None:
        """Say that the table behind a dictionary has new rows; those that stand on it lag behind too."""
        with self._lock:
            self._stale.update(_order[_order.index(name) :])

    def freshen(self) -> None:
        """Reload what lags behind. Questions call this first; with nothing new it costs nothing."""
        if not self._stale:
            return
        with self._lock:
            for name in [name for name in _order if name in self._stale]:
                self._engine.command(f"SYSTEM RELOAD DICTIONARY {DATABASE}.{name}")
                self._stale.discard(name)
