"""The page of what a project calls things."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from groundswell.events.service import name_roles, suggested, vocabulary
from groundswell.events.vocabulary import ROLES
from groundswell.events.volumes import NEVER, RECENT, Volume, volumes
from groundswell.events.words import role_groups, role_meanings, role_names
from groundswell.kernel.errors import Refusal
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard


@dataclass(frozen=True)
class Line:
    """A role, the event that plays it, and how often that happened in the last days (None: it cannot be said now)."""

    role: str
    name: str
    meaning: str
    event: str
    default: str
    recent: int | None
    total: int | None


@project_page
def roles(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Which events play the roles that metrics speak of."""
    refusal, names = None, vocabulary(project.id)
    if request.method == "POST":
        given = {role: request.POST[role].strip() for role in ROLES if role in request.POST}
        try:
            name_roles(caller_at(request), project, given)
        except Refusal as refused:
            refusal, names = refused, names | given
        else:
            messages.success(request, _("Written down."))
            return redirect("events.vocabulary", project.id)
    return render(
        request,
        "events/vocabulary.html",
        {
            "groups": _groups(project, names), "refusal": refusal, "known": suggested(project.id)[0],
            "recent_days": RECENT,
        },
        status=refusal.status if refusal else 200,
    )  # fmt: skip


def _groups(project: ProjectCard, names: dict[str, str]) -> list[tuple[str, list[Line]]]:
    words, meanings = role_names(), role_meanings()
    try:
        counted = dict(volumes(project))
    except Refusal:  # names can be given while the store is stopped
        counted = None
    return [
        (group, [_line(role, words[role], meanings[role], names[role], counted) for role in roles])
        for group, roles in role_groups()
    ]


def _line(role: str, name: str, meaning: str, event: str, counted: dict[str, Volume] | None) -> Line:
    if counted is None:
        return Line(role, name, meaning, event, ROLES[role], None, None)
    volume = counted.get(event, NEVER)
    return Line(role, name, meaning, event, ROLES[role], sum(volume.days), volume.total)
