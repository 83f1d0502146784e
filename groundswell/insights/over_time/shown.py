"""A funnel over time as a page shows it: a line for each value, and a table of its periods."""

from dataclasses import dataclass

from groundswell.insights.drawing import Drawing, drawing
from groundswell.insights.groups import Group, groups_of
from groundswell.insights.over_time.question import FunnelOverTime
from groundswell.insights.over_time.words import cut_text, is_open
from groundswell.insights.shown import ROWS, Cell, Who
from groundswell.insights.types import Answer
from groundswell.kernel.paging import Page


@dataclass(frozen=True)
class Converted:
    """Those who started in a period: how many, how many of them finished, and how long these took."""

    started: Cell
    finished: Cell
    share: float | None
    median: float | None


@dataclass(frozen=True)
class Period:
    """A row of the table."""

    name: str
    cut: str
    cells: list[Converted]


@dataclass(frozen=True)
class OverTimeShown:
    """The lines, and a page of the table: periods, the latest first."""

    names: list[str]
    drawing: Drawing
    table: Page[Period]
    is_empty: bool
    is_split: bool


def over_time_shown(question: FunnelOverTime, answer: Answer, who: Who, page: int) -> OverTimeShown:
    """An answer for that page of its table."""
    lines, names = groups_of(answer), list(question.periods)
    cuts = open_periods(question)
    last = len(names) - (page - 1) * ROWS
    rows = []
    for place in range(last - 1, max(last - ROWS, 0) - 1, -1):
        cells = [_converted(question, line, place, who) for line in lines]
        rows.append(Period(names[place], cut_text(question, names[place]), cells))
    drawn = drawing([(line.name, shares_of(line)) for line in lines], names, [cuts for _ in lines], are_shares=True)
    table = Page(rows, page, len(names), ROWS)
    is_empty = not any(row[2] for row in answer.rows)
    return OverTimeShown([line.name for line in lines], drawn, table, is_empty, bool(question.breakdown))


def shares_of(line: Group) -> list[float | None]:
    """The share that finished, period by period."""
    return [row[4] for row in line.rows]


def open_periods(question: FunnelOverTime) -> dict[int, str]:
    """The places of periods of whose people some may still finish, and what is said of them."""
    names = enumerate(question.periods)
    return {place: cut_text(question, period) for place, period in names if is_open(question, period)}


def _converted(question: FunnelOverTime, line: Group, place: int, who: Who) -> Converted:
    period, value, started, finished, share, median = line.rows[place]
    cell = {"period": period, **({"breakdown": value} if question.breakdown else {})}
    return Converted(
        Cell(started, who(cell) if started else ""),
        Cell(finished, who({**cell, "finished": True}) if finished else ""),
        share,
        median,
    )
