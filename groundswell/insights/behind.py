"""Who is behind a number, said in one line, and as a file."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from groundswell.conditions.groups import group_named
from groundswell.insights.groups import value_text
from groundswell.insights.kind import Actors
from groundswell.insights.kinds import counts_accounts, kind_of
from groundswell.insights.labels import as_answered
from groundswell.insights.types import Cell, Question
from groundswell.kernel import locales
from groundswell.kernel.sheets import as_csv
from groundswell.people.service import account_cards, cards
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

MOST_IN_FILE = 10_000


def title(question: Question, cell: Cell, count: int, *, by_account: bool) -> str:
    """Who they are, such as ``214 people did Signed Up on Mon, Jan 5, 2026``."""
    return _named(question, cell, _many(count, by_account))


def named(question: Question, cell: Cell) -> str:
    """The same without their number: ``People did Signed Up on Mon, Jan 5, 2026``."""
    return _named(question, cell, _("Companies") if counts_accounts(question, cell) else _("People"))


def _named(question: Question, cell: Cell, many: str) -> str:
    told = kind_of(question).cell_title(question, cell, many)
    return f"{told} · {_value(question.breakdown, cell)}" if question.breakdown else told


def _value(breakdown: Sequence[str], cell: Cell) -> str:
    parts = cell.breakdown if isinstance(cell.breakdown, tuple) else (cell.breakdown,)
    if len(parts) == len(breakdown):
        return " · ".join(_named_value(name, part) for name, part in zip(breakdown, parts, strict=True))
    return f"{' · '.join(breakdown)}: {value_text(as_answered(cell.breakdown))}"


def _named_value(name: str, part: Any) -> str:
    text = value_text(part, [name])
    return text if group_named(name) else f"{name}: {text}"


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
