"""Requests/s with one event each, held against a callable under the same server that keeps nothing."""

import argparse
import subprocess
import sys

from bench.load import Body, Sent, send
from bench.program import await_answer, free_port, program
from bench.traffic import Traffic

PATH = "/v1/track"


def main() -> None:
    """Send to both in turn, as fast as they answer."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=20, help="of each turn")
    options.add_argument("--turns", type=int, default=3)
    options.add_argument("--connections", type=int, default=32)
    chosen = options.parse_args()

    def turn(port: int, body: Body) -> Sent:
        return send(port, PATH, body, seconds=chosen.seconds, rate=0, connections=chosen.connections)

    other = free_port()
    empty = subprocess.Popen([sys.executable, "-m", "bench.empty", str(other)])
    try:
        with program() as server:
            await_answer(other, "/")
            body = Traffic(server.write_key, batch=1).body
            server.warm_up(body(), PATH)
            for _ in range(chosen.turns):
                nothing, ours = turn(other, body), turn(server.port, body)
                behind = server.settle()
                print(
                    f"empty {_rate(nothing):,.0f}/s; Groundswell {_rate(ours):,.0f}/s,"
                    f" ratio {_rate(ours) / _rate(nothing):.2f}; p50 {ours.percentile(50):.1f} ms,"
                    f" p99 {ours.percentile(99):.1f} ms, most {ours.percentile(100):.0f} ms; {ours.statuses};"
                    f" settled after {behind:.1f} s"
                )
            print(server.ingestion(), server.status())
    finally:
        empty.terminate()
        empty.wait()


def _rate(sent: Sent) -> float:
    return sum(sent.statuses.values()) / sent.took


if __name__ == "__main__":
    main()
