"""Days as a calendar is drawn: a column for each week, a square for each day, the darker the busier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

STEP, SIDE = 14, 11  # from square to square, and of one, in the drawing's own units
TOP = 16  # above the squares: the months
LEVELS = 4
ROOM = 3  # weeks that the name of a month needs


@dataclass(frozen=True)
class Square:
    """A day; ``level`` is 0 where nothing happened, else up to LEVELS."""

    day: date
    count: int
    level: int
    x: int
    y: int


@dataclass(frozen=True)
class Calendar:
    """What is drawn, and what is said about it. ``months`` are first days, each with its place."""

    squares: Sequence[Square]
    months: Sequence[tuple[date, int]]
    width: int
    height: int = TOP + 7 * STEP
    side: int = SIDE

    @property
    def events(self) -> int:
        return sum(square.count for square in self.squares)

    @property
    def active(self) -> int:
        return sum(square.count > 0 for square in self.squares)

    @property
    def most(self) -> int:
        return max((square.count for square in self.squares), default=0)


def calendar(days: Sequence[tuple[date, int]]) -> Calendar:
    """Of days without a gap that begin on a Monday, with how much happened on each."""
    most = max((count for _day, count in days), default=0)
    squares = [
        Square(day, count, ceil(LEVELS * count / most) if count else 0, place // 7 * STEP, TOP + place % 7 * STEP)
        for place, (day, count) in enumerate(days)
    ]
    weeks = ceil(len(days) / 7)
    months = [(square.day, square.x) for square in squares if square.day.day == 1]
    if squares and (not months or months[0][1] >= ROOM * STEP):
        months.insert(0, (squares[0].day, 0))
    return Calendar(squares, [each for each in months if each[1] <= (weeks - 2) * STEP], weeks * STEP)
