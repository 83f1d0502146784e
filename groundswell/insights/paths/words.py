"""Paths as a sentence, and who is behind their cells."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from groundswell.conditions.wording import Parts, Word, choice, joined, plain, wanted_words, woven
from groundswell.insights.paths.cells import Named, PathsCell
from groundswell.insights.paths.flow import Band, Node, Stub
from groundswell.insights.paths.question import Apart, Paths
from groundswell.insights.wording import count_word, days_word, split_words
from groundswell.kernel import locales

OFTEN = (2, 3, 4, 5, 6, 8, 10, 15, 20)  # numbers of steps that are often asked for


def sentence(question: Paths, asked: Mapping[str, Any]) -> Parts:
    """The sentence; ``asked`` is its JSON as it was asked, for days counted back from today."""
    match question.start, question.end:
        case None, None:
            phrase = _(
                "What do %(count)s do first in their sessions %(start)s in %(days)s, in up to %(steps)s"
                " %(end)s%(exclusions)s%(split)s?"
            )
        case _start, None:
            phrase = _(
                "What do %(count)s do after %(start)s in %(days)s, in up to %(steps)s %(end)s%(exclusions)s%(split)s?"
            )
        case None, _end:
            phrase = _(
                "What do %(count)s do before %(end)s %(start)s in %(days)s, in up to %(steps)s%(exclusions)s%(split)s?"
            )
        case _:
            phrase = _(
                "What do %(count)s do from %(start)s up to %(end)s in %(days)s, in up to %(steps)s"
                "%(exclusions)s%(split)s?"
            )
    return woven(
        phrase,
        count=count_word(question.count),
        start=_end_of_path(question, "start", _("+ start")),
        end=_end_of_path(question, "end", _("+ end")),
        days=days_word(question, asked),
        steps=_steps(question),
        exclusions=[*_exclusions(question), *_told_apart(question)],
        split=split_words(question.breakdown),
    )


def _end_of_path(question: Paths, name: str, more: str) -> Parts:
    wanted = question.start if name == "start" else question.end
    return [Word(more, f"{name}.event", "event", is_more=True)] if wanted is None else wanted_words(wanted, name)


def _steps(question: Paths) -> Word:
    numbers = sorted({*OFTEN, question.steps})
    return choice("steps", str(question.steps), {str(number): step_count(number) for number in numbers})


def step_count(number: int) -> str:
    """So many steps in words."""
    return ngettext("%(number)s step", "%(number)s steps", number) % {"number": number}


def _exclusions(question: Paths) -> Parts:
    more = Word(_("+ exclusion"), "exclude.add", "event", is_more=True)
    if not question.exclude:
        return [" ", more]
    each = [wanted_words(one, f"exclude.{place}") for place, one in enumerate(question.exclude)]
    return woven(_(", leaving out %(excluded)s %(more)s"), excluded=joined(each, _(" and ")), more=more)


def _told_apart(question: Paths) -> Parts:
    more = Word(_("+ telling apart"), "apart.add", "event", is_more=True)
    if not question.apart:
        return [" ", more]
    each = [_apart(one, f"apart.{place}") for place, one in enumerate(question.apart)]
    return woven(_(", telling apart %(events)s %(more)s"), events=joined(each, _(" and ")), more=more)


def _apart(one: Apart, path: str) -> Parts:
    by = Word(one.property, f"{path}.property", "property", {"value": one.property})
    return woven(_("%(event)s by %(property)s"), event=wanted_words(one.wanted, path), property=by)


def cell_title(_question: Paths, cell: PathsCell, many: str) -> str:
    """Who went that way."""
    told = {"many": many, "step": step_name(cell.step), "next": step_name(cell.step + 1)}
    told |= {name: names_text(each) for name in ("source", "target") if (each := getattr(cell, name)) is not None}
    match cell:
        case PathsCell(has_dropped=True, source=None):
            phrase = _("%(many)s did nothing more after %(step)s")
        case PathsCell(has_dropped=True):
            phrase = _("%(many)s did nothing more after %(source)s as %(step)s")
        case PathsCell(source=None, target=None):
            phrase = _("%(many)s came to %(step)s")
        case PathsCell(target=None):
            phrase = _("%(many)s did %(source)s as %(step)s")
        case PathsCell(source=None):
            phrase = _("%(many)s did %(target)s as %(next)s")
        case _:
            phrase = _("%(many)s did %(source)s as %(step)s and %(target)s right after it")
    return plain(woven(phrase, **told))


def step_name(number: int) -> str:
    """What a step is called inside a sentence."""
    return _("step %(number)s") % {"number": number}


def names_text(named: Named) -> str:
    """Names of events, or that it is any other."""
    names = _(" or ").join(f"“{name}”" for name in named.names)
    return _("something other than %(names)s") % {"names": names} if named.others else names


# The picture ---------------------------------------------------------------------------------------------------------


def many_text(count: int, *, by_account: bool) -> str:
    """So many people, or companies."""
    shown = locales.number(count, get_language() or "en")
    if by_account:
        return ngettext("%(count)s company", "%(count)s companies", count) % {"count": shown}
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": shown}


def node_text(node: Node) -> str:
    """What a node is called: its event, or how many others are together."""
    if not node.are_others:
        return node.names[0]
    number = len(node.names)
    return ngettext("%(number)s other event", "%(number)s other events", number) % {"number": number}


def node_title(node: Node, *, by_account: bool) -> str:
    """A node in full."""
    parts = [node_text(node)] if node.count is None else [node_text(node), many_text(node.count, by_account=by_account)]
    return f"{_('Step %(number)s') % {'number': node.step}} · {': '.join(parts)}"


def band_title(band: Band, *, by_account: bool) -> str:
    """A move in full."""
    ends = f"{node_text(band.source)} → {node_text(band.target)}"
    return ends if band.count is None else f"{ends}: {many_text(band.count, by_account=by_account)}"


def stub_title(stub: Stub, *, by_account: bool) -> str:
    """Those who did nothing more after a node."""
    if stub.node.are_others:
        return _("Nothing more after %(source)s") % {"source": node_text(stub.node)}
    many = many_text(stub.node.dropped, by_account=by_account)
    return plain(woven(_("%(many)s did nothing more after %(source)s"), many=many, source=node_text(stub.node)))
