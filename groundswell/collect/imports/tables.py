"""Files of columns, CSV and Parquet, read into blocks."""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from groundswell.collect.block import Block
from groundswell.collect.imports.blocks import block_of_rows, with_receipts
from groundswell.collect.imports.columns import properties_of, read_columns, texts_of
from groundswell.collect.imports.files import Opened, why
from groundswell.collect.imports.moments import moments_of
from groundswell.collect.imports.portions import Rows, in_equal_parts
from groundswell.collect.imports.rows import message_of
from groundswell.collect.imports.texts import objects_of
from groundswell.collect.imports.types import Format, Plan
from groundswell.collect.steps import read
from groundswell.collect.types import Message, Reason
from groundswell.kernel.clock import from_us
from groundswell.kernel.errors import bad_request
from groundswell.kernel.secrets import MASK, is_secret
from groundswell.kernel.words import said

ROWS = 120_000  # of a block; more load little faster and hold more memory
_AT_ONCE = 50_000  # rows of Parquet; all of a row group at once, as is usual, takes ten times the memory
_DELIMITERS = ",;\t|"
_HEAD = 64 * 1024  # bytes that show how a CSV file is written
_CHUNK = 8 * 1024 * 1024  # bytes of CSV parsed at once; more than any row has
_MOST_SPOILT_SHOWN = 1_000
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_LONGEST_SHOWN = 300  # characters


class Parquet:
    """A reader of Parquet files."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._done = 0
        self._rows = Rows(plan.path)

    @property
    def share(self) -> float:
        return min(1.0, self._done / max(1, self._rows.number))

    def blocks(self, start: int) -> Iterator[Block]:
        """The rows from number ``start`` on, in blocks. Row groups that were done before are not read again."""
        for table in in_equal_parts(self._rows.portions(start, most_rows=_AT_ONCE), rows=ROWS):
            yield _block(self._plan, table, start)
            start += table.num_rows
            self._done = start


class Csv:
    """A reader of CSV files. Rows that have more or fewer fields than the first line come last, all dropped."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._opened: Opened | None = None
        self._chunks = 0  # parsed
        self._sound = 0  # rows in them
        self._done = 0  # rows of them that were handed out
        self._spoilt: list[str] = []  # the first of the others
        self._spoilt_count = 0
        self._has_secrets = False

    @property
    def share(self) -> float:
        """How much was handed out: much more may have been read, for the parser reads far ahead."""
        if self._opened is None or not self._sound:
            return 0.0
        return min(1.0, self._chunks * _CHUNK * self._done / self._sound / self._opened.length)

    def blocks(self, start: int) -> Iterator[Block]:
        """The rows from number ``start`` on, in blocks."""
        with Opened(self._plan.path) as self._opened:
            for table in in_equal_parts(_without_first(self._batches(), start), rows=ROWS):
                self._done = start + table.num_rows
                yield _block(self._plan, table, start)
                start = self._done
        end = self._sound + self._spoilt_count
        for first in range(start, end, ROWS):
            yield self._spoilt_block(first, min(first + ROWS, end))

    def _batches(self) -> Iterator[pa.RecordBatch]:
        assert self._opened is not None
        names = header_of(self._plan.path)
        self._has_secrets = any(map(is_secret, names.shown))
        try:
            reader = pa.csv.open_csv(
                self._opened.file,
                read_options=pa.csv.ReadOptions(use_threads=False, block_size=_CHUNK),
                parse_options=pa.csv.ParseOptions(
                    delimiter=delimiter_of(self._plan.path), newlines_in_values=True,
                    invalid_row_handler=self._set_aside,
                ),
                convert_options=pa.csv.ConvertOptions(column_types={name: pa.string() for name in names.own}),
            )  # fmt: skip
            for batch in reader:
                self._sound += batch.num_rows
                self._chunks += 1
                yield batch.rename_columns(names.shown)
        except pa.ArrowInvalid as error:
            raise bad_request(
                said("%(path)s cannot be read on: %(error)s", path=self._plan.path, error=why(error, self._plan.path))
            ) from None

    def _set_aside(self, row: pa.csv.InvalidRow) -> str:
        if len(self._spoilt) < _MOST_SPOILT_SHOWN:
            text = MASK if self._has_secrets else row.text  # which of its fields is which cannot be told
            self._spoilt.append(f"{row.number}: {text}"[:_LONGEST_SHOWN])
        self._spoilt_count += 1
        return "skip"

    def _spoilt_block(self, first: int, end: int) -> Block:
        block = block_of_rows(self._plan, first, end - first)
        block.messages = [Message(type=Reason.UNREADABLE)] * len(block)
        shown = self._spoilt[first - self._sound : end - self._sound]
        block.table = pa.table({"line": pa.array(shown + [None] * (len(block) - len(shown)), pa.string())})
        return read(block)


@dataclass(frozen=True)
class Header:
    """The names of a CSV file's columns: as they stand there, and with a name for those that have none."""

    own: list[str]
    shown: list[str]


def header_of(path: Path) -> Header:
    """The first line of a CSV file. Raises Refusal if two columns have one name."""
    own = next(csv.reader(_head(path), delimiter=delimiter_of(path)), [])
    shown = [name or f"column {number}" for number, name in enumerate(own, 1)]
    twice = [name for number, name in enumerate(shown) if name in shown[:number]]
    if twice:
        raise bad_request(
            said("Two columns are named %(column)r.", column=twice[0]), hint=said("Rename one in the first line."),
            field="path",
        )  # fmt: skip
    return Header(own, shown)


def delimiter_of(path: Path) -> str:
    """What stands between the fields: whatever cuts the first lines into most columns, all into equally many."""
    lines = _head(path)[:20]

    def columns(delimiter: str) -> int:
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        return counts[0] if counts and counts.count(counts[0]) > len(counts) // 2 else 0

    return max(_DELIMITERS, key=columns)


def schema_of(path: Path, format: Format) -> pa.Schema:
    """The columns of a table in a file. Raises Refusal if there is no table."""
    if format is Format.CSV:
        return pa.schema([(name, pa.string()) for name in header_of(path).shown])
    try:
        return pq.ParquetFile(path).schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise bad_request(
            said("%(path)s cannot be read as Parquet: %(error)s", path=path, error=why(error, path)), field="path"
        ) from None


def _head(path: Path) -> list[str]:
    """The first lines of a text file. Raises Refusal if it is no UTF-8."""
    with Opened(path) as opened:
        data = opened.file.read(_HEAD)
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        hint = said("Convert it: iconv -f CP949 -t UTF-8 %(name)s", name=path.name)
        raise bad_request(said("%(path)s is not written in UTF-8.", path=path), hint=hint, field="path") from None
    lines = _LINE_ENDS.split(text)  # splitlines knows a dozen more, which may stand inside a field
    return lines[:-1] if len(data) == _HEAD or not lines[-1] else lines


def _without_first(batches: Iterator[pa.RecordBatch], skip: int) -> Iterator[pa.RecordBatch]:
    """The same rows without so many of the first."""
    for batch in batches:
        skipped = min(skip, batch.num_rows)
        skip -= skipped
        yield batch.slice(skipped)


def _block(plan: Plan, table: pa.Table, start: int) -> Block:
    block = block_of_rows(plan, start, table.num_rows)
    block.table = table
    if "type" in plan.columns:
        block.messages = _messages(table, plan)
        block = read(block)
    else:
        block = read_columns(block, table, plan)
    return with_receipts(block, plan, start)


def _messages(table: pa.Table, plan: Plan) -> list[Message]:
    """Rows of several types, one by one."""
    columns = {name: table.column(column).combine_chunks() for name, column in plan.columns.items()}
    said = {name: texts_of(column).to_pylist() for name, column in columns.items() if name != "timestamp"}
    if "timestamp" in columns:
        said["timestamp"] = _times(columns["timestamp"], plan.project.timezone)
    rest = objects_of(properties_of(table, plan), table.num_rows).to_pylist()
    rows = zip(*said.values(), strict=True)
    return [message_of(dict(zip(said, row, strict=True)), own) for row, own in zip(rows, rest, strict=True)]


def _times(column: pa.Array, zone: str) -> list[Any]:
    """Times as messages have them; what is no time stays what it is, to be refused."""
    at, missing, bad = moments_of(column, zone=zone)
    texts = [None if none else from_us(each).isoformat() for each, none in zip(at.tolist(), missing, strict=True)]
    return [value if wrong else text for value, wrong, text in zip(column.to_pylist(), bad, texts, strict=True)]
