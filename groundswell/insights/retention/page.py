"""Retention as a page shows it: cohorts as rows, periods as columns, each number with who is behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from groundswell.insights.cuts import period_cut
from groundswell.insights.groups import groups_of
from groundswell.insights.kind import Who
from groundswell.insights.retention.question import Retention
from groundswell.insights.types import Answer

SHADES = 10
SHOWN = 60  # cohorts of a table, the latest; the file has all


@dataclass(frozen=True)
class Square:
    """How many were back, as a share of those who began; None where the period is not over. The shade goes from 0 to
    ``SHADES``."""

    returned: int | None
    share: float | None
    who: str = ""

    @property
    def shade(self) -> int:
        return round((self.share or 0) * SHADES)


@dataclass(frozen=True)
class Cohort:
    """``cut`` says that not all days of its period are among the dates."""

    name: str
    cut: str
    size: int
    who: str
    squares: list[Square]


@dataclass(frozen=True)
class Group:
    """A value of the breakdown: all its cohorts together, and one by one, the latest first."""

    name: str
    size: int
    together: list[Square]
    cohorts: list[Cohort]


@dataclass(frozen=True)
class RetentionShown:
    """``numbers`` are those of the periods."""

    groups: list[Group]
    numbers: range
    is_split: bool
    is_empty: bool
    period: str
    left_out: int


def shown(question: Retention, answer: Answer, who: Who, _page: int) -> RetentionShown:
    """The groups in their order."""
    groups = [_group(question, each.name, each.rows, who) for each in groups_of(answer)]
    return RetentionShown(
        groups, range(question.periods), bool(question.breakdown),
        not any(group.size for group in groups), question.period, max(0, question.cohorts - SHOWN),
    )  # fmt: skip


def _group(question: Retention, name: str, rows: list[Sequence[Any]], who: Who) -> Group:
    periods = question.periods
    cohorts = [_cohort(question, rows[start : start + periods], who) for start in range(0, len(rows), periods)]
    return Group(name, sum(each.size for each in cohorts), together(rows, periods), cohorts[::-1][:SHOWN])


def _cohort(question: Retention, rows: Sequence[Sequence[Any]], who: Who) -> Cohort:
    named = {"cohort": rows[0][0], **({"breakdown": rows[0][5]} if question.breakdown else {})}
    squares = [
        Square(returned, share, who({**named, "period": period}) if returned else "")
        for _, _, period, returned, share, *_ in rows
    ]
    cut = period_cut(question.days, question.interval, rows[0][0])
    return Cohort(rows[0][0], cut, rows[0][1], who(named) if rows[0][1] else "", squares)


def together(rows: Sequence[Sequence[Any]], periods: int) -> list[Square]:
    """All cohorts as one: in each period those back of those whom it is known of."""
    squares = []
    for period in range(periods):
        known = [row for row in rows if row[2] == period and row[3] is not None]
        size, back = sum(row[1] for row in known), sum(row[3] for row in known)
        squares.append(Square(back, back / size) if size else Square(None, None))
    return squares
