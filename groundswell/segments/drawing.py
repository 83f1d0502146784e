"""Who came into a segment and who left it, day by day, as bars above and below a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 640, 96  # of the drawing
LINE = HEIGHT / 2


@dataclass(frozen=True)
class Bar:
    """A day's bars: where they begin, how wide they are, how high above and below the line."""

    day: date
    entered: int
    left: int
    x: float
    width: float
    up: float
    down: float

    @property
    def top(self) -> float:
        return LINE - self.up


def bars(moves: Sequence[tuple[date, int, int]], *, first: date, last: date) -> list[Bar]:
    """A bar for each day, those included on which nothing was."""
    by_day = {day: (entered, left) for day, entered, left in moves}
    most = max((max(each) for each in by_day.values()), default=0) or 1
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    step = WIDTH / len(days)
    found = []
    for place, day in enumerate(days):
        entered, left = by_day.get(day, (0, 0))
        found.append(
            Bar(day, entered, left, round(place * step + step * 0.1, 1), round(step * 0.8, 1),
                round(entered / most * (LINE - 4), 1), round(left / most * (LINE - 4), 1))
        )  # fmt: skip
    return found
