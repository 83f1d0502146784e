"""What faces have in common."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

MOST_LINES = 6  # of a chart, and columns of a table
MOST_ROWS = 8  # of a table


@dataclass(frozen=True)
class Face:
    """A template, what it is filled with as ``shown``, and how many lines or rows there are ``more`` than it shows."""

    template: str
    shown: Any
    more: int = 0


@dataclass(frozen=True)
class Row:
    """``cut`` says how its period counts only in part, ``share`` how it stands to the largest."""

    name: str
    values: Sequence[float | None]
    cut: str = ""
    share: float | None = None


@dataclass(frozen=True)
class Table:
    """``head`` stands over the names of its rows, ``names`` over its numbers."""

    head: str
    names: Sequence[str]
    rows: Sequence[Row]
    are_periods: bool = False

    @property
    def is_ranked(self) -> bool:
        return any(row.share is not None for row in self.rows)


def table_face(table: Table) -> Face:
    """A table of which no more rows are shown than have room."""
    shown = replace(table, rows=table.rows[:MOST_ROWS])
    return Face("dashboards/faces/table.html", shown, max(0, len(table.rows) - MOST_ROWS))
