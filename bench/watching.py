"""Watching the program under test while it works: memory, threads, lag, and readers who ask all the time."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.program import Program

PACE = 1.0  # seconds between two looks, and between a reader's rounds


class Watcher(threading.Thread):
    """Looks at the program once a second, while so many readers ask it one question after another."""

    def __init__(self, server: Program, *, readers: int) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._readers = [threading.Thread(target=self._read, daemon=True) for _ in range(readers)]
        self._over = threading.Event()
        self.lags: list[float] = []
        self.memory: list[int] = []
        self.threads: list[int] = []
        self.asked: list[float] = []

    def run(self) -> None:
        for reader in self._readers:
            reader.start()
        while not self._over.wait(PACE):
            self.lags.append(float(self._server.ingestion()["lag_seconds"]))
            status = self._server.status()
            self.memory.append(status["memory"])
            self.threads.append(status["threads"])

    def stop(self) -> None:
        self._over.set()
        self.join()

    def report(self) -> str:
        """Memory, lag and how the readers fared."""
        asked = f"; {len(self.asked)} questions, slowest {max(self.asked):.2f} s" if self.asked else ""
        lag = f"lag at most {max(self.lags, default=0):.1f} s"
        most = f"at most {max(self.memory, default=0)} MB and {max(self.threads, default=0)} threads"
        return f"{most}; {lag}{asked}; {self._server.status()}"

    def _read(self) -> None:
        while not self._over.is_set():
            for question in _questions():
                begun = time.perf_counter()
                self._server.ask("POST", "/ask", question)
                self.asked.append(time.perf_counter() - begun)
            self._over.wait(PACE)


def _questions() -> list[dict[str, Any]]:
    """What a reader asks in one round, about the last seven days."""
    today = datetime.now(UTC).date()
    dates = {"date_from": str(today - timedelta(days=6)), "date_to": str(today)}
    steps = [{"event": f"Feature Used 0{step}"} for step in (3, 4, 5)]
    return [
        {"kind": "trend", "series": [{"event": "Feature Used 05"}], "interval": "day", **dates},
        {"kind": "funnel", "steps": steps, "window": "1d", **dates},
    ]
