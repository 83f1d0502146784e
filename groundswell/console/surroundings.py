"""What the shell around every page shows: where one is, whose projects, in which words and colours."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groundswell.workspace import shell
from groundswell.workspace.service import projects_of
from groundswell.workspace.shell import Section
from groundswell.workspace.types import Caller, Role

TITLES = {
    Section.HOME: "",
    Section.SEE: _("See"),
    Section.FIND: _("Find"),
    Section.ACT: _("Act"),
    Section.MONEY: _("Money"),
    Section.SPREAD: _("Spread"),
    Section.SETTINGS: _("Settings"),
}
THEMES = ("auto", "light", "dark")


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """For every template."""
    theme = request.COOKIES.get("theme", "")
    user = getattr(request, "user", None)
    known = {"theme": theme if theme in THEMES else "auto"}
    if user is None or not user.is_authenticated:
        return known
    project = getattr(request, "project", None)
    role = getattr(request, "role", None)
    return known | {
        "me": user,
        "project": project,
        "projects": projects_of(Caller(user=user.pk)),
        "may_edit": role in (Role.OWNER, Role.EDITOR),
        "may_own": role is Role.OWNER,
        "ways": [(TITLES[section], _entries(request, found)) for section, found in shell.ways()] if project else [],
    }


def _entries(request: HttpRequest, found: list[shell.Way]) -> list[dict[str, Any]]:
    match = request.resolver_match
    here = (match and match.url_name) or ""
    place = here.partition(".")[0]
    return [{"name": way.name, "view": way.view, "key": way.key, "is_here": place == way.view} for way in found]
