"""A chart of bars, one a day, as SVG draws it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 600, 96
_GAP = 0.25  # of a bar's place
_LEAST = 1.5  # of what is not nothing, so that it is seen


@dataclass(frozen=True)
class Bar:
    """A day, how often it happened, and where it stands. ``place`` is the whole column, for pointing at it."""

    day: date
    count: int
    place: str
    x: str
    y: str
    height: str


@dataclass(frozen=True)
class Bars:
    bars: list[Bar]
    most: int
    step: str
    width: str


def bars(days: Sequence[date], counts: Sequence[int]) -> Bars:
    """Where the bars of a chart of ``WIDTH`` × ``HEIGHT`` stand. Numbers are texts: SVG knows no decimal commas."""
    most, step = max(counts, default=0), WIDTH / max(len(days), 1)
    found = []
    for place, (day, count) in enumerate(zip(days, counts, strict=True)):
        height = max(HEIGHT * count / most, _LEAST) if count else 0.0
        left = place * step
        found.append(
            Bar(day, count, f"{left:.1f}", f"{left + step * _GAP / 2:.1f}", f"{HEIGHT - height:.1f}", f"{height:.1f}")
        )
    return Bars(found, most, f"{step:.1f}", f"{step * (1 - _GAP):.1f}")
