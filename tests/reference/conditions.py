"""GrowthBook's conditions, as the "build your own SDK" page has them: types are kept, a missing value is null."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.reference.world import at_path

Reader = Callable[[str], Any]


def holds(condition: dict[str, Any], read: Reader) -> bool:
    """Whether the condition holds; ``read`` gives the value of a name, None where there is none."""
    return all(_member_holds(key, wanted, read) for key, wanted in condition.items())


def _member_holds(key: str, wanted: Any, read: Reader) -> bool:
    if key == "$or":
        return not wanted or any(holds(one, read) for one in wanted)
    if key == "$nor":
        return bool(wanted) and not any(holds(one, read) for one in wanted)
    if key == "$and":
        return all(holds(one, read) for one in wanted)
    if key == "$not":
        return not holds(wanted, read)
    return fits(read(key), wanted)


def matches(name: str, read: Reader, wanted: dict[str, Any]) -> bool:
    """Whether an event is the wanted one, or any where none is named, and its condition holds."""
    return wanted.get("event") in (None, name) and holds(wanted.get("where") or {}, read)


def fits(value: Any, wanted: Any) -> bool:
    """Whether a value is what is wanted: all operators of an object of operators, else the same value and type."""
    if isinstance(wanted, dict) and all(key.startswith("$") for key in wanted):
        return all(_operator_holds(operator, value, operand) for operator, operand in wanted.items())
    return same(value, wanted)


def same(one: Any, other: Any) -> bool:
    """Deep equality of JSON values: true is not 1, 1 is 1.0."""
    if kind(one) != kind(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _operator_holds(operator: str, value: Any, operand: Any) -> bool:
    if operator in _OPERATORS:
        return _OPERATORS[operator](value, operand)
    return False


# Order: two texts by their characters; else as numbers, where numeric text is one, null is 0, true is 1.


def _compared(value: Any, operand: Any, is_so: Callable[[Any, Any], bool]) -> bool:
    if isinstance(value, str) and isinstance(operand, str):
        return is_so(value, operand)
    if not {kind(value), kind(operand)} & {"number"}:
        return False
    one, other = _number(value), _number(operand)
    return one is not None and other is not None and is_so(one, other)


def _number(value: Any) -> float | None:
    if value is None:
        return 0
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str) and re.fullmatch(NUMERIC, value):
        return float(value)
    return None


NUMERIC = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?"


# Lists


def _is_in(value: Any, operand: Any, alike: Callable[[Any, Any], bool]) -> bool:
    values = value if isinstance(value, list) else [value]
    return any(alike(one, other) for one in values for other in operand)


def _has_all(value: Any, operand: Any, alike: Callable[[Any, Any], bool]) -> bool:
    if not isinstance(value, list) or not isinstance(operand, list):
        return False
    return all(any(alike(one, wanted) for one in value) for wanted in operand)


def _same_but_for_case(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    return same(one, other)


def _fits_but_for_case(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, str):
        return _same_but_for_case(value, wanted)
    return fits(value, wanted)


def _some_element(value: Any, operand: Any) -> bool:
    if not isinstance(value, list):
        return False
    if all(key.startswith("$") for key in operand):
        return any(fits(one, operand) for one in value)
    return any(holds(operand, partial(at_path, one)) for one in value)


# Text


def _matches(value: Any, pattern: Any, flags: int = 0) -> bool | None:
    """Whether the pattern is found in the text; None where one of them is not what it should be."""
    if not isinstance(value, str) or not isinstance(pattern, str):
        return None
    try:
        return re.search(pattern, value, flags) is not None
    except re.error:
        return None


def version(value: Any) -> str:
    """A version as text whose order is that of versions: 1.10.0 after 1.9.0, 1.0.0 after 1.0.0-beta."""
    if kind(value) == "number":
        value = str(value)
    if not isinstance(value, str) or not value:
        value = "0"
    parts = re.split(r"[-.]", re.sub(r"(^v|\+.*$)", "", value))
    if len(parts) == 3:
        parts.append("~")
    return "-".join(part.rjust(5) if re.fullmatch(r"[0-9]+", part) else part for part in parts)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": same,
    "$ne": lambda value, operand: not same(value, operand),
    "$lt": lambda value, operand: _compared(value, operand, lambda a, b: a < b),
    "$lte": lambda value, operand: _compared(value, operand, lambda a, b: a <= b),
    "$gt": lambda value, operand: _compared(value, operand, lambda a, b: a > b),
    "$gte": lambda value, operand: _compared(value, operand, lambda a, b: a >= b),
    "$in": lambda value, operand: isinstance(operand, list) and _is_in(value, operand, same),
    "$nin": lambda value, operand: isinstance(operand, list) and not _is_in(value, operand, same),
    "$ini": lambda value, operand: isinstance(operand, list) and _is_in(value, operand, _same_but_for_case),
    "$nini": lambda value, operand: isinstance(operand, list) and not _is_in(value, operand, _same_but_for_case),
    "$all": lambda value, operand: _has_all(value, operand, fits),
    "$alli": lambda value, operand: _has_all(value, operand, _fits_but_for_case),
    "$exists": lambda value, operand: (value is not None) == bool(operand),
    "$type": lambda value, operand: kind(value) == operand,
    "$size": lambda value, operand: isinstance(value, list) and fits(len(value), operand),
    "$elemMatch": _some_element,
    "$not": lambda value, operand: not fits(value, operand),
    "$regex": lambda value, operand: _matches(value, operand) is True,
    "$regexi": lambda value, operand: _matches(value, operand, re.IGNORECASE) is True,
    "$notRegex": lambda value, operand: _matches(value, operand) is False,
    "$notRegexi": lambda value, operand: _matches(value, operand, re.IGNORECASE) is False,
    "$veq": lambda value, operand: version(value) == version(operand),
    "$vne": lambda value, operand: version(value) != version(operand),
    "$vlt": lambda value, operand: version(value) < version(operand),
    "$vlte": lambda value, operand: version(value) <= version(operand),
    "$vgt": lambda value, operand: version(value) > version(operand),
    "$vgte": lambda value, operand: version(value) >= version(operand),
}
