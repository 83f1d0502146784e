"""Questions and answers as values: one frozen dataclass per kind of question, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from groundswell.conditions.types import Wanted
from groundswell.insights.labels import Label
from groundswell.insights.rules import Order
from groundswell.kernel.periods import Days

ANY_EVENT = "Any event"  # what an event that is null is called


class Count(StrEnum):
    """Whom a question counts."""

    PEOPLE = "people"
    ACCOUNTS = "accounts"


class Measure(StrEnum):
    PEOPLE = "people"
    TOTAL = "total"
    ACCOUNTS = "accounts"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    MEDIAN = "median"
    P90 = "p90"
    P95 = "p95"
    P99 = "p99"

    @property
    def counts(self) -> bool:
        """Whether it counts events or who did them; the others measure a property."""
        return self in (Measure.PEOPLE, Measure.TOTAL, Measure.ACCOUNTS)

    @property
    def of_nothing(self) -> int | None:
        """Its value where there is no event."""
        return 0 if self.counts or self is Measure.SUM else None


class Interval(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    WHOLE = "whole"  # all the days as one


class Period(StrEnum):
    """An interval of whole days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Series:
    wanted: Wanted
    measure: Measure
    property: str | None
    label: str | None

    def as_json(self) -> dict[str, Any]:
        return {**self.wanted.as_json(), "measure": self.measure, "property": self.property, "label": self.label}


@dataclass(frozen=True)
class Trend:
    """How much of something happened, period by period."""

    series: tuple[Series, ...]
    interval: Interval
    days: Days
    breakdown: tuple[str, ...]
    formula: str | None
    compares: bool
    cumulative: bool
    count: Count

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        return tuple(one.wanted for one in self.series)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "trend",
            "series": [one.as_json() for one in self.series],
            "interval": self.interval,
            **days_as_json(self.days),
            "breakdown": names_as_json(self.breakdown),
            "formula": self.formula,
            "compare": "previous" if self.compares else None,
            "cumulative": self.cumulative,
            "count": self.count,
        }


@dataclass(frozen=True)
class Step:
    wanted: Wanted
    label: str

    def as_json(self) -> dict[str, Any]:
        return {**self.wanted.as_json(), "label": self.label}


@dataclass(frozen=True)
class Excluded:
    """A run ends where such an event lies strictly between two of these steps; 1 is the first."""

    wanted: Wanted
    from_step: int
    to_step: int

    def as_json(self) -> dict[str, Any]:
        return {**self.wanted.as_json(), "from_step": self.from_step, "to_step": self.to_step}


class View(StrEnum):
    """What is shown of a funnel: how many got to its steps, how long they took, how that changes over time, what goes
    with stopping."""

    STEPS = "steps"
    TIMES = "times"
    OVER_TIME = "over_time"
    WHY = "why"


@dataclass(frozen=True)
class Funnel:
    """How many went through steps, one after the other."""

    steps: tuple[Step, ...]
    window: str
    window_us: int
    order: Order
    exclude: tuple[Excluded, ...]
    days: Days
    breakdown: tuple[str, ...]
    count: Count
    medians: bool

    @property
    def show(self) -> View:
        return View.STEPS

    @property
    def counts_accounts(self) -> bool:
        return self.count is Count.ACCOUNTS

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        return (*(step.wanted for step in self.steps), *(one.wanted for one in self.exclude))

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "funnel",
            "show": self.show,
            "steps": [one.as_json() for one in self.steps],
            "window": self.window,
            "order": self.order,
            "exclude": [one.as_json() for one in self.exclude],
            **days_as_json(self.days),
            "breakdown": names_as_json(self.breakdown),
            "count": self.count,
            "medians": self.medians,
        }


class Question(Protocol):
    """What every kind of question has."""

    @property
    def days(self) -> Days: ...

    @property
    def breakdown(self) -> tuple[str, ...]: ...

    @property
    def count(self) -> Count: ...

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The events that it asks for, in its order."""
        ...

    def as_json(self) -> dict[str, Any]: ...


class Cell(Protocol):
    """What names a number of an answer."""

    @property
    def breakdown(self) -> Label: ...

    def as_json(self) -> dict[str, Any]:
        """The cell as it was named."""
        ...


@dataclass(frozen=True)
class Answer:
    """What a question found. ``as_of`` is the instant at which it was worked out, ``elapsed_ms`` how long that took;
    ``beside`` says more about the rows. ``is_cached``: it was known before somebody asked."""

    question: Question
    columns: tuple[str, ...]
    rows: list[list[Any]]
    as_of: str
    elapsed_ms: float
    beside: Mapping[str, Any] = field(default_factory=dict)
    is_cached: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "question": self.question.as_json(),
            "columns": list(self.columns),
            "rows": self.rows,
            "as_of": self.as_of,
            "elapsed_ms": self.elapsed_ms,
            "cached": self.is_cached,
            **self.beside,
        }


@dataclass(frozen=True)
class Found:
    """What a kind of question answers with: rows under its columns, and what is to be said besides."""

    rows: list[list[Any]]
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionForgotten:
    """Told before a saved question is forgotten, for those who refer to it by its number."""

    project: int
    number: int
    name: str
    question: Mapping[str, Any]


def days_as_json(days: Days) -> dict[str, str]:
    """The members of a question's JSON that say its days."""
    return {"date_from": days.first.isoformat(), "date_to": days.last.isoformat(), "timezone": days.tz}


def names_as_json(names: tuple[str, ...]) -> str | list[str] | None:
    """A breakdown as a question's JSON has it."""
    return (names[0] if len(names) == 1 else list(names)) if names else None
