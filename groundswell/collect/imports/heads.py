"""The first rows of a file as a file of their own, so that people see at once what will become of it."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from groundswell.collect.imports.files import Opened
from groundswell.collect.imports.portions import Rows
from groundswell.collect.imports.types import Format

BYTES = 256 * 1024
ROWS = 1_000  # of Parquet
MOST = 4 * 1024 * 1024  # bytes of these, with the last of them
_AT_ONCE = 50  # rows


def write_head(path: Path, format: Format, *, to: Path) -> bool:
    """Write the first rows of ``path`` into ``to``. Returns whether these are all."""
    if format is Format.PARQUET:
        return _write_parquet(path, to)
    with Opened(path) as opened:
        data = opened.file.read(BYTES + 1)
    is_whole = len(data) <= BYTES
    to.write_bytes(data if is_whole else data[: _end(data, has_quotes=format is Format.CSV)])
    return is_whole


def _write_parquet(path: Path, to: Path) -> bool:
    rows = Rows(path)
    first: list[pa.RecordBatch] = []
    for batch in rows.portions(0, most_rows=_AT_ONCE):
        first.append(batch)
        if sum(each.num_rows for each in first) >= ROWS or sum(each.nbytes for each in first) >= MOST:
            break
    table = pa.Table.from_batches(first, schema=rows.schema)
    pq.write_table(table, to)
    return bool(table.num_rows == rows.number)


def _end(data: bytes, *, has_quotes: bool) -> int:
    """Behind the last whole row: a line that ends inside quotes does not end a row."""
    end = data.rfind(b"\n") + 1
    quotes = data.count(b'"', 0, end) if has_quotes else 0
    while end and quotes % 2:
        before = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(b'"', before, end)
        end = before
    return end or data.rfind(b"\n") + 1 or len(data)
