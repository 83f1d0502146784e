"""What faces have in common: drawings and tables."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from groundswell.dashboards.plots import Plot

MOST_LINES = 6  # of a chart, and columns of a table
MOST_ROWS = 8  # of a table


@dataclass(frozen=True)
class Face:
    """A template, what it is filled with as ``shown``, and how many lines or rows there are ``more`` than it shows."""

    template: str
    shown: Any
    more: int = 0


@dataclass(frozen=True)
class Drawn:
    """A drawing, what its colours mean, and what it says in a few words to those who do not see it: names and values.
    Along it stand periods, unless not; values are shares, where they are."""

    plot: Plot
    legend: Sequence[tuple[str, int, int]]  # name, colour, dash
    words: Sequence[tuple[str, float | None]]
    is_empty: bool = False
    are_periods: bool = True
    are_shares: bool = False


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


def drawn_face(drawn: Drawn, more: int = 0) -> Face:
    """A drawing."""
    return Face("dashboards/faces/plot.html", drawn, more)


def table_face(table: Table) -> Face:
    """A table of which no more rows are shown than have room."""
    shown = replace(table, rows=table.rows[:MOST_ROWS])
    return Face("dashboards/faces/table.html", shown, max(0, len(table.rows) - MOST_ROWS))
