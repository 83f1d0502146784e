"""Events/s from the wire into the store: batches of 100 at a steady rate while somebody asks."""

import argparse
import threading
import time
from datetime import UTC, datetime, timedelta

from bench.load import send
from bench.program import Program, program
from bench.traffic import BATCH, Traffic


def main() -> None:
    """Send, ask, sample, and say what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=int, default=100_000, help="events/s")
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--no-reader", action="store_true")
    chosen = options.parse_args()
    with program() as server:
        idle = server.status()
        time.sleep(5)
        resting = server.status()
        print(f"idle: {resting['memory']} MB, {(resting['cpu'] - idle['cpu']) / 50:.1f} % of a core")
        traffic = Traffic(server.write_key)
        watcher = Watcher(server, asks=not chosen.no_reader)
        watcher.start()
        sent = send(
            server.port, "/v1/batch", traffic.body, seconds=chosen.seconds, rate=chosen.rate / BATCH, connections=16
        )
        behind = server.settle()
        watcher.stop()
        counts = server.ingestion()
        events = sum(sent.statuses.values()) * BATCH
        print(f"sent {events:,} events in {sent.took:.1f} s: {events / sent.took:,.0f}/s; statuses {sent.statuses}")
        print(
            f"answers: p50 {sent.percentile(50):.1f} ms, p99 {sent.percentile(99):.1f} ms,"
            f" most {sent.percentile(100):.0f} ms"
        )
        print(f"in the store {behind:.1f} s after the last; {counts}")
        print(watcher.report())


class Watcher(threading.Thread):
    """Looks at the program once a second, and asks it one question after another."""

    def __init__(self, server: Program, *, asks: bool) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._asks = asks
        self._over = threading.Event()
        self.lags: list[float] = []
        self.memory: list[int] = []
        self.asked: list[float] = []

    def run(self) -> None:
        reader = threading.Thread(target=self._read, daemon=True)
        if self._asks:
            reader.start()
        while not self._over.wait(1):
            self.lags.append(float(self._server.ingestion()["lag_seconds"]))
            self.memory.append(self._server.status()["memory"])

    def stop(self) -> None:
        self._over.set()
        self.join()

    def report(self) -> str:
        """Memory, lag and how the reader fared."""
        asked = f"; {len(self.asked)} questions, slowest {max(self.asked):.2f} s" if self.asked else ""
        lag = f"lag at most {max(self.lags, default=0):.1f} s"
        return f"memory at most {max(self.memory, default=0)} MB; {lag}{asked}; {self._server.status()}"

    def _read(self) -> None:
        while not self._over.is_set():
            begun = time.perf_counter()
            today = datetime.now(UTC).date()
            dates = {"date_from": str(today - timedelta(days=6)), "date_to": str(today)}
            series = [{"event": "Feature Used 05"}]
            self._server.ask("POST", "/ask", {"kind": "trend", "series": series, "interval": "day", **dates})
            steps = [{"event": f"Feature Used 0{step}"} for step in (3, 4, 5)]
            self._server.ask("POST", "/ask", {"kind": "funnel", "steps": steps, "window": "1d", **dates})
            self.asked.append(time.perf_counter() - begun)
            self._over.wait(1)


if __name__ == "__main__":
    main()
