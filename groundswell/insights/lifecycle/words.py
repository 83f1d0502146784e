"""Lifecycle as a sentence, and who is behind its cells."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from groundswell.conditions.wording import Parts, choice, event_text, plain, wanted_words, woven
from groundswell.insights.lifecycle.answer import Status
from groundswell.insights.lifecycle.cells import LifecycleCell
from groundswell.insights.lifecycle.question import Lifecycle
from groundswell.insights.retention.words import paces, when
from groundswell.insights.wording import count_word, days_word, split_words


def sentence(question: Lifecycle, asked: Mapping[str, Any]) -> Parts:
    """The sentence; ``asked`` is its JSON as it was asked."""
    return woven(
        _(
            "Of the %(count)s who did %(event)s, show %(interval)s in %(days)s who is new, who is still there, who came"
            " back and who stayed away%(split)s."
        ),
        count=count_word(question.count),
        event=wanted_words(question.wanted_event, "", can_go=False),
        interval=choice("interval", question.period, paces()),
        days=days_word(question, asked),
        split=split_words(question.breakdown),
    )


def statuses() -> dict[Status, str]:
    """What each status is called."""
    return {
        Status.NEW: _("New"),
        Status.RETURNING: _("Still there"),
        Status.RESURRECTING: _("Came back"),
        Status.DORMANT: _("Stayed away"),
    }


def cell_title(question: Lifecycle, cell: LifecycleCell, many: str) -> str:
    """Who had a status, and when."""
    told = {"many": many, "event": event_text(question.wanted_event), "when": when(cell.period, question.period)}
    texts = {
        Status.NEW: _("%(many)s did %(event)s for the first time %(when)s"),
        Status.RETURNING: _("%(many)s did %(event)s %(when)s and in the period before"),
        Status.RESURRECTING: _("%(many)s did %(event)s again %(when)s, not having done it in the period before"),
        Status.DORMANT: _("%(many)s did not do %(event)s %(when)s, having done it in the period before"),
    }
    return plain(woven(texts[cell.status], **told))
