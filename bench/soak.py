"""Half an hour of steady traffic with four readers: does memory grow, do threads, does anything ever stall?"""

import argparse
import statistics

from bench.load import Sent, send
from bench.program import program
from bench.traffic import Traffic
from bench.watching import Watcher

BATCH = 20
STALL = 1.0  # seconds


def main() -> None:
    """Send minute by minute; a line for each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=int, default=2_000, help="events/s")
    options.add_argument("--minutes", type=int, default=30)
    options.add_argument("--readers", type=int, default=4)
    chosen = options.parse_args()
    with program() as server:
        traffic = Traffic(server.write_key, batch=BATCH)
        watcher = Watcher(server, readers=chosen.readers)
        server.warm_up(traffic.body())
        watcher.start()
        all_sent: list[Sent] = []
        print(f"{'minute':>6} {'MB':>6} {'threads':>8} {'p50 ms':>7} {'p99 ms':>7} {'most ms':>8} {'asked s':>8}")
        for minute in range(1, chosen.minutes + 1):
            asked = len(watcher.asked)
            sent = send(server.port, "/v1/batch", traffic.body, seconds=60, rate=chosen.rate / BATCH, connections=8)
            all_sent.append(sent)
            status = server.status()
            times = " ".join(f"{sent.percentile(q):{width}.1f}" for q, width in ((50, 7), (99, 7), (100, 8)))
            slowest = max(watcher.asked[asked:], default=0)
            print(f"{minute:6} {status['memory']:6} {status['threads']:8} {times} {slowest:8.2f}", flush=True)
        behind = server.settle()
        watcher.stop()
        stalls = sum(second > STALL for sent in all_sent for second in sent.seconds)
        p99 = statistics.quantiles([second for sent in all_sent for second in sent.seconds], n=100)[98]
        print(f"p99 of all {p99 * 1000:.1f} ms; {stalls} answers over {STALL} s; settled {behind:.1f} s after the last")
        print(server.ingestion())
        print(watcher.report())


if __name__ == "__main__":
    main()
