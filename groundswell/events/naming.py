"""The vocabulary of a project: which of its events play the roles that metrics speak of."""

from collections.abc import Mapping

from django.db import transaction

from groundswell.events.models import EventName, RoleName
from groundswell.events.types import MAX_NAME_LENGTH
from groundswell.events.vocabulary import MONEY_ROLES, ROLES
from groundswell.kernel import clock
from groundswell.kernel.errors import bad_request
from groundswell.kernel.periods import zone
from groundswell.kernel.words import said
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller, ProjectCard

VALUE = "value"  # played by a milestone, not by an event


def vocabulary(project: int) -> dict[str, str]:
    """The event of every role."""
    return {**ROLES, **dict(RoleName.objects.filter(project_id=project).values_list("role", "event"))}


def renamed_money(project: int) -> set[str]:
    """What a project calls its money events, where that is not what they are called by default."""
    return set(RoleName.objects.filter(project_id=project, role__in=MONEY_ROLES).values_list("event", flat=True))


def began_today(project: ProjectCard) -> bool:
    """Whether nothing came before today, in its zone."""
    today = clock.now().astimezone(zone(project.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return not EventName.objects.filter(project_id=project.id, first_seen__lt=today).exists()


def is_played(project: int, role: str) -> bool:
    """Whether the event of a role was ever sent."""
    return EventName.objects.filter(project_id=project, name=vocabulary(project)[role]).exists()


@transaction.atomic
def name_roles(caller: Caller, project: ProjectCard, names: Mapping[str, str]) -> dict[str, str]:
    """Say which events play roles; those left out stay, an empty name gives a role back to its default.

    Raises Refusal 400, and then nothing was changed.
    """
    for role, event in names.items():
        _check(role, event)
    before = vocabulary(project.id)
    for role, event in names.items():
        if event in ("", ROLES[role]):
            RoleName.objects.filter(project_id=project.id, role=role).delete()
        else:
            RoleName.objects.update_or_create(project_id=project.id, role=role, defaults={"event": event})
    now = vocabulary(project.id)
    for role in [role for role in now if now[role] != before[role]]:
        detail = {"before": before[role], "now": now[role]}
        note_change(caller, project=project.id, verb="vocabulary.changed", subject=role, detail=detail)
    return now


def _check(role: str, event: str) -> None:
    if role == VALUE:
        hint = said("Value is what people reach with the milestone that stands for activation.")
        raise bad_request(said("The role value is not played by an event."), hint=hint, field=role)
    if role not in ROLES:
        hint = said("Roles are %(roles)s.", roles=", ".join(ROLES))
        raise bad_request(said("There is no role %(role)r.", role=role[:MAX_NAME_LENGTH]), hint=hint, field=role)
    if len(event) > MAX_NAME_LENGTH or "\0" in event:
        raise bad_request(said("An event name has at most %(most)s characters.", most=MAX_NAME_LENGTH), field=role)
