"""The times that people took as a page shows them: of each value a histogram, and a row of percentiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groundswell.insights.cuts import still_open
from groundswell.insights.groups import Group, groups_of, place_of
from groundswell.insights.shown import GROUPS, Cell, Who
from groundswell.insights.times.question import FunnelTimes
from groundswell.insights.times.words import length_text
from groundswell.insights.types import Answer
from groundswell.insights.wording import step_text


@dataclass(frozen=True)
class Bar:
    """How many took so long: ``share`` of their group that finished, ``width`` as a share of the longest bar."""

    length: str
    count: Cell
    share: float
    width: float


@dataclass(frozen=True)
class Histogram:
    """A group in which somebody finished: its bars, of the same lengths of time as those of the others."""

    group: str
    colour: int
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
    """The first groups in which somebody finished, one beside the other; the table has all. ``open`` says who may still
    come."""

    first: str
    last: str
    histograms: list[Histogram]
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
    every, told = groups_of(answer), told_in_order(answer)
    groups = [group for group, each in zip(every, told, strict=True) if each["finished"]][:GROUPS]
    longest = max((row[4] for group in groups for row in group.rows), default=0) or 1
    first, last = (step_text(question.steps[number - 1]) for number in (question.from_step, question.to_step))
    return TimesShown(
        first, last,
        [_histogram(question, group, longest, who) for group in groups],
        [_row(question, group.name, each, who) for group, each in zip(every, told, strict=True)],
        sum(each["finished"] for each in told),
        still_open(question),
        bool(question.breakdown),
    )  # fmt: skip


def _histogram(question: FunnelTimes, group: Group, longest: float, who: Who) -> Histogram:
    bars = []
    for shortest, until, value, count, share in group.rows:
        behind = who({"from_seconds": shortest, "to_seconds": until, **_of(question, value)}) if count else ""
        bars.append(Bar(length_text(shortest, until), Cell(count, behind), share, share / longest))
    return Histogram(group.name, group.colour, bars)


def told_in_order(answer: Answer) -> list[Mapping[str, Any]]:
    """What the answer says of each value, as ``groups_of`` has them."""
    return sorted(answer.beside["times"], key=lambda each: place_of(answer, each["breakdown"]))


def _row(question: FunnelTimes, group: str, told: Mapping[str, Any], who: Who) -> Row:
    finished, unfinished, value = told["finished"], told["unfinished"], told["breakdown"]
    return Row(
        group,
        Cell(finished, who({"finished": True, **_of(question, value)}) if finished else ""),
        Cell(unfinished, who({"finished": False, **_of(question, value)}) if unfinished else ""),
        [told[name] for name in ("p25_seconds", "median_seconds", "p75_seconds", "p90_seconds")],
    )


def _of(question: FunnelTimes, value: Any) -> dict[str, Any]:
    return {"breakdown": value} if question.breakdown else {}
