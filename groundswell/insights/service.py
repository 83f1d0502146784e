"""The verb of insights: ask."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from groundswell.events import editions
from groundswell.insights.kinds import check, kind_of
from groundswell.insights.types import Answer, Found, Question
from groundswell.kernel.clock import now
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard


def ask(project: ProjectCard, question: Mapping[str, Any], *, at: datetime | None = None) -> Answer:
    """The answer to a question about a project, as it stands ``at`` that instant (the present one).

    Raises Refusal 400 with the field at fault for what cannot be understood, 422 for what takes too long or too much.
    """
    while True:
        edition = editions.known(project.id)
        counted = edition.of(project)
        answer = answered(counted, check(question, counted.timezone), at=at or now())
        if editions.known(project.id) == edition:  # else its days went over to another zone meanwhile
            return answer


def answered(project: ProjectCard, question: Question, *, at: datetime) -> Answer:
    """The answer to a question that was understood."""
    kind = kind_of(question)
    begun = time.perf_counter()
    with store.inquiring():
        found: Found = kind.answer(project.id, question)
    elapsed = round((time.perf_counter() - begun) * 1000, 1)
    return Answer(
        question, kind.columns_of(question), found.rows, at.isoformat(timespec="milliseconds"), elapsed, found.beside
    )


def counted(project: ProjectCard) -> ProjectCard:
    """The project with the zone in which its days are counted at present."""
    return editions.known(project.id).of(project)
