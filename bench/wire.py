"""Events/s from the wire into the store: batches of 100 at a steady rate while somebody asks."""

import argparse
import time

from bench.load import send
from bench.program import program
from bench.traffic import BATCH, Traffic
from bench.watching import Watcher


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
        watcher = Watcher(server, readers=0 if chosen.no_reader else 1)
        server.warm_up(traffic.body())
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


if __name__ == "__main__":
    main()
