"""Columns of a file, made into the columns of a block without a step in between: for files of one track call a row."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from groundswell.collect.block import Block
from groundswell.collect.imports.moments import moments_of
from groundswell.collect.imports.texts import (
    AT_ONCE,
    is_text,
    json_of,
    number,
    objects_of,
    plain,
    repeats,
    without_nulls,
)
from groundswell.collect.imports.types import Format, Plan
from groundswell.collect.steps import TRACK
from groundswell.collect.times import EARLIEST
from groundswell.collect.types import MAX_ID, MAX_MESSAGE, Reason
from groundswell.events.types import MAX_NAME_LENGTH
from groundswell.kernel.errors import bad_request
from groundswell.kernel.ids import stable_ids_of_bytes
from groundswell.kernel.words import said

_read_any = msgspec.json.Decoder(Any).decode


def check_types(schema: pa.Schema, columns: Mapping[str, str]) -> None:
    """Raises Refusal where a column cannot be what people say it is."""
    for name, column in columns.items():
        kind = schema.field(column).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        is_plain = is_text(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind)
        is_time = name == "timestamp" and (pa.types.is_timestamp(kind) or pa.types.is_date(kind))
        if not (is_plain or is_time):
            raise bad_request(
                said("The column %(column)r holds %(kind)s: that cannot be a %(name)s.", column=column, kind=kind,
                     name=name), field="map",
            )  # fmt: skip


def read_columns(block: Block, table: pa.Table, plan: Plan) -> Block:
    """Fill a block with what the columns of a table say. Drops what the steps would drop of the same messages."""
    said = {name: table.column(column).combine_chunks() for name, column in plan.columns.items()}
    columns = properties_of(table, plan)
    block.kind = np.full(len(block), TRACK, "i1")
    _identify(block, said)
    _describe(block, columns)
    _name(block, said)
    _time(block, said)
    block.shape, block.shapes = np.zeros(len(block), "i4"), [_shape(block, columns)]
    return block


def properties_of(table: pa.Table, plan: Plan) -> dict[str, pa.Array]:
    """The JSON values of the columns that are properties, nulls where a row has none."""
    is_typed = plan.format is Format.CSV
    own = [name for name in table.column_names if name not in plan.columns.values()]
    return {name: json_of(table.column(name).combine_chunks(), is_typed=is_typed) for name in own}


def texts_of(column: pa.Array) -> pa.Array:
    """Ids or names as text, empty where there is none. Whole numbers have no fraction."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain(pa.DictionaryArray.from_arrays(column.indices, texts_of(column.dictionary))).fill_null("")
    if pa.types.is_floating(kind):
        texts = [
            number(value).decode() if value is not None and np.isfinite(value) else "" for value in _floats(column)
        ]
        return pa.array(texts, pa.string())
    return column.cast(pa.string()).fill_null("")


def _floats(column: pa.Array) -> list[float | None]:
    values: list[float | None] = column.cast(pa.float64()).to_pylist()
    return values


def _identify(block: Block, said: Mapping[str, pa.Array]) -> None:
    block.user, block.user_names, bad_user = _ids(block, said.get("userId"))
    block.anonymous, block.anonymous_names, bad_anonymous = _ids(block, said.get("anonymousId"))
    block.message, _, bad_message = _ids(block, said.get("messageId"))
    block.account, block.account_names, bad_account = _ids(block, said.get("groupId"))
    block.drop(bad_user | bad_anonymous | bad_message | bad_account, Reason.INVALID_ID)
    block.drop((block.user == 0) & (block.anonymous == 0), Reason.MISSING_ID)


def _ids(block: Block, column: pa.Array | None) -> tuple[NDArray[np.uint64], pa.Array, NDArray[np.bool_]]:
    """The numbers of a column's ids, the ids as text, and which are too long."""
    if column is None:
        return np.zeros(len(block), "u8"), pa.repeat("", len(block)), np.zeros(len(block), bool)
    texts = texts_of(column)
    if not repeats(texts):
        numbers, is_long = _numbers(block, texts)
        return numbers, texts, is_long
    codes = texts.dictionary_encode()
    numbers, is_long = _numbers(block, codes.dictionary)
    rows = codes.indices.to_numpy()
    return numbers[rows], texts, is_long[rows]


def _numbers(block: Block, texts: pa.Array) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    is_long = pc.greater(pc.utf8_length(texts), MAX_ID).to_numpy(zero_copy_only=False)
    parts = [texts.slice(start, AT_ONCE).cast(pa.binary()) for start in range(0, len(texts), AT_ONCE)]
    hashed = [stable_ids_of_bytes(block.project.id, part.to_numpy(zero_copy_only=False)) for part in parts]
    return np.where(is_long, 0, np.concatenate([*hashed, np.empty(0, "u8")])).astype("u8"), is_long


def _describe(block: Block, columns: Mapping[str, pa.Array]) -> None:
    block.properties = objects_of(columns, len(block))
    block.values = {name: without_nulls(values) for name, values in columns.items()}
    block.context = pa.repeat(pa.scalar(b""), len(block))
    block.drop(pc.binary_length(block.properties).to_numpy() > MAX_MESSAGE, Reason.TOO_LARGE)


def _shape(block: Block, columns: Mapping[str, pa.Array]) -> dict[str, Any]:
    """The properties that rows have which are not dropped, each with its first value."""
    kept = pa.array(block.kept)
    first = {name: pc.index(pc.and_(values.is_valid(), kept), True).as_py() for name, values in columns.items()}
    return {name: _read_any(columns[name][row].as_py()) for name, row in first.items() if row >= 0}


def _name(block: Block, said: Mapping[str, pa.Array]) -> None:
    codes = texts_of(said["event"]).dictionary_encode()
    names = codes.dictionary.to_pylist()
    is_long = np.array([len(name) > MAX_NAME_LENGTH for name in names], bool)[codes.indices.to_numpy()]
    is_missing = np.array([not name for name in names], bool)[codes.indices.to_numpy()]
    block.event = codes
    block.drop(is_long, Reason.INVALID_NAME)
    block.drop(is_missing, Reason.MISSING_NAME)


def _time(block: Block, said: Mapping[str, pa.Array]) -> None:
    """Times are taken as they are; without one it is that of the import, which is also the latest."""
    if "timestamp" not in said:
        block.at = block.received.copy()
        return
    at, missing, bad = moments_of(said["timestamp"], zone=block.zone)
    block.at = np.minimum(np.where(missing, block.received, at), block.received)
    block.drop(bad | (block.at < EARLIEST), Reason.INVALID_TIMESTAMP)
