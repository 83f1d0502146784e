"""Rows/s of ``groundswell import`` from Parquet, held against the engine alone reading the same file."""

import argparse
import json
import os
import resource
import subprocess
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from clickhouse_connect import get_client

from bench.program import PROGRAM, temporary_folder

FIRST = np.datetime64("2026-05-01T00:00:00", "us")
SPAN = 180 * 86_400_000_000  # µs
AT_ONCE = 500_000  # rows
NAMES = np.array([f"Feature Used {number:02}" for number in range(40)])


def main() -> None:
    """Make the file, import it, load it bare, and say how fast each was."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=float, default=5e6)
    options.add_argument("--persons", type=float, default=500_000)
    chosen = options.parse_args()
    with temporary_folder() as folder:
        path = Path(folder) / "history.parquet"
        rows = int(chosen.rows)
        write(path, rows, int(chosen.persons))
        print(f"{rows:,} rows in {path.stat().st_size // 2**20} MB")
        bare = _bare(path, folder)
        print(f"the engine alone: {rows / bare:,.0f} rows/s")
        took, report = _imported(path, folder)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"groundswell import: {rows / took:,.0f} rows/s, at most {peak} MB; ratio {bare / took:.2f}; {report}")


def write(path: Path, rows: int, persons: int) -> None:
    """Events with message ids, a user each, and six properties."""
    random = np.random.default_rng(1)
    writer: pq.ParquetWriter | None = None
    for start in range(0, rows, AT_ONCE):
        table = _table(random, start, min(AT_ONCE, rows - start), persons)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()


def _table(random: np.random.Generator, start: int, count: int, persons: int) -> pa.Table:
    def text(prefix: str, numbers: np.ndarray) -> pa.Array:
        return pa.array(np.char.add(prefix, numbers.astype(str)))

    name = np.minimum(random.geometric(0.12, count) - 1, len(NAMES) - 1)
    return pa.table(
        {
            "messageId": text("message-", np.arange(start, start + count)),
            "userId": text("user-", random.integers(0, persons, count)),
            "event": pa.array(NAMES[name]),
            "timestamp": pa.array(FIRST + random.integers(0, SPAN, count).astype("timedelta64[us]")),
            "plan": pa.array(np.array(["free", "team", "business"])[random.integers(0, 3, count)]),
            "seats": pa.array(random.integers(1, 200, count)),
            "page": text("/boards/", random.integers(0, 3000, count)),
            "source": pa.array(np.array(["toolbar", "menu"])[random.integers(0, 2, count)]),
            "is_first": pa.array(random.integers(0, 5, count) == 0),
            "price": pa.array(random.integers(0, 10_000, count) / 100),
        }
    )


def _bare(path: Path, folder: str) -> float:
    """Seconds that the engine takes to load the file into a table sorted by user and time."""
    client = get_client(dsn=f"chdb://{folder}/bare")
    columns = (
        "messageId String, userId String, event LowCardinality(String), timestamp DateTime64(6),"
        " plan LowCardinality(String), seats Int64, page LowCardinality(String), source LowCardinality(String),"
        " is_first Bool, price Float64"
    )
    client.command(
        f"CREATE TABLE history ({columns}) ENGINE = MergeTree PARTITION BY toYYYYMM(timestamp)"
        " ORDER BY (userId, timestamp)"
    )
    begun = time.perf_counter()
    client.command(f"INSERT INTO history SELECT * FROM file('{path}', Parquet)")
    took = time.perf_counter() - begun
    client.close()
    return took


def _imported(path: Path, folder: str) -> tuple[float, str]:
    """Seconds from the command to its end, and what it says."""
    environment = {**os.environ, "GROUNDSWELL_DATA": f"{folder}/data", "GROUNDSWELL_LOG_LEVEL": "warning"}
    init = [PROGRAM, "init", "--email", "b@example.com", "--password", "bench", "--project", "Bench", "--json"]
    subprocess.run(init, env=environment, check=True, capture_output=True)
    begun = time.perf_counter()
    command = [PROGRAM, "import", str(path), "--project", "Bench", "--json"]
    told = subprocess.run(command, env=environment, check=True, capture_output=True)
    report = json.loads(told.stdout)
    return time.perf_counter() - begun, str({key: report[key] for key in ("rows", "loaded", "dropped")})


if __name__ == "__main__":
    main()
