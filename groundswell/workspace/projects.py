"""What is settled for a project: its name, currency, language, and the zone in which its days begin."""

from django.db import transaction

from groundswell.kernel.errors import Refusal
from groundswell.kernel.happenings import tell
from groundswell.kernel.periods import zone
from groundswell.kernel.words import said
from groundswell.workspace.models import Project
from groundswell.workspace.service import check_project, note_change, project_card
from groundswell.workspace.types import Caller, ProjectCard, ProjectZoneChanged


def settle(
    caller: Caller, project: ProjectCard, *, name: str, timezone: str, currency: str, language: str
) -> ProjectCard:
    """Change what is settled for a project. Days are counted anew in another zone, in the background.

    Raises Refusal 400 for what does not fit, 409 for the name of another project.
    """
    name = name.strip()
    zone(timezone)
    check_project(name=name, currency=currency, language=language)
    with transaction.atomic():
        row = Project.objects.select_for_update().get(pk=project.id)
        if Project.objects.filter(organisation=row.organisation_id, name=name).exclude(pk=row.pk).exists():
            raise Refusal(
                409, "project_exists", said("There is a project named %(name)r already.", name=name),
                hint=said("Choose another name."), fields={"name": said("Choose another name.")},
            )  # fmt: skip
        wanted = {"name": name, "timezone": timezone, "currency": currency.upper(), "language": language}
        changes = {field: [getattr(row, field), to] for field, to in wanted.items() if getattr(row, field) != to}
        if "timezone" in changes:
            row.counted_in = row.counted_in or row.timezone
        for field, (_before, to) in changes.items():
            setattr(row, field, to)
        row.save()
        if changes:
            note_change(caller, project=row.pk, verb="project.changed", subject=row.name, detail=changes)
    if "timezone" in changes:  # after the transaction: whoever counts looks at what is settled
        tell(ProjectZoneChanged(row.pk, timezone))
    return project_card(row.pk)


def is_counting_days(project: ProjectCard) -> bool:
    """Whether the days are still being counted in the project's zone."""
    return Project.objects.exclude(counted_in="").filter(pk=project.id).exists()


def with_days_to_count() -> list[ProjectCard]:
    """The projects whose days are not yet counted in their zone."""
    return [
        project_card(id) for id in Project.objects.exclude(counted_in="").order_by("pk").values_list("pk", flat=True)
    ]


def days_are_counted(project: int, *, timezone: str) -> None:
    """Say that the days are counted in that zone; if it is not the project's any more, that changes nothing."""
    Project.objects.filter(pk=project, timezone=timezone).update(counted_in="")
