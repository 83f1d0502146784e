"""JSON values as questions see them: what a value is, when two are the same, what counts as a number."""

import re
from collections.abc import Mapping
from math import inf
from typing import Any

import msgspec

# JSON's numbers, a few digits more freely: what people send as text.
NUMERIC = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
KINDS = ("string", "number", "boolean", "null", "array", "object")


def kind(value: Any) -> str:
    """Which of JSON's kinds a value is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def same(one: Any, other: Any) -> bool:
    """Equality of JSON values: 1 is 1.0, but neither true nor "1"; the order of an object's members says nothing."""
    if kind(one) != kind(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def numeric(value: Any) -> float | None:
    """The number that a number or numeric text stands for; None for anything else."""
    if isinstance(value, str) and re.fullmatch(NUMERIC, value):
        return float(value)
    return to_float(value) if kind(value) == "number" else None


def to_float(number: int | float) -> float:
    """The number as a float; infinite where it is too large for one."""
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def canonical(value: Any) -> str:
    """A value as the store keeps it: JSON without blanks, whole numbers without a point."""
    return msgspec.json.encode(_with_whole_numbers(value)).decode()


def _with_whole_numbers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, list):
        return [_with_whole_numbers(one) for one in value]
    if isinstance(value, dict):
        return {name: _with_whole_numbers(one) for name, one in value.items()}
    return value


def at_path(source: Any, path: str) -> Any:
    """The value at a dotted path of an object, None where there is none; a name that holds the dots goes first."""
    if not isinstance(source, Mapping):
        return None
    if path in source:
        return source[path]
    for step in path.split("."):
        if not isinstance(source, Mapping) or step not in source:
            return None
        source = source[step]
    return source
