"""Connections to the column store, embedded or not, and the three things one does with it."""

import os
import queue
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import clickhouse_connect
import pyarrow as pa
from clickhouse_connect.driver.exceptions import ClickHouseError

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.store.inquiry import Inquiry, present, stopped
from groundswell.store.limits import Limits, refusal_of

DATABASE = "groundswell"
READERS = 4  # questions answered at once; more wait. Each uses up to all cores.
PATIENCE = 20.0  # seconds that a question waits for its turn,
GLANCE = 0.2  # and after which it looks whether it was stopped
OWN_READERS = 2  # reads of our own: the loader's and whether we are ready, which may not wait for questions

SIZE_OF_OBJECTS = 10  # a value as an object of ours takes about as many times what it takes in a block
MOST_STAGED = 64 * 1024 * 1024  # bytes of memory that are kept for the next rows

OF_INQUIRY = "Settings['log_comment'] = {name:String}"
ARROW_SETTINGS = {"output_format_arrow_compression_method": "none", "output_format_arrow_string_as_string": 1}

# One thread parses and one writes: block boundaries, and so deduplication, must not depend on chance.
APPEND_SETTINGS = {
    "async_insert": 0,
    "max_insert_threads": 1,
    "input_format_parallel_parsing": 0,
    "max_insert_block_size": 10_000_000,
    "min_insert_block_size_rows": 10_000_000,
    "min_insert_block_size_bytes": 0,
    "max_partitions_per_insert_block": 0,
}


@dataclass(frozen=True)
class Table:
    """What came back: column names, and the values column by column."""

    names: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return list(zip(*self.columns, strict=True)) if self.columns else []


class Engine:
    """A column store at an address: ``chdb:///folder`` or ``clickhouse://user:password@host:port/``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_embedded = url.startswith("chdb:")
        self._idle: queue.LifoQueue[Any] = queue.LifoQueue()
        self._turns = threading.BoundedSemaphore(READERS)
        self._own_turns = threading.BoundedSemaphore(OWN_READERS)
        self._closed = threading.Event()
        first = self._connect()
        first.command(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
        self._writer = first
        self._writing = threading.Lock()
        self._staging: tuple[BinaryIO, str] | None = None

    def command(self, sql: str, *, settings: Mapping[str, Any] | None = None) -> None:
        """Run a statement that answers nothing. Raises Refusal when the store cannot."""
        with self._writer_client() as client:
            client.command(sql, settings=dict(settings or {}))

    def read(
        self, sql: str, *, params: Mapping[str, Any] | None = None, limits: Limits | None = None, is_own: bool = False
    ) -> Table:
        """Run a query and return its columns. ``params`` bind ``{name:Type}``. Raises Refusal when stopped.

        ``is_own``: nobody's question but ours, which is short and does not wait behind questions.
        """
        with self._reader(is_own=is_own) as (client, inquiry):
            settings = {**(limits or Limits()).settings, **_settings(inquiry, size=SIZE_OF_OBJECTS)}
            result = client.query(sql, parameters=dict(params or {}), settings=settings, column_oriented=True)
            return Table(tuple(result.column_names), tuple(result.result_columns))

    def read_arrow(
        self, sql: str, *, params: Mapping[str, Any] | None = None, limits: Limits | None = None, is_own: bool = False
    ) -> pa.Table:
        """As ``read``, as an Arrow table: for answers of millions of rows."""
        with self._reader(is_own=is_own) as (client, inquiry):
            settings = {**(limits or Limits()).settings, **_settings(inquiry), **ARROW_SETTINGS}
            received = client.raw_query(sql, parameters=dict(params or {}), settings=settings, fmt="Arrow")
        return pa.ipc.open_file(inquiry.hold(received) if inquiry else received).read_all()

    def share(self, inquiry: Inquiry) -> float:
        """How much of the queries of an inquiry is read, added up: each is 1 when all of its rows are."""
        sql = "SELECT sum(least(read_rows / total_rows_approx, 1)) FROM system.processes"
        where = f"{OF_INQUIRY} AND total_rows_approx > 0"
        return float(self.read(f"{sql} WHERE {where}", params={"name": inquiry.name}, is_own=True).rows[0][0] or 0)

    def kill(self, inquiry: Inquiry) -> None:
        """Have the engine end what it works on of an inquiry, without waiting for it."""
        with self._reader(is_own=True) as (client, _):
            client.query(f"KILL QUERY WHERE {OF_INQUIRY} ASYNC", parameters={"name": inquiry.name})

    def append(
        self, table: str, rows: pa.Table, *, token: str, computed: Mapping[str, str] | None = None, fsync: bool = True
    ) -> None:
        """Append rows to a table, once per token. ``computed`` adds columns as SQL over the given ones."""
        computed = computed or {}
        names = [*rows.column_names, *computed]
        values = [*rows.column_names, *computed.values()]
        # `insert_deduplication_token` must be the block's own, or retried rows would be counted twice.
        settings = {**APPEND_SETTINGS, "insert_deduplication_token": token, "insert_deduplicate": 1}
        into = f"INSERT INTO {DATABASE}.{table} ({', '.join(names)})"
        clause = " SETTINGS " + ", ".join(f"{name} = {_literal(value)}" for name, value in settings.items())
        select = f"SELECT {', '.join(values)} FROM"
        with self._writer_client() as client:
            if self.is_embedded:
                path = self._staged(rows)
                client.command(f"{into}{clause} {select} file('{path}', 'ArrowStream', '{_structure(rows)}')")
            else:
                stream = pa.BufferOutputStream()
                _write_stream(rows, stream)
                client.raw_insert(
                    f"{DATABASE}.{table}",
                    insert_block=f"{select} input('{_structure(rows)}') FORMAT ArrowStream\n".encode()
                    + stream.getvalue().to_pybytes(),
                    settings=settings,
                )

    def _staged(self, rows: pa.Table) -> str:
        """The rows as an Arrow stream in a file in memory; its path.

        The file is written over again and again: its pages need not be had anew, and a stream says where it ends.
        """
        if self._staging is None:
            self._staging = _memory_file()
        file, path = self._staging
        file.seek(0)
        if os.fstat(file.fileno()).st_size > MOST_STAGED:
            file.truncate()
        _write_stream(rows, file)
        file.flush()
        return path

    def close(self) -> None:
        """Give the connections back. A closed engine refuses with 503 from then on."""
        self._closed.set()
        with self._writing:
            self._writer.close()
            if self._staging:
                self._staging[0].close()
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def is_closed_within(self, seconds: float) -> bool:
        """Wait that long at most; whether the engine is closed then."""
        return self._closed.wait(seconds)

    def _connect(self) -> Any:
        try:
            return clickhouse_connect.get_client(dsn=self.url)
        except Exception as error:
            raise _unavailable(self.url, error) from error

    @contextmanager
    def _reader(self, *, is_own: bool) -> Iterator[tuple[Any, Inquiry | None]]:
        """A connection, and the inquiry for which it is used."""
        self._refuse_if_closed()
        inquiry = None if is_own else present()
        with self._turn(inquiry, is_own=is_own):
            try:
                client = self._idle.get_nowait()
            except queue.Empty:
                client = self._connect()
            try:
                with inquiry.query() if inquiry else nullcontext():
                    yield client, inquiry
            except ClickHouseError as error:
                if inquiry and inquiry.is_stopped:
                    raise stopped() from error
                raise refusal_of(error) from error
            finally:
                self._idle.put(client)

    @contextmanager
    def _turn(self, inquiry: Inquiry | None, *, is_own: bool) -> Iterator[None]:
        turns = self._own_turns if is_own else self._turns
        if not (turns.acquire() if is_own else _acquired(turns, inquiry)):
            hint = said("Ask again in a while.")
            raise Refusal(503, "busy", said("Too many questions are being answered at once."), hint=hint)
        try:
            yield
        finally:
            turns.release()

    @contextmanager
    def _writer_client(self) -> Iterator[Any]:
        with self._writing:
            self._refuse_if_closed()
            try:
                yield self._writer
            except ClickHouseError as error:
                raise refusal_of(error) from error

    def _refuse_if_closed(self) -> None:
        if self._closed.is_set():
            raise Refusal(
                503, "store_unavailable", said("The event store is stopped."), hint=said("Start it and ask again.")
            )


def _acquired(turns: threading.BoundedSemaphore, inquiry: Inquiry | None) -> bool:
    """Wait for a turn, unless the question is stopped meanwhile; whether there was one."""
    until = time.monotonic() + PATIENCE
    while not turns.acquire(timeout=GLANCE):
        if inquiry:
            inquiry.check()
        if time.monotonic() > until:
            return False
    return True


def _settings(inquiry: Inquiry | None, *, size: int = 1) -> dict[str, Any]:
    """What the engine is told of the inquiry: its name, and how much more it may be given."""
    return {"log_comment": inquiry.name, "max_result_bytes": max(inquiry.left // size, 1)} if inquiry else {}


def _unavailable(url: str, error: Exception) -> Refusal:
    if url.startswith("chdb:"):
        return Refusal(
            503,
            "store_unavailable",
            said(
                "The event store at %(value)s could not be opened: %(error)s",
                value=url.removeprefix("chdb://"),
                error=error,
            ),
            hint=said("Another Groundswell process may own this folder. Stop it, or speak to it over HTTP."),
        )
    return Refusal(
        503,
        "store_unavailable",
        said("The event store does not answer: %(error)s", error=error),
        hint=said("Is it running?"),
    )


def _memory_file() -> tuple[BinaryIO, str]:
    """A file that only this process sees, and the path by which it does; it is gone with the process."""
    if hasattr(os, "memfd_create"):
        file = os.fdopen(os.memfd_create("rows"), "w+b")
        return file, f"/proc/self/fd/{file.fileno()}"
    named = tempfile.NamedTemporaryFile(suffix=".arrow")  # noqa: SIM115 - the engine closes it
    return cast("BinaryIO", named), named.name


def _write_stream(rows: pa.Table, sink: Any) -> None:
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)


_TYPES = {
    "uint8": "UInt8", "uint16": "UInt16", "uint32": "UInt32", "uint64": "UInt64", "int32": "Int32", "int64": "Int64",
    "double": "Float64", "date32[day]": "Date32", "timestamp[us, tz=UTC]": "DateTime64(6)",
    "string": "String", "binary": "String", "large_string": "String",
}  # fmt: skip


def _structure(rows: pa.Table) -> str:
    """The columns' types in the engine's words; no column is nullable."""
    return ", ".join(f"{field.name} {_type_of(field.type)}" for field in rows.schema)


def _type_of(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return f"LowCardinality({_TYPES[str(kind.value_type)]})"
    return _TYPES[str(kind)]


def _literal(value: Any) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"
