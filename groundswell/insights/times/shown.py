"""The times that people took as a page shows them: a bar for each bin, and a row of percentiles for each value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groundswell.insights.cuts import still_open
from groundswell.insights.labels import OTHER
from groundswell.insights.lines import value_text
from groundswell.insights.shown import GROUPS, Cell, Who
from groundswell.insights.times.question import FunnelTimes
from groundswell.insights.times.words import length_text
from groundswell.insights.types import Answer
from groundswell.insights.wording import step_text


@dataclass(frozen=True)
class Bar:
    """How many of a group took so long: ``share`` of those who finished, ``width`` as a share of the longest bar."""

    group: str
    colour: int
    count: Cell
    share: float
    width: float


@dataclass(frozen=True)
class Bin:
    length: str
    bars: list[Bar]


@dataclass(frozen=True)
class Row:
    """A row of the table: a breakdown value, and how long its people took (s)."""

    group: str
    finished: Cell
    unfinished: Cell
    percentiles: list[float | None]  # 25, 50, 75, 90

    @property
    def median(self) -> float | None:
        return self.percentiles[1]


@dataclass(frozen=True)
class TimesShown:
    """The bins with their bars, the largest groups only; the table has all. ``open`` says who may still come."""

    first: str
    last: str
    bins: list[Bin]
    groups: list[str]
    table: list[Row]
    finished: int
    open: str
    is_split: bool

    @property
    def median(self) -> float | None:
        """Of everybody, if there is one group."""
        return self.table[0].median if len(self.table) == 1 else None


def times_shown(question: FunnelTimes, answer: Answer, who: Who) -> TimesShown:
    """An answer of times."""
    largest = sorted(answer.beside["times"], key=lambda each: (each["breakdown"] == OTHER, -each["finished"]))
    finished = [each for each in largest if each["finished"]]
    groups = {value_text(each["breakdown"], question.breakdown): place for place, each in enumerate(finished[:GROUPS])}
    rows = [row for row in answer.rows if value_text(row[2], question.breakdown) in groups]
    longest = max((row[4] for row in rows), default=0) or 1
    bins: dict[tuple[int, int], list[Bar]] = {}
    for row in sorted(rows, key=lambda row: (row[0], groups[value_text(row[2], question.breakdown)])):
        shortest, until, value, count, share = row
        behind = who({"from_seconds": shortest, "to_seconds": until, **_of(question, value)}) if count else ""
        group = value_text(value, question.breakdown)
        bar = Bar(group, groups[group], Cell(count, behind), share, share / longest)
        bins.setdefault((shortest, until), []).append(bar)
    first, last = (step_text(question.steps[number - 1]) for number in (question.from_step, question.to_step))
    return TimesShown(
        first, last,
        [Bin(length_text(*lengths), bars) for lengths, bars in bins.items()],
        list(groups),
        [_row(question, each, who) for each in largest],
        sum(each["finished"] for each in finished),
        still_open(question),
        bool(question.breakdown),
    )  # fmt: skip


def _row(question: FunnelTimes, told: Mapping[str, Any], who: Who) -> Row:
    finished, unfinished, value = told["finished"], told["unfinished"], told["breakdown"]
    return Row(
        value_text(value, question.breakdown),
        Cell(finished, who({"finished": True, **_of(question, value)}) if finished else ""),
        Cell(unfinished, who({"finished": False, **_of(question, value)}) if unfinished else ""),
        [told[name] for name in ("p25_seconds", "median_seconds", "p75_seconds", "p90_seconds")],
    )


def _of(question: FunnelTimes, value: Any) -> dict[str, Any]:
    return {"breakdown": value} if question.breakdown else {}
