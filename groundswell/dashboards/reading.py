"""From rows to dashboards as values: what cards show of saved questions is looked up for all of them at once."""

from collections.abc import Mapping
from typing import Any

from groundswell.conditions.wording import plain
from groundswell.dashboards.models import Card as CardRow
from groundswell.dashboards.models import Dashboard as Row
from groundswell.dashboards.types import Card, Dashboard, Display, Filters, Listed
from groundswell.insights.kinds import check, sentence
from groundswell.insights.saved import Saved, saved_by_number
from groundswell.kernel.errors import Refusal
from groundswell.workspace.types import ProjectCard


def dashboard_of(project: ProjectCard, row: Row) -> Dashboard:
    """A dashboard with its cards."""
    rows = list(row.cards.all())
    saved = saved_by_number(project, [each.saved for each in rows if each.saved is not None])
    cards = tuple(_card(project, each, saved) for each in rows)
    return Dashboard(
        row.pk, row.name, row.description, Filters(**row.filters), row.is_pinned, cards, row.by, row.made, row.changed
    )


def card_of(project: ProjectCard, row: CardRow) -> Card:
    """One card."""
    return _card(project, row, saved_by_number(project, [row.saved] if row.saved is not None else []))


def listed(row: Row) -> Listed:
    """A dashboard in a list; of the row it is known how many cards it has."""
    count: int = row.count  # type: ignore[attr-defined]  # the query adds it
    return Listed(row.pk, row.name, row.description, row.is_pinned, count, row.by, row.changed)


def _card(project: ProjectCard, row: CardRow, saved: Mapping[int, Saved]) -> Card:
    kept = saved.get(row.saved) if row.saved is not None else None
    question = kept.question if kept else row.question
    name = row.title or (kept.name if kept else _in_words(project, question))
    return Card(
        row.pk, row.title, name, Display(row.display), row.width, row.text, row.saved, question, row.keeps_days
    )  # fmt: skip


def _in_words(project: ProjectCard, question: Mapping[str, Any] | None) -> str:
    """The sentence of a question; "" of none, and of one that can no longer be asked."""
    try:
        return plain(sentence(check(question, project.timezone), question)) if question else ""
    except Refusal:
        return ""
