"""How the question of why people stopped, what goes with it, and its cells are said."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from groundswell.conditions.names import ACCOUNT, PERSON
from groundswell.conditions.wording import Parts, choice, plain, woven
from groundswell.insights.funnel_words import funnel_pieces
from groundswell.insights.rules import Order
from groundswell.insights.why.candidates import Feature, Operator, Sort, When
from groundswell.insights.why.cell import WhyCell
from groundswell.insights.why.question import FunnelWhy
from groundswell.insights.wording import step_text
from groundswell.kernel import locales
from groundswell.kernel.clock import MICROSECONDS_PER_SECOND

LONGEST = 80  # letters of a value


def why_sentence(question: FunnelWhy, asked: Mapping[str, Any]) -> Parts:
    """The question; ``asked`` is its JSON as it was asked, for days counted back from today."""
    phrase = _(
        "Of the %(count)s who did %(first)s in %(days)s and went on to %(steps)s %(more)s within %(window)s,"
        " %(order)s%(exclusions)s, who stopped before %(step)s, and who did not?"
    )
    steps = {str(number): _name(question, number) for number in range(2, len(question.steps) + 1)}
    pieces = funnel_pieces(question, asked)
    return woven(phrase, **pieces, step=choice("step", str(question.step), steps))


def before_text(question: FunnelWhy) -> str:
    """What the step is called that all of them got to."""
    return _name(question, question.step - 1)


def after_text(question: FunnelWhy) -> str:
    """What the step is called that some of them did not get to."""
    return _name(question, question.step)


def _name(question: FunnelWhy, number: int) -> str:
    """What a step is called; in any order it is not one of them, but so many."""
    if question.order is Order.ANY:
        return _("%(count)s of the steps") % {"count": number}
    return step_text(question.steps[number - 1])


def having_text(question: FunnelWhy, feature: Feature, within_seconds: int) -> str:
    """Who has a feature, as it follows "those": ``who did “Invite Sent” before “Board Created”``."""
    return plain(woven(_phrase(question, feature), **_pieces(question, feature, within_seconds)))


def _phrase(question: FunnelWhy, feature: Feature) -> str:
    match feature.kind:
        case Sort.EVENT:
            return {
                When.BEFORE: _("who did “%(name)s” before “%(step)s”"),
                When.AFTER: _("who did “%(name)s” within %(length)s after “%(step)s”"),
            }[feature.when]
        case Sort.PROPERTY:
            return {
                Operator.IS: _("with %(name)s “%(value)s” at “%(step)s”"),
                Operator.AT_LEAST: _("with %(name)s of at least %(value)s at “%(step)s”"),
                Operator.IS_NOT_SET: _("without %(name)s at “%(step)s”"),
            }[feature.operator or Operator.IS]
    if feature.name.startswith(ACCOUNT) and not question.counts_accounts:
        return {
            Operator.IS: _("whose company has %(name)s “%(value)s” today"),
            Operator.AT_LEAST: _("whose company has %(name)s of at least %(value)s today"),
            Operator.IS_NOT_SET: _("of no company with %(name)s today"),
        }[feature.operator or Operator.IS]
    return {
        Operator.IS: _("with %(name)s “%(value)s” today"),
        Operator.AT_LEAST: _("with %(name)s of at least %(value)s today"),
        Operator.IS_NOT_SET: _("without %(name)s today"),
    }[feature.operator or Operator.IS]


def _pieces(question: FunnelWhy, feature: Feature, within_seconds: int) -> dict[str, str]:
    started = feature.when is When.STARTED
    name = feature.name.removeprefix(PERSON).removeprefix(ACCOUNT) if feature.kind is Sort.TRAIT else feature.name
    value = feature.value or ""
    return {
        "name": name,
        "value": value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…",
        "step": _name(question, 1) if started else before_text(question),
        "length": locales.duration(within_seconds, get_language() or "en"),
    }


def why_cell_title(question: FunnelWhy, cell: WhyCell, many: str) -> str:
    """Who went on or stopped, and what they have."""
    whom = many
    if cell.having:
        within = (cell.having.within or 0) // MICROSECONDS_PER_SECOND
        who = having_text(question, cell.having.feature, within)
        phrase = _("%(many)s %(who)s") if cell.having.has_it else _("%(many)s other than those %(who)s")
        whom = phrase % {"many": many, "who": who}
    steps = {"many": whom, "before": before_text(question), "step": after_text(question)}
    if cell.went_on is None:
        return _("%(many)s who got to “%(before)s”") % steps
    return (_("%(many)s who went on from “%(before)s” to “%(step)s”") if cell.went_on
            else _("%(many)s who stopped between “%(before)s” and “%(step)s”")) % steps  # fmt: skip
