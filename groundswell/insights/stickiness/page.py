"""Stickiness as a page shows it: a bar for each number of units."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from groundswell.insights.groups import groups_of
from groundswell.insights.kind import Who
from groundswell.insights.retention.words import period_count
from groundswell.insights.shown import ROWS, Cell
from groundswell.insights.stickiness.question import Stickiness
from groundswell.insights.types import Answer
from groundswell.kernel.paging import Page


@dataclass(frozen=True)
class Row:
    """Who was there in so many units, as a share of the largest such number; and who in at least as many."""

    units: str
    exactly: Cell
    width: float
    at_least: Cell
    share: float


@dataclass(frozen=True)
class Group:
    """A value of the breakdown; ``usual`` is what half of them reach."""

    name: str
    size: int
    usual: str
    table: Page[Row]


@dataclass(frozen=True)
class StickinessShown:
    groups: list[Group]
    is_split: bool
    is_empty: bool
    by_account: bool


def shown(question: Stickiness, answer: Answer, who: Who, page: int) -> StickinessShown:
    """The groups in their order, and that page of their rows."""
    groups = [_group(question, each.name, each.rows, who, page) for each in groups_of(answer)]
    is_empty = not any(group.size for group in groups)
    by_account = question.count == "accounts"
    return StickinessShown(groups, bool(question.breakdown), is_empty, by_account)


def _group(question: Stickiness, name: str, rows: list[Sequence[Any]], who: Who, page: int) -> Group:
    size, most = sum(row[1] for row in rows), max((row[1] for row in rows), default=0) or 1
    left = [sum(row[1] for row in rows[place:]) for place in range(len(rows))]
    shown_rows = [
        _row(question, row, left[place], most, who)
        for place, row in enumerate(rows[(page - 1) * ROWS : page * ROWS], start=(page - 1) * ROWS)
    ]
    usual = max((row[0] for row in rows if row[2] >= 0.5), default=0)
    return Group(name, size, period_count(usual, question.unit), Page(shown_rows, page, len(rows), ROWS))


def _row(question: Stickiness, row: Sequence[Any], at_least: int, most: int, who: Who) -> Row:
    number, count, share, *value = row
    named = {"days_active": number, **({"breakdown": value[0]} if question.breakdown else {})}
    return Row(
        period_count(number, question.unit), Cell(count, who(named) if count else ""), count / most,
        Cell(at_least, who({**named, "at_least": True}) if at_least else ""), share,
    )  # fmt: skip
