"""Answers as pictures. Altair and the renderer are loaded with the first one: they take 100 MB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation

from groundswell.insights.charts import ENGLISH, SCALE, WIDTH, Look, nothing
from groundswell.insights.kinds import kind_of, sentence
from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said

if TYPE_CHECKING:
    import altair as alt

    from groundswell.insights.kind import Who
    from groundswell.insights.types import Answer, Question


def png(answer: Answer, look: Look = ENGLISH) -> bytes:
    """An answer as a picture."""
    import vl_convert

    drawn: bytes = vl_convert.vegalite_to_png(chart(answer, look).to_dict(), scale=SCALE)
    return drawn


def svg(answer: Answer, look: Look = ENGLISH) -> bytes:
    """An answer as a picture that stays sharp, with its texts as texts."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(chart(answer, look).to_dict())
    return drawn.encode()


def has_chart(question: Question) -> bool:
    """Whether answers of its kind can be drawn."""
    return kind_of(question).chart is not None


def chart(answer: Answer, look: Look = ENGLISH, who: Who | None = None) -> alt.LayerChart:
    """The Altair chart of an answer, such as lines for a trend or bars for a funnel.

    ``who`` gives the address of who is behind a cell; the points of a trend have it as their ``who``. Raises Refusal
    400 for a kind that has no chart.
    """
    with translation.override(look.language):
        return _drawn(answer, look, who).properties(width=WIDTH).configure(**look.theme)


def _drawn(answer: Answer, look: Look, who: Who | None) -> alt.LayerChart:
    draw = kind_of(answer.question).chart
    if draw is None:
        hint = said("Take it as csv or parquet.")
        raise bad_request(said("There is no chart of such an answer."), hint=hint, code="no_chart", field="format")
    if not answer.rows:
        return nothing(sentence(answer.question, {}), answer.question, look)
    return draw(answer.question, answer.rows, look, who)
