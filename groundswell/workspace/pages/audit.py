"""The page of what was changed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from groundswell.kernel.paging import number_of
from groundswell.workspace import audit
from groundswell.workspace.doors import project_page
from groundswell.workspace.pages.forms import ROLE_NAMES
from groundswell.workspace.pages.keys import KINDS
from groundswell.workspace.shell import deed, kind_of_deeds
from groundswell.workspace.types import May, ProjectCard

DETAILS = {
    "from": gettext_lazy("before"), "to": gettext_lazy("after"), "role": gettext_lazy("role"),
    "kind": gettext_lazy("kind"), "name": gettext_lazy("name"), "timezone": gettext_lazy("time zone"),
    "currency": gettext_lazy("currency"), "language": gettext_lazy("language"),
    "instead_of": gettext_lazy("instead of"),
}  # fmt: skip
VALUES = {
    **{role.value: words for role, words in ROLE_NAMES},
    **{kind.value: name for kind, (name, _about) in KINDS.items()},
}


@project_page(may=May.OWN)
@require_GET
def audit_page(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Everything that changed, by whom and when, the latest first; of one person or kind if asked."""
    who, kind = request.GET.get("who", ""), request.GET.get("kind", "")
    page = audit.entries(project.id, number=number_of(request.GET.get("page")), who=who, kind=kind)
    people, kinds = audit.choices(project.id)
    said = {
        "page": page,
        "rows": [(entry, deed(entry.verb), _details(entry.detail), _by(entry)) for entry in page.items],
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


def _details(detail: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(DETAILS.get(field, field)), _value(value)) for field, value in detail.items()]


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:  # before and after
        return f"{_value(value[0])} → {_value(value[1])}"
    return str(VALUES.get(str(value), value))
