"""A funnel as a sentence, in each of its views."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from groundswell.conditions.wording import (
    Part,
    Parts,
    Word,
    choice,
    joined,
    length_text,
    length_word,
    wanted_words,
    woven,
)
from groundswell.insights.rules import Order
from groundswell.insights.types import Excluded, Funnel
from groundswell.insights.wording import count_word, days_word, split_words

Pieces = dict[str, Part | Parts]


def funnel_sentence(question: Funnel, asked: Mapping[str, Any]) -> Parts:
    """A funnel's sentence; ``asked`` is its JSON as it was asked, for days counted back from today."""
    if len(question.steps) > 1:
        phrase = _(
            "Of the %(count)s who did %(first)s in %(days)s, how many went on to %(steps)s %(more)s within %(window)s,"
            " %(order)s%(exclusions)s%(split)s?"
        )
    else:
        phrase = _("How many %(count)s did %(first)s in %(days)s%(split)s? %(more)s")
    return woven(phrase, **funnel_pieces(question, asked))


def funnel_pieces(question: Funnel, asked: Mapping[str, Any]) -> Pieces:
    """What stands in the sentences of all views."""
    first, *later = [wanted_words(step.wanted, f"steps.{place}") for place, step in enumerate(question.steps)]
    return {
        "count": count_word(question.count),
        "first": first,
        "days": days_word(question, asked),
        "steps": joined(later, _(", then ")),
        "more": Word(_("+ step"), "steps.add", "event", is_more=True),
        "window": length_word(question.window, "window"),
        "order": _order(question),
        "exclusions": _exclusions(question),
        "split": split_words(question.breakdown),
    }


def _order(question: Funnel) -> Word:
    options = {
        Order.ORDERED: _("in this order"),
        Order.STRICT: _("in this order with nothing between"),
        Order.ANY: _("in any order"),
    }
    return choice("order", question.order, options)


def window_text(question: Funnel) -> str:
    """A funnel's window, such as ``14 days``."""
    return length_text(question.window)


def _exclusions(question: Funnel) -> Parts:
    more = Word(_("+ exclusion"), "exclude.add", "event", is_more=True)
    if not question.exclude:
        return [" ", more]
    each = [_excluded(one, f"exclude.{place}", len(question.steps)) for place, one in enumerate(question.exclude)]
    return woven(_(", without %(excluded)s %(more)s"), excluded=joined(each, _(" and ")), more=more)


def _excluded(excluded: Excluded, path: str, steps: int) -> Parts:
    between = between_word(excluded.from_step, excluded.to_step, f"{path}.between", steps)
    return woven(_("%(event)s %(between)s"), event=wanted_words(excluded.wanted, path), between=between)


def between_word(first: int, last: int, what: str, most: int) -> Word:
    """Two steps between which something lies, of so many."""
    text = _("between steps %(first)s and %(last)s") % {"first": first, "last": last}
    return Word(text, what, "between", {"first": first, "last": last, "most": most})
