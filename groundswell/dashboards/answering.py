"""What a card says: its question under filters, asked at the desk of all questions."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from groundswell.dashboards.filters import narrowed
from groundswell.dashboards.types import Answered, Asked, Card, Display, Filters
from groundswell.insights.desk import LIMIT, desk
from groundswell.insights.kinds import check
from groundswell.insights.types import Question
from groundswell.kernel.errors import Refusal, not_found
from groundswell.kernel.words import said
from groundswell.workspace.types import ProjectCard

NO_FILTERS = Filters()


def asked_by(project: ProjectCard, card: Card, filters: Filters) -> Asked:
    """What a card that is no text asks under these filters. What cannot be asked comes with the refusal."""
    if card.question is None:
        return Asked({}, {}, None, refusal=not_found(said("The saved question of this card is gone.")))
    if card.keeps_days:
        filters = replace(filters, date_from="", date_to="")
    plain, notes = narrowed(project, card.question, filters)
    asked = {**plain, **_as_displayed(plain, card.display)}
    try:
        question = check(asked, project.timezone)
        before = _before(project, asked, question) if card.display is Display.NUMBER else None
        return Asked(plain, asked, question, before, notes)
    except Refusal as refusal:
        return Asked(plain, asked, None, None, notes, refusal)


def answered(project: ProjectCard, card: Card, filters: Filters, *, patience: float = LIMIT) -> Answered:
    """A card with its answer, waited for that long (seconds); what takes longer goes on."""
    if card.is_text:
        return Answered(card)
    asked, until = asked_by(project, card, filters), time.monotonic() + patience
    if asked.question is None:
        return Answered(card, asked, refusal=asked.refusal)
    try:
        before = desk.ask(project, asked.before, patience=0) if asked.before else None  # begun beside the other
        answer = desk.ask(project, asked.question, patience=patience)
        if asked.before and answer:
            before = desk.ask(project, asked.before, patience=max(0, until - time.monotonic()))
            answer = answer if before else None
    except Refusal as refusal:
        return Answered(card, asked, refusal=refusal)
    return Answered(card, asked, answer, before)


def _as_displayed(asked: Mapping[str, Any], display: Display) -> dict[str, Any]:
    """What is asked otherwise for the sake of how it is shown: a number, and a list of values, are of all the days."""
    is_list = display is Display.TABLE and asked.get("breakdown")
    if asked.get("kind") == "trend" and (is_list or display is Display.NUMBER):
        return {"interval": "whole", "compare": None, "cumulative": False}
    return {}


def _before(project: ProjectCard, asked: Mapping[str, Any], question: Question) -> Question:
    """The same for as many days, right before."""
    days = question.days
    first, last = days.first - timedelta(days=len(days)), days.first - timedelta(days=1)
    return check({**asked, "date_from": first.isoformat(), "date_to": last.isoformat()}, project.timezone)
