"""Lifecycle as a page shows it: bars above and below a line, and a table of the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from groundswell.insights.cuts import period_cut
from groundswell.insights.drawing import Tick, marked, nice
from groundswell.insights.groups import groups_of
from groundswell.insights.kind import Who
from groundswell.insights.lifecycle.answer import Status
from groundswell.insights.lifecycle.question import Lifecycle
from groundswell.insights.lifecycle.words import statuses
from groundswell.insights.shown import ROWS, Cell
from groundswell.insights.types import Answer
from groundswell.kernel.paging import Page

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 820, 280, 52, 12, 28  # px
COLOUR = {Status.NEW: 6, Status.RETURNING: 0, Status.RESURRECTING: 1, Status.DORMANT: 3}


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    colour: int
    who: str
    text: str
    is_cut: bool


@dataclass(frozen=True)
class Picture:
    """Bars, what stands beside the axes, and where nothing is; in pixels."""

    bars: list[Bar]
    values: list[Tick]
    periods: list[Tick]
    floor: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    xs: tuple[float, ...] = ()  # where each period stands


@dataclass(frozen=True)
class Period:
    """``cut`` says how it counts only in part."""

    name: str
    cut: str
    cells: list[Cell]


@dataclass(frozen=True)
class Group:
    """A value of the breakdown."""

    name: str
    size: int
    picture: Picture
    table: Page[Period]


@dataclass(frozen=True)
class LifecycleShown:
    """``statuses`` has each status in words with its colour."""

    groups: list[Group]
    statuses: list[tuple[str, int]]
    is_split: bool
    is_empty: bool


def shown(question: Lifecycle, answer: Answer, who: Who, page: int) -> LifecycleShown:
    """The groups in their order, and that page of their tables."""
    groups = [_group(question, each.name, each.rows, who, page) for each in groups_of(answer)]
    names = [(text, COLOUR[status]) for status, text in statuses().items()]
    is_empty = not any(group.size for group in groups)
    return LifecycleShown(groups, names, bool(question.breakdown), is_empty)


def _group(question: Lifecycle, name: str, rows: list[Sequence[Any]], who: Who, page: int) -> Group:
    size = len(Status)
    periods = [_period(question, rows[start : start + size], who) for start in range(0, len(rows), size)]
    latest_first = periods[::-1]
    table = Page(latest_first[(page - 1) * ROWS : page * ROWS], page, len(periods), ROWS)
    count = sum(int(cell.value or 0) for each in periods for cell in each.cells)
    return Group(name, count, _picture(periods), table)


def _period(question: Lifecycle, rows: Sequence[Sequence[Any]], who: Who) -> Period:
    cells = []
    for period, status, count, *value in rows:
        named = {"period": period, "status": status, **({"breakdown": value[0]} if question.breakdown else {})}
        cells.append(Cell(count, who(named) if count else ""))
    return Period(rows[0][0], period_cut(question.days, question.interval, rows[0][0]), cells)


def _picture(periods: list[Period]) -> Picture:
    up = max((sum(cell.value or 0 for cell in each.cells[:-1]) for each in periods), default=0)
    down = max((each.cells[-1].value or 0 for each in periods), default=0)
    ticks = nice(-down, up, least=1)
    scale = (HEIGHT - TOP - BOTTOM) / ((ticks[-1] - ticks[0]) or 1)
    floor = TOP + ticks[-1] * scale
    step = (WIDTH - LEFT) / max(len(periods), 1)
    bars = []
    for place, each in enumerate(periods):
        x, top = LEFT + step * place + step * 0.15, floor
        for status, cell in zip(Status, each.cells, strict=True):
            height = (cell.value or 0) * scale
            top = floor if status is Status.DORMANT else top - height
            text = " · ".join(filter(None, [each.name, each.cut, f"{statuses()[status]}: {cell.value:g}"]))
            bars.append(Bar(x, top, step * 0.7, height, COLOUR[status], cell.who, text, bool(each.cut)))
    named = marked(len(periods)) if periods else ()
    labels = [Tick(LEFT + step * (place + 0.5), periods[place].name) for place in named]
    return Picture(
        [bar for bar in bars if bar.height], [Tick(floor - tick * scale, abs(tick)) for tick in ticks], labels, floor,
        xs=tuple(LEFT + step * (place + 0.5) for place in range(len(periods))),
    )  # fmt: skip
