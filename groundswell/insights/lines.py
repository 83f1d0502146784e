"""The rows of a trend as lines: a series, or a value of its breakdown, over the periods."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from groundswell.insights.cuts import cut_text
from groundswell.insights.groups import place_of, value_text
from groundswell.insights.trend import series_names
from groundswell.insights.types import Answer, Trend
from groundswell.insights.wording import series_texts


@dataclass(frozen=True)
class Line:
    """``series`` counts from 1. What lies before the dates asked for, in a comparison, is previous."""

    series: int
    label: str
    breakdown: Any
    is_previous: bool
    periods: list[str]
    values: list[float | None]

    def cell(self, place: int, *, is_split: bool) -> dict[str, Any]:
        """What names its value at that place, to ask who is behind it."""
        named: dict[str, Any] = {"series": self.series, "period": self.periods[place]}
        if is_split:
            named["breakdown"] = self.breakdown
        return {**named, "previous": True} if self.is_previous else named

    def cuts(self, question: Trend) -> dict[int, str]:
        """The places of its periods that count only in part, and how."""
        texts = [cut_text(question, period, is_previous=self.is_previous) for period in self.periods]
        return {place: text for place, text in enumerate(texts) if text}

    def name(self, previous: str) -> str:
        """What it is called among the others; ``previous`` says so in the reader's language."""
        return f"{self.label} ({previous})" if self.is_previous else self.label


def lines_of(question: Trend, answer: Answer) -> list[Line]:
    """The lines value by value, and of each series by series; those of the days before behind the others. They are
    called by what varies: the series, the value, or both."""
    names = [question.formula] if question.formula is not None else series_names(question.series)
    texts = names if question.formula is not None else told_apart(question)
    number = {name: place for place, name in enumerate(names, start=1)}
    lines: list[Line] = []
    met: set[tuple[str, str]] = set()
    is_previous = False
    for own in _runs(answer.rows):
        _period, series, value, _value = own[0]
        is_previous = is_previous or series not in number or (series, repr(value)) in met
        met.add((series, repr(value)))
        series = series.removesuffix(" (previous)") if is_previous else series
        label = _label(question, texts[number[series] - 1], value, is_one=len(names) == 1)
        periods, values = [row[0] for row in own], [row[3] for row in own]
        lines.append(Line(number[series], label, value, is_previous, periods, values))
    return sorted(lines, key=lambda line: (line.is_previous, place_of(answer, line.breakdown), line.series))


def told_apart(question: Trend) -> list[str]:
    """What each series is called where people read it: by what differs among those of one event, else numbered."""
    seen: Counter[str] = Counter()
    texts = []
    for text in series_texts(question):
        seen[text] += 1
        texts.append(text if seen[text] == 1 else f"{text} #{seen[text]}")
    return texts


def _runs(rows: Sequence[Sequence[Any]]) -> list[list[Sequence[Any]]]:
    """Rows of one line each: a new one begins with another name, another value, or a period before its first."""
    runs: list[list[Sequence[Any]]] = []
    for row in rows:
        first = runs[-1][0] if runs else None
        if first is None or row[1:3] != first[1:3] or row[0] < first[0]:
            runs.append([])
        runs[-1].append(row)
    return runs


def _label(question: Trend, series: str, value: Any, *, is_one: bool) -> str:
    if not question.breakdown:
        return series
    text = value_text(value, question.breakdown)
    return text if is_one else f"{series} · {text}"
