"""The page of what was changed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from groundswell.kernel.paging import number_of
from groundswell.workspace import audit
from groundswell.workspace.doors import project_page
from groundswell.workspace.shell import Detail, deed, detail, kind_of_deeds
from groundswell.workspace.types import May, ProjectCard


@project_page(may=May.OWN)
@require_GET
def audit_page(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Everything that changed, by whom and when, the latest first; of one person or kind if asked."""
    who, kind = request.GET.get("who", ""), request.GET.get("kind", "")
    page = audit.entries(project.id, number=number_of(request.GET.get("page")), who=who, kind=kind)
    people, kinds = audit.choices(project.id)
    said = {
        "page": page,
        "rows": [
            (entry, deed(entry.verb), _subject(project, entry), _details(project, entry), _by(entry))
            for entry in page.items
        ],
        "people": people,
        "kinds": _grouped(kinds),
        "who": who,
        "kind": kind,
    }
    return render(request, "workspace/audit.html", said)


def _grouped(kinds: list[str]) -> list[tuple[str, str]]:
    """What to ask for and its words; kinds that are called alike are asked for together."""
    groups: dict[str, list[str]] = {}
    for kind in kinds:
        groups.setdefault(kind_of_deeds(kind), []).append(kind)
    return [(",".join(alike), words) for words, alike in groups.items()]


def _by(entry: audit.Entry) -> str:
    return {"key": _("by a key"), "machine": _("The command line of the server")}.get(entry.by, "")


def _subject(project: ProjectCard, entry: audit.Entry) -> str:
    how = detail(entry.verb, "")
    return _value(project, how, entry.subject)


def _details(project: ProjectCard, entry: audit.Entry) -> list[tuple[str, str]]:
    """Names and values of what is kept beside the verb, as the street says that wrote it."""
    told = []
    for field, value in entry.detail.items():
        how = detail(entry.verb, field)
        told.append((str(how.name) if how else field, _value(project, how, value)))
    return told


def _value(project: ProjectCard, how: Detail | None, value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:  # before and after
        return f"{_value(project, how, value[0])} → {_value(project, how, value[1])}"
    if how and how.say:
        return how.say(project, value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "—" if value in (None, "") else str(value)
