"""Rows of tables a portion at a time, so that no file, however it is compressed, takes more memory than there is.

A text that repeats stands once in a Parquet file, and a compressed file may be a thousandth of what it holds: what is
held at once is therefore measured by what rows are when they are written out, before they are.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said

MEGABYTE = 1024 * 1024
MOST = 64 * MEGABYTE  # bytes of the rows of a block
MOST_OF_A_ROW = 16 * MEGABYTE
_MOST_OF_A_GROUP = 256 * MEGABYTE  # that a row group may hold however small it is in the file
_MOST_INFLATED = 100  # times; texts that repeat are written once, so nothing honest is compressed more
_MOST_VALUES = 50_000_000  # of lists in a row group
_BUFFER = MEGABYTE  # bytes of a column of Parquet
_PREFIXED = "DELTA_BYTE_ARRAY"  # texts that are written as what they have more than the one before


class Rows:
    """The rows of a Parquet file. Raises Refusal where a row, or a row group, is too large."""

    def __init__(self, path: Path) -> None:
        plain = pq.ParquetFile(path, pre_buffer=False)
        self.schema = pa.schema([_written_out(each) for each in plain.schema_arrow])
        columns = [plain.schema.column(number) for number in range(len(plain.schema.names))]
        groups = [plain.metadata.row_group(number) for number in range(plain.num_row_groups)]
        prefixed = {column.path_in_schema for group in groups for column in _columns(group) if _is_prefixed(column)}
        texts = [each.path for each in columns if _is_text(each) and each.path not in prefixed]
        self._file = pq.ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER, read_dictionary=texts)
        self.number: int = plain.metadata.num_rows

    def portions(self, start: int, *, most_rows: int) -> Iterator[pa.RecordBatch]:
        """The rows from number ``start`` on. Row groups before it are not read."""
        before = 0
        for number in range(self._file.num_row_groups):
            group = self._file.metadata.row_group(number)
            skip, before = max(0, start - before), before + group.num_rows
            if skip >= group.num_rows:
                continue
            at_once = min(most_rows, _rows_at_once(group, self.schema))
            row = before - group.num_rows
            for batch in self._file.iter_batches(at_once, row_groups=[number], use_threads=False):
                skipped = min(skip, batch.num_rows)
                yield from self._pieces(batch.slice(skipped), row + skipped)
                skip, row = skip - skipped, row + batch.num_rows

    def _pieces(self, batch: pa.RecordBatch, first: int) -> Iterator[pa.RecordBatch]:
        sizes = bytes_of_rows(batch)
        too_large = np.flatnonzero(sizes > MOST_OF_A_ROW)
        if len(too_large):
            row, most = f"{first + too_large[0] + 1:,}", MOST_OF_A_ROW // MEGABYTE
            raise bad_request(
                said("Row %(row)s is larger than %(most)s MB.", row=row, most=most),
                hint=said("Leave out the columns that hold so much: events need no documents."), field="path",
            )  # fmt: skip
        while batch.num_rows:
            count = rows_within(sizes, MOST_OF_A_ROW)
            yield from pa.Table.from_batches([batch.slice(0, count)]).cast(self.schema).combine_chunks().to_batches()
            batch, sizes = batch.slice(count), sizes[count:]


def in_equal_parts(batches: Iterator[pa.RecordBatch], *, rows: int) -> Iterator[pa.Table]:
    """The same rows in tables of so many, or of fewer where these are ``MOST`` bytes: always the same of the same."""
    waiting: list[pa.RecordBatch] = []
    count, size = 0, 0
    for batch in batches:
        sizes = bytes_of_rows(batch)
        while batch.num_rows:
            taken = min(rows - count, rows_within(sizes, MOST - size, least=0 if count else 1))
            waiting.append(batch.slice(0, taken))
            count, size = count + taken, size + int(sizes[:taken].sum())
            batch, sizes = batch.slice(taken), sizes[taken:]
            if batch.num_rows or count == rows:
                yield pa.Table.from_batches(waiting)
                waiting, count, size = [], 0, 0
    if count:
        yield pa.Table.from_batches(waiting)


def rows_within(sizes: NDArray[np.int64], most: int, *, least: int = 1) -> int:
    """How many of the first rows are at most so many bytes together."""
    return max(least, int(np.searchsorted(np.cumsum(sizes), most, side="right")))


def bytes_of_rows(batch: pa.RecordBatch) -> NDArray[np.int64]:
    """How large each row is when it is written out."""
    return sum((_sizes(column) for column in batch.columns), np.zeros(batch.num_rows, "i8"))


def _sizes(values: pa.Array) -> NDArray[np.int64]:
    kind = values.type
    if isinstance(values, pa.ExtensionArray):
        return _sizes(values.storage)
    if pa.types.is_dictionary(kind):
        of_each = np.append(_sizes(values.dictionary), 0)  # the last for nulls
        indices = values.indices.cast(pa.int64()).fill_null(len(of_each) - 1).to_numpy(zero_copy_only=False)
        return np.asarray(of_each[indices], "i8")
    if pa.types.is_struct(kind):
        sizes = np.zeros(len(values), "i8")
        for each in range(kind.num_fields):
            sizes += _sizes(values.field(each))
        return sizes
    if pa.types.is_fixed_size_list(kind):
        inner = _sizes(values.values.slice(values.offset * kind.list_size, len(values) * kind.list_size))
        return np.asarray(inner.reshape(len(values), kind.list_size).sum(axis=1), "i8")
    if isinstance(values, pa.ListArray | pa.LargeListArray):  # a map is a list of pairs
        ends = np.append(0, np.cumsum(_sizes(values.values)))
        return np.asarray(np.diff(ends[values.offsets.to_numpy(zero_copy_only=False)]) + 8, "i8")
    return _sizes_of_plain(values)


def _sizes_of_plain(values: pa.Array) -> NDArray[np.int64]:
    kind = values.type
    if pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
        values = values.cast(pa.large_binary())
    if (
        pa.types.is_binary(kind)
        or pa.types.is_string(kind)
        or isinstance(values, pa.LargeBinaryArray | pa.LargeStringArray)
    ):
        lengths = pc.binary_length(values).cast(pa.int64()).fill_null(0)
        return np.asarray(lengths.to_numpy(zero_copy_only=False), "i8") + 8
    try:
        width = max(1, kind.bit_width // 8)
    except ValueError:  # of kinds of no fixed size
        width = values.nbytes // max(1, len(values)) + 1
    return np.full(len(values), width, "i8")


def _written_out(field: pa.Field) -> pa.Field:
    """A column as it is made of one that is read in parts; Arrow makes no views of these."""
    is_view = pa.types.is_string_view(field.type) or pa.types.is_binary_view(field.type)
    return field.with_type(pa.string() if pa.types.is_string_view(field.type) else pa.binary()) if is_view else field


def _columns(group: Any) -> list[Any]:
    return [group.column(number) for number in range(group.num_columns)]


def _is_prefixed(column: Any) -> bool:
    return _PREFIXED in column.encodings


def _is_text(column: Any) -> bool:
    """Whether a column may be read as the texts that it holds and which of them a row has."""
    kinds = ("STRING", "NONE", "JSON", "ENUM")
    return bool(column.physical_type == "BYTE_ARRAY" and column.logical_type.type in kinds)


def _rows_at_once(group: Any, schema: pa.Schema) -> int:
    """How many rows of a row group may be read at once. Raises Refusal if not even it says how few that would be."""
    columns = _columns(group)
    rows, inflated = max(1, group.num_rows), sum(each.total_uncompressed_size for each in columns)
    in_file = sum(each.total_compressed_size for each in columns)
    values = max((each.num_values for each in columns), default=0)
    is_bomb = inflated > _MOST_OF_A_GROUP and inflated > _MOST_INFLATED * in_file
    if is_bomb or (values > _MOST_VALUES and values > rows) or inflated // rows > MOST_OF_A_ROW:
        raise bad_request(
            said("A part of the file holds more than can be read at once."),
            hint=said("Write it in smaller row groups, without columns that hold documents."), field="path",
        )  # fmt: skip
    widths = [inflated // rows + 1, sum(map(_width, schema.types)), 8 * (values // rows)]
    prefixed = [each.total_uncompressed_size for each in columns if _is_prefixed(each)]
    return int(
        max(1, min(*(MOST // max(1, width) for width in widths), *(MOST // (2 * size + 1) for size in prefixed)))
    )


def _width(kind: pa.DataType) -> int:
    """The bytes of a value where all are equally large."""
    if pa.types.is_fixed_size_list(kind):
        return int(kind.list_size) * _width(kind.value_type)
    return int(kind.byte_width) if pa.types.is_fixed_size_binary(kind) else 8
