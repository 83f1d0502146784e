"""Answers as pictures. Altair and the renderer are loaded with the first one: they take 100 MB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext_noop

from groundswell.insights.charts import ENGLISH, SCALE, WIDTH, Look, milliseconds, nothing, wrapped
from groundswell.insights.kinds import kind_of, sentence
from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said

if TYPE_CHECKING:
    import altair as alt

    from groundswell.insights.kind import Who
    from groundswell.insights.marks import Mark
    from groundswell.insights.types import Answer, Question


MARK_AT = 9  # px below the upper edge
MOST_SAID = 8  # annotations that a picture tells in words
SAID_ROOM = 125  # letters of a line


def png(answer: Answer, look: Look = ENGLISH, marks: Sequence[Mark] = ()) -> bytes:
    """An answer as a picture."""
    import vl_convert

    drawn: bytes = vl_convert.vegalite_to_png(chart(answer, look, marks=marks).to_dict(), scale=SCALE)
    return drawn


def svg(answer: Answer, look: Look = ENGLISH, marks: Sequence[Mark] = ()) -> bytes:
    """An answer as a picture that stays sharp, with its texts as texts."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(chart(answer, look, marks=marks).to_dict())
    return drawn.encode()


def has_chart(question: Question) -> bool:
    """Whether answers of its kind can be drawn."""
    return kind_of(question).chart is not None


def chart(
    answer: Answer, look: Look = ENGLISH, who: Who | None = None, marks: Sequence[Mark] = ()
) -> alt.Chart | alt.LayerChart:
    """The Altair chart of an answer, such as lines for a trend or bars for a funnel.

    ``who`` gives the address of who is behind a cell; the points of a trend have it as their ``who``. Raises Refusal
    400 for a kind that has no chart. ``marks`` are the annotations that stand on it.
    """
    with translation.override(look.language):
        drawn = _drawn(answer, look, who)
        drawn = annotated(drawn, marks, look) if marks else drawn
        return drawn.properties(width=WIDTH).configure(**look.theme)


def _drawn(answer: Answer, look: Look, who: Who | None) -> alt.Chart | alt.LayerChart:
    draw = kind_of(answer.question).chart
    if draw is None:
        hint = said("Take it as csv or parquet.")
        raise bad_request(said("There is no chart of such an answer."), hint=hint, code="no_chart", field="format")
    if not answer.rows:
        return nothing(sentence(answer.question, {}), answer.question, look)
    return draw(answer.question, answer, look, who)


def annotated(drawn: alt.LayerChart, marks: Sequence[Mark], look: Look) -> alt.LayerChart:
    """A chart over time with a thin line and a number where something happened, along its own axis; under its title
    stands what it was."""
    import altair as alt

    values = [
        {"at": milliseconds(each.period), "period": each.period, "number": str(each.number), "said": _said(each)}
        for each in marks
    ]  # fmt: skip
    x = drawn.layer[0].encoding.x
    base = alt.Chart(alt.Data(values=values)).encode(x=x)
    told = [alt.Tooltip("said:N", title=look.say(gettext_noop("What happened")))]
    line = base.mark_rule(color=look.soft, strokeDash=[2, 3], opacity=0.7)
    dot = base.mark_point(shape="circle", size=240, filled=True, opacity=1, color=look.ink).encode(
        y=alt.value(MARK_AT), tooltip=told
    )
    number = base.mark_text(color=look.ground, fontSize=10, fontWeight=600).encode(
        y=alt.value(MARK_AT), text="number:N", tooltip=told
    )
    below = [drawn.title.subtitle, *lines_said(marks, look)]
    title = alt.TitleParams(drawn.title.text, subtitle=below)
    return (drawn + line + dot + number).properties(title=title)


def _said(mark: Mark) -> str:
    return "; ".join(str(each) for each in mark.annotations)


def lines_said(marks: Sequence[Mark], look: Look) -> list[str]:
    """What a picture says of its marks, each on a line that is not too long."""
    every = [f"[{mark.number}] {each}" for mark in marks for each in mark.annotations]
    lines = [wrapped(each, SAID_ROOM, 1)[0] for each in every[:MOST_SAID]]
    left = len(every) - len(lines)
    return [*lines, look.say(gettext_noop("and %(count)s more"), count=str(left))] if left else lines
