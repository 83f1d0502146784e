"""Canonical JSON of whole columns, as the steps make it of messages: no blanks, integral numbers without a fraction."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_write = msgspec.json.Encoder(enc_hook=str).encode
_SAMPLE = 2_000  # rows by which a column's variety is judged
AT_ONCE = 20_000  # rows; more take more memory and no less time
_NUMBER = r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?"  # not: leading zeros, exponents, more digits than a float has
_CELL = f"^(?:{_NUMBER}|[Tt]rue|[Ff]alse)$"
_INTEGER = r"^(?:0|-?[1-9]\d{0,14})$"
_ESCAPED = '["\\\\\\x00-\\x1f]'
_BOOLEANS = {"true": b"true", "True": b"true", "false": b"false", "False": b"false"}


def objects_of(columns: Mapping[str, pa.Array], rows: int) -> pa.Array:
    """One JSON object a row, of columns of JSON values; a null is no member."""
    if not columns:
        return pa.repeat(pa.scalar(b"{}"), rows)
    parts = range(0, rows, AT_ONCE)
    return pa.concat_arrays(
        [_objects({name: values.slice(start, AT_ONCE) for name, values in columns.items()}) for start in parts]
    )


def _objects(columns: Mapping[str, pa.Array]) -> pa.Array:
    joined = pc.binary_join_element_wise(*[_members(name, values) for name, values in columns.items()], b"")
    return pc.binary_join_element_wise(pc.binary_replace_slice(joined, 0, 1, b"{"), b"}", b"")


def json_of(column: pa.Array, *, is_typed: bool) -> pa.Array:
    """JSON values of a column, nulls where there is none, as a dictionary where they repeat.

    ``is_typed``: its texts say themselves what they are (CSV); those that are written like a number or a boolean are
    one, and empty ones are none.
    """
    if pa.types.is_dictionary(column.type):
        return _coded(column.indices, _values(column.dictionary, is_typed=is_typed))
    if not repeats(column):
        return _values(column, is_typed=is_typed)
    codes = column.dictionary_encode()
    return _coded(codes.indices, _values(codes.dictionary, is_typed=is_typed))


def _coded(indices: pa.Array, values: pa.Array) -> pa.DictionaryArray:
    """A dictionary array in which a null is a row's, never a value of the dictionary."""
    if values.null_count:
        indices = pc.if_else(values.is_valid().take(indices), indices, pa.scalar(None, indices.type))
    return pa.DictionaryArray.from_arrays(indices, values)


def without_nulls(values: pa.Array) -> pa.Array:
    """JSON values with empty text where there is none."""
    if not values.null_count:
        return values
    if not pa.types.is_dictionary(values.type):
        return values.fill_null(b"")
    dictionary = pa.concat_arrays([values.dictionary, pa.array([b""], pa.binary())])
    return pa.DictionaryArray.from_arrays(values.indices.fill_null(len(values.dictionary)), dictionary)


def plain(values: pa.Array) -> pa.Array:
    """The values themselves, without a dictionary."""
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def repeats(column: pa.Array) -> bool:
    """Whether most values of a column occur more than once."""
    if pa.types.is_nested(column.type) or len(column) < _SAMPLE:
        return False
    variety: int = len(pc.unique(column.slice(0, _SAMPLE)))
    return variety < _SAMPLE // 2


def is_text(kind: pa.DataType) -> bool:
    found: bool = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return found


def _members(name: str, values: pa.Array) -> pa.Array:
    """``,"name":value`` for every row, empty for a null."""
    start = b"," + _write(name) + b":"
    if pa.types.is_dictionary(values.type):
        members = pa.DictionaryArray.from_arrays(
            values.indices, pc.binary_join_element_wise(start, values.dictionary, b"")
        )
        return pc.fill_null(members.dictionary_decode(), b"")
    return pc.fill_null(pc.binary_join_element_wise(start, values, b""), b"")


def _values(column: pa.Array, *, is_typed: bool) -> pa.Array:
    kind = column.type
    if is_text(kind):
        column = column.cast(pa.string())
        return (_cells(column) if is_typed else _quoted(column)).cast(pa.binary())
    if pa.types.is_boolean(kind):
        return pc.if_else(column, pa.scalar(b"true"), pa.scalar(b"false"))
    if pa.types.is_integer(kind):
        return column.cast(pa.string()).cast(pa.binary())
    if pa.types.is_floating(kind):
        return _floats(column)
    return pa.array([None if value is None else _write(_plainer(value)) for value in column.to_pylist()], pa.binary())


def _cells(texts: pa.Array) -> pa.Array:
    """Fields of a CSV file: numbers and booleans where they are written so, else text; nothing where they are empty."""
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    is_cell = pc.match_substring_regex(texts, _CELL)
    if not pc.any(is_cell).as_py():
        return _quoted(texts)
    values = pc.if_else(pc.match_substring_regex(texts, _INTEGER), texts, _quoted(texts))
    others = pc.and_not(is_cell, pc.match_substring_regex(texts, _INTEGER))
    return _replaced(values, others, [_cell(text) for text in texts.filter(others).to_pylist()])


def _cell(text: str) -> bytes:
    return _BOOLEANS.get(text) or number(float(text))


def number(value: float) -> bytes:
    """A finite number as JSON."""
    is_whole = value.is_integer() and abs(value) < 1e15
    return _write(int(value) if is_whole else value)


def _quoted(texts: pa.Array) -> pa.Array:
    """JSON strings."""
    quoted = pc.binary_join_element_wise('"', texts, '"', "")
    if not _may_need_escapes(texts):
        return quoted
    escaped = pc.match_substring_regex(texts, _ESCAPED)
    return _replaced(quoted, escaped, [_write(text) for text in texts.filter(escaped).to_pylist()])


def _may_need_escapes(texts: pa.Array) -> bool:
    """Whether a quote, a backslash or a control character is anywhere in a column: one look at all bytes."""
    offsets = np.frombuffer(texts.buffers()[1], "i4", len(texts) + 1, texts.offset * 4)
    data = texts.buffers()[2]
    if data is None:
        return False
    bytes_ = np.frombuffer(data, "u1")[offsets[0] : offsets[-1]]
    return bool(((bytes_ < 0x20) | (bytes_ == 0x22) | (bytes_ == 0x5C)).any())


def _floats(column: pa.Array) -> pa.Array:
    """Numbers; what is not finite is none in JSON."""
    if not pa.types.is_float64(column.type):
        column = column.cast(pa.float32()).cast(pa.string()).cast(pa.float64())  # 0.1, not 0.10000000149
    column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, pa.float64()))
    size = pc.abs(column)
    is_whole = pc.and_(pc.equal(pc.trunc(column), column), pc.less(size, 1e15))
    whole = pc.if_else(is_whole, column, 0.0).cast(pa.int64()).cast(pa.string())
    values = pc.if_else(is_whole, whole, column.cast(pa.string()))
    # Where Arrow changes to exponents, and JSON does not.
    others = pc.and_not(pc.or_(pc.less(size, 1e-4), pc.greater(size, 1e9)), is_whole)
    replaced = _replaced(values, others, [number(value) for value in column.filter(others).to_pylist()])
    return replaced.cast(pa.binary())


def _replaced(values: pa.Array, where: pa.Array, by: list[bytes]) -> pa.Array:
    if not by:
        return values
    return pc.replace_with_mask(values, pc.fill_null(where, False), pa.array(by, pa.binary()).cast(pa.string()))


def _plainer(value: Any) -> Any:
    """Values of rarer types as JSON has them: numbers canonical, days and instants as ISO text."""
    if isinstance(value, float):
        return msgspec.Raw(number(value)) if np.isfinite(value) else None
    if isinstance(value, list):
        return [_plainer(each) for each in value]
    if isinstance(value, dict):
        return {name: _plainer(each) for name, each in value.items()}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    text = str(value)
    if type(value).__name__ == "Decimal" and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return msgspec.Raw(number(float(text)) if len(text) <= 16 else text.encode())
    return value.decode(errors="replace") if isinstance(value, bytes) else value
