"""What a card says: its question under filters, asked at the desk of all questions."""

from groundswell.dashboards.filters import narrowed
from groundswell.dashboards.types import Answered, Asked, Card, Filters
from groundswell.insights.desk import LIMIT, desk
from groundswell.insights.kinds import check
from groundswell.kernel.errors import Refusal, not_found
from groundswell.kernel.words import said
from groundswell.workspace.types import ProjectCard

NO_FILTERS = Filters()


def asked_by(project: ProjectCard, card: Card, filters: Filters) -> Asked:
    """What a card that is no text asks under these filters. What cannot be asked comes with the refusal."""
    if card.question is None:
        return Asked({}, None, refusal=not_found(said("The saved question of this card is gone.")))
    asked, notes = narrowed(project, card.question, filters if card.follows else NO_FILTERS)
    if filters and not card.follows:
        notes = (said("Keeps its own days and conditions."),)
    try:
        return Asked(asked, check(asked, project.timezone), notes)
    except Refusal as refusal:
        return Asked(asked, None, notes, refusal)


def answered(project: ProjectCard, card: Card, filters: Filters, *, patience: float = LIMIT) -> Answered:
    """A card with its answer, waited for that long (seconds): then both answer and refusal are None, and it goes on."""
    if card.is_text:
        return Answered(card, None, None, None)
    asked = asked_by(project, card, filters)
    if asked.question is None:
        return Answered(card, asked, None, asked.refusal)
    try:
        return Answered(card, asked, desk.ask(project, asked.question, patience=patience), None)
    except Refusal as refusal:
        return Answered(card, asked, None, refusal)
