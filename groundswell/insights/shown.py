"""Answers as a page shows them: each number with the address of who is behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from groundswell.conditions.wording import conditions_text
from groundswell.insights.cuts import still_open
from groundswell.insights.drawing import Drawing, drawing
from groundswell.insights.groups import Group, groups_of
from groundswell.insights.lines import Line, lines_of
from groundswell.insights.types import Answer, Count, Funnel, Trend
from groundswell.insights.wording import step_text
from groundswell.kernel.paging import Page

ROWS = 31  # of a table on one page
GROUPS = 5  # values of a breakdown that have bars of their own; the table has all

Who = Callable[[dict[str, Any]], str]  # the address of who is behind a cell


@dataclass(frozen=True)
class Cell:
    """``cut`` says how its period counts only in part, where that is not the row's."""

    value: float | None
    who: str
    cut: str = ""


# Trends --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Period:
    """A row of the table."""

    name: str
    cut: str
    cells: list[Cell]


@dataclass(frozen=True)
class TrendShown:
    """The lines, and a page of the table: periods, the latest first. A split that found nobody has no line."""

    names: list[str]
    drawing: Drawing
    table: Page[Period]
    is_empty: bool


def trend_shown(question: Trend, answer: Answer, who: Who, page: int) -> TrendShown:
    """A trend's answer for that page of its table."""
    lines = lines_of(question, answer)
    periods = lines[0].periods if lines else []
    last = len(periods) - (page - 1) * ROWS
    places = range(last - 1, max(last - ROWS, 0) - 1, -1)
    cuts = [line.cuts(question) for line in lines]
    each = list(zip(lines, cuts, strict=True))
    rows = [
        Period(periods[place], cuts[0].get(place, ""), [_cell(question, line, own, place, who) for line, own in each])
        for place in places
    ]
    names = [line.name(_("the days before")) for line in lines]
    values = [(name, line.values[: len(periods)]) for name, line in zip(names, lines, strict=True)]
    drawn = drawing(values, periods, cuts)
    is_empty = not any(value for line in lines for value in line.values)
    return TrendShown(names, drawn, Page(rows, page, len(periods), ROWS), is_empty)


def _cell(question: Trend, line: Line, cuts: dict[int, str], place: int, who: Who) -> Cell:
    if place >= len(line.values):
        return Cell(None, "")
    value = line.values[place]
    behind = who(line.cell(place, is_split=bool(question.breakdown))) if value else ""
    return Cell(value, behind, cuts.get(place, "") if line.is_previous else "")


# Funnels -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """How far one group came at a step, and ``before`` it, as shares of those who started. Lost are those who came to
    the step before, and no further."""

    group: str
    colour: int
    reached: Cell
    share: float
    before: float
    median: float | None
    lost: Cell
    lost_share: float


@dataclass(frozen=True)
class StepShown:
    number: int
    label: str
    conditions: str
    bars: list[Bar]


@dataclass(frozen=True)
class Row:
    """A row of the table: a breakdown value."""

    group: str
    cells: list[Cell]
    finished: float


@dataclass(frozen=True)
class FunnelShown:
    """The steps with their bars, of the first groups only; the table has all of them. ``open`` says who may still come
    further."""

    steps: list[StepShown]
    groups: list[Group]
    table: list[Row]
    started: int
    finished: int
    open: str
    by_account: bool

    @property
    def share(self) -> float:
        return self.finished / self.started if self.started else 0.0

    @property
    def worst(self) -> Bar | None:
        """Where most are lost, if there is one group."""
        lost = [step.bars[0] for step in self.steps[1:] if step.bars and step.bars[0].lost.value]
        return max(lost, key=lambda bar: bar.lost.value or 0, default=None) if len(self.groups) <= 1 else None


def funnel_shown(question: Funnel, answer: Answer, who: Who) -> FunnelShown:
    """A funnel's answer."""
    every = groups_of(answer)
    groups = every[:GROUPS]
    steps = []
    for place, step in enumerate(question.steps):
        bars = [_bar(question, group, place, who) for group in groups]
        steps.append(StepShown(place + 1, step_text(step), conditions_text(step.wanted), bars))
    table = [_row(question, group, who) for group in every]
    started, finished = (sum(group.rows[end][3] for group in every) for end in (0, -1))
    by_account = question.count is Count.ACCOUNTS
    return FunnelShown(
        steps, groups, table if question.breakdown else [], started, finished, still_open(question), by_account
    )


def _bar(question: Funnel, group: Group, place: int, who: Who) -> Bar:
    rows = group.rows
    number, _label, value, count, share, share_before, median = rows[place]
    lost, before = (rows[place - 1][3] - count, rows[place - 1][4]) if place else (0, share)
    behind = _behind(question, number, value)
    return Bar(
        group.name, group.colour, Cell(count, who(behind) if count else ""), share, before, median,
        Cell(lost, who({**behind, "dropped": True}) if lost else ""), 1 - share_before if place else 0.0,
    )  # fmt: skip


def _row(question: Funnel, group: Group, who: Who) -> Row:
    cells = [Cell(row[3], who(_behind(question, row[0], row[2])) if row[3] else "") for row in group.rows]
    return Row(group.name, cells, group.rows[-1][4])


def _behind(question: Funnel, number: int, value: Any) -> dict[str, Any]:
    return {"step": number, "breakdown": value} if question.breakdown else {"step": number}
