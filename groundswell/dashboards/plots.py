"""Lines and bars as drawings that grow with their card: places in hundredths of its width and height, so that lines
stretch while letters do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundswell.insights.drawing import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Line, drawing, marked, nice

ROOM = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM)  # px, of what is drawn between the axes
BOX = f"{LEFT} {TOP} {ROOM[0]} {ROOM[1]}"  # as a viewBox
BROAD = 0.7  # of the room of a bar

Values = Sequence[float | None]


@dataclass(frozen=True)
class Mark:
    """A label beside an axis, and where."""

    at: float
    label: float | str


@dataclass(frozen=True)
class Column:
    """What is said where somebody points: the name of a place, the value of each line, and which part of it counts."""

    at: float
    width: float
    name: str
    values: tuple[tuple[str, float | None], ...]
    cut: str = ""


@dataclass(frozen=True)
class Bar:
    """A rectangle; ``y`` is its upper edge."""

    x: float
    y: float
    width: float
    height: float
    colour: int


@dataclass(frozen=True)
class Plot:
    """``lines`` have their points in the viewBox ``box``; ``marks`` stand along the values, ``names`` along the other
    axis, ``columns`` take its whole length; ``xs`` is where each place is."""

    marks: tuple[Mark, ...]
    names: tuple[Mark, ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()
    floor: float = 100
    box: str = BOX
    xs: tuple[float, ...] = ()


def line_plot(
    lines: Sequence[tuple[str, Values]], names: Sequence[str], cuts: Sequence[Mapping[int, str]] = ()
) -> Plot:
    """Lines, each with its name, that have a value or none at every named place; ``cuts`` has for each line the places
    that count only in part, and how."""
    drawn = drawing(lines, names, cuts)
    return Plot(
        tuple(Mark(_hundredths(tick.at - TOP, ROOM[1]), tick.label) for tick in drawn.values),
        tuple(Mark(_hundredths(tick.at - LEFT, ROOM[0]), tick.label) for tick in drawn.periods),
        tuple(_around(place, names, lines, cuts) for place in range(len(names))),
        lines=drawn.lines,
        xs=tuple(_hundredths(x - LEFT, ROOM[0]) for x in drawn.xs),
    )


def bar_plot(layers: Sequence[tuple[str, int, Values]], names: Sequence[str], *, below: int = 0) -> Plot:
    """Bars of layers, each with its name and colour, one upon the other at every named place; the last ``below`` of
    them hang from the line of nothing."""
    above, under = layers[: len(layers) - below], layers[len(layers) - below :]
    places = range(len(names))
    up = max((sum(line[place] or 0 for _, _, line in above) for place in places), default=0)
    down = max((sum(line[place] or 0 for _, _, line in under) for place in places), default=0)
    ticks = nice(-down, up, least=1)
    scale, step = 100 / ((ticks[-1] - ticks[0]) or 1), 100 / max(len(names), 1)
    floor, bars = ticks[-1] * scale, []
    for place in places:
        x, top, bottom = step * (place + (1 - BROAD) / 2), floor, floor
        for _, colour, line in above:
            height = (line[place] or 0) * scale
            top -= height
            bars.append(_bar(x, top, step, height, colour))
        for _, colour, line in under:
            height = (line[place] or 0) * scale
            bars.append(_bar(x, bottom, step, height, colour))
            bottom += height
    said = [(name, line) for name, _, line in layers]
    return Plot(
        tuple(Mark(round(floor - tick * scale, 2), abs(tick)) for tick in ticks),
        tuple(Mark(round(step * (place + 0.5), 2), names[place]) for place in marked(len(names))),
        tuple(
            Column(round(step * place, 2), round(step, 2), names[place], _values(said, place)) for place in places
        ),
        bars=tuple(bar for bar in bars if bar.height),
        floor=round(floor, 2),
        xs=tuple(round(step * (place + 0.5), 2) for place in places),
    )  # fmt: skip


def _bar(x: float, y: float, step: float, height: float, colour: int) -> Bar:
    return Bar(round(x, 2), round(y, 2), round(step * BROAD, 2), round(height, 2), colour)


def _around(
    place: int, names: Sequence[str], lines: Sequence[tuple[str, Values]], cuts: Sequence[Mapping[int, str]]
) -> Column:
    """The stretch around the points of a place."""
    step = 100 / max(len(names) - 1, 1)
    begin, end = max(step * (place - 0.5), 0), min(step * (place + 0.5), 100)
    if len(names) == 1:
        begin, end = 0, 100
    cut = cuts[0].get(place, "") if cuts else ""
    return Column(round(begin, 2), round(end - begin, 2), names[place], _values(lines, place), cut)


def _values(lines: Sequence[tuple[str, Values]], place: int) -> tuple[tuple[str, float | None], ...]:
    return tuple((name, line[place] if place < len(line) else None) for name, line in lines)


def _hundredths(length: float, of: float) -> float:
    return round(100 * length / of, 2)
