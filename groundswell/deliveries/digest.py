"""A dashboard as it is sent: what its cards say, in one reader's language, by whatever way it gets there."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from groundswell.dashboards import service as dashboards
from groundswell.dashboards.types import Answered, Dashboard, Display, Filters
from groundswell.deliveries.figures import Figure, figures
from groundswell.insights.charts import Look
from groundswell.insights.kinds import check
from groundswell.insights.pictures import has_chart, png
from groundswell.insights.wording import days_text
from groundswell.jobs.service import Work
from groundswell.kernel.reasons import reason_of
from groundswell.kernel.words import in_other_words
from groundswell.workspace.types import ProjectCard

GATHERED = 0.8  # of the work of sending a dashboard
MOST_PARTS = 30
MOST_PICTURES = 12  # each has about 80 kB


@dataclass(frozen=True)
class Part:
    """What a card says: ``text`` (Markdown) of a text card, else figures and perhaps a picture (PNG); ``trouble`` is
    why it says nothing, ``notes`` what does not narrow it."""

    name: str
    text: str = ""
    figures: tuple[Figure, ...] = ()
    picture: bytes = b""
    trouble: str = ""
    notes: tuple[str, ...] = ()
    is_number: bool = False


@dataclass(frozen=True)
class Digest:
    """``days`` is empty where each card has its own; ``more`` counts the cards that were left out; ``link`` leads to
    the dashboard, and is empty where nobody knows where that is."""

    title: str
    project: str
    days: str
    parts: tuple[Part, ...]
    more: int
    link: str
    language: str


def gathered(work: Work, project: ProjectCard, dashboard: Dashboard) -> list[Answered]:
    """Its cards with what they say, under the filters that it opens with: the same for all readers."""
    found = []
    for answered in dashboards.answers(project, dashboard):
        found.append(answered)
        if len(found) == MOST_PARTS:
            break
        work.progress(GATHERED * len(found) / len(dashboard.cards))
    return found


def digest(
    project: ProjectCard, dashboard: Dashboard, found: Sequence[Answered], *, language: str, base: str
) -> Digest:
    """What is sent to whoever reads that language. ``base`` is where people reach the console."""
    with translation.override(language):
        left, parts = MOST_PICTURES, []
        for answered in found:
            part = _part(answered, language, draws=left > 0)
            left -= bool(part.picture)
            parts.append(part)
        return Digest(
            dashboard.name, project.name, _days(project, dashboard.filters), tuple(parts),
            len(dashboard.cards) - len(parts),
            f"{base}{reverse('dashboards.board', args=[project.id, dashboard.id])}" if base else "", language,
        )  # fmt: skip


def _part(answered: Answered, language: str, *, draws: bool) -> Part:
    card = answered.card
    if card.is_text:
        return Part(card.title, text=card.text)
    if answered.answer is None:
        trouble = reason_of(answered.refusal) if answered.refusal else ""
        return Part(card.name, trouble=in_other_words(trouble, translation.gettext) or _("This took too long."))
    notes = answered.asked.notes if answered.asked else ()
    is_drawn = draws and card.display is Display.CHART and has_chart(answered.answer.question)
    return Part(
        card.name,
        figures=figures(answered, language),
        picture=png(answered.answer, Look(language)) if is_drawn else b"",
        notes=tuple(in_other_words(note, translation.gettext) for note in notes),
        is_number=card.display is Display.NUMBER,
    )


def _days(project: ProjectCard, filters: Filters) -> str:
    """By their dates: a mail is read later."""
    if not filters.has_days:
        return ""
    asked = {"date_from": filters.date_from, "date_to": filters.date_to}
    days = check({"kind": "trend", "series": [{"event": None}], "interval": "month", **asked}, project.timezone).days
    return days_text({}, days.first, days.last)
