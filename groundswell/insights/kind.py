"""What a kind of question brings. One object holds all of it, so that nobody else asks which kind a question is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.types import Answer, Cell, Found, Interval, Question

if TYPE_CHECKING:
    import altair as alt
    from django_stubs_ext import StrPromise

    from groundswell.conditions.wording import Parts
    from groundswell.insights.charts import Look

Q = TypeVar("Q", bound=Question)
C = TypeVar("C", bound=Cell)
Actors = NDArray[np.uint64]
Given = Mapping[str, Any]
Who = Callable[[dict[str, Any]], str]  # the address of who is behind a cell


@dataclass(frozen=True)
class Kind(Generic[Q, C]):
    """How questions of a kind are read and answered, who is behind the cells of their answers, and how all of it is
    said and shown.

    ``columns`` are those of an answer's rows; ``split_adds`` says that a breakdown adds one of its own, at the end.
    """

    name: str
    title: str | StrPromise
    about: str | StrPromise
    question: type[Q]
    columns: tuple[str, ...]
    check: Callable[[Given, str], Q]  # the JSON, the project's zone; raises Refusal 400
    answer: Callable[[int, Q], Found]
    check_cell: Callable[[Q, Any], C]  # the JSON of a cell; raises Refusal 400
    by_account: Callable[[Q, C], bool]  # whether companies are behind it, and not people
    actors: Callable[[int, Q, C], Actors]  # the numbers of those behind it, ascending
    begin: Callable[[Sequence[Given]], dict[str, Any]]  # the JSON of a question about such events, without its days
    sentence: Callable[[Q, Given], Parts]  # the question, and its JSON as it was asked
    cell_title: Callable[[Q, C, str], str]  # who is behind a cell; the text says how many
    template: str
    show: Callable[[Q, Answer, Who, int], Any]  # what the template has as ``shown``, for a page of its table
    chart: Callable[[Q, Answer, Look, Who | None], alt.Chart | alt.LayerChart] | None
    split_adds: bool = True
    over_time: Callable[[Q], Interval] | None = None  # the periods along its chart, where annotations stand
    views: tuple[tuple[str, StrPromise], ...] = ()  # values of ``show`` and what they are called, the usual one first

    def columns_of(self, question: Q) -> tuple[str, ...]:
        """The columns of its answer."""
        return (*self.columns, "breakdown") if self.split_adds and question.breakdown else self.columns
