"""What is settled for a project: its name, currency, language, and the zone in which its days begin."""

from django.db import transaction

from groundswell.kernel.errors import Refusal
from groundswell.kernel.happenings import tell
from groundswell.kernel.periods import zone
from groundswell.kernel.words import said
from groundswell.workspace.models import Project
from groundswell.workspace.service import card_of, check_project, note_change, project_card
from groundswell.workspace.types import Caller, CountingDays, ProjectCard, ProjectZoneChanged


def settle(
    caller: Caller, project: ProjectCard, *, name: str, timezone: str, currency: str, language: str
) -> ProjectCard:
    """Change what is settled for a project. Days are counted anew in another zone, in the background; until that is
    done, the project's card and all answers stay in the zone of before.

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
            counted = row.counted_in or row.timezone
            row.counted_in, row.counted_share = "" if counted == timezone else counted, 0
        for field, (_before, to) in changes.items():
            setattr(row, field, to)
        row.save()
        if changes:
            note_change(caller, project=row.pk, verb="project.changed", subject=row.name, detail=changes)
    if "timezone" in changes:  # after the transaction: whoever counts looks at what is settled
        tell(ProjectZoneChanged(row.pk, timezone))
    return project_card(row.pk)


def settled(project: ProjectCard) -> dict[str, str]:
    """What is settled for a project, as ``settle`` takes it: with the zone that is wanted, counted or not."""
    row = Project.objects.get(pk=project.id)
    return {"name": row.name, "timezone": row.timezone, "currency": row.currency, "language": row.language}


def counting_days(project: ProjectCard) -> CountingDays | None:
    """To which zone the days are being counted and how far that is; None where all is counted."""
    return standing(project.id)[1]


def standing(project: int) -> tuple[ProjectCard, CountingDays | None]:
    """A project and what is being counted of it, both of one instant: either the zone is new or it is being counted."""
    row = Project.objects.get(pk=project)
    counting = CountingDays(row.timezone, round(row.counted_share, 3)) if row.counted_in else None
    return card_of(row), counting


# For whoever counts


def with_days_to_count() -> list[ProjectCard]:
    """The projects whose days are not yet counted in their zone; the zone of these cards is the one of before."""
    return [
        project_card(id) for id in Project.objects.exclude(counted_in="").order_by("pk").values_list("pk", flat=True)
    ]


def wanted_zone(project: int) -> str | None:
    """The zone that the days of a project are to be counted in; None if it is gone."""
    return Project.objects.filter(pk=project).values_list("timezone", flat=True).first()


def note_counted(project: int, *, share: float) -> None:
    """Say how much of the days of a project is counted."""
    Project.objects.filter(pk=project).update(counted_share=share)


@transaction.atomic
def days_are_counted(project: int, *, timezone: str) -> None:
    """Say that all days are counted in that zone; another one may be wanted meanwhile."""
    row = Project.objects.select_for_update().filter(pk=project).first()
    if row:
        row.counted_in, row.counted_share = "" if row.timezone == timezone else timezone, 0
        row.save(update_fields=["counted_in", "counted_share"])
