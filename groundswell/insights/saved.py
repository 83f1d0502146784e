"""Saved questions: the team's own. A question is checked before it is kept, so that it can be asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from groundswell.insights.kinds import check
from groundswell.insights.models import SavedQuestion
from groundswell.insights.types import Question, QuestionForgotten
from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.happenings import tell
from groundswell.kernel.paging import SIZE, Page
from groundswell.kernel.words import said
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller, ProjectCard

LONGEST_NAME = 200  # characters
LONGEST_DESCRIPTION = 2_000
MOST = 5_000  # of a project


@dataclass(frozen=True)
class Saved:
    """A saved question."""

    id: int
    name: str
    description: str
    question: Mapping[str, Any]
    by: str
    made: datetime
    changed: datetime

    @property
    def kind(self) -> str:
        return str(self.question.get("kind", ""))

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "name": self.name, "description": self.description, "question": self.question,
            "made_by": self.by, "made": self.made.isoformat(), "changed": self.changed.isoformat(),
        }  # fmt: skip


@transaction.atomic
def save(
    caller: Caller, project: ProjectCard, *, name: str, question: Mapping[str, Any], by: str, description: str = ""
) -> Saved:
    """Keep a question under a name. Raises Refusal 400, or 409 where the project has too many."""
    check(question, project.timezone)
    if SavedQuestion.objects.filter(project_id=project.id).count() >= MOST:
        raise Refusal(409, "too_many_questions", said("The project has too many saved questions."))
    row = SavedQuestion.objects.create(
        project_id=project.id, name=_name(name), description=_description(description), question=dict(question), by=by
    )
    note_change(caller, project=project.id, verb="question.saved", subject=row.name)
    return _saved(row)


@transaction.atomic
def replace(
    caller: Caller,
    project: ProjectCard,
    id: int,
    *,
    name: str | None = None,
    question: Mapping[str, Any] | None = None,
    description: str | None = None,
) -> Saved:
    """Change what is given of a saved question. Raises Refusal 404 or 400."""
    row = _row(project, id, to_change=True)
    if name is not None:
        row.name = _name(name)
    if description is not None:
        row.description = _description(description)
    if question is not None:
        check(question, project.timezone)
        row.question = dict(question)
    row.save()
    note_change(caller, project=project.id, verb="question.changed", subject=row.name)
    return _saved(row)


@transaction.atomic
def remove(caller: Caller, project: ProjectCard, id: int) -> None:
    """Forget a saved question. Raises Refusal 404."""
    row = _row(project, id)
    tell(QuestionForgotten(project.id, row.pk, row.name, row.question))
    row.delete()
    note_change(caller, project=project.id, verb="question.removed", subject=row.name)


def saved_question(project: ProjectCard, id: int) -> Saved:
    """One saved question. Raises Refusal 404."""
    return _saved(_row(project, id))


def saved_by_number(project: ProjectCard, numbers: Collection[int]) -> dict[int, Saved]:
    """Those of these saved questions that there are."""
    return {row.pk: _saved(row) for row in SavedQuestion.objects.filter(project_id=project.id, pk__in=numbers)}


def saved_questions(project: ProjectCard, *, text: str = "", number: int = 1, size: int = SIZE) -> Page[Saved]:
    """Saved questions whose name or description holds the text, the one changed last first."""
    rows = _named(project, text).order_by("-changed", "-pk")
    chosen = rows[(number - 1) * size : number * size]
    return Page([_saved(row) for row in chosen], number, rows.count(), size)


def is_any_saved(project: ProjectCard) -> bool:
    """Whether the team has saved a question."""
    return SavedQuestion.objects.filter(project_id=project.id).exists()


def using(project: ProjectCard, name: str) -> list[Saved]:
    """The saved questions that depend on an event or a property of that name."""
    return [each for each in every_question(project) if name in set(_names(each.question))]


def every_question(project: ProjectCard) -> list[Saved]:
    """All saved questions, by name."""
    return [_saved(row) for row in SavedQuestion.objects.filter(project_id=project.id).order_by("name")]


def _names(value: Any) -> list[str]:
    """Every text in a question: names of events and properties among them."""
    if isinstance(value, Mapping):
        return [text for key, each in value.items() for text in (key, *_names(each))]
    if isinstance(value, list):
        return [text for each in value for text in _names(each)]
    return [value] if isinstance(value, str) else []


def events_in(question: Question) -> list[str]:
    """The names of the events that a question asks for, in its order."""
    return list(dict.fromkeys(each.event for each in question.wanted if each.event is not None))


def _named(project: ProjectCard, text: str) -> QuerySet[SavedQuestion]:
    rows = SavedQuestion.objects.filter(project_id=project.id)
    return rows.filter(name__icontains=text) | rows.filter(description__icontains=text) if text else rows


def _row(project: ProjectCard, id: int, *, to_change: bool = False) -> SavedQuestion:
    rows = SavedQuestion.objects.select_for_update() if to_change else SavedQuestion.objects
    row = rows.filter(project_id=project.id, pk=id).first()
    if row is None:
        raise not_found(said("There is no such saved question."))
    return row


def _saved(row: SavedQuestion) -> Saved:
    return Saved(row.pk, row.name, row.description, row.question, row.by, row.made, row.changed)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        hint = said("Write 1 to %(most)s characters.", most=LONGEST_NAME)
        raise bad_request(said("The question needs a name."), hint=hint, field="name")
    return name


def _description(text: str) -> str:
    if len(text) > LONGEST_DESCRIPTION:
        sentence = said("A description has at most %(most)s characters.", most=LONGEST_DESCRIPTION)
        raise bad_request(sentence, field="description")
    return text.strip()
