"""The rows of an answer by the values of its breakdown."""

from collections.abc import Sequence
from typing import Any

from groundswell.insights.lines import value_text
from groundswell.insights.types import Answer

Rows = list[Sequence[Any]]


def groups_of(answer: Answer, *, size: int) -> list[tuple[str, Rows]]:
    """Each value with its rows, the one first whose numbers in the column ``size`` add up to most; without a breakdown
    all of them under ""."""
    found: dict[str, Rows] = {}
    place, names = len(answer.columns) - 1, answer.question.breakdown
    for row in answer.rows:
        found.setdefault(value_text(row[place], names) if names else "", []).append(row)
    return sorted(found.items(), key=lambda group: -sum(row[size] or 0 for row in group[1]))
