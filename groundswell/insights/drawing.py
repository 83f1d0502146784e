"""Lines over time as an SVG that needs no script: where its points, ticks and labels stand, in pixels."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from groundswell.insights.groups import colour_at, dash_at

WIDTH, HEIGHT = 820, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 28, 12, 28
MOST_LABELS = 9  # along the time axis
SMALLEST = 1e-300  # that an axis is drawn of: a part of less would be nothing

Value = float | None


@dataclass(frozen=True)
class Tick:
    """A label beside an axis, and where."""

    at: float
    label: float | str


@dataclass(frozen=True)
class Line:
    """A series as pieces without a gap, each the points of a polyline; a piece of one point is a dot. What leads to
    or from a point that counts only in part is cut; such points are hollow, and say how."""

    name: str
    colour: int
    dash: int
    pieces: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    cuts: tuple[str, ...]
    hollow: tuple[tuple[float, float, str], ...]
    area: str


@dataclass(frozen=True)
class Drawing:
    lines: tuple[Line, ...]
    values: tuple[Tick, ...]
    periods: tuple[Tick, ...]
    floor: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    xs: tuple[float, ...] = ()  # where each period stands
    are_shares: bool = False


def drawing(
    lines: Sequence[tuple[str, Sequence[Value]]],
    periods: Sequence[str],
    cuts: Sequence[Mapping[int, str]] = (),
    *,
    are_shares: bool = False,
) -> Drawing:
    """What is drawn of lines that have a value, or none, for every period; ``cuts`` has for each line the places that
    count only in part, and how."""
    ticks = ticks_of([value for _, line in lines for value in line if value is not None])
    low, high = ticks[0], ticks[-1]

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    def x(place: int) -> float:
        room = WIDTH - LEFT - RIGHT
        return round(LEFT + (room / 2 if len(periods) == 1 else room * place / (len(periods) - 1)), 1)

    drawn = []
    for number, (name, line) in enumerate(lines):
        partly = cuts[number] if cuts else {}
        pieces = [[(x(place), y(value)) for place, value in piece] for piece in _pieces(line)]
        kept = [None if place in partly else value for place, value in enumerate(line)]
        whole = [[(x(place), y(value)) for place, value in piece] for piece in _pieces(kept)]
        drawn.append(
            Line(
                name, colour_at(number, name), dash_at(number),
                tuple(_points(piece) for piece in whole if len(piece) > 1),
                tuple(piece[0] for piece in whole if len(piece) == 1),
                tuple(
                    _points([(x(place), y(value)) for place, value in pair])
                    for piece in _pieces(line) for pair in pairwise(piece) if {pair[0][0], pair[1][0]} & partly.keys()
                ),
                tuple((x(place), y(line[place] or 0), text) for place, text in partly.items() if _has(line, place)),
                _area(pieces[0], y(0)) if len(lines) == len(pieces) == 1 and len(pieces[0]) > 1 else "",
            )
        )  # fmt: skip
    return Drawing(
        tuple(drawn),
        tuple(Tick(y(tick), tick) for tick in ticks),
        tuple(Tick(x(place), period) for place, period in enumerate(periods) if place in marked(len(periods))),
        y(0),
        xs=tuple(x(place) for place in range(len(periods))),
        are_shares=are_shares,
    )


def marked(count: int, most: int = MOST_LABELS) -> range:
    """The places of so many periods that an axis names: evenly apart, the last among them.

    They are odd in number, so that the last still stands where every second one is left out for lack of room; of
    such, those that begin soon and are many.
    """
    last = count - 1
    least = max(1, math.ceil(last / (most - 1)))
    odd = [every for every in range(least, last // 4 + 1) if last // every % 2 == 0]
    every = min(odd, key=lambda every: last % every + 2 * (every - least), default=least)
    return range(last % every, count, every)


def ticks_of(values: Sequence[float]) -> list[float]:
    """What an axis names that these values stand along: from nothing on, whole where all of them are."""
    is_whole = all(float(value).is_integer() for value in values)
    return nice(min([0, *values]), max([0, *values]), least=1 if is_whole else 0)


def nice(low: float, high: float, *, about: int = 4, least: float = 0) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten apart) that enclose both, low before high."""
    span = max(high - low, SMALLEST) if high > low else 1
    power = 10 ** math.floor(math.log10(span / about))
    step = min((factor * power for factor in (1, 2, 5, 10)), key=lambda step: abs(span / step - about))
    step = max(step, least)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [float(f"{number * step:.12g}") for number in range(first, max(last, first + 1) + 1)]


def _has(line: Sequence[Value], place: int) -> bool:
    return place < len(line) and line[place] is not None


def _pieces(line: Sequence[Value]) -> list[list[tuple[int, float]]]:
    """The runs of a line between its gaps."""
    pieces: list[list[tuple[int, float]]] = [[]]
    for place, value in enumerate(line):
        if value is not None:
            pieces[-1].append((place, value))
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _area(points: Sequence[tuple[float, float]], floor: float) -> str:
    return _points([(points[0][0], floor), *points, (points[-1][0], floor)])
