"""Who is behind a number, said in one line, and as a file."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from groundswell.insights.actors import Actors, Cell, FunnelCell, TrendCell, days_of
from groundswell.insights.cuts import cut_text
from groundswell.insights.labels import as_answered
from groundswell.insights.lines import value_text
from groundswell.insights.rules import Order
from groundswell.insights.types import Funnel, Interval, Question, Trend
from groundswell.insights.wording import event_text, plain, step_text, woven
from groundswell.kernel import locales
from groundswell.kernel.sheets import as_csv
from groundswell.people.service import account_cards, cards
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

MOST_IN_FILE = 10_000


def title(question: Question, cell: Cell, count: int, *, by_account: bool) -> str:
    """Who they are, such as ``214 people did Signed Up on Mon, Jan 5, 2026``."""
    many = _many(count, by_account)
    if isinstance(question, Funnel) and isinstance(cell, FunnelCell):
        told = _of_funnel(question, cell, many)
    elif isinstance(question, Trend) and isinstance(cell, TrendCell):
        told = _of_trend(question, cell, many)
    else:
        raise TypeError(f"{type(cell).__name__} is no cell of a {type(question).__name__}.")
    return f"{told} · {_value(question.breakdown, cell)}" if question.breakdown else told


def _of_funnel(question: Funnel, cell: FunnelCell, many: str) -> str:
    if question.order is Order.ANY:  # then a row counts steps, whichever they are
        told = (
            _("%(many)s did %(steps)s of the steps and no more")
            if cell.has_dropped
            else _("%(many)s did at least %(steps)s of the steps")
        )
        return told % {"many": many, "steps": cell.step - cell.has_dropped}
    told = _("%(many)s stopped before “%(step)s”") if cell.has_dropped else _("%(many)s reached “%(step)s”")
    return told % {"many": many, "step": step_text(question.steps[cell.step - 1])}


def _of_trend(question: Trend, cell: TrendCell, many: str) -> str:
    one = question.series[cell.series - 1]
    pieces = {"many": many, "event": event_text(one.wanted), "when": _when(question, cell)}
    if one.property is None:
        return plain(woven(_("%(many)s did %(event)s %(when)s"), **pieces))
    return plain(
        woven(_("%(many)s did %(event)s with a number in %(property)s %(when)s"), **pieces, property=one.property)
    )


def _when(question: Trend, cell: TrendCell) -> str:
    days = days_of(question, cell)
    if cell.period is None:
        return _between(days.first, _day(days.last))
    begins, time = date.fromisoformat(cell.period[:10]), cell.period[11:16]
    if question.cumulative:
        is_hour = question.interval is Interval.HOUR
        return _between(days.first, f"{_day(begins)} {time[:2]}:59" if is_hour else _day(days.last))
    match question.interval:
        case Interval.HOUR:
            when = _("in the hour from %(time)s on %(day)s") % {"day": _day(begins), "time": time}
        case Interval.WEEK:
            when = _("in the week of %(day)s") % {"day": _day(begins)}
        case Interval.MONTH:
            form = "y년 M월" if _language() == "ko" else "MMMM y"
            when = _("in %(month)s") % {"month": locales.day(begins, _language(), form=form)}
        case _:
            when = _("on %(day)s") % {"day": _day(begins)}
    cut = cut_text(question, cell.period, is_previous=cell.is_previous)
    return _("%(when)s (%(cut)s)") % {"when": when, "cut": cut} if cut else when


def _between(first: date, last: str) -> str:
    if _day(first) == last:
        return _("on %(day)s") % {"day": last}
    return _("from %(first)s to %(last)s") % {"first": _day(first), "last": last}


def _day(day: date) -> str:
    return locales.day(day, _language(), form="y년 M월 d일(EEE)" if _language() == "ko" else "EEE, MMM d, y")


def _value(breakdown: Sequence[str], cell: Cell) -> str:
    parts = cell.breakdown if isinstance(cell.breakdown, tuple) else (cell.breakdown,)
    if len(parts) == len(breakdown):
        return " · ".join(f"{name}: {value_text(part)}" for name, part in zip(breakdown, parts, strict=True))
    return f"{' · '.join(breakdown)}: {value_text(as_answered(cell.breakdown))}"


def _many(count: int, by_account: bool) -> str:
    shown = locales.number(count, _language())
    if by_account:
        return ngettext("%(count)s company", "%(count)s companies", count) % {"count": shown}
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": shown}


def _language() -> str:
    return get_language() or "en"


def latest_first(project: int, found: Actors, *, by_account: bool) -> Actors:
    """The same ones, who was seen last at their head; who never was, by number."""
    actor, source = ("account", "seen_in") if by_account else ("person", "seen")
    last = f"SELECT {actor} AS actor, toUnixTimestamp64Micro(max(last)) AS at FROM scope.{source}"
    seen = store.run_arrow(f"{last} GROUP BY actor ORDER BY actor", project=project, between=store.EVER)
    actors, at = (seen.column(name).combine_chunks().to_numpy() for name in ("actor", "at"))
    if not len(actors):
        return found
    place = np.minimum(np.searchsorted(actors, found), len(actors) - 1)
    return found[np.argsort(-np.where(actors[place] == found, at[place], 0), kind="stable")]


def csv_of(project: ProjectCard, found: Actors, *, by_account: bool) -> str:
    """The first ``MOST_IN_FILE`` of them as CSV; of the companies of people both id and name."""
    numbers = found[:MOST_IN_FILE].tolist()
    if by_account:
        head = ["id", "name", "people", "last_seen"]
        rows: list[list[Any]] = [[c.id, c.name, c.people, c.last_seen] for c in account_cards(project, numbers)]
        return as_csv(head, rows)
    return as_csv(
        ["id", "name", "email", "accounts", "companies", "role", "last_seen"],
        [
            [
                card.id,
                card.name,
                card.email,
                *map(" · ".join, (card.accounts, card.companies)),
                card.role,
                card.last_seen,
            ]
            for card in cards(project, numbers)
        ],
    )
