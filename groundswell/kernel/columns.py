"""Rows of an answer as columns of one type each: days, instants, numbers, texts.

What an answer holds is JSON. Files and data frames have types; a column without a value has that of its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

LENGTH_OF_DAY = len("2026-01-31")
TIMES = ("period", "cohort", "last_seen")  # columns whose texts are days or, of hours, instants
SPLIT = "breakdown"
TEXTS = ("series", "label", "status", "source", "target", "kind", "name", "operator", "when")
COUNTS = (
    "step", "count", "size", "returned", "days_active", "started", "finished", "from_seconds", "to_seconds",
    "with_converted", "with_dropped", "without_converted", "without_dropped",
)  # fmt: skip


class Type(StrEnum):
    DAY = "day"  # date
    INSTANT = "instant"  # datetime, aware
    WHOLE = "whole"  # int
    NUMBER = "number"  # float
    TEXT = "text"  # str
    LIST = "list"  # list[str | None]


@dataclass(frozen=True)
class Column:
    """A name, a type, and a value of that type or None for every row."""

    name: str
    type: Type
    values: list[Any]


def columns_of(question: Mapping[str, Any], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Column]:
    """The columns of an answer to a question (both as JSON)."""
    columns = []
    for place, name in enumerate(names):
        values = [row[place] for row in rows]
        kind = _type_of(name, [value for value in values if value is not None], question, names)
        columns.append(Column(name, kind, [None if value is None else _AS[kind](value) for value in values]))
    return columns


def _type_of(name: str, present: Sequence[Any], question: Mapping[str, Any], names: Sequence[str]) -> Type:
    if name == SPLIT:
        return Type.LIST if isinstance(question.get(SPLIT), list) else Type.TEXT
    if not present:
        return _of_nothing(name, question, names)
    if any(isinstance(value, list) for value in present):
        return Type.LIST
    if all(isinstance(value, str) for value in present) and name in TIMES:
        return Type.INSTANT if any(len(value) > LENGTH_OF_DAY for value in present) else Type.DAY
    if all(isinstance(value, int) and not isinstance(value, bool) for value in present):
        return Type.WHOLE
    return Type.NUMBER if all(isinstance(value, int | float) for value in present) else Type.TEXT


def _of_nothing(name: str, question: Mapping[str, Any], names: Sequence[str]) -> Type:
    """The type of a column without a value. Periods after a cohort are counted, others are times; what an operator
    stands before is a text."""
    if name in COUNTS or (name == "period" and "cohort" in names):
        return Type.WHOLE
    if name in TIMES:
        return Type.INSTANT if question.get("interval") == "hour" else Type.DAY
    return Type.TEXT if name in TEXTS or (name == "value" and "operator" in names) else Type.NUMBER


def _list(value: Any) -> list[str | None]:
    """``(other)`` stands alone where the others are lists."""
    return list(value) if isinstance(value, list) else [str(value)]


_AS: Mapping[Type, Any] = {
    Type.DAY: date.fromisoformat,
    Type.INSTANT: datetime.fromisoformat,
    Type.WHOLE: int,
    Type.NUMBER: float,
    Type.TEXT: str,
    Type.LIST: _list,
}
