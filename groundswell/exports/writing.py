"""Files of exports: rows in, CSV or Parquet out."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from groundswell.exports.types import Format
from groundswell.kernel.sheets import FORMULA, NUMBER


class Sink(Protocol):
    def write_table(self, rows: pa.Table) -> None: ...


@contextmanager
def written(path: Path, format: Format) -> Iterator["File"]:
    """A file that is there, whole and durable, when the block ends well, and not at all when it does not."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{path.name}.part")
    file = File(partial, format)
    try:
        yield file
        file.close()
        with partial.open("rb") as done:
            os.fsync(done.fileno())
        partial.replace(path)
    finally:
        file.close()
        partial.unlink(missing_ok=True)


class File:
    """A file under way. All shares have the columns of the first."""

    def __init__(self, path: Path, format: Format) -> None:
        self._path = path
        self._format = format
        self._sink: Any = None

    def add(self, rows: pa.Table) -> None:
        rows = _flat(rows) if self._format is Format.CSV else rows
        if self._sink is None:
            open_sink = pyarrow.csv.CSVWriter if self._format is Format.CSV else pyarrow.parquet.ParquetWriter
            self._sink = open_sink(str(self._path), rows.schema)
        self._sink.write_table(rows.cast(self._sink.schema) if hasattr(self._sink, "schema") else rows)

    def close(self) -> None:
        if self._sink is not None:
            self._sink.close()
            self._sink = None


def _flat(rows: pa.Table) -> pa.Table:
    """Lists joined, texts made harmless to spreadsheets."""
    for number, field in enumerate(rows.schema):
        column = rows.column(number)
        if pa.types.is_list(field.type):
            column = pa.chunked_array([pa.array([" ".join(each or []) for each in column.to_pylist()], pa.string())])
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            harmless = pc.replace_substring_regex(column, pattern=f"({FORMULA})", replacement=r"'\1")
            column = pc.if_else(pc.match_substring_regex(column, NUMBER), column, harmless)
        rows = rows.set_column(number, field.name, column)
    return rows
