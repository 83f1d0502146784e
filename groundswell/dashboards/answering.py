"""What a card says: its question under filters, asked at the desk of all questions."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from groundswell.dashboards.filters import narrowed
from groundswell.dashboards.types import Answered, Asked, Card, Display, Filters
from groundswell.insights.desk import LIMIT, STOPPED, desk
from groundswell.insights.kinds import check
from groundswell.insights.types import Answer, Question
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


def answered(
    project: ProjectCard, card: Card, filters: Filters, *, patience: float = LIMIT, is_first: bool = True
) -> Answered:
    """A card with its answer, waited for that long (seconds); what takes longer goes on. At the first look it is begun
    anew where something has changed, or where somebody stopped it."""
    if card.is_text:
        return Answered(card)
    asked, until = asked_by(project, card, filters), time.monotonic() + patience
    if asked.question is None:
        return Answered(card, asked, refusal=asked.refusal)
    try:
        for each in asked.questions if is_first else ():
            desk.begin(project, each)
        before, answer = None, desk.ask(project, asked.question, patience=patience)
        if asked.before and answer:
            before = desk.ask(project, asked.before, patience=max(0, until - time.monotonic()))
            answer = answer if before else None
    except Refusal as refusal:
        return Answered(card, asked, refusal=refusal)
    return Answered(card, asked, answer, before)


def answered_exactly(project: ProjectCard, card: Card, filters: Filters) -> Answered:
    """A card with its answer as the data is now, however long that takes: for programs, and for what is sent."""
    if card.is_text:
        return Answered(card)
    asked = asked_by(project, card, filters)
    if asked.question is None:
        return Answered(card, asked, refusal=asked.refusal)
    try:
        answer = _exactly(project, asked.question)
        before = _exactly(project, asked.before) if asked.before else None
    except Refusal as refusal:
        return Answered(card, asked, refusal=refusal)
    return Answered(card, asked, answer, before)


def _exactly(project: ProjectCard, question: Question) -> Answer:
    """The answer as the data is now; once more where somebody who looked at the same stopped it."""
    try:
        return desk.answer(project, question.as_json())
    except Refusal as refusal:
        if refusal.code != STOPPED:
            raise
        return desk.answer(project, question.as_json())


def known(project: ProjectCard, card: Card, filters: Filters) -> tuple[Answered, bool]:
    """A card with its answer as it was worked out last, if it ever was, and whether nothing has changed since. Nothing
    is begun for it."""
    if card.is_text:
        return Answered(card), True
    asked = asked_by(project, card, filters)
    if asked.question is None:
        return Answered(card, asked, refusal=asked.refusal), True
    answers = [desk.old(project, question) for question in asked.questions]
    if not all(answers):
        return Answered(card, asked), False
    is_exact = all(desk.is_exact(project, question) for question in asked.questions)
    return Answered(card, asked, answers[0], answers[1] if asked.before else None), is_exact


def done_of(project: ProjectCard, asked: Asked) -> int:
    """About how much of what a card asks is worked out, in percent; 0 as long as nothing can be said."""
    shares = [1.0 if desk.is_exact(project, each) else desk.progress(project, each) for each in asked.questions]
    return round(100 * sum(shares) / max(len(shares), 1))


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
