"""How the question of times, its cells and its bins are said."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from groundswell.conditions.wording import Parts, woven
from groundswell.insights.funnel_words import between_word, funnel_pieces
from groundswell.insights.times.cell import TimesCell
from groundswell.insights.times.question import FunnelTimes
from groundswell.insights.wording import step_text
from groundswell.kernel import locales


def times_sentence(question: FunnelTimes, asked: Mapping[str, Any]) -> Parts:
    """The question; ``asked`` is its JSON as it was asked, for days counted back from today."""
    phrase = _(
        "How long did the %(count)s who did %(first)s in %(days)s and went on to %(steps)s %(more)s within %(window)s,"
        " %(order)s%(exclusions)s, take %(between)s%(split)s?"
    )
    between = between_word(question.from_step, question.to_step, "between", len(question.steps))
    return woven(phrase, **funnel_pieces(question, asked), between=between)


def times_cell_title(question: FunnelTimes, cell: TimesCell, many: str) -> str:
    """Who took so long, or did not get there."""
    first, last = (step_text(question.steps[number - 1]) for number in (question.from_step, question.to_step))
    said = {"many": many, "first": first, "last": last}
    if not cell.is_finished:
        return _("%(many)s did not get from “%(first)s” to “%(last)s”") % said
    if cell.from_seconds is None or cell.to_seconds is None:
        return _("%(many)s got from “%(first)s” to “%(last)s”") % said
    said["length"] = length_text(cell.from_seconds, cell.to_seconds)
    return _("%(many)s took %(length)s from “%(first)s” to “%(last)s”") % said


def length_text(from_seconds: float, to_seconds: float) -> str:
    """A bin, such as ``1 h – 2 h``."""
    language = get_language() or "en"
    if not from_seconds:
        return _("up to %(length)s") % {"length": locales.duration(to_seconds, language)}
    return f"{locales.duration(from_seconds, language)} – {locales.duration(to_seconds, language)}"
