"""Stickiness as a sentence, and who is behind its cells."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from groundswell.conditions.wording import Parts, choice, event_text, plain, wanted_words, woven
from groundswell.insights.retention.words import period_count
from groundswell.insights.stickiness.cells import StickinessCell
from groundswell.insights.stickiness.question import Stickiness
from groundswell.insights.types import Period
from groundswell.insights.wording import count_word, days_word, split_words


def sentence(question: Stickiness, asked: Mapping[str, Any]) -> Parts:
    """The sentence; ``asked`` is its JSON as it was asked."""
    units = {Period.DAY: _("days"), Period.WEEK: _("weeks"), Period.MONTH: _("months")}
    return woven(
        _("On how many %(unit)s of %(days)s did %(count)s do %(event)s%(split)s?"),
        unit=choice("unit", question.unit, units),
        days=days_word(question, asked),
        count=count_word(question.count),
        event=wanted_words(question.wanted_event, "", can_go=False),
        split=split_words(question.breakdown),
    )


def cell_title(question: Stickiness, cell: StickinessCell, many: str) -> str:
    """Who did it, and on how many units."""
    told = {
        "many": many, "event": event_text(question.wanted_event),
        "units": period_count(cell.days_active, question.unit),
    }  # fmt: skip
    if cell.at_least:
        return plain(woven(_("%(many)s did %(event)s in at least %(units)s"), **told))
    return plain(woven(_("%(many)s did %(event)s in exactly %(units)s"), **told))
