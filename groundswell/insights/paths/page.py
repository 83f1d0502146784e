"""Paths as a page shows them: a picture of columns with flows between them, and the moves one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from groundswell.insights.groups import value_text
from groundswell.insights.kind import Who
from groundswell.insights.paths.picture import Picture, pictures_of
from groundswell.insights.paths.question import Paths
from groundswell.insights.types import Answer
from groundswell.kernel.paging import Page

ROWS = 31  # of a table on one page
GROUPS = 3  # values of a breakdown that have a picture of their own; the table has all


@dataclass(frozen=True)
class Move:
    """A row of the table; ``share`` is of those who were at the source."""

    step: int
    source: str
    target: str
    count: int
    share: float
    who: str
    group: str


@dataclass(frozen=True)
class PathsShown:
    """A picture of each of the largest groups, and the moves, by step and the most frequent first."""

    pictures: list[Picture]
    table: Page[Move]
    count: int
    sessions: int
    is_split: bool
    by_account: bool
    left_out: int
    may_drop: bool


def shown(question: Paths, answer: Answer, who: Who, page: int) -> PathsShown:
    """An answer for that page of its table."""
    came = {(row[0], row[1], *map(value_text, row[4:])): row[2] for row in answer.beside["nodes"]["rows"]}
    rows = answer.rows[(page - 1) * ROWS : page * ROWS]
    pictures, left_out = pictures_of(question, answer, who, most=GROUPS)
    return PathsShown(
        pictures=pictures,
        table=Page([_move(row, came, who) for row in rows], page, len(answer.rows), ROWS),
        count=answer.beside["count"],
        sessions=answer.beside["sessions"],
        is_split=bool(question.breakdown),
        by_account=question.counts_accounts,
        left_out=left_out,
        may_drop=question.end is None,
    )


def _move(row: Sequence[Any], came: dict[tuple[Any, ...], int], who: Who) -> Move:
    step, source, target, count, *value = row
    group = [value_text(each) for each in value]
    cell = {"step": step, "source": source, "target": target, **({"breakdown": value[0]} if value else {})}
    return Move(step, source, target, count, count / came[step, source, *group], who(cell), "".join(group))
