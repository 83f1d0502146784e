"""Lines over time as a drawing that grows with its card: places in hundredths of its width and height, so that lines
stretch while letters do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundswell.insights.drawing import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Line, drawing
from groundswell.insights.lines import Line as Values

ROOM = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM)  # px, of what is drawn between the axes
BOX = f"{LEFT} {TOP} {ROOM[0]} {ROOM[1]}"  # as a viewBox


@dataclass(frozen=True)
class Mark:
    """A label beside an axis, and where."""

    at: float
    label: float | str


@dataclass(frozen=True)
class Column:
    """What is said where somebody points: of a period, the value of each line, and in which part of it counts."""

    at: float
    width: float
    period: str
    values: tuple[tuple[str, float | None], ...]
    cut: str


@dataclass(frozen=True)
class Plot:
    """``lines`` have their points in the viewBox ``box``."""

    lines: tuple[Line, ...]
    values: tuple[Mark, ...]
    periods: tuple[Mark, ...]
    columns: tuple[Column, ...]
    box: str = BOX


def plot(lines: Sequence[Values], names: Sequence[str], cuts: Sequence[Mapping[int, str]]) -> Plot:
    """The drawing of these lines, called so; ``cuts`` has for each the places that count only in part, and how."""
    periods = lines[0].periods if lines else []
    values = [line.values[: len(periods)] for line in lines]
    drawn = drawing(list(zip(names, values, strict=True)), periods, cuts)
    return Plot(
        drawn.lines,
        tuple(Mark(_hundredths(tick.at - TOP, ROOM[1]), tick.label) for tick in drawn.values),
        tuple(Mark(_hundredths(tick.at - LEFT, ROOM[0]), tick.label) for tick in drawn.periods),
        tuple(_column(place, periods, names, values, cuts) for place in range(len(periods))),
    )


def _column(
    place: int,
    periods: Sequence[str],
    names: Sequence[str],
    values: Sequence[Sequence[float | None]],
    cuts: Sequence[Mapping[int, str]],
) -> Column:
    """The stretch around a period's points."""
    step = 100 / max(len(periods) - 1, 1)
    begin, end = (100 * place / max(len(periods) - 1, 1) + half for half in (-step / 2, step / 2))
    said = tuple((name, line[place] if place < len(line) else None) for name, line in zip(names, values, strict=True))
    begin, end = (max(begin, 0), min(end, 100)) if len(periods) > 1 else (0, 100)
    return Column(round(begin, 2), round(end - begin, 2), periods[place], said, cuts[0].get(place, "") if cuts else "")


def _hundredths(length: float, of: float) -> float:
    return round(100 * length / of, 2)
